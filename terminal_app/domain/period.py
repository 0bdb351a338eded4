"""How long a bar is, whether a venue has such bars or they are built of its shorter ones.

Bars of up to a day begin anew at each midnight UTC, the exchange's own day, so the last one of a
day may be shorter than the rest. Days are counted from 1970, weeks from its first Monday, months by
the calendar: where a venue has such bars, these are the same ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from terminal_app.domain.candle_times import FIRST_MONDAY_MS, month_of, month_start_ms
from terminal_app.domain.market import DAY_MS, HOUR_MS, MINUTE_MS, Candle, Interval

_UNITS_MS = {"s": 1000, "m": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS, "w": 7 * DAY_MS}
_MONTH_MS = Interval.MO1.length_ms
_SPELLING = re.compile(r"(\d{1,5})\s*([smhdwM])", re.ASCII)
# What a bar is built of is read again at every frame while it forms.
MOST_PARTS = 240


@dataclass(frozen=True, slots=True)
class Period:
    """Name a length of bars in the largest unit that it is a whole number of."""

    count: int
    unit: str

    @property
    def text(self) -> str:
        """Return its name as people type it: "10m", "2h", "1M"."""
        return f"{self.count}{self.unit}"

    @property
    def length_ms(self) -> int:
        """Return the length in milliseconds; a month counts as 30 days."""
        return self.count * _UNITS_MS.get(self.unit, _MONTH_MS)

    def native(self, offered: Iterable[Interval]) -> Interval | None:
        """Return the venue's own interval of this length, None where it has none."""
        return next((interval for interval in offered if interval.value == self.text), None)

    def open_ms(self, time_ms: int) -> int:
        """Return when the bar opened that holds a time."""
        if self.unit == "M":
            month = month_of(time_ms)
            return month_start_ms(month - month % self.count)
        if self.unit == "w":
            return time_ms - (time_ms - FIRST_MONDAY_MS) % self.length_ms
        if self.unit == "d":
            return time_ms - time_ms % self.length_ms
        return time_ms - time_ms % DAY_MS % self.length_ms

    def end_ms(self, open_ms: int) -> int:
        """Return when the bar after this one opens."""
        if self.unit == "M":
            return month_start_ms(month_of(open_ms) + self.count)
        if self.unit in ("w", "d"):
            return open_ms + self.length_ms
        return min(open_ms + self.length_ms, open_ms - open_ms % DAY_MS + DAY_MS)

    def source(self, offered: Iterable[Interval]) -> Interval:
        """Return the longest of a venue's intervals that such bars are made of.

        Raise ``ValueError`` with what could be typed instead where there is none.
        """
        offered = tuple(offered)
        same = self.native(offered)
        if same is not None:
            return same
        fitting = [interval for interval in offered if self._is_made_of(interval)]
        if not fitting:
            shortest = min(offered, key=lambda interval: interval.length_ms)
            raise ValueError(
                f"Bars of {self.text} are shorter than any here: type {shortest.value} or longer"
            )
        longest = max(fitting, key=lambda interval: interval.length_ms)
        if self.length_ms > MOST_PARTS * longest.length_ms:
            raise ValueError(
                f"Bars of {self.text} would each be built of {self.length_ms // longest.length_ms}"
                f" bars of {longest.value}: type one of {MOST_PARTS} at most"
            )
        return longest

    def _is_made_of(self, interval: Interval) -> bool:
        if interval in (Interval.MO1, Interval.W1):
            return interval.value[-1] == self.unit
        if self.unit in ("w", "M"):
            return DAY_MS % interval.length_ms == 0
        return self.length_ms % interval.length_ms == 0


def period_of(text: str) -> Period:
    """Read a length such as "10m", "90 m" or "1M"; raise ``ValueError`` with what to type.

    A small letter m means minutes, a capital one months.
    """
    found = _SPELLING.fullmatch(_small(text.strip()))
    if found is None or not int(found[1]):
        raise ValueError("Type a number and a unit: 10m, 45m, 2h, 3d, 1w or 1M (month)")
    count, unit = int(found[1]), found[2]
    if unit == "M":
        return Period(count, unit)
    length_ms = count * _UNITS_MS[unit]
    if length_ms > DAY_MS and length_ms % DAY_MS:
        days = length_ms // DAY_MS
        raise ValueError(
            f"{count}{unit} is not a whole number of days: type {days}d or {days + 1}d"
        )
    for larger in ("w", "d", "h", "m"):
        if length_ms % _UNITS_MS[larger] == 0:
            return Period(length_ms // _UNITS_MS[larger], larger)
    return Period(count, unit)


def built(candles: Sequence[Candle], period: Period, *, is_first_whole: bool) -> list[Candle]:
    """Return the bars of a period that shorter ones make up, oldest first.

    The first bar is left out where candles before these may belong to it. A bar is closed when the
    last of its candles is, or when a later bar has begun.
    """
    stretches = list(_stretches(candles, period))
    if stretches and not is_first_whole and candles[0].open_time_ms != stretches[0][0]:
        del stretches[0]
    last = len(stretches) - 1
    return [
        _merged(parts, opened, end_ms - 1, has_later=number < last)
        for number, (opened, end_ms, parts) in enumerate(stretches)
    ]


def _stretches(
    candles: Sequence[Candle], period: Period
) -> Iterator[tuple[int, int, Sequence[Candle]]]:
    """Yield opening, end and candles of each bar."""
    first, opened, end_ms = 0, 0, 0
    for number, candle in enumerate(candles):
        if candle.open_time_ms >= end_ms:
            if number:
                yield opened, end_ms, candles[first:number]
            first, opened = number, period.open_ms(candle.open_time_ms)
            end_ms = period.end_ms(opened)
    if candles:
        yield opened, end_ms, candles[first:]


def _merged(parts: Sequence[Candle], open_ms: int, close_ms: int, *, has_later: bool) -> Candle:
    last = parts[-1]
    return Candle(
        open_time_ms=open_ms,
        close_time_ms=close_ms,
        open=parts[0].open,
        high=max(part.high for part in parts),
        low=min(part.low for part in parts),
        close=last.close,
        volume=sum((part.volume for part in parts[1:]), parts[0].volume),
        quote_volume=sum((part.quote_volume for part in parts[1:]), parts[0].quote_volume),
        trade_count=sum(part.trade_count for part in parts),
        taker_buy_volume=sum(
            (part.taker_buy_volume for part in parts[1:]), parts[0].taker_buy_volume
        ),
        closed=has_later or (last.closed and last.close_time_ms == close_ms),
    )


def _small(text: str) -> str:
    # Only the month needs its capital letter.
    return text[:-1] + text[-1:].lower() if text[-1:] in "SHDW" else text
