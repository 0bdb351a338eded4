"""What protects a person on one market, put together."""

from __future__ import annotations

from typing import Protocol

from terminal_app.domain.safety import SafetyRules
from terminal_app.services.notifications import Notifications
from terminal_app.services.order_ledger import OrderLedger
from terminal_app.services.safety import guard, panic
from terminal_app.services.safety.daily_loss import DailyLoss
from terminal_app.services.safety.dead_man import DeadManSwitch
from terminal_app.services.safety.guard import OrderGuard
from terminal_app.services.safety.panic import Panic
from terminal_app.tasks import TaskScope


class Place(guard.Sight, panic.Place, Protocol):
    """Be where a person is protected: one market, as a session holds it."""


class Safety:
    """Hold guard, daily loss, dead-man switch and panic of one market; the guard stands at once."""

    def __init__(self, place: Place, ledger: OrderLedger, notifications: Notifications) -> None:
        venue, store = place.venue, place.orders.store
        self.loss = DailyLoss(venue, store, place.instruments, ledger, notifications)
        self.guard = OrderGuard(place, store, self.loss)
        self.dead_man = DeadManSwitch(venue, store, notifications)
        self.panic = Panic(place)
        place.orders.gate.guard = self.guard

    @property
    def rules(self) -> SafetyRules:
        """Return what every order is held against."""
        return self.guard.rules

    def start(self, tasks: TaskScope) -> None:
        """Follow the day and keep countdowns running."""
        tasks.spawn(self.loss.run(), "daily loss")
        if self.dead_man.is_offered:
            tasks.spawn(self.dead_man.run(), "dead-man switch")
