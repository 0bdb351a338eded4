"""The past of a market: from disk what was asked before, from the venue what was not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from terminal_app.domain.candle_times import Span, missing, open_time_ms, span_before
from terminal_app.domain.market import Candle, Interval
from terminal_app.errors import StorageError
from terminal_app.services.clock import venue_now_ms
from terminal_app.storage.candle_cache import CandleCache, Series
from terminal_app.venues.base import Venue

PAGE = 1000
# A candle that has only just ended may still take a trade on its way through the venue.
SETTLED_MS = 10_000
BEGINNING_MS = 0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """Hold candles in a row, oldest first, and whether nothing older exists."""

    candles: list[Candle]
    reached_listing: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """Say how far a long load has come; ``share`` is None while the whole is not known."""

    loaded: int
    oldest_ms: int
    share: float | None


class CandleHistory:
    """Answer candles of one market, asking the venue for each closed one once.

    Whatever is fetched is kept at once, so a load that was cancelled goes on where it ended.
    """

    def __init__(self, venue: Venue, cache: CandleCache) -> None:
        self._venue = venue
        self._cache = cache
        self._scope = f"{venue.environment.name}/{venue.capabilities.market}"
        self._locks: dict[Series, asyncio.Lock] = {}

    async def newest_kept(self, symbol: str, interval: Interval) -> list[Candle]:
        """Return the newest candles that are on disk, without asking the venue."""
        series = self._series(symbol, interval)
        try:
            spans = await self._cache.spans(series)
            return await self._cache.candles(series, spans[-1], PAGE) if spans else []
        except StorageError as error:
            _log.warning("candles are not kept: %s", error)
            return []

    async def newest(self, symbol: str, interval: Interval) -> Page:
        """Return the venue's newest page, the forming candle last. May raise ``VenueError``."""
        series = self._series(symbol, interval)
        rows = await self._venue.market_data.candles(symbol, interval, limit=PAGE)
        if rows:
            await self._keep(series, rows, rows[-1].close_time_ms + 1)
        return Page(rows, len(rows) < PAGE)

    async def older(self, symbol: str, interval: Interval, before_ms: int, count: int) -> Page:
        """Return the ``count`` candles that opened last before a time. May raise ``VenueError``."""
        series = self._series(symbol, interval)
        found: list[Candle] = []
        # Who asks for the same stretch at the same time finds it kept.
        async with self._lock(series):
            edge_ms, is_first = before_ms, False
            while len(found) < count and not is_first:
                candles, edge_ms, is_first = await self._before(series, edge_ms, count - len(found))
                found[:0] = candles
        return Page(found[-count:], is_first and len(found) <= count)

    async def load(
        self,
        symbol: str,
        interval: Interval,
        from_ms: int = BEGINNING_MS,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        """Keep every candle from a time on, from the listing on by default, newest first.

        May raise ``VenueError`` and ``StorageError``; cancelling or failing loses one page.
        """
        series = self._series(symbol, interval)
        wanted = Span(from_ms, open_time_ms(interval, venue_now_ms(self._venue) - SETTLED_MS))
        loaded = 0
        while True:
            async with self._lock(series):
                gaps = missing(await self._cache.spans(series), wanted)
                if not gaps:
                    break
                rows, edge_ms, _ = await self._fetch(series, gaps[-1].to_ms, must_keep=True)
            loaded += len(rows)
            left_ms = sum(gap.length_ms for gap in gaps[:-1]) + max(edge_ms - gaps[-1].from_ms, 0)
            share = 1 - left_ms / wanted.length_ms
            on_progress(Progress(loaded, edge_ms, share if from_ms > BEGINNING_MS else None))

    async def _before(
        self, series: Series, edge_ms: int, count: int
    ) -> tuple[list[Candle], int, bool]:
        """Return candles in a row before an edge, the edge before them, and if they are first."""
        try:
            span = span_before(await self._cache.spans(series), edge_ms)
            kept = await self._cache.candles(series, span, count) if span is not None else []
        except StorageError as error:
            _log.warning("candles are not kept: %s", error)
            span, kept = None, []
        if span is None:
            return await self._fetch(series, edge_ms)
        if len(kept) == count:
            return kept, kept[0].open_time_ms, False
        return kept, span.from_ms, span.from_ms == BEGINNING_MS

    async def _fetch(
        self, series: Series, edge_ms: int, *, must_keep: bool = False
    ) -> tuple[list[Candle], int, bool]:
        rows = await self._venue.market_data.candles(
            series.symbol, series.interval, limit=PAGE, end_ms=edge_ms - 1
        )
        is_first = len(rows) < PAGE
        try:
            await self._store(series, rows, edge_ms)
        except StorageError as error:
            if must_keep:
                raise
            _log.warning("candles are not kept: %s", error)
        return rows, BEGINNING_MS if is_first else rows[0].open_time_ms, is_first

    async def _keep(self, series: Series, rows: Sequence[Candle], edge_ms: int) -> None:
        try:
            await self._store(series, rows, edge_ms)
        except StorageError as error:
            _log.warning("candles are not kept: %s", error)

    async def _store(self, series: Series, rows: Sequence[Candle], edge_ms: int) -> None:
        settled_ms = venue_now_ms(self._venue) - SETTLED_MS
        settled = [row for row in rows if row.closed and row.close_time_ms < settled_ms]
        if len(settled) < len(rows):
            edge_ms = settled[-1].close_time_ms + 1 if settled else BEGINNING_MS
        from_ms = rows[0].open_time_ms if len(rows) == PAGE else BEGINNING_MS
        span = Span(from_ms, min(edge_ms, settled_ms))
        if span.length_ms > 0 and not await self._cache.keep(series, settled, span):
            _log.info("%s: the past is another one now; what was kept is forgotten", series)

    def _series(self, symbol: str, interval: Interval) -> Series:
        return Series(self._scope, symbol, interval)

    def _lock(self, series: Series) -> asyncio.Lock:
        return self._locks.setdefault(series, asyncio.Lock())
