"""Candle intervals and where their bars begin (UTC; weeks on Monday, months by calendar)."""

import math

import numpy as np
import numpy.typing as npt

SECOND_MS = 1_000
MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 86_400_000
_MONDAY_MS = 4 * DAY_MS  # the first Monday after the epoch

IntArray = npt.NDArray[np.int64]

FIXED_MS = {
    "1s": SECOND_MS,
    "1m": MINUTE_MS,
    "3m": 3 * MINUTE_MS,
    "5m": 5 * MINUTE_MS,
    "15m": 15 * MINUTE_MS,
    "30m": 30 * MINUTE_MS,
    "1h": HOUR_MS,
    "2h": 2 * HOUR_MS,
    "4h": 4 * HOUR_MS,
    "6h": 6 * HOUR_MS,
    "8h": 8 * HOUR_MS,
    "12h": 12 * HOUR_MS,
    "1d": DAY_MS,
    "3d": 3 * DAY_MS,
    "1w": 7 * DAY_MS,
}
MONTH = "1M"
SPOT_INTERVALS = (*FIXED_MS, MONTH)
USDM_INTERVALS = tuple(name for name in SPOT_INTERVALS if name != "1s")


def bar_start(interval: str, time_ms: int) -> int:
    """Return the open time of the bar that holds a time."""
    if interval == MONTH:
        month = np.datetime64(time_ms, "ms").astype("datetime64[M]")
        return int(month.astype("datetime64[ms]").astype(np.int64))
    offset = _MONDAY_MS if interval == "1w" else 0
    return time_ms - (time_ms - offset) % FIXED_MS[interval]


def bar_end(interval: str, start_ms: int) -> int:
    """Return the open time of the bar after the one that opens at `start_ms`."""
    if interval == MONTH:
        month = np.datetime64(start_ms, "ms").astype("datetime64[M]") + np.timedelta64(1, "M")
        return int(month.astype("datetime64[ms]").astype(np.int64))
    return start_ms + FIXED_MS[interval]


def bar_starts(interval: str, times_ms: IntArray) -> IntArray:
    """Return the open times of the bars that hold many times."""
    if interval == MONTH:
        months = times_ms.astype("datetime64[ms]").astype("datetime64[M]")
        return months.astype("datetime64[ms]").astype(np.int64)
    offset = _MONDAY_MS if interval == "1w" else 0
    starts: IntArray = times_ms - (times_ms - offset) % FIXED_MS[interval]
    return starts


def is_shifted(interval: str, offset_ms: int) -> bool:
    """Tell whether bars begin elsewhere in a time zone that is ahead of UTC by an offset."""
    return offset_ms % min(FIXED_MS.get(interval, DAY_MS), DAY_MS) != 0


def building_interval(interval: str, offset_ms: int) -> str:
    """Return the longest UTC interval whose bars make up the bars of a time zone."""
    unit = math.gcd(FIXED_MS.get(interval, DAY_MS), DAY_MS, offset_ms)
    return max(
        (name for name, length in FIXED_MS.items() if unit % length == 0), key=FIXED_MS.__getitem__
    )
