"""A size in another unit."""

from __future__ import annotations

from decimal import Decimal

from terminal_app.domain.instrument import ZERO
from terminal_app.domain.sizing import SizeUnit
from terminal_app.errors import InvalidOrder
from terminal_app.services.order_plan import OrderPlanner, TicketDraft

CENT = Decimal("0.01")


def size_in_unit(planner: OrderPlanner, draft: TicketDraft, unit: SizeUnit) -> Decimal | None:
    """Return what a ticket's size is in another unit, None where it cannot be told."""
    try:
        order = planner.sized(draft)
        price = planner.entry.price(order)
        quantity = planner.entry.quantity(order, price)
    except InvalidOrder:
        return None
    if quantity <= ZERO:
        return None
    if unit is SizeUnit.BASE:
        return quantity
    if unit is SizeUnit.QUOTE:
        return (quantity * price).quantize(CENT)
    risk = planner.risk_percent(draft, quantity, price)
    return risk.quantize(CENT) if risk is not None else None
