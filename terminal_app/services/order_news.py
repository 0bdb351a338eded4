"""What is told and written when an order is heard of or moves."""

from __future__ import annotations

import time

from terminal_app.domain.order import Fill, Forced, Order, OrderStatus
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.order_bodies import FillSource
from terminal_app.services.order_ledger import OrderLedger
from terminal_app.services.order_words import describe

_ABSENT = frozenset({OrderStatus.NOT_SENT, OrderStatus.REJECTED})
_FORCED = {
    Forced.LIQUIDATION: "The exchange liquidates",
    Forced.DELEVERAGING: "The exchange deleverages (ADL)",
    Forced.SETTLEMENT: "The exchange settles",
}


class OrderNews:
    """Tell the person and the ledger what became of orders."""

    def __init__(self, ledger: OrderLedger, notifications: Notifications) -> None:
        self._ledger = ledger
        self._notifications = notifications
        self._since_ms = time.time_ns() // 1_000_000

    def on_moved(self, before: Order | None, order: Order) -> None:
        """Hear of an order for the first time, or that its status changed."""
        if before is None:
            self._on_new(order)
            return
        if before.status is not order.status:
            self._ledger.moved(before, order)
        was_absent = before.is_missing or before.status in _ABSENT
        if was_absent and not order.is_missing:
            text = f"Re-appeared at the exchange: {describe(order)}. It is {order.status} now."
            self._notifications.tell(Severity.DANGER, text)
        elif order.status is OrderStatus.FILLED:
            self._notifications.tell(Severity.SUCCESS, f"Filled: {describe(order)}")

    def on_fill(self, fill: Fill, source: FillSource, key: str) -> None:
        """Hear of an execution."""
        self._ledger.filled(fill, source, key)

    def _on_new(self, order: Order) -> None:
        # What is older than this run is history, not news.
        if max(order.created_ms, order.updated_ms) < self._since_ms:
            return
        if order.from_elsewhere:
            self._ledger.adopted(order)
        if order.forced is not None:
            text = f"{_FORCED[order.forced]}: {describe(order)}."
            self._notifications.tell(Severity.DANGER, text)
        elif order.from_elsewhere and order.created_ms >= self._since_ms:
            text = f"An order from elsewhere: {describe(order)}."
            self._notifications.tell(Severity.INFO, text)
