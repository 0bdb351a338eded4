"""Orders in the words of a trader."""

from __future__ import annotations

from terminal_app.domain.instrument import ZERO, plain
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import PriceKind


def describe(order: Order) -> str:
    """Return an order in the words of a trader."""
    word = "buy" if order.side is Side.BUY else "sell"
    average = order.average_price
    if order.status is OrderStatus.FILLED and average is not None:
        return f"{word} {plain(order.executed_quantity)} {order.symbol} at {average:.8g}"
    if order.quantity:
        size = f"{plain(order.quantity)} {order.symbol}"
    elif order.quote_quantity:
        size = f"{order.symbol} for {plain(order.quote_quantity)}"
    else:
        size = order.symbol
    return f"{word} {size} {price_words(order)}"


def price_words(order: Order) -> str:
    """Return at which price an order trades, and when it begins to work."""
    price = f"at {plain(order.price)}" if order.type.has_price and order.price else "at market"
    trigger = order.trigger
    if trigger is None:
        return price
    if trigger.callback_percent is not None:
        begins = f" from {plain(trigger.price)}" if trigger.price is not None else ""
        return f"{price}, {plain(trigger.callback_percent)} % back{begins}"
    watched = "" if trigger.kind is PriceKind.LAST else f" {trigger.kind.value.lower()} price"
    return f"{price} once{watched} {plain(trigger.price or ZERO)}"
