"""Every REST call of the futures market."""

from typing import Final

from terminal_app.practice.rest.usdm_account import ACCOUNT_ENDPOINTS
from terminal_app.practice.rest.usdm_algo import ALGO_ENDPOINTS
from terminal_app.practice.rest.usdm_batch import BATCH_ENDPOINTS
from terminal_app.practice.rest.usdm_market import MARKET_ENDPOINTS, UsdmEndpoint
from terminal_app.practice.rest.usdm_orders import ORDER_ENDPOINTS
from terminal_app.practice.rest.usdm_prices import PRICE_ENDPOINTS
from terminal_app.practice.rest.usdm_statistics import STATISTICS_ENDPOINTS

USDM_ENDPOINTS: Final[dict[tuple[str, str], UsdmEndpoint]] = (
    MARKET_ENDPOINTS
    | PRICE_ENDPOINTS
    | STATISTICS_ENDPOINTS
    | ACCOUNT_ENDPOINTS
    | ORDER_ENDPOINTS
    | BATCH_ENDPOINTS
    | ALGO_ENDPOINTS
)
