"""What the streams of each market send, and how often."""

from typing import Any, Protocol

from terminal_app.practice.engine.events import BookTicker, DepthChanged, TradePrinted
from terminal_app.practice.engine.market_values import AggregateTrade, Candle, DepthSnapshot
from terminal_app.practice.exchange import SpotMarket, UsdmMarket
from terminal_app.practice.wire import market, spot_market, usdm_market
from terminal_app.practice.wire.numbers import SPOT_NUMBERS, usdm_numbers


class StreamFormat(Protocol):
    """Write the payloads of one market; times between payloads are in milliseconds."""

    depth_ms: int
    aggregate_trade_ms: int
    candle_ms: int
    ticker_ms: int
    has_all_tickers: bool

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

    def average_price(self, symbol: str) -> dict[str, Any] | None: ...


class SpotFormat:
    """Write spot payloads; candles come every second where Binance sends every two."""

    depth_ms = 1_000
    aggregate_trade_ms = 0
    candle_ms = 1_000
    ticker_ms = 1_000
    has_all_tickers = False

    def __init__(self, market: SpotMarket) -> None:
        self._market = market

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

    def average_price(self, symbol: str) -> dict[str, Any] | None:
        """Write the average price."""
        average = self._market.data.average_price(symbol)
        return spot_market.average_price_event(symbol, average, self._market.now_ms)


class UsdmFormat:
    """Write futures payloads."""

    depth_ms = 250
    aggregate_trade_ms = 100
    candle_ms = 250
    ticker_ms = 2_000
    has_all_tickers = True

    def __init__(self, market: UsdmMarket) -> None:
        self._market = market
        self._numbers = {rules.symbol: usdm_numbers(rules) for rules in market.data.symbols()}

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

    def average_price(self, symbol: str) -> dict[str, Any] | None:
        """Write nothing: futures have no such stream."""
        return None
