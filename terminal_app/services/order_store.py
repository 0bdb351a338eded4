"""Every order and fill as known now: one ``apply`` for replies, streams and queries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import (
    MOVES,
    Fill,
    Order,
    OrderStatus,
    OrderUpdate,
    apply_update,
    order_from_update,
)
from terminal_app.observers import Observers
from terminal_app.services.order_bodies import FillSource
from terminal_app.services.order_ids import is_ours

ORDERS, FILLS, REFUSED, FORGOTTEN = "orders", "fills", "refused", "forgotten"


class OrderStore:
    """Keep orders by their key and fills by trade id. Keys told: orders, fills, refused, forgotten.

    ``on_moved`` hears of each order whose status changed: what it was, None for one that is heard
    of for the first time, and what it is now.
    ``on_fill`` hears of each new fill, how it was heard of, and the key of its order where known.
    The key is our client order id; an order from elsewhere, whose client order id may be used
    again after a fill, is kept under the venue's number.
    """

    def __init__(
        self,
        on_moved: Callable[[Order | None, Order], None],
        on_fill: Callable[[Fill, FillSource, str], None],
    ) -> None:
        self.observers = Observers()
        self.orders: dict[str, Order] = {}
        self.fills: dict[tuple[Market, str, int, int], Fill] = {}
        self._keys_by_order_id: dict[tuple[str, int, bool], str] = {}
        # Each new order asks for these; looking through all orders of a day would take long.
        self._working: dict[str, Order] = {}
        self._on_moved = on_moved
        self._on_fill = on_fill

    def working(self) -> list[Order]:
        """Return the orders that rest at the venue, or may, oldest first."""
        return [*self._working.values()]

    def unknown(self, symbol: str, side: Side) -> list[Order]:
        """Return orders of a symbol and side of which nobody knows whether they exist."""
        return [
            order
            for order in self._working.values()
            if order.status is OrderStatus.UNKNOWN and (order.symbol, order.side) == (symbol, side)
        ]

    def add(self, order: Order) -> None:
        """Put a new order of ours in."""
        self._keep(order.client_order_id, order)
        self.observers.notify(ORDERS)

    def settle(self, key: str, status: OrderStatus, reason: str) -> Order:
        """Move an order by what an answer proved, unless the venue has told more already."""
        order = self.orders[key]
        if status in MOVES[order.status] or status is order.status:
            self._put(key, replace(order, status=status, reason=reason))
        return self.orders[key]

    def miss(self, key: str, reason: str) -> None:
        """Show that the venue does not find an order; whether it was there is not proven.

        What ended while the venue was asked keeps its end.
        """
        order = self.orders[key]
        if order.status.is_final:
            return
        is_unknown = order.status is OrderStatus.UNKNOWN
        status = OrderStatus.UNKNOWN if is_unknown else OrderStatus.OTHER
        self._put(key, replace(order, status=status, reason=reason, is_missing=True))

    def going_on(self, resting: Collection[str]) -> dict[str, Order]:
        """Return our orders by their keys that may belong to a new account of the venue.

        Those on their way or of unknown fate, and those whose keys are named: they rest there.
        """
        return {
            key: order
            for key, order in self._working.items()
            if not order.from_elsewhere and (order.order_id is None or key in resting)
        }

    def forget(self, resting: Collection[str] = ()) -> None:
        """Show nothing of what was: the venue's account is another one now.

        Somebody may still be at work with an order of ours: it ends with the account, unless it
        goes on.
        """
        going_on = self.going_on(resting)
        ours = {key: order for key, order in self._working.items() if not order.from_elsewhere}
        self.orders.clear()
        self._working.clear()
        self.fills.clear()
        # Its numbers may be given again.
        self._keys_by_order_id.clear()
        for key, order in ours.items():
            self._keep(key, order)
            if key not in going_on:
                self.settle(key, OrderStatus.CANCELED, "the exchange was reset")
        self._keys_by_order_id = {
            (order.symbol, order.order_id, order.is_conditional): key
            for key, order in going_on.items()
            if order.order_id is not None
        }
        self.observers.notify(FORGOTTEN)
        self.observers.notify(ORDERS)
        self.observers.notify(FILLS)

    def mark_cancel(self, key: str, pending: bool) -> None:
        """Show or end that a cancel of an order is under way."""
        order = self.orders[key]
        self._put(key, replace(order, cancel_pending=pending and order.status.is_working))

    def mark_amend(self, key: str, pending: bool) -> None:
        """Show or end that a change of an order is under way."""
        order = self.orders[key]
        self._put(key, replace(order, amend_pending=pending and order.status.is_working))

    def apply(self, update: OrderUpdate) -> Order:
        """Take in what the venue says of an order; return the order as it is known now."""
        key = self.key_for(update)
        if update.fill is not None:
            self.add_fill(update.fill, FillSource.STREAM, key)
        order = self.orders.get(key)
        if order is None:
            elsewhere = key != update.client_order_id
            self._put(key, order_from_update(update, from_elsewhere=elsewhere))
        else:
            self._put(key, apply_update(order, update))
        return self.orders[key]

    def add_fill(self, fill: Fill, source: FillSource = FillSource.QUERY, key: str = "") -> bool:
        """Count a fill, once; return whether it was new.

        ``key`` is that of its order, whose number may not be known yet.
        """
        if fill.key in self.fills:
            return False
        self.fills[fill.key] = fill
        key = key or self._keys_by_order_id.get((fill.symbol, fill.order_id, False), "")
        self._on_fill(fill, source, key)
        self.observers.notify(FILLS)
        return True

    def restore(self, orders: Iterable[Order], fills: Iterable[Fill]) -> None:
        """Show what an earlier run knew last, until the venue tells more."""
        for fill in fills:
            self.fills.setdefault(fill.key, fill)
        for order in orders:
            key = _foreign_key(order) if order.from_elsewhere else order.client_order_id
            if key not in self.orders:
                self._put(key, order)
        self.observers.notify(FILLS)

    def key_of(self, order: Order) -> str:
        """Return the key an order is kept under."""
        if order.order_id is not None:
            key = self._keys_by_order_id.get((order.symbol, order.order_id, order.is_conditional))
            if key is not None:
                return key
        return order.client_order_id

    def knows(self, update: OrderUpdate) -> bool:
        """Say whether the order an update is about is known."""
        return self.key_for(update) in self.orders

    def key_for(self, update: OrderUpdate) -> str:
        """Return the key under which the order an update is about is, or will be, kept."""
        if update.order_id is not None:
            known = self._keys_by_order_id.get(
                (update.symbol, update.order_id, update.is_conditional)
            )
            if known is not None:
                return known
        ours = self.orders.get(update.client_order_id)
        if ours is not None and _may_be(ours, update):
            return update.client_order_id
        if is_ours(update.client_order_id) and update.client_order_id not in self.orders:
            return update.client_order_id
        return _foreign_key(update)

    def _keep(self, key: str, order: Order) -> None:
        self.orders[key] = order
        if order.status.is_working:
            self._working[key] = order
        else:
            self._working.pop(key, None)

    def _put(self, key: str, order: Order) -> None:
        before = self.orders.get(key)
        if before == order:
            return
        self._keep(key, order)
        if order.order_id is not None:
            self._keys_by_order_id[order.symbol, order.order_id, order.is_conditional] = key
        self.observers.notify(ORDERS)
        if before is None or before.status is not order.status or before.is_missing:
            self._on_moved(before, order)
            if order.status is OrderStatus.REJECTED:
                self.observers.notify(REFUSED)


def _foreign_key(order: Order | OrderUpdate) -> str:
    return f"{'?' if order.is_conditional else '#'}{order.symbol}:{order.order_id}"


def _may_be(order: Order, update: OrderUpdate) -> bool:
    # A triggered order carries the name of its condition and a number of its own.
    if order.is_conditional is not update.is_conditional:
        return True
    return order.order_id is None or order.order_id == update.order_id
