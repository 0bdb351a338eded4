"""Statistics of one symbol over stretches of minutes that end now."""

from dataclasses import dataclass
from decimal import Decimal

from terminal_app.practice.engine.candles import CandleSeries
from terminal_app.practice.engine.history import CLOSE, COUNT, HIGH, LOW, OPEN, QUOTE, VOLUME
from terminal_app.practice.engine.intervals import MINUTE_MS
from terminal_app.practice.engine.market_values import WindowStatistics
from terminal_app.practice.engine.model import ZERO, SymbolRules

_PRICE_DIGITS = Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class LastTrade:
    """Hold the newest print as the statistics need it."""

    ticks: int
    quantity: Decimal
    next_trade_id: int


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sum the closed minutes of a window; the forming one is added when asked."""

    open: int
    high: int
    low: int
    volume: int
    quote: int
    count: int
    previous_close: int


class Windows:
    """Add up the minutes since a time; the sums of closed minutes are kept for a minute."""

    def __init__(self, rules: SymbolRules, series: CandleSeries) -> None:
        self._rules = rules
        self._series = series
        self._minute_ms = -1
        self._sums: dict[int, _Sums] = {}

    def since(self, first_ms: int, now_ms: int, last: LastTrade) -> WindowStatistics:
        """Return the statistics from the minute that opens at a time on."""
        minute = now_ms - now_ms % MINUTE_MS
        if minute != self._minute_ms:
            self._minute_ms = minute
            self._sums.clear()
        sums = self._sums.get(first_ms)
        if sums is None:
            sums = self._sums[first_ms] = self._add_up(first_ms)
        return self._write(sums, first_ms, now_ms, last)

    def _add_up(self, first_ms: int) -> _Sums:
        table = self._series.table("1m", first_ms - MINUTE_MS)
        start = int(table[0].searchsorted(first_ms))
        inside = table[:, start:-1]
        opening = table[:, start]
        volume, quote, count = (int(inside[row].sum()) for row in (VOLUME, QUOTE, COUNT))
        return _Sums(
            open=int(opening[OPEN]),
            high=int(inside[HIGH].max(initial=opening[HIGH])),
            low=int(inside[LOW].min(initial=opening[LOW])),
            volume=volume,
            quote=quote,
            count=count,
            previous_close=int(table[CLOSE, start - 1] if start else opening[OPEN]),
        )

    def _write(self, sums: _Sums, first_ms: int, now_ms: int, last: LastTrade) -> WindowStatistics:
        rules, bar = self._rules, self._series.forming("1m")
        assert bar is not None  # a started series has a bar of every interval
        volume, quote = sums.volume + bar[VOLUME], sums.quote + bar[QUOTE]
        count = sums.count + bar[COUNT]
        change = last.ticks - sums.open
        unit = rules.tick_size * rules.step_size
        mean = (unit * quote / rules.quantity(volume)).quantize(_PRICE_DIGITS) if volume else ZERO
        return WindowStatistics(
            symbol=rules.symbol,
            price_change=rules.price(change),
            price_change_percent=(Decimal(100 * change) / sums.open).quantize(Decimal("0.001")),
            weighted_average_price=mean,
            previous_close_price=rules.price(sums.previous_close),
            last_price=rules.price(last.ticks),
            last_quantity=last.quantity,
            open_price=rules.price(sums.open),
            high_price=rules.price(max(sums.high, bar[HIGH])),
            low_price=rules.price(min(sums.low, bar[LOW])),
            volume=rules.quantity(volume),
            quote_volume=unit * quote,
            open_time_ms=first_ms,
            close_time_ms=now_ms,
            first_trade_id=last.next_trade_id - count if count else -1,
            last_trade_id=last.next_trade_id - 1 if count else -1,
            trade_count=count,
        )
