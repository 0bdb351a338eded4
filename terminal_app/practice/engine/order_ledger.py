"""The orders and fills of one account, found by id, client id and time."""

from collections.abc import Iterable, Sequence
from copy import copy
from typing import TypeVar

from terminal_app.practice.engine.model import Amendment, Fill, Order, PreventedMatch
from terminal_app.practice.errors import ExchangeError

_Row = TypeVar("_Row")
LedgerRow = Fill | PreventedMatch | Amendment


class OrderLedger:
    """Keep every order, fill, prevented match and amendment.

    A client id is unique among open orders alone.
    """

    def __init__(self) -> None:
        self.orders: dict[int, Order] = {}
        self.all_fills: list[Fill] = []
        self.prevented: list[PreventedMatch] = []
        self.amendments: list[Amendment] = []
        self._open: dict[int, Order] = {}  # by id, as orders are added by id
        self._open_by_client_id: dict[tuple[str, str], int] = {}
        self._by_client_id: dict[tuple[str, str], int] = {}
        self._saved = (0, 0, 0)

    def unsaved(self) -> list[tuple[int, LedgerRow]]:
        """Return what came since `note_saved` beside orders, with the numbers of the rows."""
        fills, prevented, amendments = self._saved
        return [
            *enumerate(self.all_fills[fills:], fills),
            *((row.prevented_match_id, row) for row in self.prevented[prevented:]),
            *((row.execution_id, row) for row in self.amendments[amendments:]),
        ]

    def note_saved(self) -> None:
        """Note that everything is in the account file."""
        self._saved = (len(self.all_fills), len(self.prevented), len(self.amendments))

    def add(self, order: Order) -> None:
        """Take an order in, open or finished."""
        self.orders[order.order_id] = order
        key = (order.symbol, order.orig_client_order_id or order.client_order_id)
        self._by_client_id[key] = order.order_id
        if order.status.is_open:
            self._open[order.order_id] = order
            self._open_by_client_id[key] = order.order_id

    def close(self, order: Order) -> None:
        """Note that an order is finished; call it before its client id changes."""
        self._open.pop(order.order_id, None)
        self._open_by_client_id.pop((order.symbol, order.client_order_id), None)

    def rename(self, order: Order, client_order_id: str) -> None:
        """Give an open order another client id; the old one is free again."""
        del self._open_by_client_id[order.symbol, order.client_order_id]
        order.client_order_id = client_order_id
        self.add(order)

    def is_open_client_id(self, symbol: str, client_order_id: str) -> bool:
        """Tell whether an open order bears a client id."""
        return (symbol, client_order_id) in self._open_by_client_id

    def newest_with(self, symbol: str, client_order_id: str) -> int:
        """Return the id of the newest order with a client id, 0 without one."""
        return self._by_client_id.get((symbol, client_order_id), 0)

    def open_in(self, symbol: str | None) -> list[Order]:
        """Return the open orders themselves, by id."""
        if symbol is None:
            return list(self._open.values())
        return [order for order in self._open.values() if order.symbol == symbol]

    def find_open(
        self, symbol: str, order_id: int | None, client_order_id: str | None
    ) -> Order | None:
        """Return an open order that bears every id given."""
        if order_id is None:
            order_id = self._open_by_client_id.get((symbol, client_order_id or ""), 0)
        order = self._open.get(order_id)
        if order is None or order.symbol != symbol:
            return None
        if client_order_id is not None and order.client_order_id != client_order_id:
            return None
        return order


class OrderQueries:
    """Answer questions about the orders of an account with copies."""

    ledger: OrderLedger

    def order(
        self, symbol: str, order_id: int | None = None, client_order_id: str | None = None
    ) -> Order:
        """Return an order (by client id: the newest of that id); -2013 when unknown."""
        ledger = self.ledger
        if order_id is None:
            order_id = ledger.newest_with(symbol, client_order_id or "")
        order = ledger.orders.get(order_id)
        if order is None or order.symbol != symbol:
            raise ExchangeError(-2013, "Order does not exist.")
        own_ids = (order.client_order_id, order.orig_client_order_id)
        if client_order_id is not None and client_order_id not in own_ids:
            raise ExchangeError(-2013, "Order does not exist.")
        return copy(order)

    def open_orders(self, symbol: str | None = None) -> Sequence[Order]:
        """Return open orders by id."""
        return [copy(order) for order in self.ledger.open_in(symbol)]

    def all_orders(
        self,
        symbol: str | None,
        limit: int,
        from_order_id: int | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> Sequence[Order]:
        """Return orders by id: the newest, or the first ones from an id or a time on."""
        found = (
            order
            for order in self.ledger.orders.values()
            if symbol in (None, order.symbol)
            and order.order_id >= (from_order_id or 0)
            and _is_within(order.time_ms, start_ms, end_ms)
        )
        forward = from_order_id is not None or start_ms is not None
        return [copy(order) for order in _page(found, limit, forward)]

    def fills(
        self,
        symbol: str | None,
        limit: int,
        order_id: int | None = None,
        from_id: int | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> Sequence[Fill]:
        """Return trades of the account, oldest first."""
        found = (
            fill
            for fill in self.ledger.all_fills
            if symbol in (None, fill.symbol)
            and order_id in (None, fill.order_id)
            and fill.trade_id >= (from_id or 0)
            and _is_within(fill.time_ms, start_ms, end_ms)
        )
        return _page(found, limit, from_id is not None or start_ms is not None)


def _is_within(time_ms: int, start_ms: int | None, end_ms: int | None) -> bool:
    return (start_ms is None or time_ms >= start_ms) and (end_ms is None or time_ms <= end_ms)


def _page(rows: Iterable[_Row], limit: int, forward: bool) -> list[_Row]:
    listed = list(rows)
    return listed[:limit] if forward else listed[-limit:]
