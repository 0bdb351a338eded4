"""Order lists: what a person asks of them (Binance spot, order lists)."""

from collections.abc import Iterable
from copy import copy
from decimal import Decimal

from terminal_app.practice.engine.kinds import ExecutionType, OrderStatus
from terminal_app.practice.engine.listing import Listing
from terminal_app.practice.engine.model import Order, PlacedOrder
from terminal_app.practice.engine.order_life import made_up_id
from terminal_app.practice.engine.order_list import (
    ListRequest,
    ListStatusType,
    OrderList,
    OrderListState,
    PlacedList,
)
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.spot.changing import AmendedOrder
from terminal_app.practice.spot.checks import check_balance
from terminal_app.practice.spot.list_life import ListLife
from terminal_app.practice.spot.list_rules import (
    check_counts,
    check_list,
    check_prices,
    drafts_of,
    in_order,
)
from terminal_app.practice.spot.money import paying_asset


class ListTrading(ListLife):
    """Place, cancel and show order lists."""

    def place_list(self, request: ListRequest) -> PlacedList:
        """Check and place an order list; raise ExchangeError when an order of it is refused."""
        self.data.rules(request.symbol)
        listing = self._listings[request.symbol]
        self._check_list(request, listing)
        held = self._open_list(request)
        is_pending = [number in held.pending_order_ids for number in held.order_ids]
        orders = [
            self._accept(
                leg, listing, order_list_id=held.order_list_id, is_pending=waits_for_another
            )
            for leg, waits_for_another in zip(in_order(request), is_pending, strict=True)
        ]
        self._tell_list(held, ListStatusType.EXEC_STARTED)
        begun = copy(held)
        placed: list[PlacedOrder] = []
        for order in orders:
            first_prevented = len(self.ledger.prevented)
            waits_for_another = order.order_id in held.pending_order_ids
            fills = [] if waits_for_another else self._begin(order, listing)
            prevented = tuple(self.ledger.prevented[first_prevented:])
            placed.append(PlacedOrder(copy(order), tuple(fills), prevented))
        answer = PlacedList(begun, tuple(placed))
        self._account_moved(orders[0])
        self._settled(listing)
        return answer

    def cancel(
        self,
        symbol: str,
        order_id: int | None = None,
        client_order_id: str | None = None,
        new_client_order_id: str = "",
    ) -> Order:
        """Cancel an open order, and its whole list with it; -2011 when it is not open."""
        order = self.ledger.find_open(symbol, order_id, client_order_id)
        held = None if order is None else self.lists.get(order.order_list_id)
        if order is None or held is None:
            return super().cancel(symbol, order_id, client_order_id, new_client_order_id)
        self._cancel_list(held, new_client_order_id)
        return copy(order)

    def cancel_list(
        self,
        symbol: str,
        order_list_id: int | None,
        list_client_order_id: str | None,
        new_client_order_id: str = "",
    ) -> OrderListState:
        """Cancel the open orders of a list; -2011 when it is not open.

        Of two ids one is needed; given both, the list must bear both.
        """
        self.data.rules(symbol)
        for held in self.lists.open_in(symbol):
            is_meant = order_list_id in (None, held.order_list_id)
            if is_meant and list_client_order_id in (None, held.list_client_order_id):
                self._cancel_list(held, new_client_order_id)
                return self._state_of(held)
        raise ExchangeError(-2011, "Unknown order sent.")

    def order_list(
        self, order_list_id: int | None, list_client_order_id: str | None = None
    ) -> OrderListState:
        """Return a list with its orders; -2013 when there is none with every id given."""
        held = (
            self.lists.newest_with(list_client_order_id or "")
            if order_list_id is None
            else self.lists.get(order_list_id)
        )
        if held is None or list_client_order_id not in (None, held.list_client_order_id):
            raise ExchangeError(-2013, "Order does not exist.")
        return self._state_of(held)

    def order_lists(self, lists: Iterable[OrderList]) -> list[OrderListState]:
        """Return lists with their orders."""
        return [self._state_of(held) for held in lists]

    def _check_amendment(
        self, order: Order, quantity: Decimal, number: int, listing: Listing
    ) -> None:
        held = self.lists.get(order.order_list_id)
        is_pending = order.status is OrderStatus.PENDING_NEW
        if held is not None and is_pending and held.kind.pays_for_pending:
            raise ExchangeError(-2038, "Order amend (pending OPO order) is not supported.")
        super()._check_amendment(order, quantity, number, listing)

    def _amend(self, order: Order, quantity: Decimal, client_order_id: str) -> AmendedOrder:
        """Amend an order, and with it the other of its pair; the list is told of a new name."""
        amended = super()._amend(order, quantity, client_order_id)
        held, twin = self.lists.get(order.order_list_id), self._twin(order)
        if twin is not None:
            self.shrink(twin, quantity)
            self._report(twin, ExecutionType.REPLACED)
        if held is not None and amended.order.orig_client_order_id != client_order_id:
            self._tell_list(held, ListStatusType.UPDATED)
        return amended

    def _check_list(self, request: ListRequest, listing: Listing) -> None:
        check_list(request)
        check_counts(request, self.lists, self.limits, listing.rules)
        drafts: list[Order] = []
        for leg in drafts_of(request):
            drafts.append(self._check_rules(leg, listing, drafts))
        begin = drafts[:1] if request.kind.has_phases else drafts
        if request.pair:
            is_now = not request.kind.has_phases
            check_prices(request.pair, self._last_price(listing) if is_now else None)
        for order in begin:
            self._check_entry(order, listing)
        needed = max(self._needed(order, listing) for order in begin)
        check_balance(needed, self._balances.free(paying_asset(begin[0], listing.rules)))

    def _open_list(self, request: ListRequest) -> OrderList:
        """Make the list whose orders are about to be taken in."""
        order_list_id = self._next("order_list_id")
        made_up = made_up_id(f"{self.name} list {order_list_id}")
        first = self._counters["order_id"] + 1
        held = OrderList(
            order_list_id=order_list_id,
            list_client_order_id=request.list_client_order_id or made_up,
            symbol=request.symbol,
            kind=request.kind,
            first_order_id=first,
            second_order_id=first + 1,
            third_order_id=first + 2 if len(request.legs) > 2 else 0,
            time_ms=self.now_ms,
            update_time_ms=self.now_ms,
        )
        self.lists.add(held)
        return held

    def _cancel_list(self, held: OrderList, cancel_id: str) -> None:
        cancel_id = cancel_id or made_up_id(f"{self.name} list cancel {held.order_list_id}")
        legs = self._orders_of(held)
        for order in legs:
            if order.status.is_open:
                self._end(order, OrderStatus.CANCELED, ExecutionType.CANCELED, cancel_id=cancel_id)
        self._account_moved(legs[0])
        self._settled(self._listings[held.symbol])
