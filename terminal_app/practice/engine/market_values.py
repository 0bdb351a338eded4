"""Plain values of market data: prints, candles, books and statistics."""

from decimal import Decimal

from terminal_app.practice.engine.value import Value


class PublicTrade(Value, frozen=True):
    """Hold one print of the tape."""

    trade_id: int
    price: Decimal
    quantity: Decimal
    time_ms: int
    is_buyer_maker: bool


class AggregateTrade(Value, frozen=True):
    """Hold prints of one taker order at one price, merged."""

    aggregate_id: int
    price: Decimal
    quantity: Decimal
    first_trade_id: int
    last_trade_id: int
    time_ms: int
    is_buyer_maker: bool


class Candle(Value, frozen=True):
    """Hold one kline; trade ids are -1 without trades."""

    open_time_ms: int
    close_time_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    quote_volume: Decimal
    trade_count: int
    taker_buy_volume: Decimal
    taker_buy_quote_volume: Decimal
    first_trade_id: int = -1
    last_trade_id: int = -1


Level = tuple[Decimal, Decimal]


class DepthSnapshot(Value, frozen=True):
    """Hold a book: bids from high to low, asks from low to high."""

    symbol: str
    last_update_id: int
    time_ms: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


class WindowStatistics(Value, frozen=True):
    """Hold statistics of a stretch of time; ids are -1 and prices 0 where nothing traded."""

    symbol: str
    price_change: Decimal
    price_change_percent: Decimal
    weighted_average_price: Decimal
    previous_close_price: Decimal
    last_price: Decimal
    last_quantity: Decimal
    open_price: Decimal
    high_price: Decimal
    low_price: Decimal
    volume: Decimal
    quote_volume: Decimal
    open_time_ms: int
    close_time_ms: int
    first_trade_id: int
    last_trade_id: int
    trade_count: int


class AveragePrice(Value, frozen=True):
    """Hold the volume-weighted price of the last minutes; `close_time_ms` is the last trade."""

    minutes: int
    price: Decimal
    close_time_ms: int


class ReferencePrice(Value, frozen=True):
    """Hold the mean of the last prices of past buckets, and the end of the newest one."""

    price: Decimal
    time_ms: int
