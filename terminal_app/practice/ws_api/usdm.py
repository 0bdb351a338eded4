"""The USDⓈ-M WebSocket API: its methods."""

from collections.abc import Mapping
from typing import Final

from terminal_app.practice.rest.usdm_account import ACCOUNT_ENDPOINTS
from terminal_app.practice.rest.usdm_algo import ALGO_ENDPOINTS
from terminal_app.practice.rest.usdm_market import MARKET_ENDPOINTS, UsdmEndpoint
from terminal_app.practice.rest.usdm_orders import ORDER_ENDPOINTS

METHODS: Final[Mapping[str, UsdmEndpoint]] = {
    "depth": MARKET_ENDPOINTS["GET", "/fapi/v1/depth"],
    "ticker.price": MARKET_ENDPOINTS["GET", "/fapi/v1/ticker/price"],
    "ticker.book": MARKET_ENDPOINTS["GET", "/fapi/v1/ticker/bookTicker"],
    "order.place": ORDER_ENDPOINTS["POST", "/fapi/v1/order"],
    "order.modify": ORDER_ENDPOINTS["PUT", "/fapi/v1/order"],
    "order.cancel": ORDER_ENDPOINTS["DELETE", "/fapi/v1/order"],
    "order.status": ORDER_ENDPOINTS["GET", "/fapi/v1/order"],
    "algoOrder.place": ALGO_ENDPOINTS["POST", "/fapi/v1/algoOrder"],
    "algoOrder.cancel": ALGO_ENDPOINTS["DELETE", "/fapi/v1/algoOrder"],
    "account.balance": ACCOUNT_ENDPOINTS["GET", "/fapi/v2/balance"],
    "v2/account.balance": ACCOUNT_ENDPOINTS["GET", "/fapi/v3/balance"],
    "account.status": ACCOUNT_ENDPOINTS["GET", "/fapi/v2/account"],
    "v2/account.status": ACCOUNT_ENDPOINTS["GET", "/fapi/v3/account"],
    "account.position": ACCOUNT_ENDPOINTS["GET", "/fapi/v2/positionRisk"],
    "v2/account.position": ACCOUNT_ENDPOINTS["GET", "/fapi/v3/positionRisk"],
    "userDataStream.start": ACCOUNT_ENDPOINTS["POST", "/fapi/v1/listenKey"],
    "userDataStream.ping": ACCOUNT_ENDPOINTS["PUT", "/fapi/v1/listenKey"],
    "userDataStream.stop": ACCOUNT_ENDPOINTS["DELETE", "/fapi/v1/listenKey"],
}
