"""What a ticket would do, seen before it is sent."""

from __future__ import annotations

from dataclasses import dataclass

from terminal_app.domain.instrument import Instrument
from terminal_app.errors import InvalidOrder
from terminal_app.services.order_entry import OrderDraft, Preview
from terminal_app.services.order_outlook import NO_OUTLOOK, Outlook, Place, outlook
from terminal_app.services.order_plan import OrderPlan, OrderPlanner, TicketDraft


@dataclass(frozen=True, slots=True)
class Prospect:
    """Hold what a ticket would send and what that would mean.

    ``order`` stands for all that it sends; ``refusal`` says why it would not be sent.
    """

    draft: TicketDraft
    order: OrderDraft
    plan: OrderPlan | None
    refusal: InvalidOrder | None
    preview: Preview | None
    outlook: Outlook


def prospect(
    place: Place, instrument: Instrument, planner: OrderPlanner, draft: TicketDraft
) -> Prospect:
    """Return what a ticket would do as things stand now."""
    plan, refusal, order = None, None, draft.typical
    try:
        order = planner.sized(draft)
        plan = planner.plan(draft)
    except InvalidOrder as error:
        refusal = error
    preview = planner.entry.preview(order)
    if preview is None:
        return Prospect(draft, order, plan, refusal, None, NO_OUTLOOK)
    stop = draft.exits.stop_loss
    seen = outlook(place, instrument, order, preview, stop)
    return Prospect(draft, order, plan, refusal, preview, seen)
