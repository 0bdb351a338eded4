"""USDⓈ-M calls for conditional orders (Binance, algo orders since 2025-12-09)."""

from typing import Any, Final

from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.endpoint import Security, depends_on_symbol
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.common import DAY_MS, read_time_range
from terminal_app.practice.rest.usdm_market import UsdmDesk, UsdmEndpoint
from terminal_app.practice.rest.usdm_params import read_algo_order
from terminal_app.practice.wire import usdm_algo


def _place(desk: UsdmDesk, parameters: Parameters) -> Any:
    algo = desk.market.algos.place(read_algo_order(parameters))
    return usdm_algo.placed(algo, desk.numbers(algo.symbol))


def _cancel(desk: UsdmDesk, parameters: Parameters) -> Any:
    return usdm_algo.cancelled(desk.market.algos.cancel(*_read_ids(parameters)))


def _order(desk: UsdmDesk, parameters: Parameters) -> Any:
    algo = desk.market.algos.book.order(*_read_ids(parameters))
    return usdm_algo.queried(algo, desk.numbers(algo.symbol))


def _open_orders(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol = parameters.optional_symbol()
    if symbol is not None:
        desk.market.data.rules(symbol)
    if parameters.optional_text("algoType") not in (None, "CONDITIONAL"):
        return []
    algo_id = parameters.optional_integer("algoId")
    found = desk.market.algos.book.open_orders(symbol, algo_id)
    return [usdm_algo.listed(algo, desk.numbers(algo.symbol)) for algo in found]


def _all_orders(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol = parameters.symbol()
    numbers = desk.numbers(symbol)
    times = read_time_range(parameters, 7 * DAY_MS)
    algo_id = parameters.optional_integer("algoId")
    start_ms = times.start_ms
    if algo_id is None and start_ms is None:
        end_ms = desk.market.now_ms if times.end_ms is None else times.end_ms
        start_ms = end_ms - 7 * DAY_MS
    found = desk.market.algos.book.all_orders(
        symbol, parameters.limit(500, 1_000), algo_id, start_ms, times.end_ms
    )
    return [usdm_algo.listed(algo, numbers) for algo in found]


def _cancel_all(desk: UsdmDesk, parameters: Parameters) -> Any:
    desk.market.algos.cancel_all(parameters.symbol())
    return {"code": 200, "msg": "The operation of cancel all open order is done."}


def _read_ids(parameters: Parameters) -> tuple[int | None, str | None]:
    ids = parameters.optional_integer("algoId"), parameters.optional_text("clientAlgoId")
    if ids == (None, None):
        raise ExchangeError(
            -1102, "Param 'algoId' or 'clientAlgoId' must be sent, but both were empty/null!"
        )
    return ids


_SIGNED: Final = Security.SIGNED
_TRADE: Final = Security.TRADE
ALGO_ENDPOINTS: Final[dict[tuple[str, str], UsdmEndpoint]] = {
    ("POST", "/fapi/v1/algoOrder"): UsdmEndpoint(_place, 0, _TRADE, orders=1),
    ("DELETE", "/fapi/v1/algoOrder"): UsdmEndpoint(_cancel, 1, _TRADE),
    ("GET", "/fapi/v1/algoOrder"): UsdmEndpoint(_order, 1, _SIGNED),
    ("GET", "/fapi/v1/openAlgoOrders"): UsdmEndpoint(
        _open_orders, depends_on_symbol(1, 40), _SIGNED
    ),
    ("GET", "/fapi/v1/allAlgoOrders"): UsdmEndpoint(_all_orders, 5, _SIGNED),
    ("DELETE", "/fapi/v1/algoOpenOrders"): UsdmEndpoint(_cancel_all, 1, _TRADE),
}
