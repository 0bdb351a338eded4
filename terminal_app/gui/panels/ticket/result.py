"""What became of the orders that were sent last, beneath the button that sent them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderRequest, OrderType
from terminal_app.gui.format import decimal_text
from terminal_app.gui.request_words import TYPE_WORDS
from terminal_app.gui.theme import restyle
from terminal_app.services.dry_run import Rehearsal
from terminal_app.services.order_plans import Progress
from terminal_app.venues.base import OutcomeKind

_ROLES = {
    OrderStatus.FILLED: "buy",
    OrderStatus.UNKNOWN: "warning",
    OrderStatus.NOT_SENT: "warning",
    OrderStatus.OTHER: "warning",
    OrderStatus.REJECTED: "danger",
}
_WORST_FIRST = (
    OrderStatus.UNKNOWN,
    OrderStatus.REJECTED,
    OrderStatus.NOT_SENT,
    OrderStatus.OTHER,
)
_NEVER_WERE = frozenset({OrderStatus.REJECTED, OrderStatus.NOT_SENT})


class TicketResult(QLabel):
    """Follow orders from the press to their end, where the eye is at that moment."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.hide()
        self._progress: Progress | None = None

    def follow(self, progress: Progress) -> None:
        """Show these orders from now on."""
        self._progress = progress

    def show_rehearsal(self, rehearsals: Sequence[Rehearsal]) -> None:
        """Show what a dry run found, and what would have been sent."""
        self._progress = None
        # A line for each field: such a text has no other place at which it could be broken.
        fields = rehearsals[0].would_send.replace("?", "\n").replace("&", "\n")
        sentences = "\n".join(each.sentence for each in rehearsals)
        first = "Would have been sent" if len(rehearsals) == 1 else "The first would have been sent"
        self.setText(f"{sentences}\n{first}:\n{fields}")
        is_good = all(each.outcome.kind is OutcomeKind.OK for each in rehearsals)
        self._dress("muted" if is_good else "warning")

    def on_edited(self) -> None:
        """Forget a dry run, and orders of which none came to be: the ticket is another one now."""
        orders = self._progress.orders() if self._progress is not None else ()
        if all(order is not None and order.status in _NEVER_WERE for order in orders):
            self.forget()

    def forget(self) -> None:
        """Show no order."""
        self._progress = None
        self.hide()

    def refresh(self, instrument: Instrument) -> None:
        """Say how the orders stand now."""
        progress = self._progress
        if progress is None or not progress.keys:
            return
        orders = progress.orders()
        text = progress_text(progress, instrument)
        statuses = [order.status for order in orders if order is not None]
        worst = next((each for each in _WORST_FIRST if each in statuses), statuses[0])
        if self.text() != text:
            self.setText(text)
        self._dress(_ROLES.get(worst, "muted"))

    def _dress(self, role: str) -> None:
        if self.property("role") != role:
            self.setProperty("role", role)
            restyle(self)
        self.show()


def progress_text(progress: Progress, instrument: Instrument) -> str:
    """Return how a press stands: a sentence for one order, else a line for each."""
    orders = progress.orders()
    if len(orders) == 1 and orders[0] is not None:
        return result_text(orders[0], instrument)
    lines = [
        f"{number}  {_line(request, order, instrument)}"
        for number, (request, order) in enumerate(
            zip(progress.requests, orders, strict=True), start=1
        )
    ]
    if progress.stopped_because:
        lines.append(f"Stopped: {progress.stopped_because}")
    return "\n".join(lines)


def result_text(order: Order, instrument: Instrument) -> str:
    """Return how an order stands, in one sentence."""
    size = _size(order, instrument)
    done = decimal_text(order.executed_quantity, instrument.quantity_decimals)
    average = decimal_text(order.average_price, instrument.price_decimals)
    price = _price(order, instrument)
    reason = f": {order.reason}" if order.reason else ""
    partly = f", {done} of it filled at {average}" if order.executed_quantity else ""
    waiting = "Waiting" if order.is_conditional or order.status is OrderStatus.PENDING_NEW else ""
    sentences = {
        OrderStatus.SENDING: f"On its way: {size} {price}",
        OrderStatus.PENDING_NEW: f"Waiting for its entry: {size} {price}",
        OrderStatus.NEW: f"{waiting or 'Working'}: {size} {price}",
        OrderStatus.PARTIALLY_FILLED: f"Working: {done} of {size} filled at {average}",
        OrderStatus.FILLED: f"Filled: {done} at {average}",
        OrderStatus.CANCELED: f"Cancelled: {size} {price}{partly}",
        OrderStatus.EXPIRED: f"Expired: {size} {price}{partly}{reason}",
        OrderStatus.REJECTED: f"Refused{reason}",
        OrderStatus.NOT_SENT: f"Not sent{reason}",
        OrderStatus.UNKNOWN: "UNKNOWN: nobody knows yet whether it reached the exchange."
        " It is being asked for.",
    }
    return sentences.get(order.status, f"{order.status.value}{partly}{reason}")


def _line(request: OrderRequest, order: Order | None, instrument: Instrument) -> str:
    if order is not None:
        kind = "" if request.type is OrderType.LIMIT else f" ({TYPE_WORDS[request.type]})"
        return f"{result_text(order, instrument)}{kind}"
    size = decimal_text(request.quantity, instrument.quantity_decimals)
    return f"Not sent yet: {size} at {decimal_text(request.price, instrument.price_decimals)}"


def _size(order: Order, instrument: Instrument) -> str:
    if order.quantity:
        return decimal_text(order.quantity, instrument.quantity_decimals)
    if order.quote_quantity:
        return f"{decimal_text(order.quote_quantity)} {instrument.quote_asset}"
    return "the position"


def _price(order: Order, instrument: Instrument) -> str:
    decimals = instrument.price_decimals
    if order.type.has_price and order.price:
        text = f"at {decimal_text(order.price, decimals)}"
    else:
        text = "at market"
    trigger = order.trigger
    if trigger is None or trigger.price is None:
        return text
    return f"{text} from {decimal_text(trigger.price, decimals)}"
