"""How a market is played, and a record to the account's orders."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from terminal_app.practice.sources.queue_models import QueueModel

FASTEST: Final = 1_000  # one millisecond of wall time is then a second of the market


class Execution(StrEnum):
    """Name what an order of the account meets.

    BOOK: the recorded book and its prints. BAR_CLOSE: the first price of the next bar.
    """

    BOOK = "book"
    BAR_CLOSE = "bar-close"


@dataclass(frozen=True, slots=True)
class PlayOptions:
    """Hold the choices of a play.

    `alpha` is the part of the average true range that bar-close execution costs, `interval` the
    length of its bars where the record is not made of candles, `seed` that of what is made up.
    """

    queue_model: QueueModel = QueueModel.NEUTRAL
    execution: Execution = Execution.BOOK
    alpha: Decimal = Decimal("0.5")
    interval: str = "1m"
    seed: int = 1
