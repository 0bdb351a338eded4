"""What Binance spot sends, by readable names."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec import field

from terminal_app.domain.instrument import ZERO
from terminal_app.venues.binance.wire import Filter, LevelRow


class TradeEvent(msgspec.Struct, gc=False):
    """A public trade, as streamed."""

    trade_id: int = field(name="t")
    price: Decimal = field(name="p")
    quantity: Decimal = field(name="q")
    time_ms: int = field(name="T")
    buyer_is_maker: bool = field(name="m")


class TradeRow(msgspec.Struct):
    """A public trade, as asked for."""

    trade_id: int = field(name="id")
    price: Decimal
    quantity: Decimal = field(name="qty")
    time_ms: int = field(name="time")
    buyer_is_maker: bool = field(name="isBuyerMaker")


class DepthEvent(msgspec.Struct, gc=False):
    """Changed levels of the book."""

    event_time_ms: int = field(name="E")
    first_id: int = field(name="U")
    last_id: int = field(name="u")
    bids: list[LevelRow] = field(name="b")
    asks: list[LevelRow] = field(name="a")


class SymbolRow(msgspec.Struct):
    """A symbol of exchangeInfo."""

    symbol: str
    status: str
    base_asset: str = field(name="baseAsset")
    quote_asset: str = field(name="quoteAsset")
    filters: list[Filter]
    is_spot: bool = field(name="isSpotTradingAllowed", default=True)


class ExchangeInfo(msgspec.Struct):
    """The symbols of exchangeInfo."""

    symbols: list[SymbolRow]


class ReplyFill(msgspec.Struct):
    """A fill inside the reply to a new order."""

    price: Decimal
    quantity: Decimal = field(name="qty")
    commission: Decimal
    commission_asset: str = field(name="commissionAsset")
    trade_id: int = field(name="tradeId")


class OrderReply(msgspec.Struct):
    """An order: the reply to a new one, to a cancel, or to a question."""

    symbol: str
    order_id: int = field(name="orderId")
    client_order_id: str = field(name="clientOrderId")
    price: Decimal
    quantity: Decimal = field(name="origQty")
    executed_quantity: Decimal = field(name="executedQty")
    executed_quote: Decimal = field(name="cummulativeQuoteQty")
    status: str
    time_in_force: str = field(name="timeInForce")
    type: str
    side: str
    original_client_order_id: str = field(name="origClientOrderId", default="")
    transact_time_ms: int | None = field(name="transactTime", default=None)
    time_ms: int | None = field(name="time", default=None)
    update_time_ms: int | None = field(name="updateTime", default=None)
    expiry_reason: str = field(name="expiryReason", default="")
    fills: list[ReplyFill] = []


class AccountTrade(msgspec.Struct):
    """One of the account's own trades."""

    symbol: str
    trade_id: int = field(name="id")
    order_id: int = field(name="orderId")
    price: Decimal
    quantity: Decimal = field(name="qty")
    commission: Decimal
    commission_asset: str = field(name="commissionAsset")
    time_ms: int = field(name="time")
    is_buyer: bool = field(name="isBuyer")
    is_maker: bool = field(name="isMaker")


class BalanceRow(msgspec.Struct):
    """A balance of the account reply."""

    asset: str
    free: Decimal
    locked: Decimal


class CommissionRates(msgspec.Struct):
    """Rates as fractions."""

    maker: Decimal
    taker: Decimal


class AccountReply(msgspec.Struct):
    """The account."""

    balances: list[BalanceRow]
    rates: CommissionRates = field(name="commissionRates")


class ExecutionReport(msgspec.Struct):
    """What happened to an order."""

    event_time_ms: int = field(name="E")
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
    created_ms: int = field(name="O")
    executed_quote: Decimal = field(name="Z")
    original_client_order_id: str = field(name="C", default="")
    reject_reason: str = field(name="r", default="NONE")
    expiry_reason: str = field(name="eR", default="")
    commission: Decimal = field(name="n", default=ZERO)
    commission_asset: str | None = field(name="N", default=None)


class PositionRow(msgspec.Struct):
    """A balance of an outboundAccountPosition."""

    asset: str = field(name="a")
    free: Decimal = field(name="f")
    locked: Decimal = field(name="l")


class AccountPosition(msgspec.Struct):
    """Balances that may have changed."""

    event_time_ms: int = field(name="E")
    balances: list[PositionRow] = field(name="B")


class EventName(msgspec.Struct):
    """The name of an event."""

    name: str = field(name="e", default="")


class ApiError(msgspec.Struct):
    """Why a request was refused."""

    code: int
    message: str = field(name="msg", default="")


class ApiFrame(msgspec.Struct):
    """A frame of the WebSocket API: a reply or an event."""

    id: int | str | None = None
    status: int | None = None
    error: ApiError | None = None
    event: msgspec.Raw = msgspec.Raw()
