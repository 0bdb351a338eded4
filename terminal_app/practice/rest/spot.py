"""Every REST call of the spot market."""

from typing import Final

from terminal_app.practice.rest.spot_account import ACCOUNT_ENDPOINTS
from terminal_app.practice.rest.spot_changes import CHANGE_ENDPOINTS
from terminal_app.practice.rest.spot_lists import LIST_ENDPOINTS
from terminal_app.practice.rest.spot_market import MARKET_ENDPOINTS, SpotEndpoint
from terminal_app.practice.rest.spot_orders import ORDER_ENDPOINTS
from terminal_app.practice.rest.spot_tickers import TICKER_ENDPOINTS

SPOT_ENDPOINTS: Final[dict[tuple[str, str], SpotEndpoint]] = (
    MARKET_ENDPOINTS
    | TICKER_ENDPOINTS
    | ORDER_ENDPOINTS
    | LIST_ENDPOINTS
    | CHANGE_ENDPOINTS
    | ACCOUNT_ENDPOINTS
)
