"""Fetch the snapshots that order books begin with."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from terminal_app.errors import VenueError
from terminal_app.tasks import TaskScope
from terminal_app.venues.binance.depth_sync import Continues, DepthDiff, DepthSnapshot, DepthSync
from terminal_app.venues.market_events import MarketSink

FetchSnapshot = Callable[[str], Awaitable[DepthSnapshot]]
FIRST_DIFF_S = 1.0
PAUSE_S = 0.25
LONGEST_PAUSE_S = 8.0

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Kept:
    sync: DepthSync
    tell: MarketSink
    diff_seen: asyncio.Event = field(default_factory=asyncio.Event)
    loaded_s: float = -LONGEST_PAUSE_S
    pause_s: float = 0.0
    patience_s: float | None = FIRST_DIFF_S
    fetching: asyncio.Task[None] | None = None


class BookKeeper:
    """Keep every wanted book in sync; snapshots are fetched one at a time."""

    def __init__(self, scope: TaskScope, continues: Continues, fetch: FetchSnapshot) -> None:
        self._scope = scope
        self._continues = continues
        self._fetch = fetch
        self._one_at_a_time = asyncio.Lock()
        self._kept: dict[str, _Kept] = {}

    def keep(self, symbol: str, tell: MarketSink) -> Callable[[DepthDiff], None]:
        """Begin a book and return what takes its differences."""
        kept = _Kept(DepthSync(self._continues), tell)
        self._kept[symbol] = kept

        def on_diff(diff: DepthDiff) -> None:
            event = kept.sync.on_diff(diff)
            if event is not None:
                tell(event)
            if kept.sync.needs_snapshot:
                kept.diff_seen.set()
                self._start(symbol, kept)

        return on_diff

    def forget(self, symbol: str) -> None:
        """End a book."""
        kept = self._kept.pop(symbol, None)
        if kept is not None and kept.fetching is not None:
            kept.fetching.cancel()

    def load_again(self, symbol: str) -> None:
        """Fetch a book anew without calling it lost."""
        kept = self._kept[symbol]
        kept.sync.restart()
        self._start(symbol, kept)

    def lose(self, symbol: str, reason: str, *, is_silent: bool = False) -> None:
        """Give a book up that is not the market's any more, and fetch it anew.

        Where its stream is silent that waits for the next difference: without any a book ages.
        """
        kept = self._kept.get(symbol)
        if kept is None:
            return
        was_live = not kept.sync.needs_snapshot
        event = kept.sync.on_disconnect(reason)
        if is_silent:
            kept.diff_seen.clear()
            kept.patience_s = None
        if was_live:
            kept.tell(event)
        self._start(symbol, kept)

    def lose_all(self, reason: str) -> None:
        """Give every book up, and fetch all anew."""
        for symbol in self._kept:
            self.lose(symbol, reason)

    async def is_behind(self, symbol: str) -> bool:
        """Say whether the venue's book has moved on without the differences of it."""
        kept = self._kept.get(symbol)
        if kept is None or kept.sync.needs_snapshot:
            return False
        known = kept.sync.last_id
        snapshot = await self._snapshot(symbol)
        if snapshot is None or snapshot.last_update_id <= known:
            return False
        # What the snapshot has and the stream not yet may be on its way.
        await asyncio.sleep(FIRST_DIFF_S)
        return kept.sync.last_id == known and not kept.sync.needs_snapshot

    def on_disconnect(self) -> None:
        """Give every book up."""
        for kept in self._kept.values():
            if kept.fetching is not None:
                kept.fetching.cancel()
                kept.fetching = None
            was_live = not kept.sync.needs_snapshot
            event = kept.sync.on_disconnect("disconnected")
            kept.diff_seen.clear()
            kept.patience_s = FIRST_DIFF_S
            if was_live:
                kept.tell(event)

    def on_connect(self) -> None:
        """Begin every book that waits."""
        for symbol, kept in self._kept.items():
            if kept.sync.needs_snapshot:
                self._start(symbol, kept)

    def _start(self, symbol: str, kept: _Kept) -> None:
        if kept.fetching is None or kept.fetching.done():
            kept.fetching = self._scope.spawn(self._load(symbol, kept), f"book {symbol}")

    async def _load(self, symbol: str, kept: _Kept) -> None:
        # A snapshot is of use once differences flow; a quiet market may not send any for long.
        try:
            async with asyncio.timeout(kept.patience_s):
                await kept.diff_seen.wait()
        except TimeoutError:
            pass
        await asyncio.sleep(self._pause_s(kept))
        pause_s = PAUSE_S
        while self._kept.get(symbol) is kept and kept.sync.needs_snapshot:
            snapshot = await self._snapshot(symbol)
            if snapshot is not None:
                self._take(symbol, kept, snapshot)
            if kept.sync.needs_snapshot:
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        kept.loaded_s, kept.patience_s = time.monotonic(), FIRST_DIFF_S

    @staticmethod
    def _take(symbol: str, kept: _Kept, snapshot: DepthSnapshot) -> None:
        try:
            for event in kept.sync.on_snapshot(snapshot):
                kept.tell(event)
        except (ArithmeticError, ValueError) as error:
            _log.warning("the snapshot of %s is no book: %s", symbol, error)
            kept.sync.restart()

    @staticmethod
    def _pause_s(kept: _Kept) -> float:
        """Return how long a book that was lost again and again has to wait: snapshots weigh."""
        if time.monotonic() - kept.loaded_s > LONGEST_PAUSE_S:
            kept.pause_s = 0.0
        pause_s = kept.pause_s
        kept.pause_s = min(max(2 * pause_s, PAUSE_S), LONGEST_PAUSE_S)
        return pause_s

    async def _snapshot(self, symbol: str) -> DepthSnapshot | None:
        async with self._one_at_a_time:
            try:
                return await self._fetch(symbol)
            except VenueError as error:
                _log.info("no snapshot of %s: %s", symbol, error)
                return None
