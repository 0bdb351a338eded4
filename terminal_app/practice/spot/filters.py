"""What spot refuses before the engine sees an order (Binance spot, filters)."""

from decimal import Decimal

from terminal_app.practice.engine.kinds import OrderType, Side
from terminal_app.practice.engine.model import OrderRequest, SymbolRules
from terminal_app.practice.errors import ExchangeError

_ASSET_DECIMALS = 8


def check_spot_order(
    request: OrderRequest, rules: SymbolRules, reference_price: Decimal, open_orders: int
) -> None:
    """Raise the error of the first rule that an order breaks.

    `reference_price` is the average of the last minutes, the last price without one.
    """
    _check_precision(request)
    if request.price is not None and request.order_type is not OrderType.MARKET:
        _check_price(request.price, request.side, rules, reference_price)
    if request.quantity is not None:
        _check_lot_size(request, request.quantity, rules)
    _check_notional(request, rules, reference_price)
    if open_orders >= rules.max_num_orders:
        raise _failure("MAX_NUM_ORDERS")


def _check_precision(request: OrderRequest) -> None:
    for name, value in (
        ("quantity", request.quantity),
        ("quoteOrderQty", request.quote_order_quantity),
        ("price", request.price),
    ):
        if value is not None and decimals(value) > _ASSET_DECIMALS:
            raise ExchangeError(-1111, f"Parameter '{name}' has too much precision.")


def _check_price(price: Decimal, side: Side, rules: SymbolRules, reference: Decimal) -> None:
    if not rules.min_price <= price <= rules.max_price or price % rules.tick_size:
        raise _failure("PRICE_FILTER")
    up, down = rules.bid_multiplier_up, rules.bid_multiplier_down
    if side is Side.SELL:
        up, down = rules.ask_multiplier_up, rules.ask_multiplier_down
    if reference and not reference * down <= price <= reference * up:
        raise _failure("PERCENT_PRICE_BY_SIDE")


def _check_lot_size(request: OrderRequest, quantity: Decimal, rules: SymbolRules) -> None:
    if not rules.min_quantity <= quantity <= rules.max_quantity or quantity % rules.step_size:
        raise _failure("LOT_SIZE")
    if request.order_type is OrderType.MARKET and quantity > rules.market_max_quantity:
        raise _failure("MARKET_LOT_SIZE")


def _check_notional(request: OrderRequest, rules: SymbolRules, reference: Decimal) -> None:
    is_market = request.order_type is OrderType.MARKET
    if request.quote_order_quantity is not None:
        notional = request.quote_order_quantity
    else:
        price = reference if is_market or request.price is None else request.price
        notional = price * (request.quantity or Decimal(0))
    if notional < rules.min_notional or (not is_market and notional > rules.max_notional):
        raise _failure("NOTIONAL")


def decimals(value: Decimal) -> int:
    """Return how many decimals a value needs, zeros at the end not counted."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else _ASSET_DECIMALS + 1


def _failure(name: str) -> ExchangeError:
    return ExchangeError(-1013, f"Filter failure: {name}")
