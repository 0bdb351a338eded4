"""What closes, halves and reverses a position, and what protects it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from terminal_app.domain.account import Position
from terminal_app.domain.instrument import ZERO, Instrument, Rounding, plain
from terminal_app.domain.order import Order
from terminal_app.domain.order_request import OrderRequest, OrderType, TimeInForce
from terminal_app.errors import InvalidOrder
from terminal_app.services.order_entry import closing_request

_PROFIT = frozenset({OrderType.TAKE_PROFIT_MARKET, OrderType.TAKE_PROFIT_LIMIT})
_STOPS = frozenset({OrderType.STOP_MARKET, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP})


def halving_request(position: Position, instrument: Instrument) -> OrderRequest:
    """Return what closes half of a position at market, rounded down to a legal size."""
    sizes = instrument.quantity_range(is_market=True)
    half = instrument.round_quantity(abs(position.amount) / 2, Rounding.DOWN)
    if half < sizes.least:
        rule = f"half of it is less than the least size, {plain(sizes.least)}: close all of it"
        raise InvalidOrder("Size", rule, plain(half))
    return replace(closing_request(position), quantity=half)


def limit_closing_request(
    position: Position, instrument: Instrument, price: Decimal, quantity: Decimal
) -> OrderRequest:
    """Return what closes a position at a price or a better one; it can never open the other side.

    Raise ``InvalidOrder`` for a size that is more than is held, or off a rule.
    """
    held = abs(position.amount)
    if quantity > held:
        raise InvalidOrder("Size", "it cannot be more than is held", plain(quantity), plain(held))
    instrument.check_price(price)
    instrument.check_quantity(quantity, is_market=False)
    return replace(
        closing_request(position),
        type=OrderType.LIMIT,
        price=price,
        quantity=quantity,
        time_in_force=TimeInForce.GTC,
    )


def reopening_request(position: Position, *, is_hedged: bool) -> OrderRequest:
    """Return what opens as much on the other side, to be sent once the position is closed."""
    closing = closing_request(position)
    other = {"LONG": "SHORT", "SHORT": "LONG"}.get(position.position_side.value)
    side = type(position.position_side)(other) if is_hedged and other else position.position_side
    return replace(closing, reduce_only=False, position_side=side)


def protections(position: Position, orders: list[Order]) -> tuple[Order | None, Order | None]:
    """Return the order that takes a position's profit and the one that stops its loss.

    The nearest of each that waits at the venue; None where there is none.
    """
    closing = closing_request(position).side
    waiting = [
        order
        for order in orders
        if order.symbol == position.symbol
        and order.side is closing
        and order.position_side is position.position_side
        and order.trigger is not None
        and order.trigger.price is not None
    ]
    return (
        _nearest(position, [order for order in waiting if order.type in _PROFIT]),
        _nearest(position, [order for order in waiting if order.type in _STOPS]),
    )


def _nearest(position: Position, orders: list[Order]) -> Order | None:
    def distance(order: Order) -> Decimal:
        price = order.trigger.price if order.trigger is not None else None
        return abs((price or ZERO) - position.mark_price)

    return min(orders, key=distance, default=None)
