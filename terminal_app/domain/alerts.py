"""What a person wants to be told of, and when it has come about."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from terminal_app.domain.instrument import ZERO, Market, plain
from terminal_app.domain.market import MINUTE_MS, Candle, Interval
from terminal_app.errors import InvalidSetting

# Between two looks at a price that moves; closer ones say nothing new over minutes.
SAMPLE_MS = 1000
MOST_MINUTES = 24 * 60


class AlertKind(StrEnum):
    """Name what an alert waits for."""

    RISES_TO = "rises to"
    FALLS_TO = "falls to"
    MOVES = "moves by"
    FUNDING = "funding reaches"
    MARGIN_RATIO = "margin ratio reaches"
    ORDERS = "orders"
    STUDY_CROSSES = "indicator crosses"
    CLOSE_CROSSES = "close crosses"

    @property
    def is_of_bars(self) -> bool:
        """Say whether it comes about at the close of a bar."""
        return self in (AlertKind.STUDY_CROSSES, AlertKind.CLOSE_CROSSES)

    @property
    def is_of_symbol(self) -> bool:
        """Say whether it is about one symbol, and not about the whole account."""
        return self not in (AlertKind.MARGIN_RATIO, AlertKind.ORDERS)

    @property
    def follows_price(self) -> bool:
        """Say whether it comes about by what a symbol trades at."""
        return self in (AlertKind.RISES_TO, AlertKind.FALLS_TO, AlertKind.MOVES)


@dataclass(frozen=True, slots=True)
class Alert:
    """Hold one wish to be told: a price, a share in percent, or the end of orders.

    ``minutes`` is the span of a move. ``study`` names an indicator with its numbers, "rsi:14", over
    bars of ``interval`` that closed after ``since_ms``. One that does not repeat is off once it was
    told.
    """

    alert_id: str
    kind: AlertKind
    market: Market
    symbol: str = ""
    level: Decimal = Decimal(0)
    minutes: int = 5
    repeats: bool = False
    is_on: bool = True
    study: str = ""
    interval: Interval = Interval.H1
    since_ms: int = 0

    @property
    def study_name(self) -> str:
        """Return the indicator and its numbers in words: "RSI 14"."""
        return self.study.replace(":", " ").upper()

    def check(self) -> None:
        """Raise ``InvalidSetting`` for what can never come about."""
        has_any_level = self.kind is AlertKind.ORDERS or self.kind.is_of_bars
        if not has_any_level and self.level <= 0:
            raise InvalidSetting("Level", "it must be greater than 0", plain(self.level))
        if self.kind is AlertKind.MOVES and not 1 <= self.minutes <= MOST_MINUTES:
            nearest = min(max(self.minutes, 1), MOST_MINUTES)
            rule = f"it must be from 1 to {MOST_MINUTES}"
            raise InvalidSetting("Minutes", rule, str(self.minutes), str(nearest))

    def switched(self, is_on: bool) -> Alert:
        """Return the same alert, on or off."""
        return replace(self, is_on=is_on)

    def words(self) -> str:
        """Return what it waits for, in words."""
        level = plain(self.level)
        match self.kind:
            case AlertKind.RISES_TO | AlertKind.FALLS_TO:
                return f"{self.symbol} {self.kind} {level}"
            case AlertKind.MOVES:
                return f"{self.symbol} moves by {level} % within {self.minutes} min"
            case AlertKind.FUNDING:
                return f"{self.symbol} funding reaches {level} % either way"
            case AlertKind.MARGIN_RATIO:
                return f"Margin ratio reaches {level} %"
            case AlertKind.ORDERS:
                return "An order fills, is refused or ended by the exchange"
            case AlertKind.STUDY_CROSSES:
                return f"{self.symbol} {self.interval} {self.study_name} crosses {level}"
            case AlertKind.CLOSE_CROSSES:
                return f"{self.symbol} {self.interval} close crosses {self.study_name}"


def figure_words(figure: Decimal) -> str:
    """Return an indicator's figure with as many decimals as say something."""
    return plain(round(figure, 2 if abs(figure) >= 10 else 8 if abs(figure) < 1 else 4))


class PriceWatch:
    """Follow a price for one alert and say when it has come about.

    A crossing needs a price on either side of the level: what was beyond it from the start has not
    crossed. After a gap in what was heard the same holds, and what is told says so. An alert of an
    earlier run, ``is_old``, waited on the near side: beyond it, the price crossed while away.
    """

    def __init__(self, alert: Alert, price: Decimal | None = None, *, is_old: bool = False) -> None:
        self._alert = alert
        self._last = price
        self._samples: deque[tuple[int, Decimal]] = deque()
        self._after_gap = False
        if is_old and not alert.repeats:
            waited_at = {AlertKind.RISES_TO: Decimal(0), AlertKind.FALLS_TO: Decimal("Infinity")}
            self._last = waited_at.get(alert.kind)
            self._after_gap = True

    def lose_touch(self) -> None:
        """Expect that prices were missed before the next one."""
        self._after_gap = self._last is not None
        self._samples.clear()

    def see(self, price: Decimal, time_ms: int) -> str:
        """Take in a price and return what is to be told, or nothing."""
        alert, last, after_gap = self._alert, self._last, self._after_gap
        self._last, self._after_gap = price, False
        if alert.kind is AlertKind.MOVES:
            return self._moved(price, time_ms)
        if last is None:
            return ""
        rose = alert.kind is AlertKind.RISES_TO and last < alert.level <= price
        fell = alert.kind is AlertKind.FALLS_TO and last > alert.level >= price
        if not rose and not fell:
            return ""
        away = ", while nothing was heard of the market" if after_gap else ""
        word = "rose to" if rose else "fell to"
        return f"{alert.symbol} {word} {plain(alert.level)}{away}: it is {plain(price)} now."

    def _moved(self, price: Decimal, time_ms: int) -> str:
        alert, samples = self._alert, self._samples
        while samples and samples[0][0] < time_ms - alert.minutes * MINUTE_MS:
            samples.popleft()
        told = ""
        for extreme in (min, max):
            if not samples:
                break
            from_ms, start = extreme(samples, key=lambda sample: sample[1])
            percent = (price / start - 1) * 100
            if abs(percent) >= alert.level:
                word = "rose" if percent > 0 else "fell"
                spent_s = max(1, (time_ms - from_ms) // 1000)
                told = (
                    f"{alert.symbol} {word} by {plain(round(abs(percent), 2))} %"
                    f" in {spent_s} s, to {plain(price)}."
                )
                # The next one begins here: one move is told once.
                samples.clear()
                break
        if not samples or time_ms - samples[-1][0] >= SAMPLE_MS:
            samples.append((time_ms, price))
        return told


class LevelWatch:
    """Say when a figure reaches a level from below; once, until it is below again."""

    def __init__(self, level: Decimal) -> None:
        self._level = level
        self._is_reached: bool | None = None

    def see(self, figure: Decimal) -> bool:
        """Take in a figure and say whether it has just reached the level."""
        was, self._is_reached = self._is_reached, figure >= self._level
        return self._is_reached and was is not True


class CrossWatch:
    """Say when an indicator crossed its level, or a price its indicator, from one close to another.

    It looks at closed bars alone: what only happened within one is not told. To touch is not to
    cross. ``since_ms`` is the close of the last bar that counts no more.
    """

    def __init__(self, alert: Alert, since_ms: int) -> None:
        self._alert = alert
        self._since_ms = since_ms

    def see(self, bars: Sequence[Candle], figures: Sequence[Decimal | None]) -> str:
        """Take in closed bars, the indicator at each close, and return what is to be told.

        ``figures`` has None where the indicator is not defined yet. Of several crossings the newest
        is told.
        """
        was_above: bool | None = None
        crossed_at = -1
        for at, (bar, figure) in enumerate(zip(bars, figures, strict=True)):
            distance = self._distance(bar, figure)
            if not distance:
                continue
            is_above = distance > 0
            has_crossed = was_above is not None and is_above is not was_above
            if has_crossed and bar.close_time_ms > self._since_ms:
                crossed_at = at
            was_above = is_above
        if bars:
            self._since_ms = max(self._since_ms, bars[-1].close_time_ms)
        if crossed_at < 0:
            return ""
        return self._told(bars[crossed_at], figures[crossed_at], len(bars) - 1 - crossed_at)

    def _distance(self, bar: Candle, figure: Decimal | None) -> Decimal | None:
        if figure is None:
            return None
        is_level = self._alert.kind is AlertKind.STUDY_CROSSES
        return figure - self._alert.level if is_level else bar.close - figure

    def _told(self, bar: Candle, figure: Decimal | None, bars_ago: int) -> str:
        alert, distance = self._alert, self._distance(bar, figure) or ZERO
        word = "rose above" if distance > 0 else "fell below"
        ago = f" {bars_ago} bars ago" if bars_ago > 1 else " a bar ago" if bars_ago else ""
        name = f"{alert.study_name} ({figure_words(figure or ZERO)})"
        if alert.kind is AlertKind.STUDY_CROSSES:
            return f"{alert.symbol} {alert.interval}: {name} {word} {plain(alert.level)}{ago}."
        return f"{alert.symbol} {alert.interval}: the close {plain(bar.close)} {word} {name}{ago}."
