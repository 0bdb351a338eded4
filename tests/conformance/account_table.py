"""What is compared with the recorded samples of an account, and what may differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Deviations = Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class AccountTable:
    """Map samples to the names of what a session kept, and patterns of them to deviations.

    A deviation is (samples, keys, reason): keys of a sample that are absent, that hold another
    kind of value, or that are served beyond it.
    """

    samples: Mapping[str, str]
    not_compared: Mapping[str, str]
    left_out: Deviations
    accepted: Deviations
    beyond: Deviations
