"""Plain values of the practice exchange: rules, orders, fills and balances.

All money is `Decimal`, all times are epoch milliseconds of the market they belong to.
"""

from dataclasses import dataclass, fields
from decimal import Decimal
from operator import attrgetter

from terminal_app.domain.margin import Bracket
from terminal_app.practice.engine.kinds import (
    ExpiryReason,
    OrderStatus,
    OrderType,
    PegPriceType,
    PositionSide,
    PriceMatch,
    SelfTradePrevention,
    Side,
    TimeInForce,
)
from terminal_app.practice.engine.value import Value

ZERO = Decimal(0)
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class PriceRange:
    """Bound what an order may trade at, as multiples of the reference price (spot, PRICE_RANGE)."""

    bid_limit_up: Decimal
    bid_limit_down: Decimal
    ask_limit_up: Decimal
    ask_limit_down: Decimal


@dataclass(frozen=True, slots=True)
class SpotRules:
    """Hold what only spot symbols limit; None switches a filter off.

    Trailing deltas are in basis points.
    """

    iceberg_parts: int = 100
    min_trailing_above_delta: int = 10
    max_trailing_above_delta: int = 2_000
    min_trailing_below_delta: int = 10
    max_trailing_below_delta: int = 2_000
    max_num_algo_orders: int = 5
    max_num_iceberg_orders: int | None = None
    max_num_order_amends: int = 10
    max_num_order_lists: int = 20
    max_position: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SymbolRules:
    """Hold what may be ordered in a symbol; the faces write exchangeInfo from it.

    `min_notional` is spot NOTIONAL.minNotional or futures MIN_NOTIONAL.notional. The four percent
    multipliers are PERCENT_PRICE_BY_SIDE on spot; futures use `bid_multiplier_up` as multiplierUp
    and `ask_multiplier_down` as multiplierDown of PERCENT_PRICE. `brackets` is empty on spot,
    `funding_interval_hours` without meaning there. Book and tape count in `tick_size` and
    `step_size`; orders may have to keep to a multiple (`coarse_tick`, `coarse_step`, 0 if not).
    """

    symbol: str
    base_asset: str
    quote_asset: str
    min_price: Decimal
    max_price: Decimal
    tick_size: Decimal
    min_quantity: Decimal
    max_quantity: Decimal
    step_size: Decimal
    market_min_quantity: Decimal
    market_max_quantity: Decimal
    market_step_size: Decimal
    min_notional: Decimal
    max_notional: Decimal
    bid_multiplier_up: Decimal
    bid_multiplier_down: Decimal
    ask_multiplier_up: Decimal
    ask_multiplier_down: Decimal
    average_price_minutes: int
    max_num_orders: int
    price_precision: int
    quantity_precision: int
    listed_ms: int
    liquidation_fee: Decimal
    market_take_bound: Decimal
    trigger_protect: Decimal
    brackets: tuple[Bracket, ...]
    price_range: PriceRange | None = None
    funding_interval_hours: int = 8
    coarse_tick: Decimal = ZERO
    coarse_step: Decimal = ZERO
    spot: SpotRules = SpotRules()

    @property
    def order_tick(self) -> Decimal:
        """Return what the price of an order must be a multiple of."""
        return self.coarse_tick or self.tick_size

    @property
    def order_step(self) -> Decimal:
        """Return what the quantity of an order must be a multiple of."""
        return self.coarse_step or self.step_size

    def price(self, ticks: int) -> Decimal:
        """Return the price of a whole number of ticks."""
        return self.tick_size * ticks

    def quantity(self, lots: int) -> Decimal:
        """Return the quantity of a whole number of steps."""
        return self.step_size * lots


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """Ask for a new order; an empty `client_order_id` is made up by the exchange.

    With a `price_match` the exchange finds the price. `trailing_delta` is in basis
    points, 0 without one; a `strategy_id` of -1 and a `strategy_type` of 0 were not sent.
    """

    symbol: str
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce = TimeInForce.GTC
    quantity: Decimal | None = None
    quote_order_quantity: Decimal | None = None
    price: Decimal | None = None
    client_order_id: str = ""
    self_trade_prevention: SelfTradePrevention = SelfTradePrevention.EXPIRE_MAKER
    reduce_only: bool = False
    position_side: PositionSide = PositionSide.BOTH
    price_match: PriceMatch = PriceMatch.NONE
    good_till_date_ms: int = 0
    close_position: bool = False
    stop_price: Decimal | None = None
    trailing_delta: int = 0
    iceberg_quantity: Decimal | None = None
    strategy_id: int = -1
    strategy_type: int = 0
    peg_price_type: PegPriceType = PegPriceType.NONE
    peg_offset: int | None = None


@dataclass(slots=True)
class Order:
    """Hold an order of the account; events and answers carry copies that do not change.

    After a cancel `client_order_id` is the id of the cancel request and `orig_client_order_id`
    the order's own; before it `orig_client_order_id` is empty. `working_time_ms` is -1 while the
    order was never on the book. `reserve` is what is set aside for each unit, in the asset the
    order pays with: 0 when nothing is. `trailing_extreme` is the best price since
    `trailing_time_ms`, when the tracking began (-1 before). A `peg_offset` of -1 was not sent.
    """

    order_id: int
    client_order_id: str
    symbol: str
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    quantity: Decimal
    quote_order_quantity: Decimal
    price: Decimal
    reduce_only: bool
    time_ms: int
    update_time_ms: int
    status: OrderStatus = OrderStatus.NEW
    executed_quantity: Decimal = ZERO
    cumulative_quote: Decimal = ZERO
    working_time_ms: int = -1
    orig_client_order_id: str = ""
    expiry_reason: ExpiryReason = ExpiryReason.NONE
    self_trade_prevention: SelfTradePrevention = SelfTradePrevention.EXPIRE_MAKER
    position_side: PositionSide = PositionSide.BOTH
    price_match: PriceMatch = PriceMatch.NONE
    good_till_date_ms: int = 0
    close_position: bool = False
    modify_count: int = 0
    modify_id: str = ""
    order_list_id: int = -1
    stop_price: Decimal = ZERO
    trailing_delta: int = 0
    trailing_time_ms: int = -1
    trailing_extreme: Decimal = ZERO
    iceberg_quantity: Decimal = ZERO
    strategy_id: int = -1
    strategy_type: int = 0
    peg_price_type: PegPriceType = PegPriceType.NONE
    peg_offset: int = -1
    pegged_price: Decimal = ZERO
    prevented_quantity: Decimal = ZERO
    prevented_match_id: int = -1
    reserve: Decimal = ZERO

    @property
    def remaining(self) -> Decimal:
        """Return the quantity that can still trade."""
        return self.quantity - self.executed_quantity - self.prevented_quantity

    @property
    def limit_price(self) -> Decimal:
        """Return the price the order works at: of a pegged one the price it was pegged to."""
        return self.pegged_price or self.price

    @property
    def is_working(self) -> bool:
        """Tell whether the order waits for nothing: neither a trigger nor another order."""
        return self.working_time_ms >= 0

    @property
    def average_price(self) -> Decimal:
        """Return the mean fill price, 0 without fills (unrounded)."""
        if not self.executed_quantity:
            return ZERO
        return self.cumulative_quote / self.executed_quantity

    def __copy__(self) -> "Order":
        # Every event carries a copy; the general way takes many times as long.
        return Order(*_values_of(self))


_values_of = attrgetter(*(field.name for field in fields(Order)))


class Fill(Value, frozen=True):
    """Hold one trade of the account; `realized_pnl` is 0 on spot."""

    trade_id: int
    order_id: int
    symbol: str
    side: Side
    price: Decimal
    quantity: Decimal
    quote_quantity: Decimal
    commission: Decimal
    commission_asset: str
    is_maker: bool
    realized_pnl: Decimal
    time_ms: int
    position_side: PositionSide = PositionSide.BOTH


@dataclass(frozen=True, slots=True)
class PreventedMatch:
    """Hold a meeting of two orders of the account that was kept from trading.

    `quantity` is what would have traded; the other two are what each order lost by it.
    """

    prevented_match_id: int
    symbol: str
    taker_order_id: int
    maker_order_id: int
    self_trade_prevention: SelfTradePrevention
    price: Decimal
    quantity: Decimal
    taker_prevented: Decimal
    maker_prevented: Decimal
    time_ms: int


@dataclass(frozen=True, slots=True)
class Amendment:
    """Hold one change of an order's quantity that kept its place in the queue."""

    execution_id: int
    symbol: str
    order_id: int
    orig_client_order_id: str
    new_client_order_id: str
    orig_quantity: Decimal
    new_quantity: Decimal
    time_ms: int


class PlacedOrder(Value, frozen=True):
    """Answer a placed order: its state after matching, what it got and what was prevented."""

    order: Order
    fills: tuple[Fill, ...]
    prevented: tuple[PreventedMatch, ...] = ()


class Balance(Value, frozen=True):
    """Hold one spot balance."""

    asset: str
    free: Decimal
    locked: Decimal
