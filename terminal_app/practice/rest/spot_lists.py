"""Spot calls that place, cancel and show order lists."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from terminal_app.practice.engine.model import Order
from terminal_app.practice.engine.order_list import ListKind, ListRequest
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.exchange import SpotMarket
from terminal_app.practice.http.endpoint import Endpoint, Reads, Security
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.common import DAY_MS, TimeRange, read_time_range
from terminal_app.practice.rest.spot_list_params import read_list, read_old_oco
from terminal_app.practice.rest.spot_market import SpotDesk, SpotEndpoint
from terminal_app.practice.rest.spot_order_params import read_client_order_id, read_response_type
from terminal_app.practice.wire import spot_lists, spot_orders

_WRITERS: Final = {
    "ACK": lambda each: spot_orders.placed_ack(each.order),
    "RESULT": lambda each: spot_orders.placed_result(each.order),
    "FULL": spot_orders.placed_full,
}


def cancel_report(market: SpotMarket, order: Order) -> dict[str, Any]:
    """Write the report of a cancel: that of the whole list if the order was in one."""
    if order.order_list_id < 0:
        return spot_orders.cancelled(order)
    return spot_lists.cancelled(market.order_list(order.order_list_id))


def cancel_reports(market: SpotMarket, orders: Iterable[Order]) -> list[dict[str, Any]]:
    """Write the reports of several cancels, one for each list."""
    alone_or_first = {order.order_list_id: order for order in orders if order.order_list_id >= 0}
    return [
        cancel_report(market, order)
        for order in orders
        if order.order_list_id < 0 or alone_or_first.pop(order.order_list_id, None) is not None
    ]


def _placing(read: Callable[[Parameters], ListRequest]) -> Callable[[SpotDesk, Parameters], Any]:
    def place(desk: SpotDesk, parameters: Parameters) -> Any:
        request = read(parameters)
        write = _WRITERS[read_response_type(parameters)]
        return spot_lists.placed(desk.market.place_list(request), write)

    return place


def _place_endpoint(kind: ListKind) -> SpotEndpoint:
    orders = 3 if kind.has_phases and kind.has_pair else 2
    handler = _placing(lambda parameters: read_list(parameters, kind))
    return Endpoint(handler, 1, Security.TRADE, orders=orders, free=True)


def _cancel(desk: SpotDesk, parameters: Parameters) -> Any:
    symbol = parameters.symbol()
    list_id, client_id = _read_ids(parameters, "listClientOrderId")
    new_client_order_id = read_client_order_id(parameters)
    return spot_lists.cancelled(
        desk.market.cancel_list(symbol, list_id, client_id, new_client_order_id)
    )


def _list(desk: SpotDesk, parameters: Parameters) -> Any:
    return spot_lists.queried(desk.market.order_list(*_read_ids(parameters, "origClientOrderId")))


def _list_by_client_id(desk: SpotDesk, parameters: Parameters) -> Any:
    list_id, client_id = _read_ids(parameters, "origClientOrderId")
    found = desk.market.order_list(list_id if client_id is None else None, client_id)
    return spot_lists.queried(found)


def _read_ids(parameters: Parameters, client_name: str) -> tuple[int | None, str | None]:
    list_id = parameters.optional_integer("orderListId")
    client_id = parameters.optional_text(client_name)
    if list_id is None and client_id is None:
        raise ExchangeError(
            -1102,
            f"Param 'orderListId' or '{client_name}' must be sent, but both were empty/null!",
        )
    return list_id, client_id


def _open_lists(desk: SpotDesk, _parameters: Parameters) -> Any:
    market = desk.market
    return [spot_lists.queried(state) for state in market.order_lists(market.lists.open_in())]


def _all_lists(desk: SpotDesk, parameters: Parameters) -> Any:
    market, times = desk.market, read_time_range(parameters, DAY_MS)
    from_id = parameters.optional_integer("fromId")
    if from_id is not None and times != TimeRange(None, None):
        raise ExchangeError(-1128, "Combination of optional parameters invalid.")
    limit = parameters.limit(500, 1_000)
    found = [
        held
        for held in market.lists
        if held.order_list_id >= (from_id or 0)
        and (times.start_ms is None or held.time_ms >= times.start_ms)
        and (times.end_ms is None or held.time_ms <= times.end_ms)
    ]
    is_forward = from_id is not None or times.start_ms is not None
    page = found[:limit] if is_forward else found[-limit:]
    return [spot_lists.queried(state) for state in market.order_lists(page)]


_SIGNED: Final = Security.SIGNED
LIST_ENDPOINTS: Final[dict[tuple[str, str], SpotEndpoint]] = {
    ("POST", "/api/v3/order/oco"): Endpoint(
        _placing(read_old_oco), 1, Security.TRADE, orders=2, free=True
    ),
    **{("POST", f"/api/v3/orderList/{kind.lower()}"): _place_endpoint(kind) for kind in ListKind},
    ("DELETE", "/api/v3/orderList"): Endpoint(_cancel, 1, Security.TRADE, free=True),
    ("GET", "/api/v3/orderList"): Endpoint(_list, 4, _SIGNED, reads=Reads.ORDERS),
    ("GET", "/api/v3/allOrderList"): Endpoint(_all_lists, 20, _SIGNED, reads=Reads.ORDERS),
    ("GET", "/api/v3/openOrderList"): Endpoint(_open_lists, 6, _SIGNED, reads=Reads.ORDERS),
}
LIST_STATUS: Final[SpotEndpoint] = Endpoint(_list_by_client_id, 4, _SIGNED, reads=Reads.ORDERS)
