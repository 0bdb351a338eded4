"""What the ticket would send if its button were pressed now: shown on the chart, never sent here.

Whoever writes an order down tells its terms with ``show``; whoever draws them hears ``changed``.
A price that is dragged comes back as ``price_wanted``, an order that is begun elsewhere (as on the
chart's menu) as ``wanted``: both fill the ticket and send nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from terminal_app.domain.market import Side


class PlanRole(StrEnum):
    """Name what a planned price is to its order."""

    LIMIT = "limit"
    STOP = "stop"
    TAKE_PROFIT = "take profit"
    STOP_LOSS = "stop loss"
    SCALED = "scaled"


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """Hold one price of what the ticket would send; a ``quantity`` of None is not typed yet.

    ``number`` tells apart those of one role, as the steps of a scaled order.
    """

    side: Side
    quantity: Decimal | None
    price: Decimal
    role: PlanRole = PlanRole.LIMIT
    number: int = 0

    @property
    def key(self) -> str:
        """Return what tells it from the other prices of the plan."""
        return f"{self.role.value} {self.number}"


class PlannedOrders(QObject):
    """Hold the plan of the ticket.

    ``changed`` tells that it is another one, ``price_wanted`` carries a planned order and the price
    it was dragged to, ``wanted`` an order that a person wants to write down. ``takes`` are the
    roles that the ticket can be filled with.
    """

    changed = Signal()
    price_wanted = Signal(object, object)
    wanted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.orders: tuple[PlannedOrder, ...] = ()
        self.takes: frozenset[PlanRole] = frozenset({PlanRole.LIMIT})

    def show(self, orders: Iterable[PlannedOrder]) -> None:
        """Take the plan of now in place of the one before."""
        shown = tuple(orders)
        if shown != self.orders:
            self.orders = shown
            self.changed.emit()

    def find(self, key: str) -> PlannedOrder | None:
        """Return the planned order of a key."""
        return next((order for order in self.orders if order.key == key), None)
