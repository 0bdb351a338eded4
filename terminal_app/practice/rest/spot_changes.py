"""Spot calls that change orders: cancel-replace, amend keep priority, and their queries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from terminal_app.practice.engine.model import OrderRequest
from terminal_app.practice.errors import ExchangeError, ReplaceError
from terminal_app.practice.http.endpoint import Endpoint, Security
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.common import read_choice, read_order_ids
from terminal_app.practice.rest.spot_market import SpotDesk, SpotEndpoint
from terminal_app.practice.rest.spot_order_params import (
    read_cancel,
    read_client_order_id,
    read_order,
    read_response_type,
)
from terminal_app.practice.rest.spot_orders import cancel, place
from terminal_app.practice.spot.filters import decimals
from terminal_app.practice.wire import spot_lists, spot_orders

_MODES: Final = ("STOP_ON_FAILURE", "ALLOW_FAILURE")
_LIMIT_MODES: Final = ("DO_NOTHING", "CANCEL_ONLY")
_ENGINE_REFUSAL: Final = -2010
_ASSET_DECIMALS: Final = 8
_AMENDMENT_WEIGHT: Final = 4


@dataclass(frozen=True, slots=True)
class _Half:
    """Hold how one half of a cancel-replace ended, and its answer or error."""

    result: str
    response: Mapping[str, Any] | None
    error: ExchangeError | None = None

    @property
    def is_done(self) -> bool:
        return self.result == "SUCCESS"


_NOT_ATTEMPTED: Final = _Half("NOT_ATTEMPTED", None)


def _replace(desk: SpotDesk, parameters: Parameters) -> Any:
    parameters.text("cancelReplaceMode")
    mode = read_choice(parameters, "cancelReplaceMode", _MODES, "")
    limit_mode = read_choice(parameters, "orderRateLimitExceededMode", _LIMIT_MODES, "DO_NOTHING")
    ids = read_order_ids(parameters, "cancelOrderId", "cancelOrigClientOrderId")
    cancel_id = read_client_order_id(parameters, "cancelNewClientOrderId")
    old, new = read_cancel(parameters, ids, cancel_id), read_order(parameters)
    response = read_response_type(parameters, new.order_type)
    over_limit = desk.counter.order_limit_error()
    if over_limit is not None and limit_mode == "DO_NOTHING":
        raise over_limit
    _check_filters(desk, new)
    cancelled = _attempt(lambda: cancel(desk, old))
    if not cancelled.is_done and mode == "STOP_ON_FAILURE":
        placed = _NOT_ATTEMPTED
    elif over_limit is not None:
        placed = _failure(over_limit)
    else:
        placed = _attempt(lambda: place(desk, new, response))
        if cancelled.is_done and placed.error is not None:
            desk.market.reject(new, placed.error)
    return _answer(cancelled, placed, counts=over_limit is None)


def _check_filters(desk: SpotDesk, request: OrderRequest) -> None:
    """Refuse before the cancel what no cancel mends; the engine judges the rest after it."""
    try:
        desk.market.test(request)
    except ExchangeError as error:
        if error.code != _ENGINE_REFUSAL:
            raise


def _attempt(act: Callable[[], Any]) -> _Half:
    try:
        return _Half("SUCCESS", act())
    except ExchangeError as error:
        return _failure(error)


def _failure(error: ExchangeError) -> _Half:
    return _Half("FAILURE", {"code": error.code, "msg": error.message}, error)


def _answer(cancelled: _Half, placed: _Half, *, counts: bool) -> dict[str, Any]:
    data = {
        "cancelResult": cancelled.result,
        "newOrderResult": placed.result,
        "cancelResponse": cancelled.response,
        "newOrderResponse": placed.response,
    }
    if cancelled.is_done and placed.is_done:
        return data
    kind = ReplaceError if counts else ExchangeError
    if cancelled.is_done or placed.is_done:
        raise kind(-2021, "Order cancel-replace partially failed.", 409, data)
    raise kind(-2022, "Order cancel-replace failed.", 400, data)


def _amend(desk: SpotDesk, parameters: Parameters) -> Any:
    symbol, ids = parameters.symbol(), read_order_ids(parameters)
    quantity = parameters.decimal("newQty")
    if decimals(quantity) > _ASSET_DECIMALS:
        raise ExchangeError(-1111, "Parameter 'newQty' has too much precision.")
    new_client_order_id = read_client_order_id(parameters)
    amended = desk.market.amend(
        symbol, ids.order_id, ids.client_order_id, quantity, new_client_order_id
    )
    if not amended.order.status.is_open:
        desk.counter.waive(_AMENDMENT_WEIGHT)
    answer = spot_orders.amended(amended)
    list_id = amended.order.order_list_id
    if list_id >= 0:
        answer["listStatus"] = spot_lists.of_amended(desk.market.order_list(list_id))
    return answer


def _amendments(desk: SpotDesk, parameters: Parameters) -> Any:
    rows = desk.market.amendments(
        parameters.symbol(),
        parameters.integer("orderId"),
        parameters.limit(500, 1_000),
        parameters.optional_integer("fromExecutionId") or 0,
    )
    return [spot_orders.amendment(row) for row in rows]


CHANGE_ENDPOINTS: Final[dict[tuple[str, str], SpotEndpoint]] = {
    ("POST", "/api/v3/order/cancelReplace"): Endpoint(
        _replace, 1, Security.TRADE, orders=1, free=True, checks_orders=True
    ),
    ("PUT", "/api/v3/order/amend/keepPriority"): Endpoint(
        _amend, _AMENDMENT_WEIGHT, Security.TRADE
    ),
    ("GET", "/api/v3/order/amendments"): Endpoint(_amendments, 4, Security.SIGNED),
}
