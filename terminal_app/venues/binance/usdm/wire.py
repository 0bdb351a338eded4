"""What Binance USDⓈ-M futures send, by readable names."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec import field

from terminal_app.domain.instrument import ZERO
from terminal_app.venues.binance import wire


class AggregateTrade(msgspec.Struct, gc=False):
    """An aggregate trade: the same letters in the stream and in REST answers."""

    aggregate_id: int = field(name="a")
    price: Decimal = field(name="p")
    quantity: Decimal = field(name="q")
    time_ms: int = field(name="T")
    buyer_is_maker: bool = field(name="m")


class DepthEvent(wire.DepthEvent, gc=False):
    """Changed levels of the book, and which event they follow."""

    previous_id: int = field(name="pu")


class MarkPriceEvent(msgspec.Struct, gc=False):
    """Mark price and funding; ``funding_rate`` is empty on delivery contracts."""

    event_time_ms: int = field(name="E")
    mark_price: Decimal = field(name="p")
    index_price: Decimal = field(name="i")
    funding_rate: str = field(name="r")
    next_funding_ms: int = field(name="T")
    symbol: str = field(name="s", default="")
    symbol_type: int = field(name="st", default=1)


class SymbolRow(wire.SymbolRow):
    """A symbol of exchangeInfo."""

    contract_type: str = field(name="contractType")


class ContractInfo(msgspec.Struct):
    """A contract whose status or brackets changed."""

    symbol: str = field(name="s")


class BracketRow(msgspec.Struct):
    """One leverage bracket; its amounts are JSON numbers."""

    number: int = field(name="bracket")
    initial_leverage: int = field(name="initialLeverage")
    notional_cap: Decimal = field(name="notionalCap")
    notional_floor: Decimal = field(name="notionalFloor")
    maintenance_margin_rate: Decimal = field(name="maintMarginRatio")
    cum: Decimal


class SymbolBrackets(msgspec.Struct):
    """A symbol's leverage brackets."""

    symbol: str
    brackets: list[BracketRow]


class OrderReply(wire.OrderReply, kw_only=True):
    """An order; replies to writes tell nothing of prices paid, replies to questions do."""

    update_time_ms: int = field(name="updateTime")
    reduce_only: bool = field(name="reduceOnly", default=False)
    time_ms: int | None = field(name="time", default=None)
    average_price: Decimal | None = field(name="avgPrice", default=None)
    executed_quote: Decimal | None = field(name="cumQuote", default=None)
    position_side: str = field(name="positionSide", default="BOTH")
    good_till_ms: int | None = field(name="goodTillDate", default=None)


class AlgoReply(msgspec.Struct):
    """A conditional order; sizes and prices may be empty texts."""

    algo_id: int = field(name="algoId")
    client_algo_id: str = field(name="clientAlgoId")
    symbol: str
    side: str
    type: str = field(name="orderType")
    status: str = field(name="algoStatus")
    time_in_force: str = field(name="timeInForce", default="GTC")
    quantity: str = "0"
    price: str = "0"
    trigger_price: str = field(name="triggerPrice", default="0")
    activate_price: str | None = field(name="activatePrice", default="")
    callback_rate: str | None = field(name="callbackRate", default="")
    working_type: str = field(name="workingType", default="CONTRACT_PRICE")
    position_side: str = field(name="positionSide", default="BOTH")
    reduce_only: bool = field(name="reduceOnly", default=False)
    close_position: bool = field(name="closePosition", default=False)
    create_time_ms: int = field(name="createTime", default=0)
    update_time_ms: int = field(name="updateTime", default=0)
    actual_order_id: str | int = field(name="actualOrderId", default="")
    good_till_ms: int | None = field(name="goodTillDate", default=None)
    self_trade_prevention: str | None = field(name="selfTradePreventionMode", default=None)


class AlgoBody(msgspec.Struct):
    """The inner part of an ALGO_UPDATE."""

    algo_id: int = field(name="aid")
    client_algo_id: str = field(name="caid")
    symbol: str = field(name="s")
    side: str = field(name="S")
    type: str = field(name="o")
    status: str = field(name="X")
    time_in_force: str = field(name="f", default="GTC")
    quantity: str = field(name="q", default="0")
    price: str = field(name="p", default="0")
    trigger_price: str = field(name="tp", default="0")
    working_type: str = field(name="wt", default="CONTRACT_PRICE")
    position_side: str = field(name="ps", default="BOTH")
    reduce_only: bool = field(name="R", default=False)
    close_position: bool = field(name="cp", default=False)
    child_order_id: str | int = field(name="ai", default="")
    reject_reason: str = field(name="rm", default="")
    good_till_ms: int | None = field(name="gtd", default=None)
    self_trade_prevention: str | None = field(name="V", default=None)


class AlgoUpdate(msgspec.Struct):
    """What happened to a conditional order."""

    time_ms: int = field(name="T")
    order: AlgoBody = field(name="o")


class AccountConfig(msgspec.Struct):
    """The account's own settings."""

    is_hedged: bool = field(name="dualSidePosition")
    is_multi_assets: bool = field(name="multiAssetsMargin", default=False)


class ConfigUpdate(msgspec.Struct):
    """A setting that was changed, here or elsewhere."""

    time_ms: int = field(name="T")


class CalledPosition(msgspec.Struct):
    """A position that a margin call is about."""

    symbol: str = field(name="s")


class MarginCall(msgspec.Struct):
    """A warning that liquidation is near."""

    event_time_ms: int = field(name="E")
    positions: list[CalledPosition] = field(name="p")


class AccountTrade(wire.AccountTrade):
    """One of the account's own trades."""

    side: str
    is_maker: bool = field(name="maker")
    realized_profit: Decimal = field(name="realizedPnl")
    position_side: str = field(name="positionSide", default="BOTH")


class IncomeRow(msgspec.Struct):
    """One movement of the wallet."""

    kind: str = field(name="incomeType")
    amount: Decimal = field(name="income")
    asset: str
    time_ms: int = field(name="time")
    transaction_id: int = field(name="tranId")
    symbol: str = ""
    info: str = ""
    trade_id: str | int = field(name="tradeId", default="")


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
    position_side: str = field(name="positionSide", default="BOTH")
    isolated_wallet: Decimal = field(name="isolatedWallet", default=ZERO)
    deleveraging_rank: int | None = field(name="adl", default=None)


class SymbolConfig(msgspec.Struct):
    """A symbol's settings of the account."""

    symbol: str
    margin_type: str = field(name="marginType")
    leverage: int


class CommissionRate(msgspec.Struct):
    """A symbol's rates as fractions."""

    maker: Decimal = field(name="makerCommissionRate")
    taker: Decimal = field(name="takerCommissionRate")


class FeeBurn(msgspec.Struct):
    """Whether commission is paid in BNB while there is enough."""

    is_on: bool = field(name="feeBurn")


class ListenKey(msgspec.Struct):
    """The key of the user stream: a secret while it lives."""

    key: str = field(name="listenKey")


class OrderBody(wire.OrderReport, kw_only=True):
    """The inner part of an ORDER_TRADE_UPDATE."""

    average_price: Decimal = field(name="ap")
    reduce_only: bool = field(name="R", default=False)
    realized_profit: Decimal = field(name="rp", default=ZERO)
    expiry_reason: str = field(name="er", default="0")
    position_side: str = field(name="ps", default="BOTH")
    good_till_ms: int | None = field(name="gtd", default=None)


class OrderTradeUpdate(msgspec.Struct):
    """What happened to an order."""

    order: OrderBody = field(name="o")


class BalanceRow(msgspec.Struct):
    """A balance of an ACCOUNT_UPDATE: the wallet alone, not what is free."""

    asset: str = field(name="a")
    wallet_balance: Decimal = field(name="wb")
    change: Decimal = field(name="bc", default=ZERO)


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
