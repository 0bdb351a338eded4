"""The spot WebSocket API: its methods."""

from collections.abc import Mapping
from typing import Any, Final

from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.spot import SPOT_ENDPOINTS
from terminal_app.practice.rest.spot_lists import LIST_STATUS
from terminal_app.practice.rest.spot_market import SpotDesk, SpotEndpoint, exchange_info


def _exchange_info(desk: SpotDesk, parameters: Parameters) -> Any:
    limits = [limit.to_json() for limit in desk.counter.rules.ws_api_limits]
    return exchange_info(desk, parameters) | {"rateLimits": limits}


def _rest(method: str, path: str) -> SpotEndpoint:
    return SPOT_ENDPOINTS[method, path]


METHODS: Final[Mapping[str, SpotEndpoint]] = {
    "ping": _rest("GET", "/api/v3/ping"),
    "time": _rest("GET", "/api/v3/time"),
    "exchangeInfo": SpotEndpoint(_exchange_info, 20),
    "depth": _rest("GET", "/api/v3/depth"),
    "trades.recent": _rest("GET", "/api/v3/trades"),
    "trades.historical": _rest("GET", "/api/v3/historicalTrades"),
    "trades.aggregate": _rest("GET", "/api/v3/aggTrades"),
    "klines": _rest("GET", "/api/v3/klines"),
    "uiKlines": _rest("GET", "/api/v3/uiKlines"),
    "avgPrice": _rest("GET", "/api/v3/avgPrice"),
    "ticker.24hr": _rest("GET", "/api/v3/ticker/24hr"),
    "blockTrades.historical": _rest("GET", "/api/v3/historicalBlockTrades"),
    "executionRules": _rest("GET", "/api/v3/executionRules"),
    "referencePrice": _rest("GET", "/api/v3/referencePrice"),
    "referencePrice.calculation": _rest("GET", "/api/v3/referencePrice/calculation"),
    "ticker": _rest("GET", "/api/v3/ticker"),
    "ticker.tradingDay": _rest("GET", "/api/v3/ticker/tradingDay"),
    "ticker.price": _rest("GET", "/api/v3/ticker/price"),
    "ticker.book": _rest("GET", "/api/v3/ticker/bookTicker"),
    "order.place": _rest("POST", "/api/v3/order"),
    "order.test": _rest("POST", "/api/v3/order/test"),
    "order.cancel": _rest("DELETE", "/api/v3/order"),
    "order.cancelReplace": _rest("POST", "/api/v3/order/cancelReplace"),
    "order.amend.keepPriority": _rest("PUT", "/api/v3/order/amend/keepPriority"),
    "order.amendments": _rest("GET", "/api/v3/order/amendments"),
    "order.status": _rest("GET", "/api/v3/order"),
    "openOrders.status": _rest("GET", "/api/v3/openOrders"),
    "openOrders.cancelAll": _rest("DELETE", "/api/v3/openOrders"),
    "allOrders": _rest("GET", "/api/v3/allOrders"),
    "orderList.place": _rest("POST", "/api/v3/order/oco"),
    "orderList.place.oco": _rest("POST", "/api/v3/orderList/oco"),
    "orderList.place.oto": _rest("POST", "/api/v3/orderList/oto"),
    "orderList.place.otoco": _rest("POST", "/api/v3/orderList/otoco"),
    "orderList.place.opo": _rest("POST", "/api/v3/orderList/opo"),
    "orderList.place.opoco": _rest("POST", "/api/v3/orderList/opoco"),
    "orderList.cancel": _rest("DELETE", "/api/v3/orderList"),
    "orderList.status": LIST_STATUS,
    "openOrderLists.status": _rest("GET", "/api/v3/openOrderList"),
    "allOrderLists": _rest("GET", "/api/v3/allOrderList"),
    "myTrades": _rest("GET", "/api/v3/myTrades"),
    "myPreventedMatches": _rest("GET", "/api/v3/myPreventedMatches"),
    "myFilters": _rest("GET", "/api/v3/myFilters"),
    "myAllocations": _rest("GET", "/api/v3/myAllocations"),
    "sor.order.place": _rest("POST", "/api/v3/sor/order"),
    "sor.order.test": _rest("POST", "/api/v3/sor/order/test"),
    "account.status": _rest("GET", "/api/v3/account"),
    "account.commission": _rest("GET", "/api/v3/account/commission"),
    "account.rateLimits.orders": _rest("GET", "/api/v3/rateLimit/order"),
}
