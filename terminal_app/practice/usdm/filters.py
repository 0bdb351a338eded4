"""What futures refuse before the engine sees an order (Binance USDⓈ-M, filters)."""

from decimal import Decimal

from terminal_app.practice.engine.kinds import OrderType, Side
from terminal_app.practice.engine.model import OrderRequest, SymbolRules
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.spot.filters import decimals


def check_usdm_order(
    request: OrderRequest,
    rules: SymbolRules,
    mark_price: Decimal,
    best_opposite: Decimal | None,
    open_orders: int,
) -> None:
    """Raise the error of the first rule that an order breaks."""
    quantity = request.quantity or Decimal(0)
    _check_precision(request, rules)
    if request.order_type is OrderType.MARKET:
        low, high = rules.market_min_quantity, rules.market_max_quantity
        _check_quantity(quantity, low, high, rules.market_step_size)
        _check_market_price(request.side, rules, mark_price, best_opposite)
        price = mark_price
    else:
        price = request.price or Decimal(0)
        _check_price(price, rules)
        _check_quantity(quantity, rules.min_quantity, rules.max_quantity, rules.step_size)
        _check_percent_price(price, request.side, rules, mark_price)
    if not request.reduce_only and price * quantity < rules.min_notional:
        least = format(rules.min_notional, "f")
        raise ExchangeError(
            -4164,
            f"Order's notional must be no smaller than {least} (unless you choose reduce only).",
        )
    if open_orders >= rules.max_num_orders:
        raise ExchangeError(-2025, "Reach max open order limit.")


def _check_precision(request: OrderRequest, rules: SymbolRules) -> None:
    limits = (
        (request.quantity, rules.quantity_precision),
        (request.price, rules.price_precision),
    )
    if any(value is not None and decimals(value) > most for value, most in limits):
        raise ExchangeError(-1111, "Precision is over the maximum defined for this asset.")


def _check_price(price: Decimal, rules: SymbolRules) -> None:
    if price <= 0:
        raise ExchangeError(-4001, "Price less than 0.")
    if price < rules.min_price:
        raise ExchangeError(-4013, "Price less than min price.")
    if price > rules.max_price:
        raise ExchangeError(-4002, "Price greater than max price.")
    if (price - rules.min_price) % rules.tick_size:
        raise ExchangeError(-4014, "Price not increased by tick size.")


def _check_quantity(quantity: Decimal, low: Decimal, high: Decimal, step: Decimal) -> None:
    if quantity <= 0:
        raise ExchangeError(-4003, "Quantity less than or equal to zero.")
    if quantity < low:
        raise ExchangeError(-4004, "Quantity less than min quantity.")
    if quantity > high:
        raise ExchangeError(-4005, "Quantity greater than max quantity.")
    if (quantity - low) % step:
        raise ExchangeError(-4023, "Qty not increased by step size.")


def _check_percent_price(price: Decimal, side: Side, rules: SymbolRules, mark: Decimal) -> None:
    if side is Side.BUY and price > mark * rules.bid_multiplier_up:
        raise ExchangeError(-4016, "Price is higher than mark price multiplier cap.")
    if side is Side.SELL and price < mark * rules.ask_multiplier_down:
        raise ExchangeError(-4024, "Price is lower than mark price multiplier floor.")


def _check_market_price(
    side: Side, rules: SymbolRules, mark: Decimal, best_opposite: Decimal | None
) -> None:
    if best_opposite is None:
        return
    too_high = side is Side.BUY and best_opposite > mark * rules.bid_multiplier_up
    too_low = side is Side.SELL and best_opposite < mark * rules.ask_multiplier_down
    if too_high or too_low:
        raise ExchangeError(
            -4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit"
        )
