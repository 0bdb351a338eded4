"""What became of the order that was sent last, beneath the button that sent it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderType
from terminal_app.gui.format import decimal_text
from terminal_app.gui.theme import restyle
from terminal_app.services.dry_run import Rehearsal
from terminal_app.services.order_store import OrderStore
from terminal_app.venues.base import OutcomeKind

_ROLES = {
    OrderStatus.FILLED: "buy",
    OrderStatus.UNKNOWN: "warning",
    OrderStatus.NOT_SENT: "warning",
    OrderStatus.OTHER: "warning",
    OrderStatus.REJECTED: "danger",
}


class TicketResult(QLabel):
    """Follow one order from the press to its end, where the eye is at that moment."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.hide()
        self._store: OrderStore | None = None
        self._key = ""

    def follow(self, store: OrderStore, key: str) -> None:
        """Show this order from now on."""
        self._store, self._key = store, key

    def show_rehearsal(self, rehearsal: Rehearsal) -> None:
        """Show what a dry run found, and what would have been sent."""
        self._store = None
        # A line for each field: such a text has no other place at which it could be broken.
        fields = rehearsal.would_send.replace("?", "\n").replace("&", "\n")
        self.setText(f"{rehearsal.sentence}\nWould have been sent:\n{fields}")
        role = "muted" if rehearsal.outcome.kind is OutcomeKind.OK else "warning"
        self.setProperty("role", role)
        restyle(self)
        self.show()

    def forget(self) -> None:
        """Show no order."""
        self._store = None
        self.hide()

    def refresh(self, instrument: Instrument) -> None:
        """Say how the order stands now."""
        order = self._store.orders.get(self._key) if self._store is not None else None
        if order is None:
            return
        text, role = result_text(order, instrument), _ROLES.get(order.status, "muted")
        if self.text() != text:
            self.setText(text)
        if self.property("role") != role:
            self.setProperty("role", role)
            restyle(self)
        self.show()


def result_text(order: Order, instrument: Instrument) -> str:
    """Return how an order stands, in one sentence."""
    size = decimal_text(order.quantity, instrument.quantity_decimals)
    done = decimal_text(order.executed_quantity, instrument.quantity_decimals)
    average = decimal_text(order.average_price, instrument.price_decimals)
    is_market = order.type is OrderType.MARKET
    price = "market" if is_market else decimal_text(order.price, instrument.price_decimals)
    reason = f": {order.reason}" if order.reason else ""
    partly = f", {done} of it filled at {average}" if order.executed_quantity else ""
    sentences = {
        OrderStatus.SENDING: f"On its way: {size} at {price}",
        OrderStatus.NEW: f"Working: {size} at {price}",
        OrderStatus.PARTIALLY_FILLED: f"Working: {done} of {size} filled at {average}",
        OrderStatus.FILLED: f"Filled: {done} at {average}",
        OrderStatus.CANCELED: f"Cancelled: {size} at {price}{partly}",
        OrderStatus.EXPIRED: f"Expired: {size} at {price}{partly}{reason}",
        OrderStatus.REJECTED: f"Refused{reason}",
        OrderStatus.NOT_SENT: f"Not sent{reason}",
        OrderStatus.UNKNOWN: "UNKNOWN: nobody knows yet whether it reached the exchange."
        " It is being asked for.",
    }
    return sentences.get(order.status, f"{order.status.value}{partly}{reason}")
