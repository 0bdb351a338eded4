"""Place, cancel and follow orders: never lose one, never send one twice, never guess."""

from __future__ import annotations

import asyncio
import time

from terminal_app.domain.instrument import plain
from terminal_app.domain.market import Side
from terminal_app.domain.order import (
    Order,
    OrderRequest,
    OrderStatus,
    OrderType,
    order_from_request,
)
from terminal_app.errors import NotConnected, VenueUnclear
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.order_ids import ClientOrderIds
from terminal_app.services.order_ledger import OrderLedger
from terminal_app.services.order_store import OrderStore
from terminal_app.storage.ledger import Body
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import ExecutionClient, Outcome, OutcomeKind, Venue

# How long after sending an order of unknown fate is asked for; then every 30 s.
ASK_AFTER_SECONDS = (0.3, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
ABSENT_AFTER_SECONDS = 60.0
ABSENT_AFTER_ANSWERS = 3
HISTORY_ORDERS = 100
UNKNOWN_ORDER_CODES = frozenset({-2011, -2013, -2026})


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
        self._keys_by_action: dict[str, str] = {}
        self._asking: set[str] = set()
        # What is known must reach the ledger even when the session closes in that moment.
        self._last_words = TaskScope("ledger")
        self.store = OrderStore(self._on_moved)
        self.is_reconciled = False
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
            return self._keys_by_action[action_id]
        if self.closed_because:
            raise NotConnected(f"Nothing was sent. {self.closed_because}")
        order = order_from_request(request, self._ids.next(), time.time_ns() // 1_000_000)
        self._keys_by_action[action_id] = order.client_order_id
        await self._ledger.intent(order, action_id, seen)
        self.store.add(order)
        self._tasks.spawn(self._send(request, order.client_order_id), "place")
        return order.client_order_id

    async def cancel(self, key: str) -> None:
        """Ask for an order's end; it stays shown as working until the venue proves the end."""
        order = self.store.orders[key]
        if order.cancel_pending or order.status.is_final:
            return
        execution = self._execution()
        self.store.mark_cancel(key, True)
        await self._ledger.cancel_intent(order)
        self._tasks.spawn(self._send_cancel(execution, key), "cancel")

    async def reconcile(self) -> None:
        """Compare with the whole truth at the venue and pass it through the same ``apply``.

        May raise ``VenueError``; then nothing counts as compared.
        """
        execution = self._execution()
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
                self._ask_until_known(key)
            elif (order.symbol, order.order_id) not in resting:
                await self._ask_where_it_went(execution, key)
        for symbol in {order.symbol for order in self.store.orders.values()}:
            await self.load_history(symbol)
        if gaps != self._gaps:
            # Touch was lost again meanwhile: what came after is compared when it is back.
            return
        if self._was_compared:
            self._tell_what_changed(len(self.store.fills) - fills_before, adopted)
        self.is_reconciled = self._was_compared = True
        self.store.observers.notify("orders")

    async def load_history(self, symbol: str) -> None:
        """Fetch the account's newest orders and trades in a symbol. May raise ``VenueError``."""
        execution = self._execution()
        for update in await execution.order_history(symbol, HISTORY_ORDERS):
            self.store.apply(update)
        for fill in await execution.fills(symbol):
            self.store.add_fill(fill)

    def lose_touch(self) -> None:
        """Take no new orders until the account has been compared again."""
        self._gaps += 1
        self.is_reconciled = False
        self.store.observers.notify("orders")

    def _execution(self) -> ExecutionClient:
        if self._venue.execution is None:
            raise NotConnected("There is no API key for this environment.")
        return self._venue.execution

    async def _send(self, request: OrderRequest, key: str) -> None:
        outcome = await self._execution().place(request, key)
        await self._ledger.reply(outcome, key)
        for fill in outcome.fills:
            self.store.add_fill(fill)
        if outcome.kind is OutcomeKind.OK and outcome.update is not None:
            self.store.apply(outcome.update)
        elif outcome.kind is OutcomeKind.REJECTED:
            self.store.settle(key, OrderStatus.REJECTED, outcome.message)
            self._notifications.tell(Severity.DANGER, f"Refused: {outcome.message}")
        elif outcome.kind is OutcomeKind.NOT_SENT:
            self.store.settle(key, OrderStatus.NOT_SENT, outcome.message)
            self._notifications.tell(Severity.WARNING, f"Not sent: {outcome.message}")
        else:
            order = self.store.settle(key, OrderStatus.UNKNOWN, outcome.message)
            if order.status is OrderStatus.UNKNOWN:
                self._notifications.tell(
                    Severity.DANGER,
                    f"Nobody knows yet whether {describe(order)} reached the exchange. It is being"
                    " asked for and will not be sent again by itself.",
                )
                self._ask_until_known(key)

    async def _send_cancel(self, execution: ExecutionClient, key: str) -> None:
        for delay in ASK_AFTER_SECONDS:
            order = self.store.orders[key]
            if order.status.is_final:
                return
            outcome = await execution.cancel(order.symbol, order.order_id, order.client_order_id)
            await self._ledger.reply(outcome, key)
            if outcome.kind is OutcomeKind.OK and outcome.update is not None:
                self.store.apply(outcome.update)
                return
            if outcome.kind is OutcomeKind.REJECTED and outcome.code not in UNKNOWN_ORDER_CODES:
                self.store.mark_cancel(key, False)
                self._notifications.tell(Severity.WARNING, f"Not cancelled: {outcome.message}")
                return
            # Already gone, or no answer: what the exchange says of the order decides, and
            # asking for an order's end twice does no harm.
            await asyncio.sleep(delay)
            await self._ask(execution, key)
        self.store.mark_cancel(key, False)

    async def _ask(self, execution: ExecutionClient, key: str) -> Outcome:
        order = self.store.orders[key]
        outcome = await execution.query(order.symbol, order.order_id, order.client_order_id)
        if outcome.kind is OutcomeKind.OK and outcome.update is not None:
            self.store.apply(outcome.update)
        return outcome

    async def _ask_where_it_went(self, execution: ExecutionClient, key: str) -> None:
        outcome = await self._ask(execution, key)
        if outcome.kind is OutcomeKind.OK:
            return
        if outcome.kind is not OutcomeKind.REJECTED or outcome.code not in UNKNOWN_ORDER_CODES:
            raise VenueUnclear("The exchange did not say where an order stands.", outcome.detail)
        # It rested there and is gone without a trace; shown as live it would be a lie.
        self.store.settle(key, OrderStatus.OTHER, "not found at the exchange")

    def _ask_until_known(self, key: str) -> None:
        if key not in self._asking:
            self._asking.add(key)
            self._tasks.spawn(self._resolve(key), "resolve")

    async def _resolve(self, key: str) -> None:
        started, absent = time.monotonic(), 0
        delays = iter(ASK_AFTER_SECONDS)
        try:
            while self.store.orders[key].status is OrderStatus.UNKNOWN:
                await asyncio.sleep(next(delays, ASK_AFTER_SECONDS[-1]))
                outcome = await self._ask(self._execution(), key)
                is_absent = outcome.kind is OutcomeKind.REJECTED and outcome.code == -2013
                absent = absent + 1 if is_absent else 0
                waited = time.monotonic() - started
                if absent >= ABSENT_AFTER_ANSWERS and waited >= ABSENT_AFTER_SECONDS:
                    # Not found is no proof of absence: the order stays UNKNOWN and shown.
                    reason = f"not found at the exchange (asked {absent} times)"
                    self.store.settle(key, OrderStatus.UNKNOWN, reason)
        finally:
            self._asking.discard(key)

    def _on_moved(self, before: Order, order: Order) -> None:
        if before.status is OrderStatus.UNKNOWN:
            self._last_words.spawn(self._ledger.resolved(order), "resolved")
        if order.status.is_final and not order.from_elsewhere:
            self._last_words.spawn(self._ledger.ended(order), "ended")
        if order.status is OrderStatus.FILLED:
            self._notifications.tell(Severity.SUCCESS, f"Filled: {describe(order)}")

    def _tell_what_changed(self, fills: int, adopted: int) -> None:
        text = "Back: nothing changed while the connection was away."
        if fills or adopted:
            text = f"While away: {fills} fills, {adopted} open orders placed elsewhere."
        self._notifications.tell(Severity.INFO, text)


def describe(order: Order) -> str:
    """Return an order in the words of a trader."""
    word = "buy" if order.side is Side.BUY else "sell"
    average = order.average_price
    if order.status is OrderStatus.FILLED and average is not None:
        return f"{word} {plain(order.executed_quantity)} {order.symbol} at {average:.8g}"
    price = "market" if order.type is OrderType.MARKET else plain(order.price)
    return f"{word} {plain(order.quantity)} {order.symbol} at {price}"
