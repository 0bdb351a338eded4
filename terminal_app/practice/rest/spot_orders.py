"""Spot calls that place, cancel and show orders."""

from typing import Any, Final

from terminal_app.practice.engine.kinds import OrderType
from terminal_app.practice.engine.model import OrderRequest
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.endpoint import Endpoint, Reads, Security, depends_on_symbol
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.common import (
    DAY_MS,
    read_order_ids,
    read_side,
    read_time_range,
    refuse_unneeded,
)
from terminal_app.practice.rest.spot_lists import cancel_report, cancel_reports
from terminal_app.practice.rest.spot_market import SpotDesk, SpotEndpoint
from terminal_app.practice.rest.spot_order_params import (
    CancelRequest,
    read_cancel,
    read_client_order_id,
    read_order,
    read_response_type,
)
from terminal_app.practice.wire import spot_account, spot_orders

_ROUTED: Final = (OrderType.LIMIT, OrderType.MARKET)


def place(desk: SpotDesk, request: OrderRequest, response: str) -> Any:
    """Place an order and answer as `response` says: ACK, RESULT or FULL."""
    placed = desk.market.place(request)
    match response:
        case "ACK":
            return spot_orders.placed_ack(placed.order)
        case "RESULT":
            return spot_orders.placed_result(placed.order)
        case _:
            return spot_orders.placed_full(placed)


def cancel(desk: SpotDesk, request: CancelRequest) -> Any:
    """Cancel an order and answer with its report; -2011 when it is not open or not as wanted."""
    market, symbol, ids = desk.market, request.symbol, request.ids
    if request.wanted is not None:
        order = market.ledger.find_open(symbol, ids.order_id, ids.client_order_id)
        if order is not None and order.status is not request.wanted:
            raise ExchangeError(-2011, "Order was not canceled due to cancel restrictions.")
    cancelled = market.cancel(
        symbol, ids.order_id, ids.client_order_id, request.new_client_order_id
    )
    return cancel_report(market, cancelled)


def _place(desk: SpotDesk, parameters: Parameters) -> Any:
    request = read_order(parameters)
    return place(desk, request, read_response_type(parameters, request.order_type))


def _test(desk: SpotDesk, parameters: Parameters) -> Any:
    desk.market.test(read_order(parameters))
    if not parameters.flag("computeCommissionRates"):
        return {}
    side, market = read_side(parameters), desk.market
    return spot_account.order_commission(side, market.commission, market.pays_in_bnb)


def _route(desk: SpotDesk, parameters: Parameters) -> Any:
    """Refuse an order for smart order routing, which no symbol here has."""
    request = read_order(parameters)
    if request.order_type not in _ROUTED:
        raise ExchangeError(-1116, "Invalid orderType.")
    refuse_unneeded(parameters, "quoteOrderQty", "pegPriceType")
    desk.market.test(request)
    raise ExchangeError(-2010, "SOR orders are not supported for this symbol.")


def _cancel(desk: SpotDesk, parameters: Parameters) -> Any:
    ids = read_order_ids(parameters)
    return cancel(desk, read_cancel(parameters, ids, read_client_order_id(parameters)))


def _cancel_all(desk: SpotDesk, parameters: Parameters) -> Any:
    orders = desk.market.cancel_all(parameters.symbol())
    return cancel_reports(desk.market, orders)


def _order(desk: SpotDesk, parameters: Parameters) -> Any:
    symbol, ids = parameters.symbol(), read_order_ids(parameters)
    order = desk.market.order(symbol, ids.order_id, ids.client_order_id)
    return spot_orders.queried(order)


def _open_orders(desk: SpotDesk, parameters: Parameters) -> Any:
    orders = desk.market.open_orders(parameters.optional_symbol())
    return [spot_orders.queried(order) for order in orders]


def _all_orders(desk: SpotDesk, parameters: Parameters) -> Any:
    times = read_time_range(parameters, DAY_MS)
    orders = desk.market.all_orders(
        parameters.symbol(),
        parameters.limit(500, 1_000),
        parameters.optional_integer("orderId"),
        times.start_ms,
        times.end_ms,
    )
    return [spot_orders.queried(order) for order in orders]


def _test_weight(parameters: Parameters) -> int:
    return 20 if parameters.flag("computeCommissionRates") else 1


_SIGNED: Final = Security.SIGNED
_TRADE: Final = Security.TRADE
_open_weight: Final = depends_on_symbol(6, 80)
ORDER_ENDPOINTS: Final[dict[tuple[str, str], SpotEndpoint]] = {
    ("POST", "/api/v3/order"): Endpoint(_place, 1, _TRADE, orders=1, free=True),
    ("POST", "/api/v3/order/test"): Endpoint(_test, _test_weight, _TRADE),
    ("POST", "/api/v3/sor/order"): Endpoint(_route, 1, _TRADE, orders=1, free=True),
    ("POST", "/api/v3/sor/order/test"): Endpoint(_route, _test_weight, _TRADE),
    ("DELETE", "/api/v3/order"): Endpoint(_cancel, 1, _TRADE, free=True),
    ("GET", "/api/v3/order"): Endpoint(_order, 4, _SIGNED, reads=Reads.ORDERS),
    ("DELETE", "/api/v3/openOrders"): Endpoint(_cancel_all, 1, _TRADE, free=True),
    ("GET", "/api/v3/openOrders"): Endpoint(
        _open_orders, _open_weight, _SIGNED, reads=Reads.ORDERS
    ),
    ("GET", "/api/v3/allOrders"): Endpoint(_all_orders, 20, _SIGNED, reads=Reads.ORDERS),
}
