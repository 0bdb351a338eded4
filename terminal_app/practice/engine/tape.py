"""The prints of one symbol: recent trades, candles, rolling statistics."""

from collections import deque
from collections.abc import Callable, Sequence
from decimal import Decimal

from msgspec.structs import replace

from terminal_app.practice.engine.block_trades import block_trades
from terminal_app.practice.engine.candles import CandleSeries
from terminal_app.practice.engine.events import CandleClosed, Event, TradePrinted
from terminal_app.practice.engine.history import CLOSE, OPEN_TIME, QUOTE, VOLUME, History
from terminal_app.practice.engine.intervals import DAY_MS, MINUTE_MS, SECOND_MS
from terminal_app.practice.engine.kinds import MarketName
from terminal_app.practice.engine.market_values import (
    AggregateTrade,
    AveragePrice,
    PublicTrade,
    ReferencePrice,
    WindowStatistics,
)
from terminal_app.practice.engine.model import ZERO, SymbolRules
from terminal_app.practice.engine.windows import LastTrade, Windows

REFERENCE_BUCKETS = 10
_KEPT_TRADES = 5_000
_AVERAGE_MINUTES = 5
_PRICE_DIGITS = Decimal("0.00000001")


class Tape:
    """Print trades and remember what they add up to, continuing the history when there is one.

    `on_print` hears the price of every print in ticks, in the middle of the taker's matching.
    """

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
        self.on_print: Callable[[int], None] | None = None
        self._market = market
        self._rules = rules
        self._intervals = intervals
        self._emit = emit
        self._history = history
        self._series: CandleSeries | None = None
        self._trades: deque[PublicTrade] = deque(maxlen=_KEPT_TRADES)
        self._aggregates: deque[AggregateTrade] = deque(maxlen=_KEPT_TRADES)
        self._last_taker = -1
        self._windows: Windows | None = None
        self._closed_minutes = ((-1, -1), 0, 0)
        self._reference: tuple[int, ReferencePrice | None] = (-1, None)

    def open(self, time_ms: int, ticks: int, next_trade_id: int) -> CandleSeries:
        """Begin at a time with the price of the last trade before it; return the candles."""
        self.time_ms = time_ms
        self.last_ticks, self.next_trade_id = ticks, next_trade_id
        self._series = CandleSeries(self._rules, self._intervals, self._history)
        self._series.start(time_ms, ticks, next_trade_id)
        self._windows = Windows(self._rules, self._series)
        self._closed_minutes, self._reference = ((-1, -1), 0, 0), (-1, None)
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
        if self.on_print is not None:
            self.on_print(ticks)
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

    def ticker_24h(self) -> WindowStatistics:
        """Return statistics of the last 24 hours: of 1,440 minutes, the forming one included."""
        minute = self.time_ms - self.time_ms % MINUTE_MS
        statistics = self.statistics(minute - DAY_MS + MINUTE_MS)
        return replace(statistics, open_time_ms=self.time_ms - DAY_MS)

    def statistics(self, first_ms: int) -> WindowStatistics:
        """Return statistics from the minute that opens at a time until now."""
        if self._windows is None:
            nothing = (ZERO,) * 11
            return WindowStatistics(self._rules.symbol, *nothing, first_ms, self.time_ms, -1, -1, 0)
        quantity = self._trades[-1].quantity if self._trades else ZERO
        last = LastTrade(self.last_ticks, quantity, self.next_trade_id)
        return self._windows.since(first_ms, self.time_ms, last)

    def reference_price(self) -> ReferencePrice | None:
        """Return the mean of the last prices of the past ten seconds, None where none are kept."""
        second_ms = self.time_ms - self.time_ms % SECOND_MS
        if self._reference[0] != second_ms:
            self._reference = (second_ms, self._mean_price(second_ms))
        return self._reference[1]

    def _mean_price(self, second_ms: int) -> ReferencePrice | None:
        series = self._series
        if series is None or "1s" not in series.intervals:
            return None
        bars = series.newest_bars("1s", second_ms - REFERENCE_BUCKETS * SECOND_MS)
        closes = [bar[CLOSE] for bar in bars if bar[OPEN_TIME] < second_ms]
        if not closes:
            return None
        mean = self._rules.tick_size * sum(closes) / len(closes)
        return ReferencePrice(mean.quantize(_PRICE_DIGITS), second_ms)

    def block_trades(self, from_ms: int) -> Sequence[PublicTrade]:
        """Return the block trades since a time, oldest first."""
        if self._series is None:
            return []
        return block_trades(self._rules, self._series, from_ms, self.time_ms)

    def average_price(self) -> AveragePrice:
        """Return the volume-weighted price of the last five minutes."""
        series = self.candles()
        if series is None:
            return AveragePrice(_AVERAGE_MINUTES, ZERO, 0)
        lots, quote = self._average_sums(series)
        price = self._rules.price(self.last_ticks)
        if lots:
            price = (self._rules.tick_size * quote / lots).quantize(_PRICE_DIGITS)
        traded_ms = self._trades[-1].time_ms if self._trades else self.time_ms
        return AveragePrice(_AVERAGE_MINUTES, price, traded_ms)

    def _average_sums(self, series: CandleSeries) -> tuple[int, int]:
        """Add up lots and quote of the minutes that opened in the past five minutes."""
        first_ms = -(-self.time_ms // MINUTE_MS) * MINUTE_MS - _AVERAGE_MINUTES * MINUTE_MS
        forming = series.forming("1m")
        assert forming is not None  # a started series has a bar of every interval
        key = (first_ms, forming[OPEN_TIME])
        if key != self._closed_minutes[0]:
            bars = [bar for bar in series.newest_bars("1m", first_ms) if bar is not forming]
            lots, quote = (sum(bar[row] for bar in bars) for row in (VOLUME, QUOTE))
            self._closed_minutes = (key, lots, quote)
        _, lots, quote = self._closed_minutes
        return lots + forming[VOLUME], quote + forming[QUOTE]

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
