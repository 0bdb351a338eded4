"""Find out what became of an order of which nobody knows."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from terminal_app.domain.order import OrderStatus
from terminal_app.errors import NotConnected, VenueError
from terminal_app.services.order_store import OrderStore
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import ExecutionClient, Outcome, OutcomeKind, Venue

# How long after sending an order of unknown fate is asked for; then every 30 s.
ASK_AFTER_SECONDS = (0.3, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
# However many orders are unknown: no more than five questions a second.
SPACING_S = 0.2
HISTORY_ORDERS = 100
NO_SUCH_ORDER = -2013
UNKNOWN_ORDER_CODES = frozenset({-2011, NO_SUCH_ORDER, -2026})


@dataclass(frozen=True, slots=True)
class Patience:
    """Say when an order may be called absent, though that is never proven.

    The time counts from the first of the answers in a row that know no such order. It is longer
    than the request was valid for (5 s) and the venue may have held it (10 s).
    """

    answers: int = 3
    seconds: float = 60.0
    ask_again_s: float = 300.0


@dataclass(slots=True)
class Search:
    """Count the answers in a row that know no such order."""

    answers: int = 0
    first_s: float = 0.0

    def note(self, outcome: Outcome, now_s: float) -> None:
        """Count an answer; any other one, or none, begins the count anew."""
        is_absent = outcome.kind is OutcomeKind.REJECTED and outcome.code == NO_SUCH_ORDER
        if not is_absent:
            self.answers = 0
            return
        if not self.answers:
            self.first_s = now_s
        self.answers += 1

    def is_long_enough(self, patience: Patience, now_s: float) -> bool:
        """Say whether so many answers over such a time allow to suspect absence."""
        is_often = self.answers >= patience.answers
        return is_often and now_s - self.first_s >= patience.seconds


class OrderFate:
    """Ask for orders by our name for them until the venue proves where they stand.

    An order is never sent again by the program, and "not found" is no proof of absence. ``gaps``
    counts how often the account's events were interrupted.
    """

    def __init__(
        self, venue: Venue, store: OrderStore, tasks: TaskScope, patience: Patience
    ) -> None:
        self._venue = venue
        self._store = store
        self._tasks = tasks
        self._patience = patience
        self._asking: set[str] = set()
        self._gaps_when_sent: dict[str, int] = {}
        self._next_turn_s = 0.0
        self.gaps = 0

    @property
    def execution(self) -> ExecutionClient:
        """Return what trades; raise ``NotConnected`` without a key."""
        if self._venue.execution is None:
            raise NotConnected("There is no API key for this environment.")
        return self._venue.execution

    def on_sending(self, key: str) -> None:
        """Hear that an order is about to leave."""
        self._gaps_when_sent[key] = self.gaps

    def lose_touch(self) -> None:
        """Hear that the account's events were interrupted."""
        self.gaps += 1

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
        clock, search = asyncio.get_running_loop().time, Search()
        delays = iter(ASK_AFTER_SECONDS)
        try:
            while self._is_unknown(key):
                await asyncio.sleep(next(delays, self._last_delay_s(key)))
                await asyncio.sleep(self._turn_s(clock()))
                if not self._is_unknown(key):
                    return
                search.note(await self.ask(key), clock())
                if search.is_long_enough(self._patience, clock()):
                    await self._call_absent(key, search.answers)
        finally:
            self._asking.discard(key)

    def _is_unknown(self, key: str) -> bool:
        order = self._store.orders.get(key)
        return order is not None and order.status is OrderStatus.UNKNOWN

    def _last_delay_s(self, key: str) -> float:
        is_missing = self._store.orders[key].is_missing
        return self._patience.ask_again_s if is_missing else ASK_AFTER_SECONDS[-1]

    def _turn_s(self, now_s: float) -> float:
        turn_s = max(now_s, self._next_turn_s)
        self._next_turn_s = turn_s + SPACING_S
        return turn_s - now_s

    async def _call_absent(self, key: str, answers: int) -> None:
        # Not found is no proof of absence: the order stays UNKNOWN and shown.
        if self._gaps_when_sent.get(key) != self.gaps:
            reason = f"not found so far (asked {answers} times), but events were missed meanwhile"
            self._store.settle(key, OrderStatus.UNKNOWN, reason)
        elif await self._left_no_trace(key):
            reason = f"not found at the exchange (checked {answers} times)"
            self._store.miss(key, reason)

    async def _left_no_trace(self, key: str) -> bool:
        order = self._store.orders[key]
        clock = self._venue.clock
        since_ms = order.created_ms + (clock.offset_ms if clock is not None else 0) - 1000
        try:
            resting = await self.execution.open_orders()
            history = await self.execution.order_history(order.symbol, HISTORY_ORDERS)
            fills = await self.execution.fills(order.symbol, start_ms=since_ms)
        except VenueError:
            return False
        for update in (*resting, *history):
            self._store.apply(update)
        for fill in fills:
            self._store.add_fill(fill)
        reaches_back = len(history) < HISTORY_ORDERS or (history[0].created_ms or 0) <= since_ms
        explained = {known.order_id for known in self._store.orders.values()}
        has_no_stranger = all(fill.order_id in explained for fill in fills)
        return self._is_unknown(key) and reaches_back and has_no_stranger
