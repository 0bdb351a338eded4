"""The candles of one symbol: its past, the closed ones since, and those of this moment."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from terminal_app.practice.engine.history import (
    BUY_QUOTE,
    BUY_VOLUME,
    CLOSE,
    COUNT,
    FIRST_ID,
    HIGH,
    LAST_ID,
    LOW,
    OPEN,
    OPEN_TIME,
    QUOTE,
    VOLUME,
    History,
    aggregate,
)
from terminal_app.practice.engine.intervals import (
    DAY_MS,
    IntArray,
    bar_end,
    bar_start,
    building_interval,
    is_shifted,
)
from terminal_app.practice.engine.market_values import Candle
from terminal_app.practice.engine.model import SymbolRules

_KEPT_BARS = 20_000
# Two hours, as long as the account file keeps them: a terminal that stays open must not grow.
_KEPT_SECONDS = 7_200

# A bar is a column of a candle table as a list.
Bar = list[int]


class CandleSeries:
    """Build every interval from prints, continuing the history when there is one."""

    def __init__(
        self, rules: SymbolRules, intervals: Sequence[str], history: History | None
    ) -> None:
        self.intervals = intervals
        self._rules = rules
        self._history = history
        self._past: dict[str, IntArray] = {}
        self._closed: dict[str, deque[Bar]] = {
            interval: deque(maxlen=_KEPT_SECONDS if interval == "1s" else _KEPT_BARS)
            for interval in intervals
        }
        self._forming: dict[str, Bar] = {}
        self._ends: dict[str, int] = {}
        self._next_end = 0
        self._opened_ms: dict[str, int] = {}
        # Bars that had begun before the opening and have not been joined with that part yet.
        self._begun: set[str] = set()
        self._first_id = 0

    def start(self, time_ms: int, ticks: int, next_trade_id: int) -> None:
        """Open the first bars at a time, as far as the history has brought them."""
        for interval in self.intervals:
            start = bar_start(interval, time_ms)
            self._open(interval, _flat(start, ticks))
            self._opened_ms[interval] = start
            if self._history is not None:
                self._first_id = next_trade_id
                self._begun.add(interval)
                if start >= self._history.near_ms:
                    self._join_begun(interval)
        self._next_end = min(self._ends.values())
        if self._history is not None:
            self._keep_day(self._history, time_ms)
            self._history.forget()

    def roll(self, time_ms: int) -> list[tuple[str, Bar]]:
        """Close the bars that ended by a time and return them in order of their end."""
        closed: list[tuple[str, Bar]] = []
        while self._forming and time_ms >= self._next_end:
            end = self._next_end
            for interval in self.intervals:
                if self._ends[interval] == end:
                    bar = self._formed(interval)
                    self._closed[interval].append(bar)
                    closed.append((interval, bar))
                    self._open(interval, _flat(end, bar[CLOSE]))
            self._next_end = min(self._ends.values())
        return closed

    def add(self, trade_id: int, ticks: int, lots: int, is_buyer_maker: bool) -> None:
        """Count a print in the bar of every interval; `roll` to its time first."""
        quote = ticks * lots
        for bar in self._forming.values():
            if not bar[COUNT]:
                bar[OPEN] = bar[HIGH] = bar[LOW] = ticks
                bar[FIRST_ID] = trade_id
            elif ticks > bar[HIGH]:
                bar[HIGH] = ticks
            elif ticks < bar[LOW]:
                bar[LOW] = ticks
            bar[CLOSE] = ticks
            bar[VOLUME] += lots
            bar[QUOTE] += quote
            bar[COUNT] += 1
            bar[LAST_ID] = trade_id
            if not is_buyer_maker:
                bar[BUY_VOLUME] += lots
                bar[BUY_QUOTE] += quote

    def forming(self, interval: str) -> Bar | None:
        """Return the bar of this moment."""
        return self._formed(interval) if self._forming else None

    def query(
        self,
        interval: str,
        limit: int,
        start_ms: int | None,
        end_ms: int | None,
        offset_ms: int = 0,
    ) -> list[Candle]:
        """Return candles by open time: with a start the oldest from it, else the newest.

        Bars are cut in the time zone that is ahead of UTC by `offset_ms`.
        """
        low = -1 if start_ms is None else start_ms
        high = 1 << 62 if end_ms is None else end_ms
        if is_shifted(interval, offset_ms):
            table = self._in_zone(interval, offset_ms)
            first = int(table[OPEN_TIME].searchsorted(low))
            last = int(table[OPEN_TIME].searchsorted(high, side="right"))
            chosen = table[:, first:last]
            chosen = chosen[:, :limit] if start_ms is not None else chosen[:, -limit:]
            return [self.candle(interval, bar, offset_ms) for bar in chosen.T.tolist()]
        bars = self._oldest(interval, low, high) if start_ms is not None else None
        if bars is None:
            newest = list(islice(self._newest(interval, high), limit))
            return [self.candle(interval, bar) for bar in reversed(newest)]
        return [self.candle(interval, bar) for bar in islice(bars, limit)]

    def newest_bars(self, interval: str, from_ms: int) -> list[Bar]:
        """Return bars that open at or after a time, newest first."""
        found: list[Bar] = []
        for bar in self._newest(interval, 1 << 62, from_ms):
            if bar[OPEN_TIME] < from_ms:
                break
            found.append(bar)
        return found

    def table(self, interval: str, from_ms: int) -> IntArray:
        """Return the bars that open at or after a time as a candle table, the forming one last."""
        newest = [self._formed(interval)]
        for bar in reversed(self._closed[interval]):
            if bar[OPEN_TIME] < from_ms:
                break
            newest.append(bar)
        live = np.array(newest[::-1], dtype=np.int64).T
        past = self._past_bars(interval) if from_ms < self._opened_ms[interval] else None
        if past is None:
            return live
        first = int(past[OPEN_TIME].searchsorted(from_ms))
        return np.hstack([past[:, first:], live])

    def candle(self, interval: str, bar: Bar, offset_ms: int = 0) -> Candle:
        """Return a bar in prices and quantities."""
        rules = self._rules
        unit = rules.tick_size * rules.step_size
        return Candle(
            open_time_ms=bar[OPEN_TIME],
            close_time_ms=bar_end(interval, bar[OPEN_TIME] + offset_ms) - offset_ms - 1,
            open=rules.price(bar[OPEN]),
            high=rules.price(bar[HIGH]),
            low=rules.price(bar[LOW]),
            close=rules.price(bar[CLOSE]),
            volume=rules.quantity(bar[VOLUME]),
            quote_volume=unit * bar[QUOTE],
            trade_count=bar[COUNT],
            taker_buy_volume=rules.quantity(bar[BUY_VOLUME]),
            taker_buy_quote_volume=unit * bar[BUY_QUOTE],
            first_trade_id=bar[FIRST_ID],
            last_trade_id=bar[LAST_ID],
        )

    def _in_zone(self, interval: str, offset_ms: int) -> IntArray:
        table = self.table(building_interval(interval, offset_ms), 0)
        table[OPEN_TIME] += offset_ms
        table = aggregate(table, interval)
        table[OPEN_TIME] -= offset_ms
        return table

    def _formed(self, interval: str) -> Bar:
        if interval in self._begun:
            self._join_begun(interval)
        return self._forming[interval]

    def _join_begun(self, interval: str) -> None:
        self._begun.discard(interval)
        assert self._history is not None  # else no bar began before the opening
        seen = self._history.bars(interval, self._opened_ms[interval])
        if not seen.shape[1]:
            return
        before, bar = seen[:, -1].tolist(), self._forming[interval]
        if before[LAST_ID] < 0 and before[COUNT]:
            before[FIRST_ID:] = [self._first_id - before[COUNT], self._first_id - 1]
        if not bar[COUNT]:
            bar[:] = before
            return
        bar[OPEN] = before[OPEN]
        bar[HIGH], bar[LOW] = max(before[HIGH], bar[HIGH]), min(before[LOW], bar[LOW])
        for row in (VOLUME, QUOTE, COUNT, BUY_VOLUME, BUY_QUOTE):
            bar[row] += before[row]
        bar[FIRST_ID] = before[FIRST_ID] if before[COUNT] else bar[FIRST_ID]

    def _keep_day(self, history: History, time_ms: int) -> None:
        """Keep the minutes the day's statistics need, all else is drawn when asked for."""
        bars = history.bars("1m", bar_start("1m", time_ms - DAY_MS))
        past = bars[:, bars[OPEN_TIME] < self._opened_ms["1m"]]
        if past.shape[1]:
            self._closed["1m"].extend(past.T.tolist())
            self._opened_ms["1m"] = int(past[OPEN_TIME, 0])

    def _open(self, interval: str, bar: Bar) -> None:
        self._forming[interval] = bar
        self._ends[interval] = bar_end(interval, bar[OPEN_TIME])

    def _past_bars(self, interval: str) -> IntArray | None:
        closed = self._closed[interval]
        if self._history is None or len(closed) == closed.maxlen:
            return None
        past = self._past.get(interval)
        if past is None:
            bars = self._history.bars(interval)
            past = bars[:, : int(bars[OPEN_TIME].searchsorted(self._opened_ms[interval]))]
            self._past[interval] = past
        return past

    def _newest(self, interval: str, high: int, low: int = 0) -> Iterator[Bar]:
        live = (self._formed(interval), *reversed(self._closed[interval]))
        yield from (bar for bar in live if bar[OPEN_TIME] <= high)
        past = self._past_bars(interval) if low < self._opened_ms[interval] else None
        if past is not None:
            last = int(past[OPEN_TIME].searchsorted(high, side="right"))
            for index in range(last - 1, -1, -1):
                yield past[:, index].tolist()

    def _oldest(self, interval: str, low: int, high: int) -> Iterator[Bar]:
        past = self._past_bars(interval)
        if past is not None:
            first = int(past[OPEN_TIME].searchsorted(low))
            last = int(past[OPEN_TIME].searchsorted(high, side="right"))
            for index in range(first, last):
                yield past[:, index].tolist()
        live = (*self._closed[interval], self._formed(interval))
        yield from (bar for bar in live if low <= bar[OPEN_TIME] <= high)


def _flat(start_ms: int, ticks: int) -> Bar:
    return [start_ms, ticks, ticks, ticks, ticks, 0, 0, 0, 0, 0, -1, -1]
