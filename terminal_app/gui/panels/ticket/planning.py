"""The ticket on the chart: what it would send shown there, what is dragged there taken back."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from terminal_app.domain.exits import Exits
from terminal_app.domain.market import Side
from terminal_app.gui.panels.ticket import kinds
from terminal_app.gui.panels.ticket.form import TicketForm
from terminal_app.gui.panels.ticket.kinds import Field
from terminal_app.gui.planned_orders import PlannedOrder, PlanRole
from terminal_app.services.order_plan import TicketDraft
from terminal_app.services.prospect import Prospect

ROLES = frozenset(PlanRole)
_KINDS = {PlanRole.LIMIT: kinds.LIMIT, PlanRole.STOP: kinds.STOP}


def planned_orders(seen: Prospect | None) -> tuple[PlannedOrder, ...]:
    """Return every price of what a ticket would send."""
    if seen is None or seen.preview is None or not seen.preview.quantity:
        return ()
    if seen.plan is not None and seen.plan.is_series:
        return tuple(
            PlannedOrder(each.side, each.quantity, each.price, PlanRole.SCALED, number)
            for number, each in enumerate(seen.plan.requests)
            if each.price is not None
        )
    quantity, draft, order = seen.preview.quantity, seen.draft, seen.order
    shown = [*_entry(draft, order.price, quantity)] if draft.scale is None else []
    return (*shown, *_exits(draft.exits, order.side.opposite, quantity))


def take_price(form: TicketForm, order: PlannedOrder, price: Decimal) -> None:
    """Put a price that was dragged on the chart where it came from.

    Of a range its ends alone can be moved: those between follow them.
    """
    extra, prices = form.extra, form.prices.fields
    last = int(extra.scale(None, None).count or 0) - 1
    if order.role is PlanRole.SCALED and order.number not in (0, last):
        return
    fields = {
        PlanRole.TAKE_PROFIT: extra.take_profit,
        PlanRole.STOP_LOSS: extra.stop_loss,
        PlanRole.LIMIT: prices[Field.PRICE],
        PlanRole.STOP: prices[Field.STOP if Field.STOP in form.kind.fields else Field.TRIGGER],
        PlanRole.SCALED: prices[Field.FIRST if order.number == 0 else Field.LAST],
    }
    fields[order.role].set_value(price)


def take_order(form: TicketForm, order: PlannedOrder) -> None:
    """Begin an order that was wanted on the chart."""
    kind = _KINDS.get(order.role)
    if kind is None:
        # An exit's side is the other one of what it ends: the ticket keeps its own.
        take_price(form, order, order.price)
        return
    form.set_side(order.side)
    if kind.fields[0] not in form.kind.fields:
        form.tabs.choose(kind)
    form.wants_price = False
    form.prices.fields[kind.fields[0]].set_value(order.price)
    if order.quantity is not None:
        form.sizing.put(order.quantity)


def _entry(draft: TicketDraft, price: Decimal | None, quantity: Decimal) -> Iterator[PlannedOrder]:
    order = draft.order
    if price is not None:
        yield PlannedOrder(order.side, quantity, price)
    trigger = order.trigger if draft.stop is None else draft.stop.trigger
    if trigger is not None and trigger.price is not None:
        yield PlannedOrder(order.side, quantity, trigger.price, PlanRole.STOP)


def _exits(exits: Exits, side: Side, quantity: Decimal) -> Iterator[PlannedOrder]:
    if exits.take_profit is not None:
        yield PlannedOrder(side, quantity, exits.take_profit, PlanRole.TAKE_PROFIT)
    if exits.stop_loss is not None:
        yield PlannedOrder(side, quantity, exits.stop_loss, PlanRole.STOP_LOSS)
