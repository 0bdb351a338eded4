"""What each call costs of the venue's request weight, as the terminal asks it."""

from __future__ import annotations

from collections.abc import Mapping

from terminal_app.domain.instrument import Market

# Source: Binance spot and USDⓈ-M, weights of endpoints; depth and klines with 1000 rows, lists of
# orders and best prices without a symbol. What is not named here costs 1.
_SPOT: Mapping[str, int] = {
    "/api/v3/exchangeInfo": 20,
    "/api/v3/depth": 50,
    "/api/v3/trades": 25,
    "/api/v3/klines": 2,
    "/api/v3/ticker/24hr": 2,
    "/api/v3/ticker/bookTicker": 4,
    "/api/v3/account": 20,
    "/api/v3/order/amend/keepPriority": 4,
    "/api/v3/openOrders": 80,
    "/api/v3/allOrders": 20,
    "/api/v3/openOrderList": 6,
    "/api/v3/myTrades": 20,
}
_USDM: Mapping[str, int] = {
    "/fapi/v1/depth": 20,
    "/fapi/v1/aggTrades": 20,
    "/fapi/v1/klines": 5,
    "/fapi/v1/ticker/bookTicker": 5,
    "/fapi/v3/account": 5,
    "/fapi/v3/positionRisk": 5,
    "/fapi/v1/symbolConfig": 5,
    "/fapi/v1/accountConfig": 5,
    "/fapi/v1/commissionRate": 20,
    "/fapi/v1/openOrders": 40,
    "/fapi/v1/openAlgoOrders": 40,
    "/fapi/v1/allOrders": 5,
    "/fapi/v1/allAlgoOrders": 5,
    "/fapi/v1/userTrades": 5,
    "/fapi/v1/income": 30,
    # These are counted apart: 500 and 1000 in five minutes.
    "/fapi/v1/fundingRate": 0,
    "/futures/data/openInterestHist": 0,
}
_TABLES = {Market.SPOT: _SPOT, Market.USDM: _USDM}
_OF_ALL_SYMBOLS: Mapping[str, int] = {"/api/v3/ticker/24hr": 80, "/fapi/v1/ticker/24hr": 40}
_WRITES = frozenset({"POST", "PUT", "DELETE"})
_ORDER_QUERY = 4


_TWO_ORDERS = ("/orderList/oco", "/orderList/oto")


def orders(method: str, path: str) -> int:
    """Return how many new orders a call is counted as.

    Source: Binance spot, unfilled order count: each leg of a list counts, replacing counts as one,
    amending does not. USDⓈ-M: a modification counts as one.
    """
    if method not in ("POST", "PUT") or path.endswith(("/keepPriority", "/order/test")):
        return 0
    if path.endswith("/orderList/otoco"):
        return 3
    if path.endswith(_TWO_ORDERS):
        return 2
    return 1 if path.endswith(("/order", "/algoOrder", "/order/cancelReplace")) else 0


def weight(market: Market, method: str, path: str, *, names_symbol: bool = True) -> int:
    """Return what a call costs; a refused one costs no more."""
    if not names_symbol and path in _OF_ALL_SYMBOLS:
        return _OF_ALL_SYMBOLS[path]
    if method in _WRITES and path.endswith("/openOrders"):
        return 1
    if method == "GET" and path == "/api/v3/order":
        return _ORDER_QUERY
    return _TABLES[market].get(path, 1)
