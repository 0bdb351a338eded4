"""Open ccxt's client for the bridge: `binance` or `binanceusdm` is the only argument."""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import urlsplit

import ccxt.pro

from bridge import main


async def open_ccxt(endpoints: dict[str, str]) -> Any:
    """Return the client with nothing changed but its base addresses, markets loaded."""
    kind = sys.argv[1]
    market = "spot" if kind == "binance" else "linear"
    client = getattr(ccxt.pro, kind)(
        {
            "apiKey": endpoints["api_key"],
            "secret": endpoints["api_secret"],
            # Coins and margin pairs come from the wallet's addresses, which are no part of trading.
            "options": {
                "fetchCurrencies": False,
                "fetchMargins": False,
                "fetchMarkets": {"types": [market]},
            },
        }
    )
    for name, address in client.urls["api"].items():
        if isinstance(address, str):
            base = endpoints["futures_rest" if name.startswith("fapi") else "spot_rest"]
            client.urls["api"][name] = base + urlsplit(address).path
    client.urls["api"]["ws"] |= {
        "spot": f"{endpoints['spot_stream']}/ws",
        "linear": f"{endpoints['futures_stream']}/ws",
        "future": f"{endpoints['futures_stream']}/ws",
        "ws-api": {"spot": endpoints["spot_ws_api"], "linear": endpoints["futures_ws_api"]},
    }
    await client.load_markets()
    return client


if __name__ == "__main__":
    main(open_ccxt)
