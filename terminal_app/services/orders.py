"""Place, cancel and follow orders: never lose one, never send one twice, never guess."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Coroutine, Mapping
from typing import Any

from terminal_app.domain.order import OrderStatus, order_from_request
from terminal_app.domain.order_request import Amendment, OrderListRequest, OrderRequest
from terminal_app.errors import NotConnected, StorageError
from terminal_app.observers import Observers
from terminal_app.services.bans import BanService
from terminal_app.services.notifications import Notifications
from terminal_app.services.order_fate import OrderFate, Patience
from terminal_app.services.order_gate import OrderGate
from terminal_app.services.order_ids import ClientOrderIds
from terminal_app.services.order_ledger import OrderLedger
from terminal_app.services.order_news import OrderNews
from terminal_app.services.order_sender import OrderSender
from terminal_app.services.order_store import OrderStore
from terminal_app.storage.ledger import Body
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import Venue


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
        patience: Patience | None = None,
    ) -> None:
        self._ledger = ledger
        self._ids = ids
        self._tasks = tasks
        self._keys_by_action: dict[str, tuple[str, ...]] = {}
        news = OrderNews(ledger, notifications)
        self.store = OrderStore(news.on_moved, news.on_fill)
        self.bans = BanService(venue, ledger, notifications)
        self.fate = OrderFate(venue, self.store, tasks, patience or Patience())
        self.gate = OrderGate(venue, ledger, self.store, self.bans)
        self._sender = OrderSender(self.store, ledger, self.fate, notifications)
        # Told when a person changes or ends orders: the order's key, or the symbol for all of it.
        self.touched = Observers()
        # Told the key of an order that another replaces, and the key of that one.
        self.replaced = Observers()
        # What the ledger is to hold of exits beside an order that replaces one.
        self.exits_of: Callable[[str], Body | None] = lambda _key: None

    @property
    def closed_because(self) -> str:
        """Return why no new order is taken now, or nothing."""
        return self.gate.closed_because()

    @property
    def ledger_problem(self) -> str:
        """Return why the ledger takes nothing now, or nothing."""
        return self._ledger.problem

    async def restore(self) -> None:
        """Go on where earlier runs ended: their ban, what they knew, what they left open."""
        await self._ledger.begin()
        await self.bans.restore()
        self.store.restore(*await self._ledger.remembered())

    async def start_anew(self) -> None:
        """Take note that the account was reset: what earlier runs left open is gone with it."""
        await self._ledger.start_anew()

    async def place(
        self,
        request: OrderRequest,
        action_id: str,
        seen: Body,
        beside: Collection[str] = (),
        exits: Body | None = None,
    ) -> str:
        """Send a new order, once for each ``action_id``, and return its key.

        ``seen`` is what the person saw; ``beside`` names what the person was told of and wants
        this order beside: UNKNOWN orders of the same symbol and side, doubts of the guard.
        ``exits`` is written in the same moment: what the program is to send once it has filled, or
        which exit it is.
        """
        if action_id in self._keys_by_action:
            return self._keys_by_action[action_id][0]
        self.gate.check((request,), beside)
        key = self._new_key(action_id, only_reduces=request.only_reduces)
        await self._intend({key: request}, action_id, seen, exits)
        self._leave(self._sender.send(request, key), (key,), "place")
        return key

    async def place_list(
        self,
        request: OrderListRequest,
        action_id: str,
        seen: Body,
        beside: Collection[str] = (),
        exits: Body | None = None,
    ) -> tuple[str, ...]:
        """Send orders that stand together, once for each ``action_id``; return their keys."""
        if action_id in self._keys_by_action:
            return self._keys_by_action[action_id]
        self.gate.check(request.orders, beside)
        self.gate.check_open()
        keys = tuple(self._ids.next() for _ in request.orders)
        self._keys_by_action[action_id] = keys
        await self._intend(dict(zip(keys, request.orders, strict=True)), action_id, seen, exits)
        self._leave(self._sender.send_list(request, self._ids.next(), keys), keys, "place list")
        return keys

    async def replace(
        self,
        key: str,
        request: OrderRequest,
        action_id: str,
        seen: Body,
        beside: Collection[str] = (),
    ) -> str:
        """End an order and place another instead, once for each ``action_id``; return its key."""
        if action_id in self._keys_by_action:
            return self._keys_by_action[action_id][0]
        beside = (*beside, self.store.orders[key].client_order_id)
        self.gate.check((request,), beside, instead_of=key)
        new_key = self._new_key(action_id, only_reduces=request.only_reduces)
        self.touched.notify(key)
        order = self.store.orders[key]
        await self._intend({new_key: request}, action_id, seen, self.exits_of(key))
        self.replaced.notify((key, new_key))
        self.store.mark_cancel(key, True)
        await self._ledger.cancel_intent(order)
        self._leave(self._sender.replace(key, request, new_key), (new_key,), "replace")
        return new_key

    async def amend(self, key: str, change: Amendment, *, by_policy: bool = False) -> None:
        """Change a resting order; it is shown as it was until the venue agrees."""
        if not by_policy:
            self.touched.notify(key)
        order = self.store.orders[key]
        if order.amend_pending or order.cancel_pending or order.status.is_final:
            return
        self.gate.check_change(key, change)
        self.store.mark_amend(key, True)
        try:
            await self._ledger.amend_intent(order, change)
        except StorageError:
            self.store.mark_amend(key, False)
            raise
        self._leave(self._sender.amend(key, change), (), "amend")

    async def cancel(self, key: str, *, by_policy: bool = False) -> None:
        """Ask for an order's end; it stays shown as working until the venue proves the end."""
        if not by_policy:
            self.touched.notify(key)
        if await self._intend_cancel(key):
            self._leave(self._sender.cancel(key), (), "cancel")

    async def cancel_all(self, symbol: str) -> list[str]:
        """Ask for the end of every order of a symbol; return the keys of those known."""
        self.touched.notify(symbol)
        working = [order for order in self.store.working() if order.symbol == symbol]
        keys = [self.store.key_of(order) for order in working]
        keys = [key for key in keys if await self._intend_cancel(key)]
        self._leave(self._sender.cancel_all(symbol, keys), (), "cancel all")
        return keys

    async def cancel_market(self) -> list[str]:
        """Ask for the end of every order of the market; return the keys of those known."""
        symbols = dict.fromkeys(order.symbol for order in self.store.working())
        return [key for symbol in symbols for key in await self.cancel_all(symbol)]

    def _new_key(self, action_id: str, *, only_reduces: bool) -> str:
        self.gate.check_open(only_reduces=only_reduces)
        key = self._ids.next()
        # Taken before anything is awaited: a second click of the same action finds it.
        self._keys_by_action[action_id] = (key,)
        return key

    async def _intend(
        self,
        requests: Mapping[str, OrderRequest],
        action_id: str,
        seen: Body,
        exits: Body | None = None,
    ) -> None:
        # Before anything is awaited: the same again meanwhile is told from this one.
        self.gate.took(tuple(requests.values()))
        now_ms = time.time_ns() // 1_000_000
        wanted = [(one, order_from_request(one, key, now_ms)) for key, one in requests.items()]
        await self._ledger.intend(wanted, action_id, seen, exits)
        for _, order in wanted:
            self.store.add(order)
            self.fate.on_sending(order.client_order_id)

    def _leave(self, sending: Coroutine[Any, Any, None], keys: Collection[str], name: str) -> None:
        if not self._tasks.closed:
            self._tasks.spawn(sending, name)
            return
        sending.close()
        for key in keys:
            self.store.settle(key, OrderStatus.NOT_SENT, "the connection was being closed")
        raise NotConnected("Nothing was sent: the connection is being closed.")

    async def _intend_cancel(self, key: str) -> bool:
        order = self.store.orders[key]
        if order.cancel_pending or order.status.is_final:
            return False
        self.store.mark_cancel(key, True)
        await self._ledger.cancel_intent(order)
        return True
