"""What Binance spot sends, by readable names."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec import field

from terminal_app.domain.instrument import ZERO
from terminal_app.venues.binance import wire


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


class SymbolRow(wire.SymbolRow):
    """A symbol of exchangeInfo."""

    is_spot: bool = field(name="isSpotTradingAllowed", default=True)
    self_trade_default: str = field(name="defaultSelfTradePreventionMode", default="")
    self_trade_modes: list[str] = field(
        name="allowedSelfTradePreventionModes", default_factory=list
    )


class ReplyFill(msgspec.Struct):
    """A fill inside the reply to a new order."""

    price: Decimal
    quantity: Decimal = field(name="qty")
    commission: Decimal
    commission_asset: str = field(name="commissionAsset")
    trade_id: int = field(name="tradeId")


class OrderReply(wire.OrderReply, kw_only=True):
    """An order: the reply to a new one, to a cancel, or to a question."""

    executed_quote: Decimal = field(name="cummulativeQuoteQty")
    original_client_order_id: str = field(name="origClientOrderId", default="")
    transact_time_ms: int | None = field(name="transactTime", default=None)
    time_ms: int | None = field(name="time", default=None)
    update_time_ms: int | None = field(name="updateTime", default=None)
    expiry_reason: str = field(name="expiryReason", default="")
    order_list_id: int = field(name="orderListId", default=-1)
    stop_price: Decimal = field(name="stopPrice", default=ZERO)
    trailing_delta: int = field(name="trailingDelta", default=-1)
    pegged_price: Decimal = field(name="peggedPrice", default=ZERO)
    visible_quantity: Decimal = field(name="icebergQty", default=ZERO)
    fills: list[ReplyFill] = field(default_factory=list)


class ListReply(msgspec.Struct):
    """An order list: the reply to a new one, or to the cancel of one of its orders."""

    reports: list[OrderReply] = field(name="orderReports")


class AmendedOrder(msgspec.Struct):
    """An order after an amendment; its fields are not named as elsewhere."""

    symbol: str
    order_id: int = field(name="orderId")
    client_order_id: str = field(name="clientOrderId")
    price: Decimal
    quantity: Decimal = field(name="qty")
    executed_quantity: Decimal = field(name="executedQty")
    executed_quote: Decimal = field(name="cumulativeQuoteQty")
    status: str
    time_in_force: str = field(name="timeInForce")
    type: str
    side: str


class AmendReply(msgspec.Struct):
    """The reply to an amendment."""

    transact_time_ms: int = field(name="transactTime")
    order: AmendedOrder = field(name="amendedOrder")


class ReplaceReply(msgspec.Struct):
    """The two halves of a cancel-replace, each an answer of its own."""

    cancel_result: str = field(name="cancelResult")
    new_result: str = field(name="newOrderResult")
    cancelled: msgspec.Raw = field(name="cancelResponse", default=msgspec.Raw(b"null"))
    placed: msgspec.Raw = field(name="newOrderResponse", default=msgspec.Raw(b"null"))


class ReplaceRefusal(msgspec.Struct):
    """A cancel-replace of which a half, or both, failed."""

    data: ReplaceReply


class AccountTrade(wire.AccountTrade):
    """One of the account's own trades."""

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


class SideRates(CommissionRates):
    """Rates as fractions: by role in the trade, and by side on top."""

    buyer: Decimal = ZERO
    seller: Decimal = ZERO


class Discount(msgspec.Struct):
    """Whether the standard part is paid in another asset, and the share of it left to pay."""

    is_on_for_account: bool = field(name="enabledForAccount", default=False)
    is_on_for_symbol: bool = field(name="enabledForSymbol", default=False)
    asset: str = field(name="discountAsset", default="")
    share: Decimal = field(name="discount", default=ZERO)


class CommissionReply(msgspec.Struct):
    """What trading a symbol costs the account."""

    standard: SideRates = field(name="standardCommission")
    special: SideRates = field(name="specialCommission")
    tax: SideRates = field(name="taxCommission")
    discount: Discount


class AccountReply(msgspec.Struct):
    """The account."""

    balances: list[BalanceRow]
    rates: CommissionRates = field(name="commissionRates")


class ExecutionReport(wire.OrderReport, kw_only=True):
    """What happened to an order."""

    created_ms: int = field(name="O")
    executed_quote: Decimal = field(name="Z")
    original_client_order_id: str = field(name="C", default="")
    reject_reason: str = field(name="r", default="NONE")
    expiry_reason: str = field(name="eR", default="")
    order_list_id: int = field(name="g", default=-1)
    stop_price: Decimal = field(name="P", default=ZERO)
    trailing_delta: int = field(name="d", default=-1)
    pegged_price: Decimal = field(name="gp", default=ZERO)
    visible_quantity: Decimal = field(name="F", default=ZERO)


class PositionRow(msgspec.Struct):
    """A balance of an outboundAccountPosition."""

    asset: str = field(name="a")
    free: Decimal = field(name="f")
    locked: Decimal = field(name="l")


class AccountPosition(msgspec.Struct):
    """Balances that may have changed."""

    event_time_ms: int = field(name="E")
    balances: list[PositionRow] = field(name="B")


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


class BalanceUpdate(msgspec.Struct):
    """What came in, went out, was locked or released, other than by trading."""

    event_time_ms: int = field(name="E")
    asset: str = field(name="a")
    change: Decimal = field(name="d")
