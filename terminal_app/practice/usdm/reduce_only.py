"""Reduce-only orders of a position: together they never take more than it holds."""

from collections.abc import Iterable
from decimal import Decimal

from terminal_app.practice.engine.kinds import OrderType, Side
from terminal_app.practice.engine.model import ZERO, Order, OrderRequest


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


def room_for(request: OrderRequest, orders: Iterable[Order], reducible: Decimal) -> Decimal:
    """Return what reduce-only orders of a better price or age leave to a new one; 0 for nothing.

    A market order comes before all that rest.
    """
    if request.order_type is OrderType.MARKET:
        return reducible
    own = _rank(request.side, request.price or ZERO)
    before = sum(
        (
            order.remaining
            for order in orders
            if order.reduce_only and _rank(order.side, order.price) <= own
        ),
        ZERO,
    )
    return max(ZERO, reducible - before)


def _rank(side: Side, price: Decimal) -> Decimal:
    return price if side is Side.SELL else -price
