"""Plain values of the USDⓈ-M account: positions, balances, income and what changed them.

All money is `Decimal`, all times are epoch milliseconds of the market.
"""

from dataclasses import dataclass
from decimal import Decimal

from terminal_app.practice.engine.kinds import IncomeType, MarginType, PositionSide
from terminal_app.practice.engine.model import ONE, ZERO


@dataclass(frozen=True, slots=True)
class Modification:
    """Hold one change of a futures order's price and quantity; `modify_id` is the client's."""

    modification_id: int
    order_id: int
    symbol: str
    client_order_id: str
    time_ms: int
    price_before: Decimal
    price_after: Decimal
    quantity_before: Decimal
    quantity_after: Decimal
    count: int
    modify_id: str


@dataclass(frozen=True, slots=True)
class Position:
    """Hold one futures position valued at the mark price.

    `amount` is signed, `notional` too; `liquidation_price` is 0 when there is none.
    `open_order_initial_margin` is what open orders of the position need beyond it.
    `isolated_wallet` is 0 on cross margin.
    """

    symbol: str
    amount: Decimal
    entry_price: Decimal
    break_even_price: Decimal
    mark_price: Decimal
    unrealized_pnl: Decimal
    liquidation_price: Decimal
    leverage: int
    max_notional: Decimal
    notional: Decimal
    initial_margin: Decimal
    maintenance_margin: Decimal
    open_order_initial_margin: Decimal
    bid_notional: Decimal
    ask_notional: Decimal
    accumulated_realized: Decimal
    update_time_ms: int
    position_side: PositionSide = PositionSide.BOTH
    margin_type: MarginType = MarginType.CROSSED
    isolated_wallet: Decimal = ZERO

    @property
    def isolated_margin(self) -> Decimal:
        """Return the isolated wallet with the profit of the position, 0 on cross margin."""
        if self.margin_type is MarginType.CROSSED:
            return ZERO
        return self.isolated_wallet + self.unrealized_pnl

    @property
    def adl_quantile(self) -> int:
        """Return the place in the queue of auto-deleveraging, 4 first; 0 when flat.

        Simplified: by the return on the initial margin, as nobody else's positions are known.
        """
        if not self.amount:
            return 0
        gain = self.unrealized_pnl / self.initial_margin if self.initial_margin else ZERO
        return 1 + sum(gain > step for step in (ZERO, ONE / 4, ONE))


@dataclass(frozen=True, slots=True)
class UsdmAccount:
    """Hold the totals of the futures account in USDT; single-asset mode.

    `bnb_balance` is an asset beside, out of which commission may be paid.
    """

    wallet_balance: Decimal
    unrealized_pnl: Decimal
    margin_balance: Decimal
    position_initial_margin: Decimal
    open_order_initial_margin: Decimal
    initial_margin: Decimal
    maintenance_margin: Decimal
    cross_wallet_balance: Decimal
    cross_unrealized_pnl: Decimal
    available_balance: Decimal
    max_withdraw_amount: Decimal
    bnb_balance: Decimal
    update_time_ms: int


@dataclass(frozen=True, slots=True)
class UsdmBalance:
    """Hold a changed futures balance; `change` leaves out profit and commission."""

    asset: str
    wallet_balance: Decimal
    cross_wallet_balance: Decimal
    change: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class MarginChange:
    """Hold margin that a person added to an isolated position, or took (`amount` below 0)."""

    symbol: str
    position_side: PositionSide
    amount: Decimal
    asset: str
    time_ms: int


@dataclass(frozen=True, slots=True)
class Income:
    """Hold one futures income row; `trade_id` is empty when no trade made it."""

    transaction_id: int
    symbol: str
    income_type: IncomeType
    income: Decimal
    asset: str
    time_ms: int
    trade_id: str
    info: str


@dataclass(frozen=True, slots=True)
class Funding:
    """Hold one settled funding rate of a symbol and the mark price it was settled at."""

    symbol: str
    rate: Decimal
    time_ms: int
    mark_price: Decimal
