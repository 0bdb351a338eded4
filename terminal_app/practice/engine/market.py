"""A market: commands, account file, and the order life between them."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from terminal_app.practice.engine.events import SymbolStatusChanged
from terminal_app.practice.engine.kinds import (
    ExecutionType,
    ExpiryReason,
    MarketState,
    OrderStatus,
    SymbolStatus,
)
from terminal_app.practice.engine.listing import Emit, Listing
from terminal_app.practice.engine.market_data import MarketData
from terminal_app.practice.engine.model import (
    Amendment,
    Fill,
    Order,
    OrderRequest,
    PlacedOrder,
    PreventedMatch,
    SymbolRules,
)
from terminal_app.practice.engine.order_ledger import OrderLedger, OrderQueries
from terminal_app.practice.engine.order_life import OrderLife
from terminal_app.practice.engine.timeline import Timeline
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.store.account_store import AccountStore, Row


@dataclass(frozen=True, slots=True)
class MarketParts:
    """Hold what a market is built of: what trades, its clock, its account file, who is told."""

    listings: Mapping[str, Listing]
    timeline: Timeline
    store: AccountStore
    emit: Emit


class Market(OrderLife, OrderQueries):
    """Take orders, match them by price and time, keep the account of the market.

    Of two ids one is needed; given both, an order must bear both.
    """

    def __init__(self, parts: MarketParts, intervals: Sequence[str]) -> None:
        super().__init__(parts.listings, parts.timeline, parts.emit)
        self.data = MarketData(parts.listings, intervals)
        self._store = parts.store
        for listing in parts.listings.values():
            listing.on_maker_fill = self._on_maker_fill

    @property
    def state(self) -> MarketState:
        """Tell whether the market still moves."""
        return MarketState.ENDED if self._timeline.is_ended else MarketState.RUNNING

    def place(self, request: OrderRequest) -> PlacedOrder:
        """Check, match and rest an order; raise ExchangeError when it is refused."""
        self.test(request)
        listing = self._listings[request.symbol]
        first_prevented = len(self.ledger.prevented)
        order = self._accept(request, listing)
        fills = self._begin(order, listing)
        placed = PlacedOrder(
            copy(order), tuple(fills), tuple(self.ledger.prevented[first_prevented:])
        )
        self._account_moved(order)
        self._settled(listing)
        return placed

    def test(self, request: OrderRequest) -> None:
        """Check an order as `place` does, without sending it to the book."""
        self.data.rules(request.symbol)
        self._check(request, self._listings[request.symbol])

    def cancel(
        self,
        symbol: str,
        order_id: int | None = None,
        client_order_id: str | None = None,
        new_client_order_id: str = "",
    ) -> Order:
        """Cancel an open order and return its last state; -2011 when it is not open."""
        self.data.rules(symbol)
        order = self.ledger.find_open(symbol, order_id, client_order_id)
        if order is None:
            raise ExchangeError(-2011, "Unknown order sent.")
        self._end(
            order, OrderStatus.CANCELED, ExecutionType.CANCELED, cancel_id=new_client_order_id
        )
        self._account_moved(order)
        self._settled(self._listings[symbol])
        return copy(order)

    def expire_by_exchange(self, symbol: str, order_id: int) -> Order:
        """End an open order as an administrator does, and return its last state."""
        self.data.rules(symbol)
        order = self.ledger.find_open(symbol, order_id, None)
        if order is None:
            raise ExchangeError(-2011, "Unknown order sent.")
        reason = ExpiryReason.EXCHANGE_CANCELED
        self._end(order, OrderStatus.EXPIRED, ExecutionType.EXPIRED, reason)
        self._account_moved(order)
        self._settled(self._listings[symbol])
        return copy(order)

    def cancel_all(self, symbol: str) -> Sequence[Order]:
        """Cancel every open order of a symbol; spot raises -2011 when there is none."""
        self.data.rules(symbol)
        return self._cancel_each(self.ledger.open_in(symbol))

    def cancel_everything(self) -> None:
        """Cancel every open order of every symbol."""
        self._cancel_each(self.ledger.open_in(None))

    def set_status(self, symbol: str, status: SymbolStatus) -> None:
        """Open, halt or close a symbol; only while TRADING does anybody else act there.

        The prints of a record go on all the same.
        """
        rules = self.data.rules(symbol)
        self._listings[symbol].status = status
        self._emit(SymbolStatusChanged(self.name, self.now_ms, rules, status))

    def change_rules(self, symbol: str, **changes: Any) -> SymbolRules:
        """Change rules of a symbol, by the names of their fields, and return all of them.

        Open orders stay as they are.
        """
        rules = replace(self.data.rules(symbol), **changes)
        self._listings[symbol].rules = rules
        return rules

    def reset_account(self) -> None:
        """Cancel what is open and start afresh; ids go on."""
        self.cancel_everything()
        self._store.clear(self.name)
        self.ledger = OrderLedger()
        self._restore({})
        self._commit()

    def load_account(self) -> None:
        """Read the account from the store; open orders rest again at the end of the queue."""
        state = self._store.load_state(self.name)
        self._counters.update(state.get("counters", {}))
        for order in self._store.load(self.name, Order):
            if order.symbol in self._listings or not order.status.is_open:
                self.ledger.add(order)
        self.ledger.all_fills.extend(self._store.load(self.name, Fill))
        self.ledger.prevented.extend(self._store.load(self.name, PreventedMatch))
        self.ledger.amendments.extend(self._store.load(self.name, Amendment))
        self.ledger.note_saved()
        self._restore(state)
        for order in self.ledger.open_in(None):
            listing = self._listings[order.symbol]
            self._resume(order, listing)
            listing.publish(self.now_ms)
        self._commit()

    def _cancel_each(self, orders: Iterable[Order]) -> list[Order]:
        """Cancel orders; the cancel of one may have ended another."""
        for order in orders:
            if order.status.is_open:
                self.cancel(order.symbol, order.order_id)
        return [copy(order) for order in orders]

    @abstractmethod
    def _state(self) -> dict[str, object]:
        """Return the account as plain values."""

    @abstractmethod
    def _restore(self, state: Mapping[str, Any]) -> None:
        """Set the account from plain values, a fresh one from none."""

    def _on_maker_fill(
        self,
        order_id: int,
        ticks: int,
        lots: int,
        trade_id: int,
        time_ms: int,
        *,
        is_maker: bool = True,
    ) -> None:
        order = self.ledger.orders[order_id]
        rules = self._listings[order.symbol].rules
        self._fill(order, rules.price(ticks), rules.quantity(lots), is_maker, trade_id)
        self._account_moved(order)
        self._commit()

    def _settled(self, listing: Listing) -> None:
        """Publish what a command changed and commit it."""
        listing.publish(self.now_ms)
        self._commit()

    def _commit(self) -> None:
        rows = chain(self._dirty_orders.items(), self.ledger.unsaved(), self._new_rows())
        self._store.save(self.name, lambda: {"counters": self._counters, **self._state()}, rows)
        self._dirty_orders.clear()
        self.ledger.note_saved()

    def _new_rows(self) -> Iterable[tuple[int, Row]]:
        """Return what else is to be saved, with the numbers of the rows."""
        return ()
