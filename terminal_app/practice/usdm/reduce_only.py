"""Reduce-only orders of a position: together they never take more than it holds."""

from collections.abc import Iterable
from decimal import Decimal

from terminal_app.practice.engine.kinds import OrderType, Side
from terminal_app.practice.engine.model import ZERO, Order, OrderRequest
from terminal_app.practice.errors import ExchangeError


def in_excess(orders: Iterable[Order], reducible: Decimal) -> list[Order]:
    """Return the orders of one side that the position has no room for.

    The better price comes first, then the older order; an order that does not fit goes whole.
    """
    excess: list[Order] = []
    for order in sorted(orders, key=lambda one: _rank(one.side, one.price)):
        if order.remaining > reducible:
            excess.append(order)
        else:
            reducible -= order.remaining
    return excess


def check_room(request: OrderRequest, orders: Iterable[Order], reducible: Decimal) -> None:
    """Raise -2022 for a limit order that those of a better price or age leave no room for.

    A market order comes before all that rest.
    """
    if request.order_type is OrderType.MARKET:
        return
    own = _rank(request.side, request.price or ZERO)
    before = sum(
        (
            order.remaining
            for order in orders
            if order.reduce_only and _rank(order.side, order.price) <= own
        ),
        ZERO,
    )
    if before + (request.quantity or ZERO) > reducible:
        raise ExchangeError(-2022, "ReduceOnly Order is rejected.")


def _rank(side: Side, price: Decimal) -> Decimal:
    return price if side is Side.SELL else -price
