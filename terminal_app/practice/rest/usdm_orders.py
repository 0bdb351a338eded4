"""USDⓈ-M calls for orders."""

import re
from dataclasses import replace
from typing import Any, Final

from terminal_app.practice.engine.kinds import OrderStatus, OrderType, TimeInForce
from terminal_app.practice.engine.model import ZERO, Order, OrderRequest
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.endpoint import Security, depends_on_symbol
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.common import (
    DAY_MS,
    read_order_ids,
    read_side,
    read_time_in_force,
    read_time_range,
    refuse_unneeded,
)
from terminal_app.practice.rest.usdm_market import UsdmDesk, UsdmEndpoint
from terminal_app.practice.wire import usdm_orders

_CLIENT_ORDER_ID: Final = re.compile(r"[\.A-Z\:/a-z0-9_-]{1,36}")
_TIMES_IN_FORCE: Final = tuple(t for t in TimeInForce if t is not TimeInForce.GTE_GTC)
_TYPES: Final = (OrderType.LIMIT, OrderType.MARKET)
_CONDITIONAL_TYPES: Final = (
    "STOP",
    "STOP_MARKET",
    "TAKE_PROFIT",
    "TAKE_PROFIT_MARKET",
    "TRAILING_STOP_MARKET",
)
_UNSUPPORTED: Final = "This operation is not supported"


def read_order(parameters: Parameters) -> OrderRequest:
    """Read a new order and refuse what its type does not take (USDⓈ-M, POST order)."""
    symbol, side, order_type = parameters.symbol(), read_side(parameters), _read_type(parameters)
    _refuse_unsupported(parameters)
    time_in_force, price = TimeInForce.GTC, None
    if order_type is OrderType.LIMIT:
        time_in_force = read_time_in_force(parameters, _TIMES_IN_FORCE)
        price = parameters.decimal("price")
    else:
        refuse_unneeded(parameters, "timeInForce", "price")
    return OrderRequest(
        symbol,
        side,
        order_type,
        time_in_force,
        quantity=parameters.decimal("quantity"),
        price=price,
        client_order_id=_read_client_order_id(parameters),
        reduce_only=parameters.flag("reduceOnly"),
    )


def _read_type(parameters: Parameters) -> OrderType:
    text = parameters.text("type")
    if text in _CONDITIONAL_TYPES:
        raise ExchangeError(
            -4120,
            "Order type not supported for this endpoint. "
            "Please use the Algo Order API endpoints instead.",
        )
    if text not in _TYPES:
        raise ExchangeError(-1116, "Invalid orderType.")
    return OrderType(text)


def _refuse_unsupported(parameters: Parameters) -> None:
    refuse_unneeded(parameters, "stopPrice", "activationPrice", "callbackRate")
    if parameters.flag("closePosition"):
        refuse_unneeded(parameters, "closePosition")
    position_side = parameters.optional_text("positionSide")
    if position_side not in (None, "BOTH"):
        raise ExchangeError(-4061, "Order's position side does not match user's setting.")
    if (parameters.optional_text("priceMatch") or "NONE") != "NONE":
        raise ExchangeError(-1020, f"{_UNSUPPORTED}: priceMatch.")
    if parameters.optional_text("timeInForce") in ("GTD", "RPI"):
        raise ExchangeError(-1020, f"{_UNSUPPORTED}: this timeInForce.")
    if parameters.optional_text("newOrderRespType") not in (None, "ACK", "RESULT"):
        raise ExchangeError(-1136, "Invalid newOrderRespType.")


def _read_client_order_id(parameters: Parameters) -> str:
    text = parameters.optional_text("newClientOrderId") or ""
    if text and not _CLIENT_ORDER_ID.fullmatch(text):
        raise ExchangeError(-4015, "Client order id is not valid.")
    return text


def _place(desk: UsdmDesk, parameters: Parameters) -> Any:
    order = desk.market.place(read_order(parameters)).order
    if parameters.optional_text("newOrderRespType") != "RESULT":
        order = _as_accepted(order)
    return usdm_orders.written(order, desk.numbers(order.symbol))


def _as_accepted(order: Order) -> Order:
    return replace(
        order, status=OrderStatus.NEW, executed_quantity=ZERO, update_time_ms=order.time_ms
    )


def _test(desk: UsdmDesk, parameters: Parameters) -> Any:
    request = read_order(parameters)
    desk.market.test(request)
    now_ms = desk.market.now_ms
    order = Order(
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
        time_ms=now_ms,
        update_time_ms=now_ms,
    )
    numbers = desk.numbers(order.symbol)
    fills = {"avgPrice": "0.00000", "cumQuote": numbers.quote(ZERO)}
    return usdm_orders.written(order, numbers) | fills


def _cancel(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol, ids = parameters.symbol(), read_order_ids(parameters)
    order = desk.market.cancel(symbol, ids.order_id, ids.client_order_id)
    return usdm_orders.written(order, desk.numbers(symbol))


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
    times = read_time_range(parameters, 7 * DAY_MS)
    orders = desk.market.all_orders(
        parameters.optional_symbol(),
        parameters.limit(500, 1_000),
        parameters.optional_integer("orderId"),
        times.start_ms,
        times.end_ms,
    )
    return [usdm_orders.listed(order, desk.numbers(order.symbol)) for order in orders]


def _fills(desk: UsdmDesk, parameters: Parameters) -> Any:
    times = read_time_range(parameters, 7 * DAY_MS)
    from_id = parameters.optional_integer("fromId")
    if from_id is not None and (times.start_ms is not None or times.end_ms is not None):
        raise ExchangeError(-1128, "Combination of optional parameters invalid.")
    fills = desk.market.fills(
        parameters.symbol(),
        parameters.limit(500, 1_000),
        parameters.optional_integer("orderId"),
        from_id,
        times.start_ms,
        times.end_ms,
    )
    return [usdm_orders.fill(fill, desk.numbers(fill.symbol)) for fill in fills]


_SIGNED: Final = Security.SIGNED
_open_weight: Final = depends_on_symbol(1, 40)
ORDER_ENDPOINTS: Final[dict[tuple[str, str], UsdmEndpoint]] = {
    ("POST", "/fapi/v1/order"): UsdmEndpoint(_place, 0, _SIGNED, orders=1),
    ("POST", "/fapi/v1/order/test"): UsdmEndpoint(_test, 1, _SIGNED),
    ("DELETE", "/fapi/v1/order"): UsdmEndpoint(_cancel, 1, _SIGNED),
    ("GET", "/fapi/v1/order"): UsdmEndpoint(_order, 1, _SIGNED),
    ("GET", "/fapi/v1/openOrder"): UsdmEndpoint(_open_order, 1, _SIGNED),
    ("GET", "/fapi/v1/openOrders"): UsdmEndpoint(_open_orders, _open_weight, _SIGNED),
    ("DELETE", "/fapi/v1/allOpenOrders"): UsdmEndpoint(_cancel_all, 1, _SIGNED),
    ("GET", "/fapi/v1/allOrders"): UsdmEndpoint(_all_orders, 5, _SIGNED),
    ("GET", "/fapi/v1/userTrades"): UsdmEndpoint(_fills, 5, _SIGNED),
}
