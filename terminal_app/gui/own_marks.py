"""Turn one's own orders and position into the marks that book and chart show."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from terminal_app.domain.instrument import ZERO, Instrument
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderType


def resting_limits(orders: Iterable[Order], instrument: Instrument) -> list[Order]:
    """Return the limit orders of a symbol that rest at the venue, or may."""
    return [
        order
        for order in orders
        if order.symbol == instrument.symbol
        and order.type is OrderType.LIMIT
        and order.status is not OrderStatus.SENDING
    ]


def own_sizes(orders: Iterable[Order]) -> dict[Decimal, tuple[Side, Decimal]]:
    """Return side and open size of one's own orders by price."""
    sizes: dict[Decimal, tuple[Side, Decimal]] = {}
    for order in orders:
        held = sizes.get(order.price, (order.side, ZERO))[1]
        sizes[order.price] = (order.side, held + order.remaining)
    return sizes
