"""The prints of one symbol: recent trades, candles, rolling statistics."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from terminal_app.practice.engine.candles import Bar, CandleSeries
from terminal_app.practice.engine.events import CandleClosed, Event, TradePrinted
from terminal_app.practice.engine.history import (
    CLOSE,
    COUNT,
    HIGH,
    LOW,
    OPEN,
    QUOTE,
    VOLUME,
    History,
)
from terminal_app.practice.engine.intervals import DAY_MS, MINUTE_MS
from terminal_app.practice.engine.kinds import MarketName
from terminal_app.practice.engine.market_values import (
    AggregateTrade,
    AveragePrice,
    PublicTrade,
    Ticker24h,
)
from terminal_app.practice.engine.model import ZERO, SymbolRules

_KEPT_TRADES = 5_000
_AVERAGE_MINUTES = 5
_PRICE_DIGITS = Decimal("0.00000001")


@dataclass(slots=True)
class _Window:
    """Sums over the closed minutes of the last 24 hours; valid until the next minute."""

    first_minute_ms: int
    open: int
    high: int
    low: int
    volume: int
    quote: int
    count: int
    previous_close: int


class Tape:
    """Print trades and remember what they add up to, continuing the history when there is one."""

    def __init__(
        self,
        market: MarketName,
        rules: SymbolRules,
        intervals: Sequence[str],
        emit: Callable[[Event], None],
        history: History | None,
    ) -> None:
        self.last_ticks = 0
        self.next_trade_id = 1
        self.time_ms = 0
        self._market = market
        self._rules = rules
        self._intervals = intervals
        self._emit = emit
        self._history = history
        self._series: CandleSeries | None = None
        self._trades: deque[PublicTrade] = deque(maxlen=_KEPT_TRADES)
        self._aggregates: deque[AggregateTrade] = deque(maxlen=_KEPT_TRADES)
        self._last_taker = -1
        self._window: _Window | None = None

    def open(self, time_ms: int, ticks: int, next_trade_id: int) -> CandleSeries:
        """Begin at a time with the price of the last trade before it; return the candles."""
        self.time_ms = time_ms
        self.last_ticks, self.next_trade_id = ticks, next_trade_id
        self._series = CandleSeries(self._rules, self._intervals, self._history)
        self._series.start(time_ms, ticks, next_trade_id)
        return self._series

    def print_trade(
        self,
        ticks: int,
        lots: int,
        is_buyer_maker: bool,
        time_ms: int,
        taker_id: int,
        trade_id: int | None = None,
    ) -> int:
        """Print one execution and return its trade id; prints of one `taker_id` may merge.

        `taker_id` grows with every taker order. A recorded trade brings its own id.
        """
        self.roll(time_ms)
        identity = self.next_trade_id if trade_id is None else trade_id
        series = self._series or self.open(time_ms, ticks, identity)
        self.next_trade_id = identity + 1
        self.last_ticks = ticks
        series.add(identity, ticks, lots, is_buyer_maker)
        rules = self._rules
        trade = PublicTrade(
            identity, rules.price(ticks), rules.quantity(lots), time_ms, is_buyer_maker
        )
        self._trades.append(trade)
        aggregate_id = self._aggregate(trade, taker_id)
        self._emit(TradePrinted(self._market, rules.symbol, trade, aggregate_id))
        return identity

    def roll(self, time_ms: int) -> None:
        """Let time pass: close the candles that ended."""
        self.time_ms = max(self.time_ms, time_ms)
        if self._series is None:
            return
        for interval, bar in self._series.roll(time_ms):
            candle = self._series.candle(interval, bar)
            self._emit(CandleClosed(self._market, self._rules.symbol, interval, candle))

    def candles(self) -> CandleSeries | None:
        """Return the candles, None before the first trade of a market without history."""
        return self._series

    def recent(self, limit: int, from_id: int | None) -> Sequence[PublicTrade]:
        """Return the newest prints, or the first ones from an id on."""
        if from_id is not None:
            return [t for t in self._trades if t.trade_id >= from_id][:limit]
        return list(self._trades)[-limit:]

    def aggregates(
        self, limit: int, from_id: int | None, start_ms: int | None, end_ms: int | None
    ) -> Sequence[AggregateTrade]:
        """Return merged prints: the newest, or the first ones from an id or a time on."""
        low = start_ms or 0
        high = 1 << 62 if end_ms is None else end_ms
        found = [
            t
            for t in self._aggregates
            if low <= t.time_ms <= high and t.aggregate_id >= (from_id or 0)
        ]
        forward = from_id is not None or start_ms is not None
        return found[:limit] if forward else found[-limit:]

    def ticker_24h(self) -> Ticker24h:
        """Return statistics over the minutes of the last 24 hours."""
        series = self.candles()
        rules = self._rules
        if series is None:
            nothing = (ZERO,) * 11
            return Ticker24h(rules.symbol, *nothing, self.time_ms - DAY_MS, self.time_ms, -1, -1, 0)
        window = self._minutes(series)
        bar = series.forming("1m")
        assert bar is not None  # a started series has a bar of every interval
        volume, quote = window.volume + bar[VOLUME], window.quote + bar[QUOTE]
        count = window.count + bar[COUNT]
        change = self.last_ticks - window.open
        unit = rules.tick_size * rules.step_size
        mean = (unit * quote / rules.quantity(volume)).quantize(_PRICE_DIGITS) if volume else ZERO
        return Ticker24h(
            symbol=rules.symbol,
            price_change=rules.price(change),
            price_change_percent=(Decimal(100 * change) / window.open).quantize(Decimal("0.001")),
            weighted_average_price=mean,
            previous_close_price=rules.price(window.previous_close),
            last_price=rules.price(self.last_ticks),
            last_quantity=self._trades[-1].quantity if self._trades else ZERO,
            open_price=rules.price(window.open),
            high_price=rules.price(max(window.high, bar[HIGH])),
            low_price=rules.price(min(window.low, bar[LOW])),
            volume=rules.quantity(volume),
            quote_volume=unit * quote,
            open_time_ms=window.first_minute_ms,
            close_time_ms=self.time_ms,
            first_trade_id=self.next_trade_id - count if count else -1,
            last_trade_id=self.next_trade_id - 1 if count else -1,
            trade_count=count,
        )

    def average_price(self) -> AveragePrice:
        """Return the volume-weighted price of the last five minutes."""
        series = self.candles()
        if series is None:
            return AveragePrice(_AVERAGE_MINUTES, ZERO, 0)
        from_ms = self.time_ms - _AVERAGE_MINUTES * MINUTE_MS
        bars = series.newest_bars("1m", from_ms)
        lots = sum(bar[VOLUME] for bar in bars)
        price = self._rules.price(self.last_ticks)
        if lots:
            quote = self._rules.tick_size * sum(bar[QUOTE] for bar in bars)
            price = (quote / lots).quantize(_PRICE_DIGITS)
        traded_ms = self._trades[-1].time_ms if self._trades else self.time_ms
        return AveragePrice(_AVERAGE_MINUTES, price, traded_ms)

    def _aggregate(self, trade: PublicTrade, taker_id: int) -> int:
        last = self._aggregates[-1] if self._aggregates else None
        if last is not None and self._last_taker == taker_id and last.price == trade.price:
            self._aggregates[-1] = AggregateTrade(
                last.aggregate_id,
                last.price,
                last.quantity + trade.quantity,
                last.first_trade_id,
                trade.trade_id,
                trade.time_ms,
                trade.is_buyer_maker,
            )
            return last.aggregate_id
        self._last_taker = taker_id
        identity = last.aggregate_id + 1 if last is not None else trade.trade_id
        self._aggregates.append(
            AggregateTrade(
                identity,
                trade.price,
                trade.quantity,
                trade.trade_id,
                trade.trade_id,
                trade.time_ms,
                trade.is_buyer_maker,
            )
        )
        return identity

    def _minutes(self, series: CandleSeries) -> _Window:
        minute = self.time_ms - self.time_ms % MINUTE_MS
        first_ms = minute - DAY_MS + MINUTE_MS
        if self._window is None or self._window.first_minute_ms != first_ms:
            bars = series.newest_bars("1m", first_ms - MINUTE_MS)
            self._window = _window(first_ms, bars)
        return self._window


def _window(first_ms: int, newest_first: list[Bar]) -> _Window:
    inside = [bar for bar in newest_first if bar[0] >= first_ms]
    before = [bar for bar in newest_first if bar[0] < first_ms]
    closed = inside[1:]
    oldest = inside[-1]
    return _Window(
        first_minute_ms=first_ms,
        open=oldest[OPEN],
        high=max((bar[HIGH] for bar in closed), default=oldest[HIGH]),
        low=min((bar[LOW] for bar in closed), default=oldest[LOW]),
        volume=sum(bar[VOLUME] for bar in closed),
        quote=sum(bar[QUOTE] for bar in closed),
        count=sum(bar[COUNT] for bar in closed),
        previous_close=before[0][CLOSE] if before else oldest[OPEN],
    )
