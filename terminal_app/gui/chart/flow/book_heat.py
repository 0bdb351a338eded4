"""Keep how much rested at each price over time, in memory that does not grow."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from terminal_app.gui.chart.series import FloatColumn, IntColumn
from terminal_app.gui.chart.ticks import price_step

Codes = npt.NDArray[np.uint8]
Sizes = npt.NDArray[np.float32]

COLUMNS, BINS = 2048, 512
SAMPLE_MS = 1000
# A bin is at least this part of the price: 512 of them reach 1.3 % to either side.
_BIN_SHARE = 5e-5
# How often the window of a column may move, in bins: columns of one window are painted at once.
_WINDOW_STEP = BINS // 8
# What was not seen has the code 0 and nothing resting the code 1.
_UNKNOWN, _NOTHING, _LEAST_CODE = 0, 1, 2
_CODES_PER_DOUBLING = 16.0
# The size of the least code, as a part of what usually rests in a bin.
_LEAST_SHARE = 1 / 64


class BookHeat:
    """Hold one column for each moment of the book: the size resting in each bin of prices.

    A column holds until the next one. When all are used, each two become one with their mean and
    columns come half as often: the whole time since the beginning stays in sight. ``step`` is the
    height of a bin in units of price, 0 while nothing was added.
    """

    def __init__(self, columns: int = COLUMNS) -> None:
        self._room = columns
        self.step = 0.0
        self.version = 0
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.step, self.column_ms, self.usual = 0.0, SAMPLE_MS, 0.0
        self._count = 0
        self._starts: IntColumn = np.zeros(self._room, np.int64)
        self._ends: IntColumn = np.zeros(self._room, np.int64)
        self._lowest: IntColumn = np.zeros(self._room, np.int64)
        self._sizes: Sizes = np.zeros((0, BINS), np.float32)
        self._codes: Codes = np.zeros((0, BINS), np.uint8)
        self.version += 1

    def __len__(self) -> int:
        return self._count

    @property
    def since_ms(self) -> int | None:
        """Return when the first column begins."""
        return int(self._starts[0]) if self._count else None

    def wants(self, time_ms: int) -> bool:
        """Say whether the next column is due."""
        return not self._count or time_ms >= self._starts[self._count - 1] + self.column_ms

    def add(
        self, time_ms: int, prices: FloatColumn, sizes: FloatColumn, tick: float, *, follows: bool
    ) -> None:
        """Add the levels of a moment, bids and asks alike; raise ``ValueError`` without levels.

        Between the lowest and the highest price everything is known. ``follows`` says that the
        column before held until now, else what lies between is not known. A time before the last
        one is a market that was taken back: all is forgotten.
        """
        if not len(prices):
            raise ValueError("a book without levels")
        if self._count and time_ms <= self._starts[self._count - 1]:
            self.clear()
        if not self.step:
            self._begin(float(np.median(prices)), tick)
        if self._count == self._room:
            self._halve()
        row, bins = self._count, np.floor(prices / self.step + 1e-6).astype(np.int64)
        middle = (int(bins.min()) + int(bins.max())) // 2
        lowest = round(middle / _WINDOW_STEP) * _WINDOW_STEP - BINS // 2
        self._lowest[row] = lowest
        self._starts[row], self._ends[row] = time_ms, time_ms + self.column_ms
        if row and follows:
            self._ends[row - 1] = time_ms
        self._sizes[row] = _binned(bins - lowest, sizes)
        self._count += 1
        self._measure(row)
        self._codes[row] = self._coded(self._sizes[row])
        self.version += 1

    def size_at(self, time_ms: int, price: float) -> float:
        """Return what rested in the bin of a price at a time, NaN where that is not known."""
        row = int(np.searchsorted(self._starts[: self._count], time_ms, side="right")) - 1
        if row < 0 or time_ms >= self._ends[row]:
            return float("nan")
        place = int(np.floor(price / self.step + 1e-6)) - int(self._lowest[row])
        return float(self._sizes[row, place]) if 0 <= place < BINS else float("nan")

    def raster(self, times_ms: IntColumn, prices: FloatColumn) -> Codes:
        """Return the codes of an image: a row for each price, a column for each time.

        See `scale`; 0 is what is not known.
        """
        image: Codes = np.zeros((len(prices), len(times_ms)), np.uint8)
        if not self._count:
            return image
        starts = self._starts[: self._count]
        rows = np.searchsorted(starts, times_ms, side="right") - 1
        is_known = (rows >= 0) & (times_ms < self._ends[np.maximum(rows, 0)])
        bins = np.floor(prices / self.step + 1e-6).astype(np.int64)
        windows = np.where(is_known, self._lowest[rows], np.iinfo(np.int64).min)
        for lowest in np.unique(windows[is_known]).tolist():
            at = np.flatnonzero(windows == lowest)
            is_inside = (bins >= lowest) & (bins < lowest + BINS)
            part = self._codes[np.ix_(rows[at], bins[is_inside] - lowest)]
            image[np.ix_(np.flatnonzero(is_inside), at)] = part.T
        return image

    def scale(self) -> tuple[float, ...]:
        """Return the size that each of the 256 codes stands for, 0 for the first two."""
        doublings = np.arange(_LEAST_CODE, 256) / _CODES_PER_DOUBLING
        return 0.0, 0.0, *(self.usual * _LEAST_SHARE * 2**doublings).tolist()

    def _begin(self, middle: float, tick: float) -> None:
        self.step = price_step(middle * _BIN_SHARE, 1, tick, 1)
        self._sizes = np.full((self._room, BINS), np.nan, np.float32)
        self._codes = np.zeros((self._room, BINS), np.uint8)

    def _measure(self, row: int) -> None:
        # The scale stands still once it is known: colours mean the same all the time.
        if self.usual:
            return
        resting = self._sizes[row][self._sizes[row] > 0]
        self.usual = float(np.median(resting)) if len(resting) else 0.0

    def _coded(self, sizes: Sizes) -> Codes:
        least = self.usual * _LEAST_SHARE or 1.0
        with np.errstate(divide="ignore", invalid="ignore"):
            doublings = np.log2(sizes / least)
        codes = np.clip(doublings * _CODES_PER_DOUBLING, _LEAST_CODE, 255)
        codes = np.where(sizes > 0, codes, _NOTHING)
        return np.where(np.isnan(sizes), _UNKNOWN, codes).astype(np.uint8)

    def _halve(self) -> None:
        """Make one column of each two."""
        half = self._count // 2
        for row in range(half):
            first, second = 2 * row, 2 * row + 1
            shift = int(self._lowest[second] - self._lowest[first])
            mean = _mean(_shifted(self._sizes[first], shift), self._sizes[second])
            self._sizes[row], self._codes[row] = mean, self._coded(mean)
            self._lowest[row] = self._lowest[second]
            self._starts[row], self._ends[row] = self._starts[first], self._ends[second]
        self._count = half
        self.column_ms *= 2


def _binned(places: IntColumn, sizes: FloatColumn) -> Sizes:
    is_inside = (places >= 0) & (places < BINS)
    sums = np.bincount(places[is_inside], sizes[is_inside], BINS).astype(np.float32)
    low, high = int(places.min()), int(places.max())
    sums[: max(0, min(low, BINS))] = np.nan
    sums[max(0, high + 1) :] = np.nan
    return sums


def _shifted(sizes: Sizes, by: int) -> Sizes:
    """Return a column seen through a window that lies higher by some bins."""
    moved: Sizes = np.full(BINS, np.nan, np.float32)
    if abs(by) < BINS:
        moved[max(0, -by) : BINS - max(0, by)] = sizes[max(0, by) : BINS - max(0, -by)]
    return moved


def _mean(one: Sizes, other: Sizes) -> Sizes:
    either = np.where(np.isnan(one), other, one)
    return np.where(np.isnan(other), either, (either + other) / 2).astype(np.float32)
