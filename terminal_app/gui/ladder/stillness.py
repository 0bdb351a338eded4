"""Know for how long each row has been what it is: a hand needs time to see what it hits."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence

SETTLE_SECONDS = 0.15
# Who goes for an order to drag or cancel it has set out long before it was filled.
GONE_SECONDS = 1.0


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


class OwnPlaces:
    """Remember where own orders stood until a moment ago."""

    def __init__(self) -> None:
        self._taken: frozenset[Hashable] = frozenset()
        self._left: dict[Hashable, float] = {}

    def note(self, taken: Collection[Hashable], now: float) -> None:
        """Take note of the places that hold own orders at a moment, in seconds."""
        places = frozenset(taken)
        if places != self._taken:
            left = {place: since for place, since in self._left.items() if place not in places}
            self._left = left | dict.fromkeys(self._taken - places, now)
            self._taken = places

    def has_just_left(self, place: Hashable, now: float) -> bool:
        """Say whether an own order stood there less than a second ago."""
        return now - self._left.get(place, float("-inf")) < GONE_SECONDS
