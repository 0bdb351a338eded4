"""What the account did: kept on disk from earlier, and of this run, as one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping

from terminal_app.domain.order import FINAL
from terminal_app.errors import StorageError
from terminal_app.observers import Observers
from terminal_app.services.account_history import (
    fill_key,
    fill_row,
    income_key,
    known_order_row,
    order_key,
)
from terminal_app.services.order_store import OrderStore
from terminal_app.services.past import PastService
from terminal_app.storage.account_rows import Body, RowKind
from terminal_app.tasks import TaskScope

RECORDS = "records"
ROWS = 5000

Records = Mapping[str, Body]
_FINAL = frozenset(status.value for status in FINAL)
_KEYS: dict[RowKind, Callable[[Body], str]] = {
    RowKind.ORDERS: order_key,
    RowKind.FILLS: fill_key,
    RowKind.INCOME: income_key,
}


class RecordService:
    """Give orders, trades and income in plain values by key. Key told: records.

    What is kept on disk is read at the start and after every load of the past.
    """

    def __init__(self, past: PastService, orders: OrderStore, tasks: TaskScope) -> None:
        self._past = past
        self._orders = orders
        self._tasks = tasks
        self._kept: dict[RowKind, dict[str, Body]] = {}
        self._is_reading = False
        self._ended: dict[str, tuple[object, str, Body]] = {}
        self._traded: dict[Hashable, tuple[str, Body]] = {}
        self.observers = Observers()
        past.observers.add(lambda _: self._on_load())

    def orders(self) -> Records:
        """Return every order that has ended, as far as it is known."""
        kept = self._of(RowKind.ORDERS)
        ended = {key: row for key, row in kept.items() if row["status"] in _FINAL}
        return {**ended, **self._ended_orders()}

    def fills(self) -> Records:
        """Return every trade of the account, as far as it is known."""
        for name, fill in self._orders.fills.items():
            if name not in self._traded:
                row = fill_row(fill)
                self._traded[name] = row.key, row.body
        return {**self._of(RowKind.FILLS), **dict(self._traded.values())}

    def income(self) -> Records:
        """Return every movement of the wallet that was read."""
        return self._of(RowKind.INCOME)

    def read(self) -> None:
        """Read what is on disk anew."""
        if not self._is_reading and not self._tasks.closed:
            self._is_reading = True
            self._tasks.spawn(self._read(), "records")

    def keep(self, kind: RowKind, rows: Iterable[Body]) -> None:
        """Show rows of a kind, and no other kept ones of it."""
        key_of = _KEYS[kind]
        self._kept[kind] = {key_of(row): row for row in rows}
        self.observers.notify(RECORDS)

    def forget(self) -> None:
        """Show nothing of what was: the account began anew."""
        self._kept.clear()
        self._ended.clear()
        self._traded.clear()
        self.observers.notify(RECORDS)

    def _of(self, kind: RowKind) -> dict[str, Body]:
        return self._kept.get(kind, {})

    def _ended_orders(self) -> dict[str, Body]:
        found = {}
        for name, order in self._orders.orders.items():
            if not order.status.is_final:
                continue
            known = self._ended.get(name)
            if known is None or known[0] is not order:
                row = known_order_row(order)
                known = self._ended[name] = order, row.key, row.body
            found[known[1]] = known[2]
        return found

    def _on_load(self) -> None:
        load = self._past.load
        if load is not None and load.has_ended:
            self.read()

    async def _read(self) -> None:
        try:
            for kind in _KEYS:
                self.keep(kind, await self._past.account.rows(kind, limit=ROWS))
        except StorageError:
            # What this run knows is shown; the file's own notice says what is wrong with it.
            return
        finally:
            self._is_reading = False
