"""What both markets send in the same letters, and how it becomes a domain value."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec
from msgspec import field

from terminal_app.domain.instrument import ZERO, StepRange
from terminal_app.domain.market import BestPrices, Candle, Level, Side, Ticker
from terminal_app.domain.order import OrderStatus, OrderType, TimeInForce
from terminal_app.venues.binance.depth_sync import DepthSnapshot

LevelRow = tuple[Decimal, Decimal]

_STATUSES = {status.value: status for status in OrderStatus}
_ORDER_TYPES = {
    "LIMIT": OrderType.LIMIT,
    "LIMIT_MAKER": OrderType.LIMIT,
    "MARKET": OrderType.MARKET,
}
_TIMES_IN_FORCE = {
    "GTC": TimeInForce.GTC,
    "IOC": TimeInForce.IOC,
    "FOK": TimeInForce.FOK,
    "GTX": TimeInForce.POST_ONLY,
}


class BookTickerEvent(msgspec.Struct, gc=False):
    """Best prices."""

    update_id: int = field(name="u")
    bid_price: Decimal = field(name="b")
    bid_quantity: Decimal = field(name="B")
    ask_price: Decimal = field(name="a")
    ask_quantity: Decimal = field(name="A")


class TickerEvent(msgspec.Struct, gc=False):
    """Statistics of 24 hours, as streamed."""

    event_time_ms: int = field(name="E")
    last_price: Decimal = field(name="c")
    open_price: Decimal = field(name="o")
    high_price: Decimal = field(name="h")
    low_price: Decimal = field(name="l")
    volume: Decimal = field(name="v")
    quote_volume: Decimal = field(name="q")


class TickerRow(msgspec.Struct):
    """Statistics of 24 hours, as asked for."""

    last_price: Decimal = field(name="lastPrice")
    open_price: Decimal = field(name="openPrice")
    high_price: Decimal = field(name="highPrice")
    low_price: Decimal = field(name="lowPrice")
    volume: Decimal
    quote_volume: Decimal = field(name="quoteVolume")
    close_time_ms: int = field(name="closeTime")


class KlineBody(msgspec.Struct, gc=False):
    """One candle inside its event."""

    open_time_ms: int = field(name="t")
    close_time_ms: int = field(name="T")
    open: Decimal = field(name="o")
    high: Decimal = field(name="h")
    low: Decimal = field(name="l")
    close: Decimal = field(name="c")
    volume: Decimal = field(name="v")
    quote_volume: Decimal = field(name="q")
    trade_count: int = field(name="n")
    taker_buy_volume: Decimal = field(name="V")
    closed: bool = field(name="x")


class KlineEvent(msgspec.Struct, gc=False):
    """A candle, as streamed."""

    kline: KlineBody = field(name="k")


class KlineRow(msgspec.Struct, array_like=True):
    """A candle, as asked for."""

    open_time_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    close_time_ms: int
    quote_volume: Decimal
    trade_count: int
    taker_buy_volume: Decimal


class DepthReply(msgspec.Struct):
    """A whole book, as asked for; only USDⓈ-M tells its time."""

    last_update_id: int = field(name="lastUpdateId")
    bids: list[LevelRow]
    asks: list[LevelRow]
    event_time_ms: int = field(name="E", default=0)


class Filter(msgspec.Struct):
    """Any filter of a symbol: the fields of those that are used, the rest is left alone."""

    kind: str = field(name="filterType")
    min_price: Decimal = field(name="minPrice", default=ZERO)
    max_price: Decimal = field(name="maxPrice", default=ZERO)
    tick_size: Decimal = field(name="tickSize", default=ZERO)
    min_quantity: Decimal = field(name="minQty", default=ZERO)
    max_quantity: Decimal = field(name="maxQty", default=ZERO)
    step_size: Decimal = field(name="stepSize", default=ZERO)
    min_notional: Decimal = field(name="minNotional", default=ZERO)
    notional: Decimal = ZERO
    multiplier_up: Decimal = field(name="multiplierUp", default=ZERO)
    multiplier_down: Decimal = field(name="multiplierDown", default=ZERO)
    bid_multiplier_up: Decimal = field(name="bidMultiplierUp", default=ZERO)
    bid_multiplier_down: Decimal = field(name="bidMultiplierDown", default=ZERO)
    ask_multiplier_up: Decimal = field(name="askMultiplierUp", default=ZERO)
    ask_multiplier_down: Decimal = field(name="askMultiplierDown", default=ZERO)


_decode_book_ticker = msgspec.json.Decoder(BookTickerEvent).decode
_decode_ticker = msgspec.json.Decoder(TickerEvent).decode
_decode_kline = msgspec.json.Decoder(KlineEvent).decode
NO_FILTER = Filter("")


def levels(rows: Sequence[LevelRow]) -> list[Level]:
    """Return book levels."""
    return [Level(price, quantity) for price, quantity in rows]


def best_prices(data: msgspec.Raw) -> BestPrices:
    """Read a bookTicker event."""
    event = _decode_book_ticker(data)
    return BestPrices(
        Level(event.bid_price, event.bid_quantity),
        Level(event.ask_price, event.ask_quantity),
        event.update_id,
    )


def ticker(data: msgspec.Raw) -> Ticker:
    """Read a 24hrTicker event."""
    event = _decode_ticker(data)
    return Ticker(
        last_price=event.last_price,
        open_price=event.open_price,
        high_price=event.high_price,
        low_price=event.low_price,
        volume=event.volume,
        quote_volume=event.quote_volume,
        time_ms=event.event_time_ms,
    )


def ticker_from_row(row: TickerRow) -> Ticker:
    """Return the ticker of a REST answer."""
    return Ticker(
        last_price=row.last_price,
        open_price=row.open_price,
        high_price=row.high_price,
        low_price=row.low_price,
        volume=row.volume,
        quote_volume=row.quote_volume,
        time_ms=row.close_time_ms,
    )


def candle(data: msgspec.Raw) -> Candle:
    """Read a kline event."""
    body = _decode_kline(data).kline
    return _candle(body, closed=body.closed)


def candle_from_row(row: KlineRow, now_ms: int) -> Candle:
    """Return the candle of a REST answer; it is closed when its time is over."""
    return _candle(row, closed=row.close_time_ms < now_ms)


def _candle(body: KlineBody | KlineRow, *, closed: bool) -> Candle:
    return Candle(
        open_time_ms=body.open_time_ms,
        close_time_ms=body.close_time_ms,
        open=body.open,
        high=body.high,
        low=body.low,
        close=body.close,
        volume=body.volume,
        quote_volume=body.quote_volume,
        trade_count=body.trade_count,
        taker_buy_volume=body.taker_buy_volume,
        closed=closed,
    )


def snapshot(reply: DepthReply, now_ms: int) -> DepthSnapshot:
    """Return the book of a REST answer."""
    time_ms = reply.event_time_ms or now_ms
    return DepthSnapshot(levels(reply.bids), levels(reply.asks), reply.last_update_id, time_ms)


def price_range(rule: Filter) -> StepRange:
    """Return the prices that a PRICE_FILTER allows."""
    return StepRange(rule.min_price, rule.max_price, rule.tick_size)


def quantity_range(rule: Filter) -> StepRange:
    """Return the sizes that a LOT_SIZE or MARKET_LOT_SIZE allows."""
    return StepRange(rule.min_quantity, rule.max_quantity, rule.step_size)


def side(text: str) -> Side:
    """Return a side; only two words are known."""
    return Side(text)


def order_status(text: str) -> OrderStatus:
    """Return a status; a word we do not know is OTHER."""
    return _STATUSES.get(text, OrderStatus.OTHER)


def order_type(text: str) -> OrderType:
    """Return an order type; what only later issues handle is OTHER."""
    return _ORDER_TYPES.get(text, OrderType.OTHER)


def time_in_force(text: str, type_text: str = "") -> TimeInForce:
    """Return how long an order stays; spot says "post only" by the type LIMIT_MAKER."""
    if type_text == "LIMIT_MAKER":
        return TimeInForce.POST_ONLY
    return _TIMES_IN_FORCE.get(text, TimeInForce.OTHER)
