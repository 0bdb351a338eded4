"""Know for how long each row has been what it is: a hand needs time to see what it hits."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

SETTLE_SECONDS = 0.15


class RowStillness:
    """Remember when each row last became something else."""

    def __init__(self) -> None:
        self._rows: list[Hashable] = []
        self._since: list[float] = []

    def note(self, rows: Sequence[Hashable], now: float) -> None:
        """Take note of what each row is at a moment, in seconds."""
        known, since = self._rows, self._since
        self._since = [
            since[at] if at < len(known) and known[at] == row else now
            for at, row in enumerate(rows)
        ]
        self._rows = list(rows)

    def age(self, row: int, now: float) -> float:
        """Return for how many seconds a row has been what it is, 0 for one that is not there."""
        return now - self._since[row] if 0 <= row < len(self._since) else 0.0
