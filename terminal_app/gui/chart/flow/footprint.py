"""Keep trades as columns, and what was traded at each price within a bar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from terminal_app.gui.chart.series import FloatColumn, IntColumn

MOST_TRADES = 400_000
_LEAST_ROOM = 4096
# Cells that are kept; of the forming bar there are some of each of its moments.
_MOST_KEPT = 2000


class TradeTape:
    """Hold the newest trades in ascending time; when there are too many, a quarter goes.

    ``dropped`` counts the trades that went: an index plus that is the same trade for good.
    """

    def __init__(self, most: int = MOST_TRADES) -> None:
        self._most = most
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.dropped = 0
        self._count = 0
        self._times: IntColumn = np.empty(_LEAST_ROOM, np.int64)
        # Price, and size: more than 0 where a buyer took it from the book.
        self._values: FloatColumn = np.empty((2, _LEAST_ROOM), np.float64)

    def __len__(self) -> int:
        return self._count

    @property
    def time_ms(self) -> IntColumn:
        """Return when each was."""
        return self._times[: self._count]

    @property
    def price(self) -> FloatColumn:
        """Return at which price each was."""
        return self._values[0, : self._count]

    @property
    def signed_size(self) -> FloatColumn:
        """Return the size of each, below 0 where a seller took it from the book."""
        return self._values[1, : self._count]

    def add(self, times_ms: IntColumn, prices: FloatColumn, signed_sizes: FloatColumn) -> None:
        """Take in trades that came after those before."""
        if not len(times_ms):
            return
        if len(times_ms) > self._most:
            gone = len(times_ms) - self._most
            self.dropped += gone
            times_ms, prices, signed_sizes = times_ms[gone:], prices[gone:], signed_sizes[gone:]
        self._make_room(len(times_ms))
        start, end = self._count, self._count + len(times_ms)
        # A time never goes back: what is searched must be sorted.
        earliest = self._times[start - 1] if start else times_ms[0]
        self._times[start:end] = np.maximum.accumulate(np.maximum(times_ms, earliest))
        self._values[0, start:end], self._values[1, start:end] = prices, signed_sizes
        self._count = end

    def _make_room(self, more: int) -> None:
        """Let the oldest go, or have larger arrays; there is never room for more than the most."""
        if self._count + more > self._most:
            gone = max(self._most // 4, self._count + more - self._most)
            gone = min(gone, self._count)
            kept = self._count - gone
            self._times[:kept] = self._times[gone : self._count].copy()
            self._values[:, :kept] = self._values[:, gone : self._count].copy()
            self._count, self.dropped = kept, self.dropped + gone
        room = len(self._times)
        if self._count + more > room:
            extra = max(room, self._count + more - room)
            self._times = np.concatenate((self._times, np.empty(extra, np.int64)))
            self._values = np.hstack((self._values, np.empty((2, extra), np.float64)))


@dataclass(frozen=True, slots=True)
class Cells:
    """Hold what was traded in a bar at each price step, lowest first, without empty steps.

    ``bins`` times the step is the lower edge of a cell; ``sold`` hit the bids, ``bought`` the asks,
    ``most`` is the largest of both.
    """

    bins: IntColumn
    sold: FloatColumn
    bought: FloatColumn
    most: float

    @property
    def delta(self) -> float:
        """Return what was bought above what was sold."""
        return float(self.bought.sum() - self.sold.sum())

    @property
    def volume(self) -> float:
        """Return what was traded."""
        return float(self.bought.sum() + self.sold.sum())

    @property
    def point_of_control(self) -> int:
        """Return the bin in which most was traded."""
        return int(self.bins[np.argmax(self.bought + self.sold)])

    def bought_imbalances(self, times: float) -> npt.NDArray[np.bool_]:
        """Say where buyers took so many times what sellers hit one step below."""
        below = np.interp(self.bins - 1, self.bins, self.sold)
        is_next = np.isin(self.bins - 1, self.bins)
        return self.bought > times * np.where(is_next, below, np.inf)

    def sold_imbalances(self, times: float) -> npt.NDArray[np.bool_]:
        """Say where sellers hit so many times what buyers took one step above."""
        above = np.interp(self.bins + 1, self.bins, self.bought)
        is_next = np.isin(self.bins + 1, self.bins)
        return self.sold > times * np.where(is_next, above, np.inf)


class Footprints:
    """Make the cells of bars, each once: only a bar that trades still come into is made anew."""

    def __init__(self, tape: TradeTape) -> None:
        self._tape = tape
        self._kept: dict[tuple[int, int], tuple[float, Cells]] = {}

    def of(
        self, opens_ms: IntColumn, closes_ms: IntColumn, step: float
    ) -> list[tuple[tuple[int, int], Cells | None]]:
        """Return for each bar its range of trades and its cells, None where no trade is known.

        A bar reaches from its open time to before the other; the range stays the same as long as
        no trade came or went.
        """
        times, dropped = self._tape.time_ms, self._tape.dropped
        starts = np.searchsorted(times, opens_ms).tolist()
        ends = np.searchsorted(times, closes_ms).tolist()
        found: list[tuple[tuple[int, int], Cells | None]] = []
        if len(self._kept) > _MOST_KEPT:
            self._kept.clear()
        for start, end in zip(starts, ends, strict=True):
            if start == end:
                found.append(((start, end), None))
                continue
            key = start + dropped, end + dropped
            held = self._kept.get(key)
            if held is None or held[0] != step:
                held = self._kept[key] = step, self._cells(start, end, step)
            found.append((key, held[1]))
        return found

    def _cells(self, start: int, end: int, step: float) -> Cells:
        sizes = self._tape.signed_size[start:end]
        bins = np.floor(self._tape.price[start:end] / step + 1e-6).astype(np.int64)
        lowest = int(bins.min())
        count = int(bins.max()) - lowest + 1
        bought, sold = (
            np.bincount(bins - lowest, side, count).astype(np.float64)
            for side in (np.maximum(sizes, 0), np.maximum(-sizes, 0))
        )
        at = np.flatnonzero(bought + sold)
        most = max(float(bought.max()), float(sold.max()))
        return Cells(at + lowest, sold[at], bought[at], most)
