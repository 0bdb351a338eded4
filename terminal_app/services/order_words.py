"""Orders in the words of a trader."""

from __future__ import annotations

from terminal_app.domain.instrument import plain
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderType


def describe(order: Order) -> str:
    """Return an order in the words of a trader."""
    word = "buy" if order.side is Side.BUY else "sell"
    average = order.average_price
    if order.status is OrderStatus.FILLED and average is not None:
        return f"{word} {plain(order.executed_quantity)} {order.symbol} at {average:.8g}"
    price = "market" if order.type is OrderType.MARKET else plain(order.price)
    return f"{word} {plain(order.quantity)} {order.symbol} at {price}"
