"""Do everything with an order but send it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from terminal_app.domain.order import order_from_request
from terminal_app.domain.order_request import OrderRequest
from terminal_app.errors import NotConnected
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.order_ids import ClientOrderIds
from terminal_app.services.order_ledger import OrderLedger
from terminal_app.services.order_words import describe
from terminal_app.services.orders import OrderService
from terminal_app.storage.ledger import Body
from terminal_app.venues.base import Outcome, OutcomeKind

# No order of ours has such a name: what is rehearsed is never taken for one.
PREFIX = "dry-"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Hold what a dry run found; ``would_send`` has no secrets."""

    order: str
    would_send: str
    outcome: Outcome

    @property
    def sentence(self) -> str:
        """Return what was found, in words that cannot be taken for an order's."""
        return f"Dry run, not sent: {self.order}. {_verdict(self.outcome)}"


class DryRun:
    """Rehearse orders: each is checked, signed, put to the venue's test and written down.

    While it is on ``OrderService`` takes no order and changes none; cancelling works.
    """

    def __init__(
        self,
        orders: OrderService,
        ledger: OrderLedger,
        ids: ClientOrderIds,
        notifications: Notifications,
    ) -> None:
        self._orders = orders
        self._ledger = ledger
        self._ids = ids
        self._notifications = notifications

    @property
    def is_on(self) -> bool:
        """Say whether nothing is sent now."""
        return self._orders.gate.is_dry

    def switch(self, is_on: bool) -> None:
        """Send nothing from now on, or send again."""
        self._orders.gate.set_dry(is_on)

    async def rehearse(self, request: OrderRequest, seen: Body) -> Rehearsal:
        """Do all that sending an order takes, but for sending it.

        Raise ``TerminalError`` where the order would not leave.
        """
        if self._orders.closed_because:
            raise NotConnected(f"Dry run: it would not be sent. {self._orders.closed_because}")
        execution = self._orders.fate.execution
        name = f"{PREFIX}{self._ids.next()}"
        order = order_from_request(request, name, time.time_ns() // 1_000_000)
        would_send = execution.draft(request, name)
        self._ledger.dry_run(order, seen, would_send)
        outcome = await execution.test(request, name)
        self._ledger.reply(outcome, name)
        rehearsal = Rehearsal(describe(order), would_send, outcome)
        is_good = outcome.kind is OutcomeKind.OK
        severity = Severity.INFO if is_good else Severity.WARNING
        self._notifications.tell(severity, rehearsal.sentence)
        return rehearsal


def _verdict(outcome: Outcome) -> str:
    match outcome.kind:
        case OutcomeKind.OK:
            return "The exchange's test accepts it."
        case OutcomeKind.REJECTED | OutcomeKind.EXISTS:
            return f"The exchange's test refuses it: {outcome.message}"
        case OutcomeKind.NOT_SENT:
            return f"The exchange did not test it: {outcome.message}"
        case OutcomeKind.UNKNOWN:
            return "The exchange's test gave no answer that can be read."
