"""Place, cancel and follow orders: never lose one, never send one twice, never guess."""

from __future__ import annotations

import time

from terminal_app.domain.order import Order, OrderStatus, order_from_request
from terminal_app.domain.order_request import Amendment, OrderListRequest, OrderRequest
from terminal_app.errors import NotConnected, VenueUnclear
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.order_fate import UNKNOWN_ORDER_CODES, OrderFate
from terminal_app.services.order_ids import ClientOrderIds
from terminal_app.services.order_ledger import OrderLedger
from terminal_app.services.order_sender import OrderSender
from terminal_app.services.order_store import OrderStore
from terminal_app.services.order_words import describe
from terminal_app.storage.ledger import Body
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import Outcome, OutcomeKind, Venue

HISTORY_ORDERS = 100


class OrderService:
    """Do what a person wants done with orders on one market.

    An intent is in the ledger before its order leaves. An answer that proves nothing makes the
    order UNKNOWN: it is asked for by its client order id and never sent again by the program.
    """

    def __init__(
        self,
        venue: Venue,
        ledger: OrderLedger,
        ids: ClientOrderIds,
        tasks: TaskScope,
        notifications: Notifications,
    ) -> None:
        self._venue = venue
        self._ledger = ledger
        self._ids = ids
        self._tasks = tasks
        self._notifications = notifications
        self._keys_by_action: dict[str, tuple[str, ...]] = {}
        # What is known must reach the ledger even when the session closes in that moment.
        self._last_words = TaskScope("ledger")
        self.store = OrderStore(self._on_moved)
        self._fate = OrderFate(venue, self.store, tasks)
        self._sender = OrderSender(self.store, ledger, self._fate, notifications)
        self.is_reconciled = False
        self.compared_s: float | None = None
        self._gaps = 0
        self._was_compared = False

    @property
    def closed_because(self) -> str:
        """Return why no new order is taken now, or nothing."""
        if self._venue.execution is None:
            return "There is no API key for this environment."
        if self._ledger.problem:
            return f"{self._ledger.problem} No new orders; cancelling still works."
        if self._venue.clock is None:
            return "The exchange's clock has not been measured yet."
        if not self.is_reconciled:
            return "The account is being compared with the exchange."
        return ""

    @property
    def ledger_problem(self) -> str:
        """Return why the ledger takes nothing now, or nothing."""
        return self._ledger.problem

    async def restore(self) -> None:
        """Show every intent of earlier runs whose end was never proven, and ask for it."""
        for order in await self._ledger.open_orders():
            if order.client_order_id not in self.store.orders:
                self.store.add(order)

    async def start_anew(self) -> None:
        """Take note that the account was reset: what earlier runs left open is gone with it."""
        await self._ledger.start_anew()

    async def close(self) -> None:
        """Return once everything that is known is in the ledger; no event may come after."""
        await self._last_words.finish()

    async def place(self, request: OrderRequest, action_id: str, seen: Body) -> str:
        """Send a new order, once for each ``action_id``, and return its key.

        ``seen`` is what the person saw.
        """
        if action_id in self._keys_by_action:
            return self._keys_by_action[action_id][0]
        key = self._new_key(action_id)
        await self._intend(request, key, action_id, seen)
        self._tasks.spawn(self._sender.send(request, key), "place")
        return key

    async def place_list(
        self, request: OrderListRequest, action_id: str, seen: Body
    ) -> tuple[str, ...]:
        """Send orders that stand together, once for each ``action_id``; return their keys."""
        if action_id in self._keys_by_action:
            return self._keys_by_action[action_id]
        self._check_open()
        keys = tuple(self._ids.next() for _ in request.orders)
        self._keys_by_action[action_id] = keys
        for order, key in zip(request.orders, keys, strict=True):
            await self._intend(order, key, action_id, seen)
        self._tasks.spawn(self._sender.send_list(request, self._ids.next(), keys), "place list")
        return keys

    async def replace(self, key: str, request: OrderRequest, action_id: str, seen: Body) -> str:
        """End an order and place another instead, once for each ``action_id``; return its key."""
        if action_id in self._keys_by_action:
            return self._keys_by_action[action_id][0]
        new_key = self._new_key(action_id)
        order = self.store.orders[key]
        await self._intend(request, new_key, action_id, seen)
        self.store.mark_cancel(key, True)
        await self._ledger.cancel_intent(order)
        self._tasks.spawn(self._sender.replace(key, request, new_key), "replace")
        return new_key

    async def test(self, request: OrderRequest) -> Outcome:
        """Let the exchange check an order that it does not take."""
        return await self._fate.execution.test(request, self._ids.next())

    async def amend(self, key: str, change: Amendment) -> None:
        """Change a resting order; it is shown as it was until the venue agrees."""
        order = self.store.orders[key]
        if order.amend_pending or order.cancel_pending or order.status.is_final:
            return
        self._check_open()
        self.store.mark_amend(key, True)
        await self._ledger.amend_intent(order, change)
        self._tasks.spawn(self._sender.amend(key, change), "amend")

    async def cancel(self, key: str) -> None:
        """Ask for an order's end; it stays shown as working until the venue proves the end."""
        if await self._intend_cancel(key):
            self._tasks.spawn(self._sender.cancel(key), "cancel")

    async def cancel_all(self, symbol: str) -> list[str]:
        """Ask for the end of every order of a symbol; return the keys of those known."""
        working = [order for order in self.store.working() if order.symbol == symbol]
        keys = [self.store.key_of(order) for order in working]
        keys = [key for key in keys if await self._intend_cancel(key)]
        self._tasks.spawn(self._sender.cancel_all(symbol, keys), "cancel all")
        return keys

    async def note_policy(self, key: str, text: str) -> None:
        """Write what a policy does with an order."""
        await self._ledger.policy(self.store.orders[key], text)

    async def reconcile(self) -> None:
        """Compare with the whole truth at the venue and pass it through the same ``apply``.

        May raise ``VenueError``; then nothing counts as compared.
        """
        execution = self._fate.execution
        gaps = self._gaps
        fills_before = len(self.store.fills)
        open_orders = await execution.open_orders()
        adopted = sum(not self.store.knows(update) for update in open_orders)
        resting = {(update.symbol, update.order_id) for update in open_orders}
        for update in open_orders:
            self.store.apply(update)
        for key, order in list(self.store.orders.items()):
            if order.status is OrderStatus.SENDING or order.status.is_final:
                continue
            if order.order_id is None:
                self._fate.ask_until_known(key)
            elif (order.symbol, order.order_id) not in resting:
                await self._ask_where_it_went(key)
        for symbol in {order.symbol for order in self.store.orders.values()}:
            await self.load_history(symbol)
        if gaps != self._gaps:
            # Touch was lost again meanwhile: what came after is compared when it is back.
            return
        if self._was_compared:
            self._tell_what_changed(len(self.store.fills) - fills_before, adopted)
        self.is_reconciled = self._was_compared = True
        self.compared_s = time.monotonic()
        self.store.observers.notify("orders")

    async def load_history(self, symbol: str) -> None:
        """Fetch the account's newest orders and trades in a symbol. May raise ``VenueError``."""
        execution = self._fate.execution
        for update in await execution.order_history(symbol, HISTORY_ORDERS):
            self.store.apply(update)
        for fill in await execution.fills(symbol):
            self.store.add_fill(fill)

    def lose_touch(self) -> None:
        """Take no new orders until the account has been compared again."""
        self._gaps += 1
        self.is_reconciled = False
        self.store.observers.notify("orders")

    async def _ask_where_it_went(self, key: str) -> None:
        outcome = await self._fate.ask(key)
        if outcome.kind is OutcomeKind.OK:
            return
        if outcome.kind is not OutcomeKind.REJECTED or outcome.code not in UNKNOWN_ORDER_CODES:
            raise VenueUnclear("The exchange did not say where an order stands.", outcome.detail)
        # It rested there and is gone without a trace; shown as live it would be a lie.
        self.store.settle(key, OrderStatus.OTHER, "not found at the exchange")

    def _check_open(self) -> None:
        if self.closed_because:
            raise NotConnected(f"Nothing was sent. {self.closed_because}")

    def _new_key(self, action_id: str) -> str:
        self._check_open()
        key = self._ids.next()
        # Taken before anything is awaited: a second click of the same action finds it.
        self._keys_by_action[action_id] = (key,)
        return key

    async def _intend(self, request: OrderRequest, key: str, action_id: str, seen: Body) -> None:
        order = order_from_request(request, key, time.time_ns() // 1_000_000)
        await self._ledger.intent(order, action_id, seen)
        self.store.add(order)

    async def _intend_cancel(self, key: str) -> bool:
        order = self.store.orders[key]
        if order.cancel_pending or order.status.is_final:
            return False
        self.store.mark_cancel(key, True)
        await self._ledger.cancel_intent(order)
        return True

    def _on_moved(self, before: Order, order: Order) -> None:
        if before.status is OrderStatus.UNKNOWN:
            self._last_words.spawn(self._ledger.resolved(order), "resolved")
        if order.status.is_final and not order.from_elsewhere:
            self._last_words.spawn(self._ledger.ended(order), "ended")
        if order.status is OrderStatus.FILLED:
            self._notifications.tell(Severity.SUCCESS, f"Filled: {describe(order)}")

    def _tell_what_changed(self, fills: int, adopted: int) -> None:
        if fills or adopted:
            text = f"While away: {fills} fills, {adopted} open orders placed elsewhere."
            self._notifications.tell(Severity.INFO, text)
        elif not self.is_reconciled:
            text = "Back: nothing changed while the connection was away."
            self._notifications.tell(Severity.INFO, text)
