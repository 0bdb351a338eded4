"""Funding rates and open interest of the past, page by page."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from terminal_app.domain.contract_statistics import StatisticPoint
from terminal_app.domain.market import DAY_MS, Interval
from terminal_app.venues.binance.limits import Priority
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.binance.usdm.order_words import PREFIX

# Source: Binance USDⓈ-M: most rows of a page; open interest is kept for 30 days, in these periods.
_MOST_RATES = 1000
_MOST_INTERESTS = 500
_KEPT_MS = 30 * DAY_MS
_PERIODS = tuple(
    Interval(text) for text in ("5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d")
)


class FundingRow(msgspec.Struct):
    """A funding that was settled."""

    time_ms: int = msgspec.field(name="fundingTime")
    rate: Decimal = msgspec.field(name="fundingRate")


class InterestRow(msgspec.Struct):
    """The open interest at the end of a period, in the base asset; its time may come as text."""

    time_ms: int | str = msgspec.field(name="timestamp")
    interest: Decimal = msgspec.field(name="sumOpenInterest")


async def funding_rates(rest: RestClient, symbol: str, start_ms: int) -> list[StatisticPoint]:
    """Return every funding rate that was settled from a time on."""
    points: list[StatisticPoint] = []
    while True:
        params = [
            ("symbol", symbol),
            ("startTime", str(start_ms)),
            ("endTime", str(rest.clock.now_ms())),
            ("limit", str(_MOST_RATES)),
        ]
        path = f"{PREFIX}/fundingRate"
        rows = await rest.get(list[FundingRow], path, params, Priority.HISTORY)
        points += [StatisticPoint(row.time_ms, row.rate) for row in rows]
        if len(rows) < _MOST_RATES:
            return points
        start_ms = rows[-1].time_ms + 1


async def open_interest(
    rest: RestClient, symbol: str, interval: Interval, start_ms: int
) -> list[StatisticPoint]:
    """Return the open interest from a time on, at the end of each period that suits an interval."""
    period = _period(interval)
    points: list[StatisticPoint] = []
    now_ms = rest.clock.now_ms()
    # The very edge of what is kept is gone before the question arrives.
    start_ms = max(start_ms, now_ms - _KEPT_MS + period.length_ms)
    while start_ms <= now_ms:
        end_ms = min(now_ms, start_ms + (_MOST_INTERESTS - 1) * period.length_ms)
        params = [
            ("symbol", symbol),
            ("period", period.value),
            ("startTime", str(start_ms)),
            ("endTime", str(end_ms)),
            ("limit", str(_MOST_INTERESTS)),
        ]
        path = "/futures/data/openInterestHist"
        rows = await rest.get(list[InterestRow], path, params, Priority.HISTORY)
        points += [StatisticPoint(int(row.time_ms), row.interest) for row in rows]
        start_ms = end_ms + 1
    return points


def _period(interval: Interval) -> Interval:
    """Return the longest period that is not longer than an interval, the shortest if none is."""
    fitting = [period for period in _PERIODS if period.length_ms <= interval.length_ms]
    return fitting[-1] if fitting else _PERIODS[0]
