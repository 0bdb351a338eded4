"""What the streams of each market send, and how often."""

from collections.abc import Sequence
from typing import Any, Protocol

from terminal_app.practice.engine.events import BookTicker, DepthChanged, TradePrinted
from terminal_app.practice.engine.intervals import MINUTE_MS, SECOND_MS
from terminal_app.practice.engine.market_values import AggregateTrade, Candle, DepthSnapshot
from terminal_app.practice.exchange import SpotMarket, UsdmMarket
from terminal_app.practice.streams.names import WINDOWS_MS, Kind, StreamName
from terminal_app.practice.wire import market, spot_market, usdm_market
from terminal_app.practice.wire.numbers import SPOT_NUMBERS, usdm_numbers


class StreamFormat(Protocol):
    """Write the payloads of one market; times between payloads are in milliseconds."""

    depth_ms: int
    aggregate_trade_ms: int
    ticker_ms: int

    def candle_ms(self, interval: str) -> int: ...

    def trade(self, event: TradePrinted) -> dict[str, Any]: ...

    def aggregate_trade(self, symbol: str, merged: AggregateTrade) -> dict[str, Any]: ...

    def book_ticker(self, book: BookTicker) -> dict[str, Any]: ...

    def depth(self, change: DepthChanged) -> dict[str, Any]: ...

    def partial_depth(self, snapshot: DepthSnapshot, previous_id: int) -> dict[str, Any]: ...

    def candle(
        self, symbol: str, interval: str, candle: Candle, is_closed: bool
    ) -> dict[str, Any]: ...

    def mini_ticker(self, symbol: str) -> dict[str, Any]: ...

    def ticker(self, symbol: str) -> dict[str, Any]: ...

    def continuous_candle(
        self, symbol: str, interval: str, candle: Candle, is_closed: bool
    ) -> dict[str, Any]: ...

    def window_ticker(self, symbol: str, window: str) -> dict[str, Any]: ...

    def timed(self, stream: StreamName) -> Sequence[Any]:
        """Write what a stream sends whether or not anything changed."""
        ...


class SpotFormat:
    """Write spot payloads."""

    depth_ms = 1_000
    aggregate_trade_ms = 0
    ticker_ms = 1_000

    def __init__(self, market: SpotMarket) -> None:
        self._market = market
        self._told_blocks_ms: dict[str, int] = {}

    def candle_ms(self, interval: str) -> int:
        """Return the time between two states of a candle."""
        return SECOND_MS if interval == "1s" else 2 * SECOND_MS

    def trade(self, event: TradePrinted) -> dict[str, Any]:
        """Write one print."""
        return spot_market.trade_event(event)

    def aggregate_trade(self, symbol: str, merged: AggregateTrade) -> dict[str, Any]:
        """Write one aggregate trade."""
        return spot_market.aggregate_trade_event(symbol, merged)

    def book_ticker(self, book: BookTicker) -> dict[str, Any]:
        """Write the best bid and ask."""
        return spot_market.book_ticker_event(book)

    def depth(self, change: DepthChanged) -> dict[str, Any]:
        """Write changed levels."""
        return spot_market.depth_event(change)

    def partial_depth(self, snapshot: DepthSnapshot, previous_id: int) -> dict[str, Any]:
        """Write the top of the book; on spot it does not chain."""
        return spot_market.depth(snapshot)

    def candle(self, symbol: str, interval: str, candle: Candle, is_closed: bool) -> dict[str, Any]:
        """Write one candle."""
        now_ms = self._market.now_ms
        return market.candle_event(symbol, interval, candle, is_closed, now_ms, SPOT_NUMBERS)

    def mini_ticker(self, symbol: str) -> dict[str, Any]:
        """Write short 24 h statistics."""
        ticker = self._market.data.ticker_24h(symbol)
        return market.mini_ticker_event(ticker, self._market.now_ms, SPOT_NUMBERS)

    def ticker(self, symbol: str) -> dict[str, Any]:
        """Write 24 h statistics."""
        data = self._market.data
        return spot_market.ticker_event(
            data.ticker_24h(symbol), data.book_ticker(symbol), self._market.now_ms
        )

    def continuous_candle(
        self, symbol: str, interval: str, candle: Candle, is_closed: bool
    ) -> dict[str, Any]:
        """Write one candle: spot has no contracts, its candles are continuous."""
        return self.candle(symbol, interval, candle, is_closed)

    def window_ticker(self, symbol: str, window: str) -> dict[str, Any]:
        """Write the statistics of a window that opens on a minute."""
        data, now_ms = self._market.data, self._market.now_ms
        first_ms = now_ms - now_ms % MINUTE_MS - WINDOWS_MS[window]
        statistics = data.statistics(symbol, first_ms)
        return market.window_event(f"{window}Ticker", statistics, now_ms, SPOT_NUMBERS)

    def timed(self, stream: StreamName) -> Sequence[Any]:
        """Write average and reference prices, and block trades since the last time."""
        data, symbol, now_ms = self._market.data, stream.symbol or "", self._market.now_ms
        match stream.kind:
            case Kind.AVERAGE_PRICE:
                average = data.average_price(symbol)
                return [spot_market.average_price_event(symbol, average, now_ms)]
            case Kind.REFERENCE_PRICE:
                reference = data.reference_price(symbol)
                return [spot_market.reference_price_event(symbol, reference)] if reference else []
            case Kind.BLOCK_TRADE:
                after_ms = self._told_blocks_ms.get(symbol, now_ms)
                self._told_blocks_ms[symbol] = now_ms
                trades = data.block_trades(symbol, after_ms + 1)
                return [spot_market.block_trade_event(symbol, trade, now_ms) for trade in trades]
            case _:
                return []


class UsdmFormat:
    """Write futures payloads."""

    depth_ms = 250
    aggregate_trade_ms = 100
    ticker_ms = 2_000

    def __init__(self, market: UsdmMarket) -> None:
        self._market = market
        self._numbers = {rules.symbol: usdm_numbers(rules) for rules in market.data.symbols()}

    def candle_ms(self, interval: str) -> int:
        """Return the time between two states of a candle."""
        return 250

    def trade(self, event: TradePrinted) -> dict[str, Any]:
        """Write one print."""
        return usdm_market.trade_event(event, self._numbers[event.symbol])

    def aggregate_trade(self, symbol: str, merged: AggregateTrade) -> dict[str, Any]:
        """Write one aggregate trade."""
        return usdm_market.aggregate_trade_event(symbol, merged, self._numbers[symbol])

    def book_ticker(self, book: BookTicker) -> dict[str, Any]:
        """Write the best bid and ask."""
        return usdm_market.book_ticker_event(book, self._numbers[book.symbol])

    def depth(self, change: DepthChanged) -> dict[str, Any]:
        """Write changed levels."""
        return usdm_market.depth_event(change, self._numbers[change.symbol])

    def partial_depth(self, snapshot: DepthSnapshot, previous_id: int) -> dict[str, Any]:
        """Write the top of the book."""
        numbers = self._numbers[snapshot.symbol]
        return usdm_market.partial_depth_event(snapshot, previous_id, numbers)

    def candle(self, symbol: str, interval: str, candle: Candle, is_closed: bool) -> dict[str, Any]:
        """Write one candle."""
        numbers, now_ms = self._numbers[symbol], self._market.now_ms
        return market.candle_event(symbol, interval, candle, is_closed, now_ms, numbers)

    def mini_ticker(self, symbol: str) -> dict[str, Any]:
        """Write short 24 h statistics."""
        ticker = self._market.data.ticker_24h(symbol)
        numbers = self._numbers[symbol]
        return usdm_market.mini_ticker_event(ticker, self._market.now_ms, numbers)

    def ticker(self, symbol: str) -> dict[str, Any]:
        """Write 24 h statistics."""
        ticker = self._market.data.ticker_24h(symbol)
        return usdm_market.ticker_event(ticker, self._market.now_ms, self._numbers[symbol])

    def continuous_candle(
        self, symbol: str, interval: str, candle: Candle, is_closed: bool
    ) -> dict[str, Any]:
        """Write one candle of the perpetual contract of a pair."""
        event = self.candle(symbol, interval, candle, is_closed)
        return usdm_market.continuous_candle_event(event)

    def window_ticker(self, symbol: str, window: str) -> dict[str, Any]:
        """Write 24 h statistics: futures have no other window."""
        return self.ticker(symbol)

    def timed(self, stream: StreamName) -> Sequence[Any]:
        """Write the asset indexes."""
        if stream.kind is not Kind.ASSET_INDEX:
            return []
        marks = [self._market.mark_price(symbol) for symbol in self._numbers]
        rows = [
            usdm_market.asset_index_event(row, self._market.now_ms)
            for row in usdm_market.asset_indexes(marks, self._market.now_ms)
        ]
        if stream.symbol is None:
            return [rows]
        return [row for row in rows if row["s"] == stream.symbol]
