"""Keep the past of a synthetic market over a restart.

Closed bars and the forming ones are written once a second of wall time. The minutes nobody was
there are filled at the next opening by a seeded way from the last close to the price the market
goes on with; they look like any other bar. Minutes older than a week become hours.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np

from terminal_app.practice.engine.history import (
    CLOSE,
    COUNT,
    LAST_ID,
    OPEN_TIME,
    KeptBars,
    aggregate,
    bridge,
    no_bars,
    set_first_ids,
)
from terminal_app.practice.engine.intervals import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, IntArray
from terminal_app.practice.engine.kinds import MarketName
from terminal_app.practice.engine.listing import Listing
from terminal_app.practice.store.past_store import (
    BarRow,
    MarketPast,
    PastStore,
    SymbolPast,
    aligned,
    present,
)

_SECONDS_KEPT_MS = 2 * HOUR_MS
_MINUTES_KEPT_MS = 7 * DAY_MS
# A killed program did not write the ids it gave in its last moments.
_UNWRITTEN_TRADES = 100_000
_UNWRITTEN_UPDATES = 10_000_000
_INTERVALS = {SECOND_MS: "1s", MINUTE_MS: "1m"}


class Store(Protocol):
    """What a keeper needs of the account file."""

    past: PastStore

    def transaction(self) -> AbstractContextManager[object]:
        """Join writes."""
        ...


class PastKeeper:
    """Bring the past of one market up to a time, then write on what happens."""

    def __init__(self, market: MarketName, seed: int, salt: int, store: Store) -> None:
        self.symbols: dict[str, SymbolPast] = {}
        self.seed = seed
        self._market = market
        self._salt = salt
        self._store = store
        self._kept: dict[str, KeptBars] = {}
        self._from_ms: dict[int, int] = {}
        self._pruned_ms = 0

    def resume(
        self, fresh: Mapping[str, SymbolPast], ticks: Mapping[str, int], now_ms: int
    ) -> None:
        """Fill the time since the last run; `ticks` are the prices to go on with.

        A symbol that the last run did not have gets its `fresh` past, one that this run does not
        have loses its own.
        """
        self.symbols = dict(fresh)
        past = self._store.past.load(self._market)
        if past is None:
            return
        self.seed = past.seed
        with self._store.transaction():
            if list(past.symbols) != list(ticks):
                self._store.past.rearrange(self._market, list(past.symbols), list(ticks))
            self._fill(past, ticks, now_ms)
            self._prune(now_ms)
        spans = (SECOND_MS, MINUTE_MS, HOUR_MS)
        tables = [self._store.past.bars(self._market, span, len(ticks)) for span in spans]
        for index, symbol in enumerate(ticks):
            self._kept[symbol] = KeptBars(*(present(table[index]) for table in tables))

    def kept(self, symbol: str) -> KeptBars:
        """Return what was kept of a symbol."""
        return self._kept.get(symbol, KeptBars())

    def write(self, listings: Mapping[str, Listing], now_ms: int, is_closed: bool) -> None:
        """Write what happened since the last time; the caller holds the transaction."""
        rows: list[BarRow] = []
        for span, interval in _INTERVALS.items():
            rows += self._new_rows(listings, span, interval, now_ms)
        for symbol, listing in listings.items():
            self.symbols[symbol] = SymbolPast(
                self.symbols[symbol].plan, listing.tape.next_trade_id, listing.book.update_id
            )
        past = MarketPast(self.seed, now_ms, is_closed, self.symbols)
        self._store.past.save(self._market, past, rows)
        if now_ms - self._pruned_ms > HOUR_MS:
            self._prune(now_ms)

    def _new_rows(
        self, listings: Mapping[str, Listing], span: int, interval: str, now_ms: int
    ) -> list[BarRow]:
        from_ms = max(self._from_ms.get(span, now_ms - now_ms % span), now_ms - _SECONDS_KEPT_MS)
        columns = []
        for listing in listings.values():
            series = listing.tape.candles()
            if series is None or interval not in series.intervals:
                return []
            columns.append(series.newest_bars(interval, from_ms))
        self._from_ms[span] = columns[0][0][OPEN_TIME]
        return [(span, bars[0][OPEN_TIME], np.array(bars)) for bars in zip(*columns, strict=True)]

    def _fill(self, past: MarketPast, ticks: Mapping[str, int], now_ms: int) -> None:
        store, market = self._store.past, self._market
        edges = _edges(-(-past.saved_ms // SECOND_MS) * SECOND_MS, now_ms)
        minutes = store.bars(market, MINUTE_MS, len(ticks))
        rows: dict[int, list[IntArray]] = {SECOND_MS: [], MINUTE_MS: [], HOUR_MS: []}
        lost = 0 if past.is_closed else _UNWRITTEN_TRADES
        steps = np.diff(edges)
        for index, (symbol, to_ticks) in enumerate(ticks.items()):
            last, one = minutes[index][:, -1:], past.symbols.get(symbol)
            drawn = aligned(no_bars(), edges[:-1])
            if one is not None and present(last).size:
                next_id = one.next_trade_id + lost
                if len(steps):
                    way = (int(last[CLOSE, 0]), to_ticks)
                    drawn = bridge(past.seed, self._salt, one.plan, edges, way)
                    drawn[LAST_ID] = next_id + np.cumsum(drawn[COUNT]) - 1
                    set_first_ids(drawn)
                    next_id += int(drawn[COUNT].sum())
                update_id = one.update_id + _UNWRITTEN_UPDATES
                self.symbols[symbol] = SymbolPast(one.plan, next_id, update_id)
            if len(steps):
                fine = np.hstack([last, drawn[:, steps < HOUR_MS]])
                rows[SECOND_MS].append(drawn[:, steps == SECOND_MS])
                rows[MINUTE_MS].append(aggregate(fine, "1m"))
                rows[HOUR_MS].append(drawn[:, steps == HOUR_MS])
        if self._market is MarketName.USDM:
            rows[SECOND_MS] = []
        written = [row for span, tables in rows.items() for row in _rows(span, tables)]
        saved_ms = max(past.saved_ms, int(edges[-1]) if len(steps) else 0)
        store.save(market, MarketPast(past.seed, saved_ms, True, self.symbols), written)

    def _prune(self, now_ms: int) -> None:
        store, count = self._store.past, len(self.symbols)
        self._pruned_ms = now_ms
        store.drop(self._market, SECOND_MS, now_ms - _SECONDS_KEPT_MS - MINUTE_MS)
        limit = _oldest_minute(now_ms)
        minutes = store.bars(self._market, MINUTE_MS, count)
        old = minutes[:, :, minutes[0, OPEN_TIME] < limit] if count else minutes
        if not old.size:
            return
        opens = aggregate(old[0], "1h")[OPEN_TIME]
        hours = [aligned(aggregate(present(table), "1h"), opens) for table in old]
        past = store.load(self._market)
        if past is not None:
            store.save(self._market, past, _rows(HOUR_MS, hours))
        store.drop(self._market, MINUTE_MS, limit)


def _rows(span_ms: int, tables: list[IntArray]) -> list[BarRow]:
    if not tables:
        return []
    stacked = np.stack(tables).transpose(2, 0, 1)
    return [(span_ms, int(bars[0, OPEN_TIME]), bars) for bars in stacked]


def _oldest_minute(now_ms: int) -> int:
    return now_ms // HOUR_MS * HOUR_MS - _MINUTES_KEPT_MS


def _edges(from_ms: int, to_ms: int) -> IntArray:
    """Return where bars begin: seconds at both ends, minutes and hours between."""
    to_ms -= to_ms % SECOND_MS
    fine_from = to_ms // MINUTE_MS * MINUTE_MS - _SECONDS_KEPT_MS
    minute_from = _oldest_minute(to_ms)
    parts: list[IntArray] = []
    at = from_ms
    for step, until in (
        (SECOND_MS, min(fine_from, -(-at // MINUTE_MS) * MINUTE_MS)),
        (MINUTE_MS, min(fine_from, -(-at // HOUR_MS) * HOUR_MS)),
        (HOUR_MS, minute_from),
        (MINUTE_MS, fine_from),
        (SECOND_MS, to_ms),
    ):
        if until > at:
            parts.append(np.arange(at, until, step, dtype=np.int64))
            at = until
    return np.append(np.hstack(parts), to_ms) if parts else np.zeros(0, dtype=np.int64)
