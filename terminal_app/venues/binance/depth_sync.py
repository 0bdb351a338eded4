"""Keep a book whole from a snapshot and differences, without any I/O."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from terminal_app.domain.order_book import LevelTexts
from terminal_app.venues.market_events import BookChanged, BookLoaded, BookLost

BookEvent = BookLoaded | BookChanged | BookLost
BUFFER_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class DepthSnapshot:
    """Hold a whole book as the venue's REST answer gave it."""

    bids: Sequence[LevelTexts]
    asks: Sequence[LevelTexts]
    last_update_id: int
    time_ms: int


@dataclass(frozen=True, slots=True)
class DepthDiff:
    """Hold changed levels; ``previous_id`` is the last id of the difference before it."""

    bids: Sequence[LevelTexts]
    asks: Sequence[LevelTexts]
    first_id: int
    last_id: int
    previous_id: int
    time_ms: int


Continues = Callable[[DepthDiff, int, bool], bool]


def continues_spot(diff: DepthDiff, last_id: int, is_first: bool) -> bool:
    """Say whether a difference joins a book without a gap.

    Source: Binance spot, how to manage a local order book: U must not exceed the last id + 1.
    """
    return diff.first_id <= last_id + 1


def continues_usdm(diff: DepthDiff, last_id: int, is_first: bool) -> bool:
    """Say whether a difference joins a book without a gap.

    Source: Binance USDⓈ-M, how to manage a local order book: every difference names the last id
    of the one before it (pu). The first after a snapshot must reach around the snapshot's id; that
    holds as soon as nothing lies between its pu and the snapshot, also when U is one later.
    """
    return diff.previous_id <= last_id if is_first else diff.previous_id == last_id


class DepthSync:
    """Turn snapshots and differences of one symbol into book events that never skip a change.

    While it waits for a snapshot it keeps the newest differences; whoever owns it fetches one when
    ``needs_snapshot`` says so.
    """

    def __init__(self, continues: Continues) -> None:
        self._continues = continues
        self._buffer: deque[DepthDiff] = deque(maxlen=BUFFER_LIMIT)
        self._last_id = 0
        self._is_live = False
        self._is_first = True

    @property
    def needs_snapshot(self) -> bool:
        """Say whether only a snapshot can go on."""
        return not self._is_live

    @property
    def last_id(self) -> int:
        """Return the venue's id of the newest change in the book."""
        return self._last_id

    def on_diff(self, diff: DepthDiff) -> BookEvent | None:
        """Take a difference; return what it means for the book, if anything."""
        if not self._is_live:
            self._buffer.append(diff)
            return None
        if diff.last_id <= self._last_id:
            return None
        if not self._continues(diff, self._last_id, self._is_first):
            self.restart()
            self._buffer.append(diff)
            return BookLost("updates are missing")
        return self._changed(diff)

    def on_snapshot(self, snapshot: DepthSnapshot) -> list[BookEvent]:
        """Take a snapshot; nothing comes back when it is older than what was kept."""
        pending = [diff for diff in self._buffer if diff.last_id > snapshot.last_update_id]
        if not self._joins(pending, snapshot.last_update_id):
            return []
        self._buffer.clear()
        self._last_id = snapshot.last_update_id
        self._is_live = self._is_first = True
        events: list[BookEvent] = [
            BookLoaded(snapshot.bids, snapshot.asks, snapshot.last_update_id, snapshot.time_ms)
        ]
        for diff in pending:
            event = self.on_diff(diff)
            if event is not None:
                events.append(event)
        return events

    def restart(self) -> None:
        """Forget everything and wait for a snapshot."""
        self._buffer.clear()
        self._is_live = False

    def on_disconnect(self, reason: str) -> BookLost:
        """Give the book up because its stream ended."""
        self.restart()
        return BookLost(reason)

    def _joins(self, pending: Sequence[DepthDiff], last_update_id: int) -> bool:
        return not pending or self._continues(pending[0], last_update_id, True)

    def _changed(self, diff: DepthDiff) -> BookChanged:
        self._last_id = diff.last_id
        self._is_first = False
        return BookChanged(diff.bids, diff.asks, diff.last_id, diff.time_ms)
