"""Another price or size for an order that rests: changed in its place, or ended and sent anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from terminal_app.domain.instrument import ZERO, Instrument, plain
from terminal_app.domain.order import Order
from terminal_app.domain.order_checks import MarketNow, check_request
from terminal_app.domain.order_request import Amendment, OrderRequest, OrderType, Trigger
from terminal_app.errors import InvalidOrder
from terminal_app.services.order_moves import rest_request
from terminal_app.venues.base import Capabilities


@dataclass(frozen=True, slots=True)
class OrderChange:
    """Hold what an order is to become.

    ``request`` is what stands for its rest afterwards; ``amendment`` is None where the venue does
    not change it in place. ``words`` say what it means for the place in the queue.
    """

    request: OrderRequest
    amendment: Amendment | None
    words: str


def order_change(
    order: Order,
    instrument: Instrument,
    now: MarketNow,
    capabilities: Capabilities,
    *,
    price: Decimal | None = None,
    quantity: Decimal | None = None,
    trigger: Decimal | None = None,
) -> OrderChange:
    """Return the change to another price, whole size or trigger.

    ``quantity`` counts what was filled already. Raise ``InvalidOrder`` for a broken rule.
    """
    _check_order(order)
    _check_wanted(order, price, quantity, trigger)
    whole = order.quantity if quantity is None else quantity
    request = replace(rest_request(order), trigger=_triggered(order, trigger))
    if not order.close_position:
        request = replace(request, quantity=whole - order.executed_quantity)
    if price is not None:
        request = replace(request, price=price)
    check_request(instrument, request, now)
    is_plain = order.type is OrderType.LIMIT and not order.is_conditional
    if is_plain and price is None and whole < order.quantity:
        words = "It keeps its place in the queue."
        return OrderChange(request, Amendment(quantity=whole, price=order.price), words)
    if is_plain and capabilities.amends_price:
        words = "It loses its place in the queue."
        return OrderChange(request, Amendment(quantity=whole, price=request.price), words)
    if order.executed_quantity > ZERO:
        # What trades while it is being ended would be bought twice.
        rule = "it was filled in part and cannot be replaced: cancel it and send the rest"
        raise InvalidOrder("Order", rule, order.client_order_id)
    words = "It is ended and sent anew: it loses its place in the queue."
    return OrderChange(request, None, words)


def _triggered(order: Order, price: Decimal | None) -> Trigger | None:
    if price is None or order.trigger is None:
        return order.trigger
    return replace(order.trigger, price=price)


def _check_order(order: Order) -> None:
    if order.order_list_id is not None:
        rule = "it stands in a list: cancel the list and place it anew"
        raise InvalidOrder("Order", rule, order.client_order_id)
    if order.amend_pending or order.cancel_pending:
        rule = "another change of it is on its way"
        raise InvalidOrder("Order", rule, order.client_order_id)


def _check_wanted(
    order: Order, price: Decimal | None, quantity: Decimal | None, trigger: Decimal | None
) -> None:
    if price is not None and not order.type.has_price:
        raise InvalidOrder("Price", "an order at market has none", plain(price))
    if trigger is not None and not order.is_conditional and order.executed_quantity > ZERO:
        raise InvalidOrder("Trigger price", "it was triggered already", plain(trigger))
    if quantity is not None and quantity <= order.executed_quantity:
        filled = plain(order.executed_quantity)
        rule = f"{filled} of it is filled already: cancel the rest instead"
        raise InvalidOrder("Size", rule, plain(quantity))
    now = order.trigger.price if order.trigger is not None else None
    is_same = price in (None, order.price) and quantity in (None, order.quantity)
    if is_same and trigger in (None, now):
        raise InvalidOrder("Order", "nothing of it would change", order.client_order_id)
