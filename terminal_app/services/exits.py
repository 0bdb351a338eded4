"""Send take profit and stop loss of an entry as far as it has filled."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from terminal_app.domain.exits import Exits, exit_list, exit_orders, left_after_fee
from terminal_app.domain.instrument import ZERO, Instrument
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderListKind, OrderRequest
from terminal_app.domain.safety import MEANT
from terminal_app.errors import NotConnected, TerminalError
from terminal_app.services.account import AccountService
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.order_entry import Means
from terminal_app.services.order_ledger import POLICY_BEGINS, POLICY_ENDS, OrderLedger
from terminal_app.services.order_words import describe
from terminal_app.services.orders import OrderService
from terminal_app.storage.ledger import Body
from terminal_app.tasks import FailureHandler, TaskScope
from terminal_app.venues.base import Venue

# Fills of one order come in bursts: exits are sent for what a burst has filled.
SETTLE_SECONDS = 0.5


class Place(Protocol):
    """Be where exits are sent: one market, as a session holds it."""

    venue: Venue
    orders: OrderService
    account: AccountService

    @property
    def instruments(self) -> Mapping[str, Instrument]:
        """Return what can be traded, by symbol."""

    def means(self, instrument: Instrument) -> Means:
        """Return what an order in an instrument can be paid with."""


class ExitService:
    """Watch entries whose exits cannot wait at the venue, and send them as the entry fills.

    Exits never exceed what has filled. They are cancelled once the other of two has filled, or the
    position is gone; where the venue knows lists it does so itself. Nothing is sent for an UNKNOWN
    entry, nor again after a refusal; a watch ends with the session, which is said.
    """

    def __init__(
        self,
        place: Place,
        ledger: OrderLedger,
        notifications: Notifications,
        on_failure: FailureHandler,
    ) -> None:
        self._place = place
        self._ledger = ledger
        self._notifications = notifications
        self._tasks = TaskScope("exits", on_failure)
        self.watched: dict[str, Exits] = {}
        self._is_closing = False
        self._changed: dict[str, asyncio.Event] = {}

    def watch(self, key: str, request: OrderRequest, exits: Exits) -> None:
        """Send exits for the order of a key from its first fill on."""
        self.watched[key] = exits
        self._note(POLICY_BEGINS, self._place.orders.store.orders[key], exits)
        self._tasks.spawn(self._run(key, request, exits), "exits")

    async def close(self) -> None:
        """Watch no more, and say which entries go without their exits."""
        self._is_closing = True
        for changed in self._changed.values():
            changed.set()
        await self._tasks.finish()

    async def _run(self, key: str, request: OrderRequest, exits: Exits) -> None:
        store, changed = self._place.orders.store, asyncio.Event()
        self._changed[key] = changed
        changed.set()
        leaves = [
            observers.add(lambda _key: changed.set())
            for observers in (store.observers, self._place.account.observers)
        ]
        order = store.orders[key]
        try:
            await self._follow(key, request, exits, changed)
        except TerminalError as error:
            text = f"Nobody looks after {exits} of {describe(order)}: {error}"
            self._notifications.tell(Severity.DANGER, text)
        finally:
            for leave in leaves:
                leave()
            del self.watched[key], self._changed[key]
        order = store.orders.get(key, order)
        self._note(POLICY_ENDS, order, exits)
        if order.status.is_final and order.remaining:
            text = f"{describe(order)} ended: {exits} of what did not fill ended with it."
            self._notifications.tell(Severity.INFO, text)

    async def _follow(
        self, key: str, request: OrderRequest, exits: Exits, changed: asyncio.Event
    ) -> None:
        orders = self._place.orders.store.orders
        covered, sent = ZERO, _Sent(self._place, request)
        # An account that begins anew forgets its orders.
        while key in orders and not _is_over(orders[key], covered, sent):
            await changed.wait()
            changed.clear()
            if self._is_closing:
                raise NotConnected(_left_words(orders[key], covered))
            await sent.cancel_needless()
            if key in orders and orders[key].executed_quantity > covered:
                await asyncio.sleep(SETTLE_SECONDS)
                order = orders.get(key)
                if order is not None:
                    covered += await self._cover(order, request, exits, covered, sent)

    async def _cover(
        self, order: Order, request: OrderRequest, exits: Exits, covered: Decimal, sent: _Sent
    ) -> Decimal:
        """Send exits for what has filled and has none; return how much that was."""
        instrument = self._place.instruments[order.symbol]
        filled = order.executed_quantity - covered
        is_buy = request.side is Side.BUY
        fee_rate = self._place.means(instrument).fee_rate if is_buy else ZERO
        quantity = left_after_fee(instrument, filled, fee_rate)
        if quantity < instrument.quantity.least:
            return filled if order.status.is_final else ZERO
        wanted = exit_orders(instrument, request, quantity, exits)
        orders, seen = self._place.orders, self._seen(exits, order)
        if exits.is_pair and OrderListKind.OCO in self._place.venue.capabilities.order_lists:
            await orders.place_list(exit_list(wanted), secrets.token_hex(8), seen, MEANT)
        else:
            sent.add([await orders.place(one, secrets.token_hex(8), seen, MEANT) for one in wanted])
        return filled

    @staticmethod
    def _seen(exits: Exits, order: Order) -> Body:
        return {"exits": str(exits), "of": order.client_order_id}

    def _note(self, step: str, order: Order, exits: Exits) -> None:
        body: Body = {"step": step, "policy": str(exits), "order": describe(order)}
        self._ledger.policy(body, order.client_order_id)


class _Sent:
    """Cancel exits that nobody needs any more: the other has filled, or nothing is held."""

    def __init__(self, place: Place, entry: OrderRequest) -> None:
        self._place = place
        self._entry = entry
        self._open: list[list[str]] = []
        self._was_held = False

    def __bool__(self) -> bool:
        return bool(self._open)

    def add(self, keys: list[str]) -> None:
        self._open.append(keys)

    async def cancel_needless(self) -> None:
        known, is_gone = self._place.orders.store.orders, self._is_gone()
        for keys in list(self._open):
            statuses = [known[key].status for key in keys if key in known]
            has_filled = OrderStatus.FILLED in statuses
            if has_filled or is_gone or all(status.is_final for status in statuses):
                self._open.remove(keys)
                for key in keys:
                    if key in known and known[key].status.is_working:
                        await self._place.orders.cancel(key, by_policy=True)

    def _is_gone(self) -> bool:
        # A fill may be told before the position it makes: only what was seen can be gone.
        if not self._place.venue.capabilities.has_positions:
            return False
        held = self._place.account.held(self._entry.symbol, self._entry.position_side)
        is_held = held > ZERO if self._entry.side is Side.BUY else held < ZERO
        was_held, self._was_held = self._was_held, self._was_held or is_held
        return was_held and not is_held


def _is_over(order: Order, covered: Decimal, sent: _Sent) -> bool:
    return order.status.is_final and order.executed_quantity <= covered and not sent


def _left_words(order: Order, covered: Decimal) -> str:
    if covered >= order.executed_quantity and order.status.is_final:
        return "they rest at the exchange, and nobody cancels the one when the other fills."
    return "the exchange was left."
