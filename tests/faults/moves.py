"""How an order may move, whatever the exchange says: it never goes back (I5)."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from terminal_app.domain.order import Fill, Order, OrderStatus
from terminal_app.services.order_store import FORGOTTEN, OrderStore

S = OrderStatus
# How far an order has come; it never goes back. OTHER says only that nobody can tell, for now.
RANK = {
    S.SENDING: 0,
    S.UNKNOWN: 0,
    S.NOT_SENT: 0,
    S.REJECTED: 0,
    S.PENDING_NEW: 1,
    S.NEW: 2,
    S.PARTIALLY_FILLED: 3,
    S.CANCELED: 4,
    S.EXPIRED: 4,
    S.EXPIRED_IN_MATCH: 4,
    S.FILLED: 5,
}
ENDS = frozenset({S.CANCELED, S.EXPIRED, S.EXPIRED_IN_MATCH, S.FILLED})

Report = Callable[[str, str], None]


class Moves:
    """Check every change of a store; `on_order` and `on_fill` hear of each one."""

    def __init__(
        self,
        store: OrderStore,
        report: Report,
        on_order: Callable[[str, Order], None] = lambda _name, _order: None,
        on_fill: Callable[[Fill], None] = lambda _fill: None,
    ) -> None:
        self.transitions = 0
        self._store = store
        self._report = report
        self._on_order = on_order
        self._on_fill = on_fill
        self._before: dict[str, Order] = {}
        self._fills: dict[Hashable, Fill] = {}
        store.observers.add(self._on_change)

    def _on_change(self, key: Hashable) -> None:
        self.transitions += 1
        if key == FORGOTTEN:
            # The account is another one: what is heard from now on is heard for the first time.
            self._before.clear()
            return
        if key == "fills":
            for fill_key, fill in self._store.fills.items():
                if fill_key not in self._fills:
                    self._fills[fill_key] = fill
                    self._on_fill(fill)
            return
        for name, order in self._store.orders.items():
            before = self._before.get(name)
            if before is not order:
                self._before[name] = order
                if before is not None:
                    self._check(name, before, order)
                self._on_order(name, order)

    def _check(self, name: str, before: Order, order: Order) -> None:
        if order.executed_quantity < before.executed_quantity:
            self._report("I5", f"{name}: executed fell to {order.executed_quantity}")
        if S.OTHER not in (before.status, order.status) and (
            RANK[order.status] < RANK[before.status]
        ):
            self._report("I5", f"{name}: {before.status} became {order.status}")
        if before.status in ENDS and order.status not in (before.status, S.FILLED):
            self._report("I5", f"{name}: the end {before.status} became {order.status}")
        if not before.trade_ids <= order.trade_ids:
            self._report("I5", f"{name}: a fill was forgotten")
