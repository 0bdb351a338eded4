"""Open a client of Binance's own SDK for the bridge: `spot` or `usdm` is the only argument."""

from __future__ import annotations

import sys
from typing import Any

from binance_common.configuration import (
    ConfigurationRestAPI,
    ConfigurationWebSocketAPI,
    ConfigurationWebSocketStreams,
)

from bridge import main


def configurations(endpoints: dict[str, str], market: str) -> dict[str, Any]:
    """Return the arguments a client is made with: the keys and a market's base addresses."""
    keys = {name: endpoints.get(name) for name in ("api_key", "api_secret", "private_key")}
    return {
        "config_rest_api": ConfigurationRestAPI(base_path=endpoints[f"{market}_rest"], **keys),
        "config_ws_api": ConfigurationWebSocketAPI(
            stream_url=endpoints[f"{market}_ws_api"], **keys
        ),
        "config_ws_streams": ConfigurationWebSocketStreams(
            stream_url=endpoints[f"{market}_stream"]
        ),
    }


async def open_spot(endpoints: dict[str, str]) -> Any:
    """Return the spot client with both of its sockets open."""
    from binance_sdk_spot.spot import Spot

    return await connected(Spot(**configurations(endpoints, "spot")))


async def open_usdm(endpoints: dict[str, str]) -> Any:
    """Return the USDⓈ-M client with both of its sockets open."""
    from binance_sdk_derivatives_trading_usds_futures.derivatives_trading_usds_futures import (
        DerivativesTradingUsdsFutures,
    )

    return await connected(DerivativesTradingUsdsFutures(**configurations(endpoints, "futures")))


async def connected(client: Any) -> Any:
    """Open the WebSocket API and the streams of a client."""
    await client.websocket_api.create_connection()
    await client.websocket_streams.create_connection()
    return client


if __name__ == "__main__":
    main({"spot": open_spot, "usdm": open_usdm}[sys.argv[1]])
