"""Keep candles as growing numpy columns, so that painting never meets a Python loop."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from terminal_app.domain.market import Candle

FloatColumn = npt.NDArray[np.float64]
IntColumn = npt.NDArray[np.int64]

_OPEN, _HIGH, _LOW, _CLOSE, _VOLUME, _BOUGHT = range(6)
_COLUMNS = 6
_LEAST_CAPACITY = 1024


class Bar(NamedTuple):
    """Hold one bar in numbers."""

    open: float
    high: float
    low: float
    close: float
    volume: float
    bought: float


class Change(Enum):
    """Tell what one candle did to the series."""

    TICK = "the last bar moved"
    APPEND = "a later bar came"
    REPAIR = "an earlier bar was put in or replaced"


@dataclass(frozen=True, slots=True)
class CandleColumns:
    """Hold bars in ascending open time as columns, at most one per time.

    ``values`` has a row each for open, high, low, close, volume and what buyers took of it.
    """

    open_time_ms: IntColumn
    values: FloatColumn

    def __len__(self) -> int:
        return len(self.open_time_ms)

    @classmethod
    def of(cls, candles: Sequence[Candle]) -> "CandleColumns":
        """Return candles as columns, in whatever order they come; the later of two wins."""
        if not candles:
            return cls(np.empty(0, np.int64), np.empty((_COLUMNS, 0), np.float64))
        times = np.array([candle.open_time_ms for candle in candles], np.int64)
        values = np.array([_row(candle) for candle in candles], np.float64).T
        if bool(np.all(times[1:] > times[:-1])):
            return cls(times, values)
        # np.unique keeps the first of equal times, so look from the end: the later candle wins.
        unique, last = np.unique(times[::-1], return_index=True)
        return cls(unique, values[:, ::-1][:, last])


class CandleSeries:
    """Hold the bars of one symbol and interval in ascending open time, at most one per time.

    Columns are views of preallocated arrays, 56 bytes a bar; keep none over a change. ``revision``
    grows with every change but one of the last bar alone.
    """

    _last: Bar | None = None

    def __init__(self) -> None:
        self.revision = 0
        self._length = 0
        self._times: IntColumn = np.empty(_LEAST_CAPACITY, np.int64)
        self._values: FloatColumn = np.empty((_COLUMNS, _LEAST_CAPACITY), np.float64)

    def __len__(self) -> int:
        return self._length

    @property
    def open_time_ms(self) -> IntColumn:
        """Return the opening times."""
        return self._times[: self._length]

    @property
    def open(self) -> FloatColumn:
        """Return the first prices."""
        return self._column(_OPEN)

    @property
    def high(self) -> FloatColumn:
        """Return the highest prices."""
        return self._column(_HIGH)

    @property
    def low(self) -> FloatColumn:
        """Return the lowest prices."""
        return self._column(_LOW)

    @property
    def close(self) -> FloatColumn:
        """Return the last prices."""
        return self._column(_CLOSE)

    @property
    def volume(self) -> FloatColumn:
        """Return the volumes in the base asset."""
        return self._column(_VOLUME)

    @property
    def bought(self) -> FloatColumn:
        """Return the part of the volumes that buyers took from the book."""
        return self._column(_BOUGHT)

    @property
    def last(self) -> Bar:
        """Return the last bar; there must be one."""
        if self._last is None:
            self._last = self.bar(self._length - 1)
        return self._last

    def bar(self, index: int) -> Bar:
        """Return one of the bars."""
        return Bar._make(self._values[:, index].tolist())

    def clear(self) -> None:
        """Forget all bars and keep the room."""
        self.revision += 1
        self._length, self._last = 0, None

    def load(self, candles: Sequence[Candle] | CandleColumns) -> None:
        """Replace everything by these candles."""
        columns = _columns(candles)
        self._adopt(columns.open_time_ms, columns.values)

    def prepend(self, candles: Sequence[Candle]) -> int:
        """Put a page of history before the first bar; return how many bars it added.

        Bars that are not older than the first one are known already and are left out.
        """
        columns = _columns(candles)
        times, values = columns.open_time_ms, columns.values
        if self._length:
            count = int(np.searchsorted(times, self._times[0]))
            times, values = times[:count], values[:, :count]
        added = len(times)
        old_times, old_values = self.open_time_ms, self._values[:, : self._length]
        self._adopt(np.concatenate((times, old_times)), np.hstack((values, old_values)))
        return added

    def update(self, candle: Candle) -> Change:
        """Take one candle: the same open time replaces, a later one appends, an earlier repairs."""
        time_ms, newest = candle.open_time_ms, self._length - 1
        newest_ms = int(self._times[newest]) if self._length else time_ms - 1
        if time_ms == newest_ms:
            self._last = row = _row(candle)
            self._values[:, newest] = row
            return Change.TICK
        self._last = None
        self.revision += 1
        if time_ms > newest_ms:
            self._reserve(self._length + 1)
            self._length += 1
            index, change = newest + 1, Change.APPEND
        else:
            index, change = int(np.searchsorted(self.open_time_ms, time_ms)), Change.REPAIR
            if self._times[index] != time_ms:
                self._open_gap(index)
        self._times[index] = time_ms
        self._values[:, index] = _row(candle)
        return change

    def _column(self, row: int) -> FloatColumn:
        return self._values[row, : self._length]

    def _open_gap(self, index: int) -> None:
        self._reserve(self._length + 1)
        end = self._length
        self._times[index + 1 : end + 1] = self._times[index:end].copy()
        self._values[:, index + 1 : end + 1] = self._values[:, index:end].copy()
        self._length += 1

    def _adopt(self, times: IntColumn, values: FloatColumn) -> None:
        self.revision += 1
        # What is replaced need not be copied to a larger room.
        self._length, self._last = 0, None
        self._reserve(len(times))
        self._length = len(times)
        self._times[: self._length] = times
        self._values[:, : self._length] = values

    def _reserve(self, length: int) -> None:
        capacity = len(self._times)
        if length <= capacity:
            return
        room = max(length + length // 8, _LEAST_CAPACITY)
        times, values = np.empty(room, np.int64), np.empty((_COLUMNS, room), np.float64)
        times[: self._length] = self.open_time_ms
        values[:, : self._length] = self._values[:, : self._length]
        self._times, self._values = times, values


def _row(candle: Candle) -> Bar:
    return Bar(
        float(candle.open),
        float(candle.high),
        float(candle.low),
        float(candle.close),
        float(candle.volume),
        float(candle.taker_buy_volume),
    )


def _columns(candles: Sequence[Candle] | CandleColumns) -> CandleColumns:
    return candles if isinstance(candles, CandleColumns) else CandleColumns.of(candles)
