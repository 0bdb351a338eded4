"""Choose the prices and times that axes name."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

import numpy as np

from terminal_app.gui.chart.look import ScaleMode
from terminal_app.gui.chart.scales import PriceScale
from terminal_app.gui.chart.series import IntColumn

_DAY_MINUTES = 24 * 60
_STEPS_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720)
_STEPS_DAYS = (1, 2, 5, 10)
_STEPS_MONTHS = (1, 3, 6, 12, 24, 60, 120)
_LEAST_PERCENT = 0.01
_LEAST_APART_PX = 24.0
# Above this ratio even steps would crowd at the top of a log scale.
_WIDE_RATIO = 3.0


@dataclass(frozen=True, slots=True)
class TimeTick:
    """Name a bar; `is_major` where a day, month or year begins."""

    index: int
    text: str
    is_major: bool


def price_step(span: float, room_px: float, tick: float, least_px: float = 56.0) -> float:
    """Return 1, 2 or 5 times a power of ten that lies on the tick and leaves labels apart."""
    least = max(span * least_px / max(room_px, 1.0), tick)
    power = math.floor(math.log10(least))
    for exponent in range(power, power + 3):
        for factor in (1, 2, 5):
            step = factor * 10.0**exponent
            if step >= least * 0.999999 and _is_multiple(step, tick):
                return step
    return tick * math.ceil(least / tick)


def price_ticks(low: float, high: float, step: float) -> list[float]:
    """Return the multiples of the step between two prices."""
    return [step * n for n in range(math.ceil(low / step), math.floor(high / step) + 1)]


def axis_prices(scale: PriceScale, tick: float) -> tuple[float, ...]:
    """Return the prices that the axis of a scale names, none too near to another."""
    # A tick of the last bar asks for the same names again and again.
    return _axis_prices(scale.low, scale.high, scale.height, scale.mode, scale.base, tick)


@lru_cache(maxsize=64)
def _axis_prices(
    low: float, high: float, height: float, mode: ScaleMode, base: float, tick: float
) -> tuple[float, ...]:
    scale = PriceScale(low, high, height, mode=mode, base=base)
    if mode is ScaleMode.PERCENT:
        least, most = scale.percent(low), scale.percent(high)
        step = price_step(most - least, height, _LEAST_PERCENT)
        return tuple(base * (1 + each / 100) for each in price_ticks(least, most, step))
    if mode is ScaleMode.LOG and high > low * _WIDE_RATIO:
        return tuple(_apart(scale, _decades(low, high)))
    step = price_step(high - low, height, tick)
    return tuple(_apart(scale, price_ticks(low, high, step)))


def _decades(low: float, high: float) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    named = [factor * 10.0**power for power in powers for factor in (1, 2, 5)]
    return [price for price in named if low <= price <= high]


def _apart(scale: PriceScale, prices: list[float]) -> list[float]:
    kept: list[float] = []
    for price in prices:
        if not kept or scale.y(kept[-1]) - scale.y(price) >= _LEAST_APART_PX:
            kept.append(price)
    return kept


def time_ticks(
    times_ms: IntColumn, first: int, bars_apart: float, zone: tzinfo | None = None
) -> list[TimeTick]:
    """Name round times of a zone among the bars of a slice that starts at bar `first`.

    `bars_apart` is how many bars a label needs, None the zone of this computer. Where bars are
    missing, the next one is named.
    """
    if len(times_ms) < 2:
        return []
    bar_ms = float(np.diff(times_ms[-200:]).min())
    least_minutes = bar_ms * bars_apart / 60_000
    start, end = (datetime.fromtimestamp(int(times_ms[at]) / 1000, zone) for at in (0, -1))
    moments = _moments(start, end, least_minutes)
    ticks: list[TimeTick] = []
    first_ms = int(times_ms[0])
    for moment in moments:
        time_ms = round(moment.timestamp() * 1000)
        if time_ms < first_ms:
            continue
        index = int(times_ms.searchsorted(time_ms))
        if index >= len(times_ms) or (ticks and first + index - ticks[-1].index < bars_apart * 0.6):
            continue
        text, is_major = _named(moment, time_ms, zone)
        ticks.append(TimeTick(first + index, text, is_major))
    return ticks


def _is_multiple(step: float, tick: float) -> bool:
    ratio = step / tick
    return abs(ratio - round(ratio)) < 1e-6 * ratio


@lru_cache(maxsize=512)
def _named(moment: datetime, time_ms: int, zone: tzinfo | None) -> tuple[str, bool]:
    # A chart that moves names the same times again and again.
    return _name(_existing(moment, time_ms, zone))


def _existing(moment: datetime, time_ms: int, zone: tzinfo | None) -> datetime:
    """Return a moment by the clock, which shows another time where an hour was left out.

    A day begins even where its midnight was left out.
    """
    shown = datetime.fromtimestamp(time_ms / 1000, zone)
    return moment if moment.date() != (moment - timedelta(seconds=1)).date() else shown


def _name(moment: datetime) -> tuple[str, bool]:
    if moment.hour or moment.minute or moment.second:
        text = f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
        return text, False
    if moment.day > 1:
        return f"{moment.day} {moment:%b}", True
    return (f"{moment:%b}" if moment.month > 1 else f"{moment:%Y}"), True


def _moments(start: datetime, end: datetime, least_minutes: float) -> Iterator[datetime]:
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    if least_minutes < 1:
        return _by_seconds(start.replace(second=0, microsecond=0), end, least_minutes * 60)
    for minutes in _STEPS_MINUTES:
        if minutes >= least_minutes:
            return _by_minutes(midnight, start, end, minutes)
    for days in _STEPS_DAYS:
        if days * _DAY_MINUTES >= least_minutes:
            return _by_days(midnight, end, days)
    least_months = least_minutes / (30 * _DAY_MINUTES)
    months = next((step for step in _STEPS_MONTHS if step >= least_months), _STEPS_MONTHS[-1])
    return _by_months(midnight.replace(day=1), end, months)


def _by_seconds(minute: datetime, end: datetime, least: float) -> Iterator[datetime]:
    step = timedelta(seconds=next(size for size in (5, 10, 15, 30, 60) if size >= least))
    moment = minute
    while moment <= end:
        yield moment
        moment += step


def _by_minutes(
    midnight: datetime, start: datetime, end: datetime, minutes: int
) -> Iterator[datetime]:
    # Counting wall-clock time from local midnight keeps labels round across a clock change.
    step = timedelta(minutes=minutes)
    moment = midnight + (start - midnight) // step * step
    while moment <= end:
        yield moment
        moment += step


def _by_days(midnight: datetime, end: datetime, days: int) -> Iterator[datetime]:
    moment = midnight
    while moment <= end:
        day = moment.day
        if day == 1 or (day % days == 0 and day + days <= 32):
            yield moment
        moment += timedelta(days=1)


def _by_months(first: datetime, end: datetime, months: int) -> Iterator[datetime]:
    moment = first
    while moment <= end:
        if (moment.year * 12 + moment.month - 1) % months == 0:
            yield moment
        years, month = divmod(moment.month, 12)
        moment = moment.replace(year=moment.year + years, month=month + 1)
