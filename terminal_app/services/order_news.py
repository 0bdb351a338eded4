"""What is told and written when an order moves."""

from __future__ import annotations

from terminal_app.domain.order import Order, OrderStatus
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.order_ledger import OrderLedger
from terminal_app.services.order_words import describe
from terminal_app.tasks import TaskScope


class OrderNews:
    """Tell the person and the ledger what became of orders."""

    def __init__(self, ledger: OrderLedger, notifications: Notifications) -> None:
        self._ledger = ledger
        self._notifications = notifications
        # What is known must reach the ledger even when the session closes in that moment.
        self._last_words = TaskScope("ledger")

    def on_moved(self, before: Order, order: Order) -> None:
        """Hear that an order's status changed."""
        if before.status is OrderStatus.UNKNOWN:
            self._last_words.spawn(self._ledger.resolved(order), "resolved")
        if order.status.is_final and not order.from_elsewhere:
            self._last_words.spawn(self._ledger.ended(order), "ended")
        if order.status is OrderStatus.FILLED:
            self._notifications.tell(Severity.SUCCESS, f"Filled: {describe(order)}")

    async def close(self) -> None:
        """Return once everything that is known is in the ledger; no event may come after."""
        await self._last_words.finish()
