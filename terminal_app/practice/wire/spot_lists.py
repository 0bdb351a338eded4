"""Spot order lists in Binance's JSON."""

from collections.abc import Callable, Iterable
from typing import Any

from terminal_app.practice.engine.events import OrderListEvent
from terminal_app.practice.engine.kinds import OrderStatus
from terminal_app.practice.engine.model import Order, PlacedOrder
from terminal_app.practice.engine.order_list import OrderList, OrderListState, PlacedList
from terminal_app.practice.wire import spot_orders


def placed(answer: PlacedList, write: Callable[[PlacedOrder], dict[str, Any]]) -> dict[str, Any]:
    """Write a new list; `write` makes the report of each order in the form that was asked for."""
    heading = _heading(answer.order_list, (each.order for each in answer.placed))
    return heading | {"orderReports": [write(each) for each in answer.placed]}


def cancelled(state: OrderListState) -> dict[str, Any]:
    """Write the report of a list's cancel: every order, and a report of each cancelled one."""
    reports = [
        spot_orders.cancelled(order)
        for order in state.orders
        if order.status is OrderStatus.CANCELED
    ]
    return queried(state) | {"orderReports": reports}


def queried(state: OrderListState) -> dict[str, Any]:
    """Write a list as queries do."""
    return _heading(state.order_list, state.orders)


def of_amended(state: OrderListState) -> dict[str, Any]:
    """Write the `listStatus` in the answer to an amendment; it has no type and no time."""
    absent = ("listStatusType", "transactionTime")
    return {key: value for key, value in queried(state).items() if key not in absent}


def list_status(event: OrderListEvent) -> dict[str, Any]:
    """Write what happened to a list (Binance spot, user data: listStatus)."""
    held = event.state.order_list
    return {
        "e": "listStatus",
        "E": event.time_ms,
        "s": held.symbol,
        "g": held.order_list_id,
        "c": held.kind.contingency,
        "l": event.status_type,
        "L": held.order_status,
        "r": "NONE",
        "C": held.list_client_order_id,
        "T": event.time_ms,
        "O": [
            {"s": order.symbol, "i": order.order_id, "c": _own_id(order)}
            for order in event.state.orders
        ],
    }


def _heading(held: OrderList, orders: Iterable[Order]) -> dict[str, Any]:
    return {
        "orderListId": held.order_list_id,
        "contingencyType": held.kind.contingency,
        "listStatusType": held.status_type,
        "listOrderStatus": held.order_status,
        "listClientOrderId": held.list_client_order_id,
        "transactionTime": held.update_time_ms,
        "symbol": held.symbol,
        "orders": [
            {"symbol": order.symbol, "orderId": order.order_id, "clientOrderId": _own_id(order)}
            for order in orders
        ],
    }


def _own_id(order: Order) -> str:
    """Return the id an order was placed with, not that of its cancel."""
    is_cancelled = order.status is OrderStatus.CANCELED
    return order.orig_client_order_id if is_cancelled else order.client_order_id
