"""What futures refuse before the engine sees an order (Binance USDⓈ-M, filters)."""

from decimal import Decimal

from terminal_app.practice.engine.kinds import OrderType, Side
from terminal_app.practice.engine.model import ZERO, OrderRequest, SymbolRules
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
    quantity, is_market = request.quantity or ZERO, request.order_type is OrderType.MARKET
    check_places(rules, request.quantity, request.price)
    price = mark_price if is_market else request.price or ZERO
    if not is_market:
        check_price(price, rules)
    check_lots(quantity, rules, is_market=is_market)
    if is_market:
        _check_market_price(request.side, rules, mark_price, best_opposite)
    else:
        _check_percent_price(price, request.side, rules, mark_price)
    if not request.reduce_only:
        check_notional(price * quantity, rules)
    if open_orders >= rules.max_num_orders:
        raise ExchangeError(-2025, "Reach max open order limit.")


def check_places(rules: SymbolRules, quantity: Decimal | None, *prices: Decimal | None) -> None:
    """Raise -1111 for more decimals than the symbol has."""
    limits = [(quantity, rules.quantity_precision)]
    limits += [(price, rules.price_precision) for price in prices]
    if any(value is not None and decimals(value) > most for value, most in limits):
        raise ExchangeError(-1111, "Precision is over the maximum defined for this asset.")


def check_price(price: Decimal, rules: SymbolRules) -> None:
    """Raise the error of PRICE_FILTER."""
    if price <= 0:
        raise ExchangeError(-4001, "Price less than 0.")
    if price < rules.min_price:
        raise ExchangeError(-4013, "Price less than min price.")
    if price > rules.max_price:
        raise ExchangeError(-4002, "Price greater than max price.")
    if (price - rules.min_price) % rules.order_tick:
        raise ExchangeError(-4014, "Price not increased by tick size.")


def check_lots(quantity: Decimal, rules: SymbolRules, *, is_market: bool) -> None:
    """Raise the error of LOT_SIZE, or for orders at any price of MARKET_LOT_SIZE."""
    low, high, step = rules.min_quantity, rules.max_quantity, rules.order_step
    if is_market:
        low, high = rules.market_min_quantity, rules.market_max_quantity
        step = rules.market_step_size
    if quantity <= 0:
        raise ExchangeError(-4003, "Quantity less than or equal to zero.")
    if quantity < low:
        raise ExchangeError(-4004, "Quantity less than min quantity.")
    if quantity > high:
        raise ExchangeError(-4005, "Quantity greater than max quantity.")
    if (quantity - low) % step:
        raise ExchangeError(-4023, "Qty not increased by step size.")


def check_notional(notional: Decimal, rules: SymbolRules) -> None:
    """Raise the error of MIN_NOTIONAL."""
    if notional < rules.min_notional:
        least = format(rules.min_notional, "f")
        raise ExchangeError(
            -4164,
            f"Order's notional must be no smaller than {least} (unless you choose reduce only).",
        )


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
