"""USDⓈ-M calls for several orders at once."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec

from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.endpoint import Security
from terminal_app.practice.http.params import Parameters, text_of
from terminal_app.practice.rest.usdm_market import UsdmDesk, UsdmEndpoint
from terminal_app.practice.rest.usdm_orders import cancel_order, modify_order, place_order

_MOST_ORDERS: Final = 5
_MOST_CANCELS: Final = 10
_Item = TypeVar("_Item")
Handler = Callable[[UsdmDesk, Parameters], Any]


def _place_all(desk: UsdmDesk, parameters: Parameters) -> Any:
    return _one_by_one(desk, _read_orders(parameters), place_order)


def _modify_all(desk: UsdmDesk, parameters: Parameters) -> Any:
    return _one_by_one(desk, _read_orders(parameters), modify_order)


def _cancel_listed(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol = parameters.symbol()
    desk.market.data.rules(symbol)
    ids = [("orderId", str(one)) for one in _read_list(parameters, "orderIdList", list[int])]
    if not ids:
        names = _read_list(parameters, "origClientOrderIdList", list[str])
        ids = [("origClientOrderId", name) for name in names]
    if not ids:
        raise ExchangeError(
            -1102,
            "Param 'orderidlist' or 'origclientorderidlist' must be sent, but both were "
            "empty/null!",
        )
    if len(ids) > _MOST_CANCELS:
        raise ExchangeError(-4032, "Exceed maximum cancel order size.")
    wanted = [Parameters({"symbol": symbol, name: value}) for name, value in ids]
    return _one_by_one(desk, wanted, cancel_order)


def _one_by_one(desk: UsdmDesk, wanted: list[Parameters], handler: Handler) -> list[Any]:
    answers: list[Any] = []
    for parameters in wanted:
        try:
            answers.append(handler(desk, parameters))
        except ExchangeError as error:
            answers.append({"code": error.code, "msg": error.message})
    return answers


def _read_orders(parameters: Parameters) -> list[Parameters]:
    rows = _decode(
        parameters, "batchOrders", parameters.text("batchOrders"), list[dict[str, msgspec.Raw]]
    )
    if not 0 < len(rows) <= _MOST_ORDERS:
        raise ExchangeError(-4082, f"Invalid number of batch place orders: {len(rows)}")
    return [Parameters({name: text_of(raw) for name, raw in row.items()}) for row in rows]


def _read_list(parameters: Parameters, name: str, kind: type[list[_Item]]) -> list[_Item]:
    # Undocumented, and what ccxt sends: the names of these two in small letters.
    sent = parameters.first_of(name, name.lower())
    return [] if sent is None else _decode(parameters, name, parameters.text(sent), kind)


def _decode(_parameters: Parameters, name: str, text: str, kind: type[list[_Item]]) -> list[_Item]:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.MsgspecError:
        raise ExchangeError(-1130, f"Data sent for parameter '{name}' is not valid.") from None


_TRADE: Final = Security.TRADE
BATCH_ENDPOINTS: Final[dict[tuple[str, str], UsdmEndpoint]] = {
    ("POST", "/fapi/v1/batchOrders"): UsdmEndpoint(_place_all, 5, _TRADE, orders=1, burst_orders=5),
    ("PUT", "/fapi/v1/batchOrders"): UsdmEndpoint(_modify_all, 5, _TRADE, orders=1, burst_orders=5),
    ("DELETE", "/fapi/v1/batchOrders"): UsdmEndpoint(_cancel_listed, 1, _TRADE),
}
