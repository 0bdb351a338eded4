"""USDⓈ-M calls for orders."""

from dataclasses import replace
from typing import Any, Final

from terminal_app.practice.engine.algo_order import AlgoRequest
from terminal_app.practice.engine.kinds import OrderStatus, OrderType
from terminal_app.practice.engine.model import ZERO, Order, OrderRequest
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.endpoint import Reads, Security, depends_on_symbol
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.common import (
    DAY_MS,
    TimeRange,
    read_order_ids,
    read_time_range,
)
from terminal_app.practice.rest.usdm_market import UsdmDesk, UsdmEndpoint
from terminal_app.practice.rest.usdm_params import (
    is_conditional,
    read_modify,
    read_old_conditional,
    read_order,
)
from terminal_app.practice.wire import usdm_orders

_WEEK_MS: Final = 7 * DAY_MS
_KEPT_FILLS_MS: Final = 90 * DAY_MS


def place_order(desk: UsdmDesk, parameters: Parameters) -> Any:
    """Answer POST order; an acknowledgement shows the order before it met the book."""
    order = desk.market.place(read_order(parameters)).order
    if parameters.optional_text("newOrderRespType") != "RESULT":
        order = _as_accepted(order)
    return usdm_orders.written(order, desk.numbers(order.symbol))


def modify_order(desk: UsdmDesk, parameters: Parameters) -> Any:
    """Answer PUT order."""
    order = desk.market.modify(read_modify(parameters))
    return usdm_orders.modified(order, desk.numbers(order.symbol))


def cancel_order(desk: UsdmDesk, parameters: Parameters) -> Any:
    """Answer DELETE order."""
    symbol, ids = parameters.symbol(), read_order_ids(parameters)
    order = desk.market.cancel(symbol, ids.order_id, ids.client_order_id)
    return usdm_orders.written(order, desk.numbers(symbol))


def _as_accepted(order: Order) -> Order:
    return replace(
        order, status=OrderStatus.NEW, executed_quantity=ZERO, update_time_ms=order.time_ms
    )


def _test(desk: UsdmDesk, parameters: Parameters) -> Any:
    if is_conditional(parameters):
        conditional = read_old_conditional(parameters)
        desk.market.algos.test(conditional)
        numbers = desk.numbers(conditional.symbol)
        order = _tested(desk, _as_order(conditional))
        return usdm_orders.tested(order, numbers) | usdm_orders.old_conditional(
            conditional, numbers
        )
    request = read_order(parameters)
    desk.market.test(request)
    return usdm_orders.tested(_tested(desk, request), desk.numbers(request.symbol))


def _as_order(request: AlgoRequest) -> OrderRequest:
    return OrderRequest(
        symbol=request.symbol,
        side=request.side,
        order_type=OrderType.MARKET if request.order_type.is_market else OrderType.LIMIT,
        time_in_force=request.time_in_force,
        quantity=request.quantity,
        price=request.price,
        client_order_id=request.client_algo_id,
        reduce_only=request.reduce_only,
        position_side=request.position_side,
        self_trade_prevention=request.self_trade_prevention,
        price_match=request.price_match,
        good_till_date_ms=request.good_till_date_ms,
        close_position=request.close_position,
    )


def _tested(desk: UsdmDesk, request: OrderRequest) -> Order:
    now_ms = desk.market.now_ms
    return Order(
        order_id=0,
        client_order_id=request.client_order_id,
        symbol=request.symbol,
        side=request.side,
        order_type=request.order_type,
        time_in_force=request.time_in_force,
        quantity=request.quantity or ZERO,
        quote_order_quantity=ZERO,
        price=request.price or ZERO,
        reduce_only=request.reduce_only,
        self_trade_prevention=request.self_trade_prevention,
        position_side=request.position_side,
        price_match=request.price_match,
        good_till_date_ms=request.good_till_date_ms,
        close_position=request.close_position,
        time_ms=now_ms,
        update_time_ms=now_ms,
    )


def _cancel_all(desk: UsdmDesk, parameters: Parameters) -> Any:
    desk.market.cancel_all(parameters.symbol())
    return {"code": 200, "msg": "The operation of cancel all open order is done."}


def _order(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol, ids = parameters.symbol(), read_order_ids(parameters)
    order = desk.market.order(symbol, ids.order_id, ids.client_order_id)
    return usdm_orders.queried(order, desk.numbers(symbol))


def _open_order(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol, ids = parameters.symbol(), read_order_ids(parameters)
    order = desk.market.order(symbol, ids.order_id, ids.client_order_id)
    if not order.status.is_open:
        raise ExchangeError(-2013, "Order does not exist.")
    return usdm_orders.queried(order, desk.numbers(symbol))


def _open_orders(desk: UsdmDesk, parameters: Parameters) -> Any:
    orders = desk.market.open_orders(parameters.optional_symbol())
    return [usdm_orders.queried(order, desk.numbers(order.symbol)) for order in orders]


def _all_orders(desk: UsdmDesk, parameters: Parameters) -> Any:
    times, from_id = _read_week(desk, parameters, "orderId")
    orders = desk.market.all_orders(
        parameters.optional_symbol(),
        parameters.limit(500, 1_000),
        from_id,
        times.start_ms,
        times.end_ms,
    )
    return [usdm_orders.listed(order, desk.numbers(order.symbol)) for order in orders]


def _fills(desk: UsdmDesk, parameters: Parameters) -> Any:
    if parameters.optional_integer("fromId") is not None and parameters.first_of(
        "startTime", "endTime"
    ):
        raise ExchangeError(-1128, "Combination of optional parameters invalid.")
    times, from_id = _read_week(desk, parameters, "fromId")
    oldest_ms = desk.market.now_ms - _KEPT_FILLS_MS
    fills = desk.market.fills(
        parameters.symbol(),
        parameters.limit(500, 1_000),
        parameters.optional_integer("orderId"),
        from_id,
        times.start_ms,
        times.end_ms,
    )
    kept = [fill for fill in fills if fill.time_ms >= oldest_ms]
    return [usdm_orders.fill(fill, desk.numbers(fill.symbol)) for fill in kept]


def _read_week(
    desk: UsdmDesk, parameters: Parameters, id_name: str
) -> tuple[TimeRange, int | None]:
    """Read a range of at most a week; without times and an id it is the week up to now."""
    times, from_id = read_time_range(parameters, _WEEK_MS), parameters.optional_integer(id_name)
    has_order = parameters.optional_integer("orderId") is not None
    if times == TimeRange(None, None) and from_id is None and not has_order:
        return TimeRange(desk.market.now_ms - _WEEK_MS, None), None
    if times.start_ms is None and times.end_ms is not None:
        return TimeRange(times.end_ms - _WEEK_MS, times.end_ms), from_id
    if times.start_ms is not None and times.end_ms is None:
        return TimeRange(times.start_ms, times.start_ms + _WEEK_MS), from_id
    return times, from_id


def _modifications(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol, ids = parameters.symbol(), read_order_ids(parameters)
    times = read_time_range(parameters)
    rows = desk.market.modifications(
        symbol,
        ids.order_id,
        ids.client_order_id,
        parameters.limit(50, 100),
        times.start_ms,
        times.end_ms,
    )
    return [usdm_orders.modification(row, desk.numbers(symbol)) for row in rows]


def _start_countdown(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol, countdown_ms = parameters.symbol(), parameters.integer("countdownTime")
    desk.market.start_countdown(symbol, countdown_ms)
    return {"symbol": symbol, "countdownTime": str(countdown_ms)}


_SIGNED: Final = Security.SIGNED
_TRADE: Final = Security.TRADE
_open_weight: Final = depends_on_symbol(1, 40)
ORDER_ENDPOINTS: Final[dict[tuple[str, str], UsdmEndpoint]] = {
    ("POST", "/fapi/v1/order"): UsdmEndpoint(place_order, 0, _TRADE, orders=1),
    ("PUT", "/fapi/v1/order"): UsdmEndpoint(modify_order, 0, _TRADE, orders=1),
    ("DELETE", "/fapi/v1/order"): UsdmEndpoint(cancel_order, 1, _TRADE),
    ("POST", "/fapi/v1/order/test"): UsdmEndpoint(_test, 1, _TRADE),
    ("GET", "/fapi/v1/order"): UsdmEndpoint(_order, 1, _SIGNED, reads=Reads.ORDERS),
    ("GET", "/fapi/v1/openOrder"): UsdmEndpoint(_open_order, 1, _SIGNED, reads=Reads.ORDERS),
    ("GET", "/fapi/v1/openOrders"): UsdmEndpoint(
        _open_orders, _open_weight, _SIGNED, reads=Reads.ORDERS
    ),
    ("DELETE", "/fapi/v1/allOpenOrders"): UsdmEndpoint(_cancel_all, 1, _TRADE),
    ("GET", "/fapi/v1/allOrders"): UsdmEndpoint(_all_orders, 5, _SIGNED, reads=Reads.ORDERS),
    ("GET", "/fapi/v1/userTrades"): UsdmEndpoint(_fills, 5, _SIGNED),
    ("GET", "/fapi/v1/orderAmendment"): UsdmEndpoint(_modifications, 1, _SIGNED),
    ("POST", "/fapi/v1/countdownCancelAll"): UsdmEndpoint(_start_countdown, 10, _TRADE),
}
