"""What Binance USDⓈ-M futures send, by readable names."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec import field

from terminal_app.domain.instrument import ZERO
from terminal_app.venues.binance.wire import Filter, LevelRow


class AggregateTrade(msgspec.Struct, gc=False):
    """An aggregate trade: the same letters in the stream and in REST answers."""

    aggregate_id: int = field(name="a")
    price: Decimal = field(name="p")
    quantity: Decimal = field(name="q")
    time_ms: int = field(name="T")
    buyer_is_maker: bool = field(name="m")


class DepthEvent(msgspec.Struct, gc=False):
    """Changed levels of the book."""

    event_time_ms: int = field(name="E")
    first_id: int = field(name="U")
    last_id: int = field(name="u")
    previous_id: int = field(name="pu")
    bids: list[LevelRow] = field(name="b")
    asks: list[LevelRow] = field(name="a")


class MarkPriceEvent(msgspec.Struct, gc=False):
    """Mark price and funding; ``funding_rate`` is empty on delivery contracts."""

    event_time_ms: int = field(name="E")
    mark_price: Decimal = field(name="p")
    index_price: Decimal = field(name="i")
    funding_rate: str = field(name="r")
    next_funding_ms: int = field(name="T")


class SymbolRow(msgspec.Struct):
    """A symbol of exchangeInfo."""

    symbol: str
    status: str
    contract_type: str = field(name="contractType")
    base_asset: str = field(name="baseAsset")
    quote_asset: str = field(name="quoteAsset")
    filters: list[Filter]


class ExchangeInfo(msgspec.Struct):
    """The symbols of exchangeInfo."""

    symbols: list[SymbolRow]


class OrderReply(msgspec.Struct):
    """An order; replies to writes tell nothing of prices paid, replies to questions do."""

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
    update_time_ms: int = field(name="updateTime")
    reduce_only: bool = field(name="reduceOnly", default=False)
    time_ms: int | None = field(name="time", default=None)
    average_price: Decimal | None = field(name="avgPrice", default=None)
    executed_quote: Decimal | None = field(name="cumQuote", default=None)


class AccountTrade(msgspec.Struct):
    """One of the account's own trades."""

    symbol: str
    trade_id: int = field(name="id")
    order_id: int = field(name="orderId")
    side: str
    price: Decimal
    quantity: Decimal = field(name="qty")
    commission: Decimal
    commission_asset: str = field(name="commissionAsset")
    time_ms: int = field(name="time")
    is_maker: bool = field(name="maker")
    realized_profit: Decimal = field(name="realizedPnl")


class AssetRow(msgspec.Struct):
    """An asset of the account reply."""

    asset: str
    wallet_balance: Decimal = field(name="walletBalance")
    available_balance: Decimal = field(name="availableBalance")


class AccountReply(msgspec.Struct):
    """The account's assets."""

    assets: list[AssetRow]


class PositionRisk(msgspec.Struct):
    """A position; leverage and margin type are told elsewhere (symbolConfig)."""

    symbol: str
    amount: Decimal = field(name="positionAmt")
    entry_price: Decimal = field(name="entryPrice")
    break_even_price: Decimal = field(name="breakEvenPrice")
    mark_price: Decimal = field(name="markPrice")
    unrealized_profit: Decimal = field(name="unRealizedProfit")
    liquidation_price: Decimal = field(name="liquidationPrice")
    initial_margin: Decimal = field(name="positionInitialMargin")
    maintenance_margin: Decimal = field(name="maintMargin")
    margin_asset: str = field(name="marginAsset")
    update_time_ms: int = field(name="updateTime")


class SymbolConfig(msgspec.Struct):
    """A symbol's settings of the account."""

    symbol: str
    margin_type: str = field(name="marginType")
    leverage: int


class CommissionRate(msgspec.Struct):
    """A symbol's rates as fractions."""

    maker: Decimal = field(name="makerCommissionRate")
    taker: Decimal = field(name="takerCommissionRate")


class ListenKey(msgspec.Struct):
    """The key of the user stream: a secret while it lives."""

    key: str = field(name="listenKey")


class OrderBody(msgspec.Struct):
    """The inner part of an ORDER_TRADE_UPDATE."""

    symbol: str = field(name="s")
    client_order_id: str = field(name="c")
    side: str = field(name="S")
    type: str = field(name="o")
    time_in_force: str = field(name="f")
    quantity: Decimal = field(name="q")
    price: Decimal = field(name="p")
    average_price: Decimal = field(name="ap")
    execution: str = field(name="x")
    status: str = field(name="X")
    order_id: int = field(name="i")
    last_quantity: Decimal = field(name="l")
    executed_quantity: Decimal = field(name="z")
    last_price: Decimal = field(name="L")
    time_ms: int = field(name="T")
    trade_id: int = field(name="t")
    is_maker: bool = field(name="m")
    reduce_only: bool = field(name="R", default=False)
    commission: Decimal = field(name="n", default=ZERO)
    commission_asset: str | None = field(name="N", default=None)
    realized_profit: Decimal = field(name="rp", default=ZERO)
    expiry_reason: str = field(name="er", default="0")


class OrderTradeUpdate(msgspec.Struct):
    """What happened to an order."""

    order: OrderBody = field(name="o")


class BalanceRow(msgspec.Struct):
    """A balance of an ACCOUNT_UPDATE: the wallet alone, not what is free."""

    asset: str = field(name="a")
    wallet_balance: Decimal = field(name="wb")


class PositionRow(msgspec.Struct):
    """A position of an ACCOUNT_UPDATE."""

    symbol: str = field(name="s")
    amount: Decimal = field(name="pa")
    entry_price: Decimal = field(name="ep")
    unrealized_profit: Decimal = field(name="up")
    position_side: str = field(name="ps", default="BOTH")
    break_even_price: Decimal = field(name="bep", default=ZERO)


class AccountBody(msgspec.Struct):
    """The inner part of an ACCOUNT_UPDATE."""

    reason: str = field(name="m")
    balances: list[BalanceRow] = field(name="B", default_factory=list)
    positions: list[PositionRow] = field(name="P", default_factory=list)


class AccountUpdate(msgspec.Struct):
    """What happened to balances and positions."""

    time_ms: int = field(name="T")
    account: AccountBody = field(name="a")


class EventName(msgspec.Struct):
    """The name of an event."""

    name: str = field(name="e", default="")
