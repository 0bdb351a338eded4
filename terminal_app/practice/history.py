"""Candles of the time before the synthetic market opened.

Four tiers (seconds, minutes, hours, days) are walked backwards from the opening price; each tier
ends where the next finer one begins and is continued by it, so every interval agrees with every
other one wherever both exist.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from terminal_app.practice.intervals import (
    DAY_MS,
    HOUR_MS,
    MINUTE_MS,
    SECOND_MS,
    IntArray,
    bar_starts,
)

# rows of a candle table
OPEN_TIME, OPEN, HIGH, LOW, CLOSE, VOLUME, QUOTE, COUNT, BUY_VOLUME, BUY_QUOTE = range(10)
ROWS = 10

_SECONDS_SPAN_MS = 2 * HOUR_MS
_MINUTES_SPAN_MS = 33 * DAY_MS
_HOURS_SPAN_MS = 760 * DAY_MS
_SIGMA_PER_SQRT_SECOND = 5.5e-5
_MEAN_REVERSION_DAYS = 900.0

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HistoryPlan:
    """Say what a symbol's past should look like; prices in ticks, sizes in lots."""

    base_asset: str
    open_ticks: int
    listed_ms: int
    opens_ms: int
    trades_per_second: float
    mean_lots: float


class History:
    """Answer the closed candles of a symbol before it opened."""

    def __init__(self, seed: int, salt: int, plan: HistoryPlan) -> None:
        # The path is drawn from the base asset alone: spot and futures share it.
        letters = [ord(letter) for letter in plan.base_asset]
        self._path = np.random.default_rng([seed, *letters])
        self._flow = np.random.default_rng([seed, salt, *letters])
        self._plan = plan
        opens_ms = plan.opens_ms - plan.opens_ms % SECOND_MS
        day = opens_ms - opens_ms % DAY_MS
        starts = (
            (SECOND_MS, max(plan.listed_ms, opens_ms // MINUTE_MS * MINUTE_MS - _SECONDS_SPAN_MS)),
            (MINUTE_MS, max(plan.listed_ms, day - _MINUTES_SPAN_MS)),
            (HOUR_MS, max(plan.listed_ms, day - _HOURS_SPAN_MS)),
            (DAY_MS, plan.listed_ms),
        )
        end, close = opens_ms, plan.open_ticks
        tiers: list[IntArray] = []
        for step, start in starts:
            tier = self._tier(start, end, step, close)
            if tier.shape[1]:
                end, close = start, int(tier[OPEN, 0])
            tiers.append(tier)
        self._seconds = tiers[0]
        self._minutes = np.hstack([tiers[1], aggregate(self._seconds, "1m")])
        self._hours = np.hstack([tiers[2], aggregate(self._minutes, "1h")])
        self._days = np.hstack([tiers[3], aggregate(self._hours, "1d")])

    def bars(self, interval: str, from_ms: int = 0) -> IntArray:
        """Return bars from a bar's start on, the last as far as it had come at the opening."""
        table = self._days
        if interval == "1s":
            table = self._seconds
        elif interval.endswith("m"):
            table = self._minutes
        elif interval.endswith("h"):
            table = self._hours
        first = int(np.searchsorted(table[OPEN_TIME], from_ms))
        return aggregate(table[:, first:], interval)

    def _tier(self, start: int, end: int, step: int, close_ticks: int) -> IntArray:
        count = max(0, (end - start) // step)
        if not count:
            return np.zeros((ROWS, 0), dtype=np.int64)
        seconds = step / SECOND_MS
        sigma = _SIGMA_PER_SQRT_SECOND * np.sqrt(seconds)
        turbulence = self._turbulence(count)
        closes = self._closes(count, sigma * turbulence, close_ticks, step)
        opens = np.empty(count)
        opens[1:] = closes[:-1]
        opens[0] = closes[0]
        reach = np.abs(self._path.normal(0.0, 0.6, (2, count))) * sigma * turbulence
        highs = np.maximum(opens, closes) * np.exp(reach[0])
        lows = np.minimum(opens, closes) * np.exp(-reach[1])
        table = np.empty((ROWS, count), dtype=np.int64)
        table[OPEN_TIME] = start + step * np.arange(count)
        for row, values in ((OPEN, opens), (HIGH, highs), (LOW, lows), (CLOSE, closes)):
            table[row] = np.maximum(1, np.rint(values))
        table[CLOSE, -1] = close_ticks
        table[HIGH] = np.maximum(table[HIGH], np.maximum(table[OPEN], table[CLOSE]))
        table[LOW] = np.minimum(table[LOW], np.minimum(table[OPEN], table[CLOSE]))
        self._fill_flow(table, seconds, turbulence)
        return table

    def _turbulence(self, count: int) -> FloatArray:
        # Volatility clusters: a smoothed noise, exponentiated.
        noise = self._path.normal(0.0, 1.0, count + 63)
        smooth = np.convolve(noise, np.ones(64) / 8.0, mode="valid")
        return np.asarray(np.exp(0.45 * smooth - 0.1))

    def _closes(self, count: int, sigma: FloatArray, close_ticks: int, step: int) -> FloatArray:
        # Backwards from the known close; old prices are pulled gently to the present one.
        moves = self._path.normal(0.0, 1.0, count) * sigma
        path = np.zeros(count)
        path[:-1] = -np.cumsum(moves[::-1])[-2::-1]
        age_days = (count - 1 - np.arange(count)) * step / DAY_MS
        path /= 1.0 + age_days / _MEAN_REVERSION_DAYS
        return np.asarray(close_ticks * np.exp(path))

    def _fill_flow(self, table: IntArray, seconds: float, turbulence: FloatArray) -> None:
        plan, count = self._plan, table.shape[1]
        expected = plan.trades_per_second * seconds * turbulence
        trades = self._flow.poisson(expected)
        quiet = trades == 0
        moved = (table[HIGH] != table[LOW]) & quiet
        trades[moved] = 1
        quiet &= ~moved
        noise = self._flow.lognormal(-0.125, 0.5, count)
        lots = np.maximum(trades, np.rint(trades * plan.mean_lots * noise)).astype(np.int64)
        lots[quiet] = 0
        direction = np.sign(table[CLOSE] - table[OPEN])
        share = np.clip(0.5 + 0.12 * direction + self._flow.normal(0, 0.12, count), 0.02, 0.98)
        bought = np.rint(lots * share).astype(np.int64)
        typical = (table[HIGH] + table[LOW] + table[CLOSE] * 2) // 4
        table[VOLUME], table[COUNT], table[BUY_VOLUME] = lots, trades, bought
        table[QUOTE], table[BUY_QUOTE] = lots * typical, bought * typical


def aggregate(table: IntArray, interval: str) -> IntArray:
    """Merge finer candles into the bars of an interval."""
    if not table.shape[1]:
        return table
    starts = bar_starts(interval, table[OPEN_TIME])
    first = np.flatnonzero(np.diff(starts, prepend=starts[0] - 1))
    last = np.append(first[1:], table.shape[1]) - 1
    merged = np.add.reduceat(table, first, axis=1)
    merged[OPEN_TIME] = starts[first]
    merged[OPEN], merged[CLOSE] = table[OPEN, first], table[CLOSE, last]
    merged[HIGH] = np.maximum.reduceat(table[HIGH], first)
    merged[LOW] = np.minimum.reduceat(table[LOW], first)
    return merged
