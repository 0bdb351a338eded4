"""What spot refuses before the engine sees an order (Binance spot, filters)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from terminal_app.practice.engine.kinds import Side
from terminal_app.practice.engine.model import ZERO, Order, OrderRequest, SymbolRules
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.spot.triggers import is_above

_ASSET_DECIMALS = 8


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """Hold what is limited over all symbols, None for no limit: the EXCHANGE_ and asset filters."""

    max_num_orders: int | None = None
    max_num_algo_orders: int | None = None
    max_num_iceberg_orders: int | None = None
    max_num_order_lists: int | None = None
    max_assets: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Hold what the filters compare an order with.

    `reference_price` is the symbol's own or the average of the last minutes; `price` is what the
    order works at, of a pegged one the price it is pegged to; `held_base` is free and locked.
    `quantity` is the order's, or what its quote amount buys.
    """

    rules: SymbolRules
    limits: AccountLimits
    reference_price: Decimal
    price: Decimal | None
    quantity: Decimal
    open_orders: Sequence[Order]
    held_base: Decimal


def check_spot_order(request: OrderRequest, around: Surroundings) -> None:
    """Raise the error of the first filter that an order breaks."""
    _check_precision(request)
    _check_prices(request, around)
    _check_sizes(request, around)
    _check_notional(request, around)
    _check_trailing_delta(request, around.rules)
    _check_counts(request, around)
    _check_holdings(request, around)


def _check_precision(request: OrderRequest) -> None:
    for name, value in (
        ("quantity", request.quantity),
        ("quoteOrderQty", request.quote_order_quantity),
        ("price", request.price),
        ("stopPrice", request.stop_price),
        ("icebergQty", request.iceberg_quantity),
    ):
        if value is not None and decimals(value) > _ASSET_DECIMALS:
            raise ExchangeError(-1111, f"Parameter '{name}' has too much precision.")


def _check_prices(request: OrderRequest, around: Surroundings) -> None:
    rules, reference = around.rules, around.reference_price
    for price in (request.price, request.stop_price, around.price):
        if price is None:
            continue
        if not rules.min_price <= price <= rules.max_price or price % rules.order_tick:
            raise _failure("PRICE_FILTER")
    up, down = rules.bid_multiplier_up, rules.bid_multiplier_down
    if request.side is Side.SELL:
        up, down = rules.ask_multiplier_up, rules.ask_multiplier_down
    for price in (request.price, around.price):
        if price is not None and reference and not reference * down <= price <= reference * up:
            raise _failure("PERCENT_PRICE_BY_SIDE")


def _check_sizes(request: OrderRequest, around: Surroundings) -> None:
    rules, quantity, iceberg = around.rules, request.quantity, request.iceberg_quantity
    for each in (quantity, iceberg):
        if each is not None:
            check_lots(each, rules)
    if request.order_type.is_market:
        step, least = rules.market_step_size, rules.market_min_quantity
        if around.quantity > rules.market_max_quantity:
            raise _failure("MARKET_LOT_SIZE")
        if quantity is not None and (quantity < least or (step and quantity % step)):
            raise _failure("MARKET_LOT_SIZE")
    if iceberg is not None and quantity is not None:
        if iceberg >= quantity:
            raise ExchangeError(-2010, "IcebergQty exceeds QTY.")
        if -(-quantity // iceberg) > rules.spot.iceberg_parts:
            raise _failure("ICEBERG_PARTS")


def check_lots(quantity: Decimal, rules: SymbolRules) -> None:
    """Raise -1013 for a quantity that LOT_SIZE does not allow."""
    is_within = rules.min_quantity <= quantity <= rules.max_quantity
    if not is_within or quantity % rules.order_step:
        raise _failure("LOT_SIZE")


def _check_notional(request: OrderRequest, around: Surroundings) -> None:
    rules, is_market = around.rules, request.order_type.is_market
    if request.quote_order_quantity is not None:
        notional = request.quote_order_quantity
    else:
        price = around.reference_price if around.price is None else around.price
        notional = price * (request.quantity or ZERO)
    if notional < rules.min_notional or (not is_market and notional > rules.max_notional):
        raise _failure("NOTIONAL")


def _check_trailing_delta(request: OrderRequest, rules: SymbolRules) -> None:
    delta = request.trailing_delta
    least, most = rules.spot.min_trailing_below_delta, rules.spot.max_trailing_below_delta
    if is_above(request.order_type, request.side):
        least, most = rules.spot.min_trailing_above_delta, rules.spot.max_trailing_above_delta
    if delta and not least <= delta <= most:
        raise _failure("TRAILING_DELTA")


def _check_counts(request: OrderRequest, around: Surroundings) -> None:
    rules, limits, everywhere = around.rules, around.limits, around.open_orders
    here = [order for order in everywhere if order.symbol == request.symbol]
    _check_count(here, rules.max_num_orders, "MAX_NUM_ORDERS")
    _check_count(everywhere, limits.max_num_orders, "EXCHANGE_MAX_NUM_ORDERS")
    if request.order_type.is_conditional:
        _check_count(_algos(here), rules.spot.max_num_algo_orders, "MAX_NUM_ALGO_ORDERS")
        limit = limits.max_num_algo_orders
        _check_count(_algos(everywhere), limit, "EXCHANGE_MAX_NUM_ALGO_ORDERS")
    if request.iceberg_quantity is not None:
        limit = rules.spot.max_num_iceberg_orders
        _check_count(_icebergs(here), limit, "MAX_NUM_ICEBERG_ORDERS")
        limit = limits.max_num_iceberg_orders
        _check_count(_icebergs(everywhere), limit, "EXCHANGE_MAX_NUM_ICEBERG_ORDERS")


def _check_count(open_orders: Sequence[Order], limit: int | None, name: str) -> None:
    if limit is not None and len(open_orders) >= limit:
        raise _failure(name)


def _algos(orders: Iterable[Order]) -> list[Order]:
    return [order for order in orders if order.order_type.is_conditional]


def _icebergs(orders: Iterable[Order]) -> list[Order]:
    return [order for order in orders if order.iceberg_quantity]


def _check_holdings(request: OrderRequest, around: Surroundings) -> None:
    rules, quantity = around.rules, request.quantity or ZERO
    if request.side is Side.BUY and rules.spot.max_position is not None:
        waiting = sum(
            (
                order.remaining
                for order in around.open_orders
                if order.symbol == request.symbol and order.side is Side.BUY
            ),
            ZERO,
        )
        if around.held_base + waiting + quantity > rules.spot.max_position:
            raise _failure("MAX_POSITION")
    price = around.reference_price if around.price is None else around.price
    notional = request.quote_order_quantity or quantity * price
    for asset, amount in ((rules.base_asset, quantity), (rules.quote_asset, notional)):
        limit = around.limits.max_assets.get(asset)
        if limit is not None and amount > limit:
            raise _failure("MAX_ASSET")


def decimals(value: Decimal) -> int:
    """Return how many decimals a value needs, zeros at the end not counted."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else _ASSET_DECIMALS + 1


def _failure(name: str) -> ExchangeError:
    return ExchangeError(-1013, f"Filter failure: {name}")
