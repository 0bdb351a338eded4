"""What the exchange tells its listeners, in order and synchronously."""

from collections.abc import Callable
from decimal import Decimal

from terminal_app.practice.engine.algo_order import AlgoOrder
from terminal_app.practice.engine.kinds import (
    AccountChangeReason,
    ExecutionType,
    MarketName,
    RejectReason,
    SymbolStatus,
)
from terminal_app.practice.engine.market_values import Candle, Level, PublicTrade
from terminal_app.practice.engine.model import Balance, Fill, Order, PreventedMatch, SymbolRules
from terminal_app.practice.engine.order_list import ListStatusType, OrderListState
from terminal_app.practice.engine.usdm_values import Position, UsdmBalance
from terminal_app.practice.engine.value import Value


class TradePrinted(Value, frozen=True):
    """Report one print; the aggregate id groups prints of one taker order at one price."""

    market: MarketName
    symbol: str
    trade: PublicTrade
    aggregate_id: int


class DepthChanged(Value, frozen=True):
    """Report changed levels with absolute quantities, 0 for a level that is gone.

    Spot chains by `first_update_id == previous final + 1`, futures by
    `previous_final_update_id == previous final`.
    """

    market: MarketName
    symbol: str
    time_ms: int
    first_update_id: int
    final_update_id: int
    previous_final_update_id: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


class BookTicker(Value, frozen=True):
    """Report the best bid and ask; price and quantity are 0 where a side is empty."""

    market: MarketName
    symbol: str
    time_ms: int
    update_id: int
    bid_price: Decimal
    bid_quantity: Decimal
    ask_price: Decimal
    ask_quantity: Decimal


class CandleClosed(Value, frozen=True):
    """Report a finished candle, exactly once a bar; the forming one is asked for."""

    market: MarketName
    symbol: str
    interval: str
    candle: Candle


class MarkPrice(Value, frozen=True):
    """Report mark, index and funding of a futures symbol, once a second."""

    symbol: str
    time_ms: int
    mark_price: Decimal
    index_price: Decimal
    settle_price: Decimal
    funding_rate: Decimal
    interest_rate: Decimal
    next_funding_time_ms: int


class OrderEvent(Value, frozen=True):
    """Report what happened to an order; `fill` comes with TRADE, `prevented` with TRADE_PREVENTION.

    `execution_id` grows over all order events of a market. `order` is a copy of that moment;
    one that was rejected is in no answer.
    """

    market: MarketName
    time_ms: int
    execution_id: int
    execution_type: ExecutionType
    order: Order
    fill: Fill | None = None
    prevented: PreventedMatch | None = None
    reject_reason: RejectReason = RejectReason.NONE


class AlgoOrderEvent(Value, frozen=True):
    """Report the new state of a conditional futures order; `algo` is a copy of that moment."""

    time_ms: int
    algo: AlgoOrder


class OrderListEvent(Value, frozen=True):
    """Report the new state of an order list; a `status_type` of UPDATED means an amended order."""

    time_ms: int
    status_type: ListStatusType
    state: OrderListState


class SpotAccountChanged(Value, frozen=True):
    """Report the spot balances that may have changed, with their present values."""

    time_ms: int
    reason: AccountChangeReason
    balances: tuple[Balance, ...]


class SpotBalanceMoved(Value, frozen=True):
    """Report that money came into the spot account or left it; `change` is signed."""

    time_ms: int
    asset: str
    change: Decimal


class UsdmAccountChanged(Value, frozen=True):
    """Report the futures balances and positions that changed; `symbol` is set for funding alone."""

    time_ms: int
    reason: AccountChangeReason
    balances: tuple[UsdmBalance, ...]
    positions: tuple[Position, ...]
    symbol: str = ""


class LeverageChanged(Value, frozen=True):
    """Report the new leverage of a futures symbol."""

    time_ms: int
    symbol: str
    leverage: int


class MarginCalled(Value, frozen=True):
    """Warn that positions are near liquidation: all of cross margin, or one isolated."""

    time_ms: int
    cross_wallet_balance: Decimal
    positions: tuple[Position, ...]


class Liquidated(Value, frozen=True):
    """Report the order of a liquidation to everybody; `order` is a copy of its last state."""

    time_ms: int
    order: Order
    last_quantity: Decimal


class SymbolStatusChanged(Value, frozen=True):
    """Report the new state of a symbol."""

    market: MarketName
    time_ms: int
    rules: SymbolRules
    status: SymbolStatus


class TimeSought(Value, frozen=True):
    """Report that a market went to another time of its record or began anew: nothing follows on."""

    market: MarketName
    time_ms: int


Event = (
    TradePrinted
    | DepthChanged
    | BookTicker
    | CandleClosed
    | MarkPrice
    | OrderEvent
    | AlgoOrderEvent
    | OrderListEvent
    | SpotAccountChanged
    | SpotBalanceMoved
    | UsdmAccountChanged
    | LeverageChanged
    | MarginCalled
    | Liquidated
    | SymbolStatusChanged
    | TimeSought
)
Listener = Callable[[Event], None]
