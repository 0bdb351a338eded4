"""Candles of the time before the synthetic market opened.

Tiers (seconds, the minutes of the last days, older minutes, hours, days) are walked backwards
from the price of the first opening; each tier ends where the next finer one begins and is
continued by it, so every interval agrees with every other one wherever both exist. What was kept
since the first opening follows.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from terminal_app.practice.engine.intervals import (
    DAY_MS,
    HOUR_MS,
    MINUTE_MS,
    SECOND_MS,
    IntArray,
    bar_starts,
)

# rows of a candle table; the ids of the first and last trade are -1 where none are known
OPEN_TIME, OPEN, HIGH, LOW, CLOSE, VOLUME, QUOTE, COUNT, BUY_VOLUME, BUY_QUOTE = range(10)
FIRST_ID, LAST_ID = 10, 11
ROWS = 12

_TIERS = ("1s", "1m", "1h", "1d")
_SECONDS_SPAN_MS = 2 * HOUR_MS
_MINUTES_SPAN_MS = 33 * DAY_MS
_HOURS_SPAN_MS = 760 * DAY_MS
_MEAN_REVERSION_DAYS = 900.0

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HistoryPlan:
    """Say what a symbol's past should look like; prices in ticks, sizes in lots.

    `volatility` is the size of a second's move.
    """

    base_asset: str
    open_ticks: int
    listed_ms: int
    opens_ms: int
    trades_per_second: float
    mean_lots: float
    volatility: float = 5.5e-5


def no_bars() -> IntArray:
    """Return an empty candle table."""
    return np.zeros((ROWS, 0), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class KeptBars:
    """Hold what happened since the first opening; hours end where minutes begin."""

    seconds: IntArray = field(default_factory=no_bars)
    minutes: IntArray = field(default_factory=no_bars)
    hours: IntArray = field(default_factory=no_bars)


class History:
    """Answer the candles of a symbol before it opened, kept ones included."""

    def __init__(self, seed: int, salt: int, plan: HistoryPlan, kept: KeptBars) -> None:
        self._seeds = seed, salt
        self._plan = plan
        self._kept = kept
        self._tables: _Tables | None = None
        self.near_ms = plan.opens_ms - plan.opens_ms % DAY_MS - DAY_MS

    def bars(self, interval: str, from_ms: int = 0) -> IntArray:
        """Return bars from a bar's start on, the last as far as it had come at the opening.

        Bars from `near_ms` on are quick to draw.
        """
        is_near = from_ms >= self.near_ms
        if self._tables is None or not (is_near or self._tables.is_whole):
            self._tables = _Tables(*self._seeds, self._plan, self._kept, not is_near)
        table = self._tables.of(interval)
        first = int(np.searchsorted(table[OPEN_TIME], from_ms))
        found = table[:, first:]
        return found if interval in _TIERS else aggregate(found, interval)

    def last_close(self) -> int:
        """Return the price before the opening, in ticks."""
        return int(self.bars("1m", self.near_ms)[CLOSE, -1])

    def __getstate__(self) -> dict[str, object]:
        return {**vars(self), "_tables": None}

    def forget(self) -> None:
        """Give back the memory; the same bars are drawn again when somebody asks for them."""
        self._tables = None


class _Tables:
    """Hold the drawn tiers with what was kept; all of them or those of the last days alone."""

    def __init__(
        self, seed: int, salt: int, plan: HistoryPlan, kept: KeptBars, is_whole: bool
    ) -> None:
        self.is_whole = is_whole
        # The path is drawn from the base asset alone: spot and futures share it.
        letters = [ord(letter) for letter in plan.base_asset]
        self._path = np.random.default_rng([seed, *letters])
        self._flow = np.random.default_rng([seed, salt, *letters])
        self._plan = plan
        opens_ms = plan.opens_ms - plan.opens_ms % SECOND_MS
        day = opens_ms - opens_ms % DAY_MS
        starts = [
            (SECOND_MS, max(plan.listed_ms, opens_ms // MINUTE_MS * MINUTE_MS - _SECONDS_SPAN_MS)),
            (MINUTE_MS, max(plan.listed_ms, day - DAY_MS)),
            (MINUTE_MS, max(plan.listed_ms, day - _MINUTES_SPAN_MS)),
            (HOUR_MS, max(plan.listed_ms, day - _HOURS_SPAN_MS)),
            (DAY_MS, plan.listed_ms),
        ]
        end, close = opens_ms, plan.open_ticks
        tiers: list[IntArray] = []
        for step, start in starts if is_whole else starts[:2]:
            tier = self._tier(start, end, step, close)
            if tier.shape[1]:
                end, close = start, int(tier[OPEN, 0])
            tiers.append(tier)
        self._seconds, near, *far = tiers
        far_minutes, hours, days = far or (no_bars(),) * 3
        self._minutes = np.hstack([far_minutes, near, aggregate(self._seconds, "1m")])
        self._hours = np.hstack([hours, aggregate(self._minutes, "1h")])
        if kept.minutes.shape[1]:
            self._continue(kept)
        self._days = np.hstack([days, aggregate(self._hours, "1d")])

    def of(self, interval: str) -> IntArray:
        """Return the tier an interval is made of."""
        if interval == "1s":
            return self._seconds
        if interval.endswith("m"):
            return self._minutes
        return self._hours if interval.endswith("h") else self._days

    def _continue(self, kept: KeptBars) -> None:
        since = np.hstack([kept.hours, kept.minutes])
        # The minute of the first opening was kept as a whole, its hour was not.
        minute = self._plan.opens_ms - self._plan.opens_ms % MINUTE_MS
        before = self._minutes[:, self._minutes[OPEN_TIME] < minute]
        hour = minute - minute % HOUR_MS
        hours = self._hours[:, self._hours[OPEN_TIME] < hour]
        part = before[:, before[OPEN_TIME] >= hour]
        self._hours = np.hstack([hours, aggregate(np.hstack([part, since]), "1h")])
        self._minutes = _joined(before, kept.minutes, MINUTE_MS)
        self._seconds = _joined(self._seconds, kept.seconds, SECOND_MS)

    def _tier(self, start: int, end: int, step: int, close_ticks: int) -> IntArray:
        count = max(0, (end - start) // step)
        if not count:
            return np.zeros((ROWS, 0), dtype=np.int64)
        seconds = step / SECOND_MS
        sigma = self._plan.volatility * np.sqrt(seconds)
        turbulence = _turbulence(self._path, count)
        closes = self._closes(count, sigma * turbulence, close_ticks, step)
        opens = np.empty(count)
        opens[1:] = closes[:-1]
        opens[0] = closes[0]
        table = _shaped(self._path, opens, closes, sigma * turbulence)
        table[OPEN_TIME] = start + step * np.arange(count)
        table[CLOSE, -1] = close_ticks
        _enclose(table)
        fill_flow(self._flow, table, self._plan, seconds * turbulence)
        return table

    def _closes(self, count: int, sigma: FloatArray, close_ticks: int, step: int) -> FloatArray:
        # Backwards from the known close; old prices are pulled gently to the present one.
        moves = self._path.normal(0.0, 1.0, count) * sigma
        path = np.zeros(count)
        path[:-1] = -np.cumsum(moves[::-1])[-2::-1]
        age_days = (count - 1 - np.arange(count)) * step / DAY_MS
        path /= 1.0 + age_days / _MEAN_REVERSION_DAYS
        return np.asarray(close_ticks * np.exp(path))


def bridge(
    seed: int, salt: int, plan: HistoryPlan, edges_ms: IntArray, ticks: tuple[int, int]
) -> IntArray:
    """Draw the bars between edges in time that lead from one price in ticks to another.

    Spot and futures of a base asset take the same way.
    """
    letters = [ord(letter) for letter in plan.base_asset]
    path = np.random.default_rng([seed, int(edges_ms[0]), *letters])
    flow = np.random.default_rng([seed, int(edges_ms[0]), salt, *letters])
    seconds = np.diff(edges_ms) / SECOND_MS
    count = len(seconds)
    turbulence = _turbulence(path, count)
    sigma = plan.volatility * np.sqrt(seconds) * turbulence
    walk = np.cumsum(path.normal(0.0, 1.0, count) * sigma)
    gone = np.cumsum(seconds) / seconds.sum()
    closes = ticks[0] * np.exp(walk + gone * (np.log(ticks[1] / ticks[0]) - walk[-1]))
    opens = np.append(float(ticks[0]), closes[:-1])
    table = _shaped(path, opens, closes, sigma)
    table[OPEN_TIME] = edges_ms[:-1]
    _enclose(table)
    fill_flow(flow, table, plan, seconds * turbulence)
    return table


def fill_flow(
    flow: np.random.Generator, table: IntArray, plan: HistoryPlan, busy_seconds: FloatArray
) -> None:
    """Draw the volumes and counts of bars whose prices are set."""
    count = table.shape[1]
    trades = flow.poisson(plan.trades_per_second * busy_seconds)
    quiet = trades == 0
    moved = (table[HIGH] != table[LOW]) & quiet
    trades[moved] = 1
    quiet &= ~moved
    noise = flow.lognormal(-0.125, 0.5, count)
    lots = np.maximum(trades, np.rint(trades * plan.mean_lots * noise)).astype(np.int64)
    lots[quiet] = 0
    direction = np.sign(table[CLOSE] - table[OPEN])
    share = np.clip(0.5 + 0.12 * direction + flow.normal(0, 0.12, count), 0.02, 0.98)
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
    merged[LAST_ID] = np.maximum.reduceat(table[LAST_ID], first)
    set_first_ids(merged)
    return merged


def set_first_ids(table: IntArray) -> None:
    """Set the first trade ids from the last ones: the ids of a bar are consecutive."""
    known = (table[COUNT] > 0) & (table[LAST_ID] >= 0)
    table[FIRST_ID] = np.where(known, table[LAST_ID] - table[COUNT] + 1, -1)
    table[LAST_ID, ~known] = -1


def _turbulence(path: np.random.Generator, count: int) -> FloatArray:
    # Volatility clusters: a smoothed noise, exponentiated.
    noise = path.normal(0.0, 1.0, count + 63)
    smooth = np.convolve(noise, np.ones(64) / 8.0, mode="valid")
    return np.asarray(np.exp(0.45 * smooth - 0.1))


def _shaped(
    path: np.random.Generator, opens: FloatArray, closes: FloatArray, sigma: FloatArray
) -> IntArray:
    reach = np.abs(path.normal(0.0, 0.6, (2, len(opens)))) * sigma
    highs = np.maximum(opens, closes) * np.exp(reach[0])
    lows = np.minimum(opens, closes) * np.exp(-reach[1])
    table = np.zeros((ROWS, len(opens)), dtype=np.int64)
    for row, values in ((OPEN, opens), (HIGH, highs), (LOW, lows), (CLOSE, closes)):
        table[row] = np.maximum(1, np.rint(values))
    table[FIRST_ID:] = -1
    return table


def _enclose(table: IntArray) -> None:
    table[HIGH] = np.maximum(table[HIGH], np.maximum(table[OPEN], table[CLOSE]))
    table[LOW] = np.minimum(table[LOW], np.minimum(table[OPEN], table[CLOSE]))


def _joined(before: IntArray, since: IntArray, step_ms: int) -> IntArray:
    """Return both where they meet, else the newest bars without a hole."""
    if not since.shape[1]:
        return since
    before = before[:, before[OPEN_TIME] < since[OPEN_TIME, 0]]
    table = np.hstack([before, since])
    holes = np.flatnonzero(np.diff(table[OPEN_TIME]) != step_ms)
    return table[:, holes[-1] + 1 :] if len(holes) else table
