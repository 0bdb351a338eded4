"""What a venue tells of a contract beside its trades: funding, open interest."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class StatisticKind(StrEnum):
    """Name a figure of a contract that has a past."""

    FUNDING_RATE = "funding rate"
    OPEN_INTEREST = "open interest"


@dataclass(frozen=True, slots=True)
class StatisticPoint:
    """Hold a figure and since when it held: a rate per interval, an interest in the base asset."""

    time_ms: int
    value: Decimal
