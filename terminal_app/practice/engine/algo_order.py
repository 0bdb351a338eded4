"""Plain values of conditional futures orders, which Binance calls algo orders."""

from dataclasses import dataclass
from decimal import Decimal

from terminal_app.practice.engine.kinds import (
    AlgoOrderType,
    AlgoStatus,
    PositionSide,
    PriceMatch,
    SelfTradePrevention,
    Side,
    TimeInForce,
    WorkingType,
)
from terminal_app.practice.engine.model import ZERO


@dataclass(frozen=True, slots=True)
class AlgoRequest:
    """Ask for a conditional order; an empty `client_algo_id` is made up by the exchange.

    `callback_rate` is in percent. Prices and rates that were not sent are None, a quantity that
    was not sent too: a closing order has none.
    """

    symbol: str
    side: Side
    order_type: AlgoOrderType
    time_in_force: TimeInForce = TimeInForce.GTC
    quantity: Decimal | None = None
    trigger_price: Decimal | None = None
    price: Decimal | None = None
    price_match: PriceMatch = PriceMatch.NONE
    working_type: WorkingType = WorkingType.CONTRACT_PRICE
    activate_price: Decimal | None = None
    callback_rate: Decimal | None = None
    close_position: bool = False
    price_protect: bool = False
    reduce_only: bool = False
    position_side: PositionSide = PositionSide.BOTH
    self_trade_prevention: SelfTradePrevention = SelfTradePrevention.EXPIRE_MAKER
    good_till_date_ms: int = 0
    client_algo_id: str = ""


@dataclass(slots=True)
class AlgoOrder:
    """Hold a conditional order of the account; events and answers carry copies.

    Prices that do not apply are 0. `order_id` is the order it became, 0 before; `average_price`
    and `executed_quantity` are that order's, set once it ended. A trailing order follows
    `extreme`, the best price since it was activated.
    """

    algo_id: int
    client_algo_id: str
    symbol: str
    side: Side
    order_type: AlgoOrderType
    time_in_force: TimeInForce
    quantity: Decimal
    trigger_price: Decimal
    price: Decimal
    price_match: PriceMatch
    working_type: WorkingType
    activate_price: Decimal
    callback_rate: Decimal
    close_position: bool
    price_protect: bool
    reduce_only: bool
    position_side: PositionSide
    self_trade_prevention: SelfTradePrevention
    good_till_date_ms: int
    create_time_ms: int
    update_time_ms: int
    status: AlgoStatus = AlgoStatus.NEW
    trigger_time_ms: int = 0
    order_id: int = 0
    average_price: Decimal = ZERO
    executed_quantity: Decimal = ZERO
    reject_reason: str = ""
    is_activated: bool = False
    extreme: Decimal = ZERO

    @property
    def is_waiting(self) -> bool:
        """Tell whether the order still waits for its trigger."""
        return self.status is AlgoStatus.NEW

    @property
    def is_trailing(self) -> bool:
        """Tell whether the trigger follows the price."""
        return self.order_type is AlgoOrderType.TRAILING_STOP_MARKET
