"""What both markets send in the same letters, by readable names."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec import field

from terminal_app.domain.instrument import ZERO
from terminal_app.domain.order_book import LevelTexts


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


class MiniTickerEvent(TickerEvent, gc=False):
    """Statistics of 24 hours of one symbol of all; type 1 is USDⓈ-M, what spot does not say."""

    symbol: str = field(name="s")
    symbol_type: int = field(name="st", default=1)


class SymbolTickerRow(TickerRow, kw_only=True):
    """Statistics of 24 hours of one symbol of all, as asked for."""

    symbol: str


class BookTickerRow(msgspec.Struct):
    """Best prices of one symbol of all; 0 where a side of the book is empty."""

    symbol: str
    bid_price: Decimal = field(name="bidPrice")
    bid_quantity: Decimal = field(name="bidQty")
    ask_price: Decimal = field(name="askPrice")
    ask_quantity: Decimal = field(name="askQty")


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


class DepthEvent(msgspec.Struct, gc=False):
    """Changed levels of the book."""

    event_time_ms: int = field(name="E")
    first_id: int = field(name="U")
    last_id: int = field(name="u")
    bids: list[LevelTexts] = field(name="b")
    asks: list[LevelTexts] = field(name="a")


class DepthReply(msgspec.Struct):
    """A whole book, as asked for; only USDⓈ-M tells its time."""

    last_update_id: int = field(name="lastUpdateId")
    bids: list[LevelTexts]
    asks: list[LevelTexts]
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
    max_notional: Decimal = field(name="maxNotional", default=ZERO)
    notional: Decimal = ZERO
    apply_to_market: bool = field(name="applyToMarket", default=True)
    apply_min_to_market: bool = field(name="applyMinToMarket", default=True)
    apply_max_to_market: bool = field(name="applyMaxToMarket", default=False)
    multiplier_up: Decimal = field(name="multiplierUp", default=ZERO)
    multiplier_down: Decimal = field(name="multiplierDown", default=ZERO)
    bid_multiplier_up: Decimal = field(name="bidMultiplierUp", default=ZERO)
    bid_multiplier_down: Decimal = field(name="bidMultiplierDown", default=ZERO)
    ask_multiplier_up: Decimal = field(name="askMultiplierUp", default=ZERO)
    ask_multiplier_down: Decimal = field(name="askMultiplierDown", default=ZERO)
    min_above_delta: Decimal = field(name="minTrailingAboveDelta", default=ZERO)
    max_above_delta: Decimal = field(name="maxTrailingAboveDelta", default=ZERO)
    min_below_delta: Decimal = field(name="minTrailingBelowDelta", default=ZERO)
    max_below_delta: Decimal = field(name="maxTrailingBelowDelta", default=ZERO)
    limit: Decimal | None = None
    max_orders: Decimal | None = field(name="maxNumOrders", default=None)
    max_algo_orders: Decimal | None = field(name="maxNumAlgoOrders", default=None)
    max_order_lists: Decimal | None = field(name="maxNumOrderLists", default=None)


NO_FILTER = Filter("")


class SymbolRow(msgspec.Struct):
    """What both markets tell of a symbol in exchangeInfo."""

    symbol: str
    status: str
    base_asset: str = field(name="baseAsset")
    quote_asset: str = field(name="quoteAsset")
    filters: list[Filter]


class OrderReply(msgspec.Struct, kw_only=True):
    """What both markets answer of an order."""

    symbol: str
    order_id: int = field(name="orderId")
    client_order_id: str = field(name="clientOrderId")
    price: Decimal
    quantity: Decimal = field(name="origQty")
    executed_quantity: Decimal = field(name="executedQty")
    status: str
    time_in_force: str = field(name="timeInForce")
    type: str
    side: str
    self_trade_prevention: str | None = field(name="selfTradePreventionMode", default=None)


class OrderReport(msgspec.Struct):
    """What both markets stream of a change of an order."""

    symbol: str = field(name="s")
    client_order_id: str = field(name="c")
    side: str = field(name="S")
    type: str = field(name="o")
    time_in_force: str = field(name="f")
    quantity: Decimal = field(name="q")
    price: Decimal = field(name="p")
    execution: str = field(name="x")
    status: str = field(name="X")
    order_id: int = field(name="i")
    last_quantity: Decimal = field(name="l")
    executed_quantity: Decimal = field(name="z")
    last_price: Decimal = field(name="L")
    time_ms: int = field(name="T")
    trade_id: int = field(name="t")
    is_maker: bool = field(name="m")
    commission: Decimal = field(name="n", default=ZERO)
    commission_asset: str | None = field(name="N", default=None)
    self_trade_prevention: str | None = field(name="V", default=None)


class AccountTrade(msgspec.Struct):
    """What both markets answer of one of the account's own trades."""

    symbol: str
    trade_id: int = field(name="id")
    order_id: int = field(name="orderId")
    price: Decimal
    quantity: Decimal = field(name="qty")
    commission: Decimal
    commission_asset: str = field(name="commissionAsset")
    time_ms: int = field(name="time")


class EventName(msgspec.Struct):
    """The name of an event."""

    name: str = field(name="e", default="")
