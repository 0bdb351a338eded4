"""Find out what became of an order of which nobody knows."""

from __future__ import annotations

import asyncio
import time

from terminal_app.domain.order import OrderStatus
from terminal_app.errors import NotConnected
from terminal_app.services.order_store import OrderStore
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import ExecutionClient, Outcome, OutcomeKind, Venue

# How long after sending an order of unknown fate is asked for; then every 30 s.
ASK_AFTER_SECONDS = (0.3, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
ABSENT_AFTER_SECONDS = 60.0
ABSENT_AFTER_ANSWERS = 3
NO_SUCH_ORDER = -2013
UNKNOWN_ORDER_CODES = frozenset({-2011, NO_SUCH_ORDER, -2026})


class OrderFate:
    """Ask for orders by our name for them until the venue proves where they stand.

    An order is never sent again by the program, and "not found" is no proof of absence.
    """

    def __init__(self, venue: Venue, store: OrderStore, tasks: TaskScope) -> None:
        self._venue = venue
        self._store = store
        self._tasks = tasks
        self._asking: set[str] = set()

    @property
    def execution(self) -> ExecutionClient:
        """Return what trades; raise ``NotConnected`` without a key."""
        if self._venue.execution is None:
            raise NotConnected("There is no API key for this environment.")
        return self._venue.execution

    async def ask(self, key: str) -> Outcome:
        """Ask once where an order stands, and take the answer in."""
        outcome = await self.execution.query(self._store.orders[key].ref)
        if outcome.kind is OutcomeKind.OK and outcome.update is not None:
            self._store.apply(outcome.update)
        return outcome

    def ask_until_known(self, key: str) -> None:
        """Ask again and again in the background while an order is UNKNOWN."""
        if key not in self._asking:
            self._asking.add(key)
            self._tasks.spawn(self._resolve(key), "resolve")

    async def _resolve(self, key: str) -> None:
        started, absent = time.monotonic(), 0
        delays = iter(ASK_AFTER_SECONDS)
        try:
            while self._store.orders[key].status is OrderStatus.UNKNOWN:
                await asyncio.sleep(next(delays, ASK_AFTER_SECONDS[-1]))
                outcome = await self.ask(key)
                is_absent = outcome.kind is OutcomeKind.REJECTED and outcome.code == NO_SUCH_ORDER
                absent = absent + 1 if is_absent else 0
                waited = time.monotonic() - started
                if absent >= ABSENT_AFTER_ANSWERS and waited >= ABSENT_AFTER_SECONDS:
                    # Not found is no proof of absence: the order stays UNKNOWN and shown.
                    reason = f"not found at the exchange (asked {absent} times)"
                    self._store.settle(key, OrderStatus.UNKNOWN, reason)
        finally:
            self._asking.discard(key)
