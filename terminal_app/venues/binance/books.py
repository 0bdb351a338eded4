"""Fetch the snapshots that order books begin with."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from terminal_app.errors import VenueError
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import MarketSink
from terminal_app.venues.binance.depth_sync import Continues, DepthDiff, DepthSnapshot, DepthSync

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

    def on_disconnect(self) -> None:
        """Give every book up."""
        for kept in self._kept.values():
            if kept.fetching is not None:
                kept.fetching.cancel()
                kept.fetching = None
            was_live = not kept.sync.needs_snapshot
            event = kept.sync.on_disconnect("disconnected")
            kept.diff_seen.clear()
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
            async with asyncio.timeout(FIRST_DIFF_S):
                await kept.diff_seen.wait()
        except TimeoutError:
            pass
        pause_s = PAUSE_S
        while self._kept.get(symbol) is kept and kept.sync.needs_snapshot:
            snapshot = await self._snapshot(symbol)
            if snapshot is not None:
                for event in kept.sync.on_snapshot(snapshot):
                    kept.tell(event)
            if kept.sync.needs_snapshot:
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    async def _snapshot(self, symbol: str) -> DepthSnapshot | None:
        async with self._one_at_a_time:
            try:
                return await self._fetch(symbol)
            except VenueError as error:
                _log.info("no snapshot of %s: %s", symbol, error)
                return None
