"""What the orders of a list do to one another (Binance spot, order lists)."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from decimal import Decimal
from itertools import chain
from typing import Any

from terminal_app.practice.engine.events import OrderListEvent
from terminal_app.practice.engine.kinds import ExecutionType, ExpiryReason, OrderStatus
from terminal_app.practice.engine.listing import Listing
from terminal_app.practice.engine.model import ONE, ZERO, Order
from terminal_app.practice.engine.order_list import (
    ListOrderStatus,
    ListStatusType,
    OrderList,
    OrderListState,
)
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.spot.changing import SpotChanging
from terminal_app.practice.spot.list_book import ListBook
from terminal_app.practice.store.account_store import Row

_MEETINGS = (ExecutionType.TRADE, ExecutionType.TRADE_PREVENTION)


class ListLife(SpotChanging):
    """Let orders of a list end and start one another.

    The first fill of one order of a pair expires the other, and so does its trigger. Both need
    the same money, so the order that may fill without a trigger sets it aside for both. Pending
    orders begin when the working order is wholly filled.
    """

    lists: ListBook

    def _unit_reserve(self, order: Order, listing: Listing) -> Decimal:
        """Return what is set aside for each unit; of a pair one order does it for both."""
        own = super()._unit_reserve(order, listing)
        held = self.lists.get(order.order_list_id)
        if held is None or order.order_id not in held.pair:
            return own
        stop_loss_id, other_id = held.pair
        twin = self._twin(order)
        if order.order_id == stop_loss_id:
            is_first = other_id not in self.ledger.orders
            return ZERO if is_first or twin is not None else own
        return own if twin is None else max(own, super()._unit_reserve(twin, listing))

    def _check_entry(self, order: Order, listing: Listing) -> None:
        super()._check_entry(order, listing)
        if order.status is OrderStatus.PENDING_NEW:
            price = order.limit_price or order.stop_price or self._last_price(listing)
            if order.remaining * price < listing.rules.min_notional:
                raise ExchangeError(-1013, "Filter failure: NOTIONAL")

    def _on_trigger(self, order: Order) -> None:
        twin = self._twin(order)
        if twin is not None:
            self._expire(twin, ExpiryReason.OCO_TRIGGER)

    def _on_order(self, order: Order, execution_type: ExecutionType) -> None:
        super()._on_order(order, execution_type)
        held = self.lists.get(order.order_list_id)
        if held is None:
            return
        if execution_type in _MEETINGS or execution_type is ExecutionType.EXPIRED:
            self._end_twin(order)
            if order.order_id == held.working_order_id:
                self._follow_working(order, execution_type, held)
        if held.is_open and not any(leg.status.is_open for leg in self._orders_of(held)):
            held.status_type = ListStatusType.ALL_DONE
            held.order_status = ListOrderStatus.ALL_DONE
            held.update_time_ms = self.now_ms
            self.lists.note_change(held)
            self._tell_list(held, ListStatusType.ALL_DONE)

    def _end_twin(self, order: Order) -> None:
        twin = self._twin(order)
        if twin is None or order.expiry_reason is ExpiryReason.OCO_TRIGGER:
            return
        reason = ExpiryReason.OCO_TRIGGER
        if order.status is OrderStatus.EXPIRED:
            reason = order.expiry_reason
        self._expire(twin, reason)
        if order.status.is_open:
            # From now on it needs what it needs by itself.
            self._give_back(order, order.remaining)
            self._set_aside(order, self._listings[order.symbol])

    def _follow_working(self, order: Order, execution_type: ExecutionType, held: OrderList) -> None:
        pending = [leg for leg in self._orders_of(held) if leg.status is OrderStatus.PENDING_NEW]
        if execution_type is ExecutionType.TRADE and held.kind.pays_for_pending:
            self._hand_over(pending[-1])
        if order.status is OrderStatus.FILLED:
            if held.kind.pays_for_pending:
                self._settle_quantity(pending)
            for leg in pending:
                self._triggers.add_due(leg)
        elif not order.status.is_open:
            self._expire(pending[0], ExpiryReason.OTO_PHASE_ONE_EXPIRED)

    def _hand_over(self, pending: Order) -> None:
        """Set aside for a pending order what the working order's last fill brought."""
        fill = self.ledger.all_fills[-1]
        received = fill.quantity
        if fill.commission_asset == self._listings[pending.symbol].rules.base_asset:
            received -= fill.commission
        pending.reserve = ONE
        pending.quantity += received
        self._give_back(pending, -received)
        self._dirty_orders[pending.order_id] = pending

    def _settle_quantity(self, pending: Sequence[Order]) -> None:
        """Let pending orders sell what was bought in whole lots; the rest is free again."""
        seller = pending[-1]
        rules = self._listings[seller.symbol].rules
        rest = seller.quantity % rules.order_step
        self._give_back(seller, rest)
        whole_lots = seller.quantity - rest
        for order in pending:
            order.quantity = whole_lots
            self._dirty_orders[order.order_id] = order

    def _twin(self, order: Order) -> Order | None:
        """Return the other order of a pair while it is open."""
        held = self.lists.get(order.order_list_id)
        if held is None or order.order_id not in held.pair:
            return None
        other_id = next(number for number in held.pair if number != order.order_id)
        twin = self.ledger.orders.get(other_id)
        return twin if twin is not None and twin.status.is_open else None

    def _orders_of(self, held: OrderList) -> list[Order]:
        orders = self.ledger.orders  # lacks some while the list is being taken in
        return [orders[number] for number in held.order_ids if number in orders]

    def _state_of(self, held: OrderList) -> OrderListState:
        return OrderListState(copy(held), tuple(copy(order) for order in self._orders_of(held)))

    def _tell_list(self, held: OrderList, status_type: ListStatusType) -> None:
        self._emit(OrderListEvent(self.now_ms, status_type, self._state_of(held)))

    def _resume(self, order: Order, listing: Listing) -> None:
        super()._resume(order, listing)
        held = self.lists.get(order.order_list_id)
        if held is not None and order.status is OrderStatus.PENDING_NEW:
            working = self.ledger.orders.get(held.working_order_id)
            if working is not None and working.status is OrderStatus.FILLED:
                self._triggers.add_due(order)

    def _restore(self, state: Mapping[str, Any]) -> None:
        orders = self.ledger.orders
        lists = self._store.load(self.name, OrderList)
        self.lists = ListBook(held for held in lists if orders.keys() >= {*held.order_ids})
        super()._restore(state)

    def _new_rows(self) -> Iterable[tuple[int, Row]]:
        return chain(super()._new_rows(), self.lists.take_changed())
