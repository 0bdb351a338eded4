"""What both rounds with Binance's official clients share; runs in the clients' own environment."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from binance_common.configuration import (
    ConfigurationRestAPI,
    ConfigurationWebSocketAPI,
    ConfigurationWebSocketStreams,
)

SYMBOL = "BTCUSDT"
EVENT_LIMIT_S = 15.0

Report = dict[str, Any]


class Events:
    """Collect the events of one stream and let a round wait for one of them."""

    def __init__(self) -> None:
        self._seen: list[dict[str, Any]] = []
        self._arrived = asyncio.Event()

    def on_message(self, message: Any) -> None:
        """Take one event as the client hands it out: a model, perhaps one wrapped in another.

        The clients tell user events apart by class and drop the field that names them.
        """
        event = getattr(message, "actual_instance", None) or message
        self._seen.append({**json.loads(event.to_json()), "class": type(event).__name__})
        self._arrived.set()

    async def first(self, accept: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the first event that is accepted; raise `TimeoutError` with what came instead."""
        try:
            async with asyncio.timeout(EVENT_LIMIT_S):
                while True:
                    for event in self._seen:
                        if accept(event):
                            return event
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError as error:
            raise TimeoutError(f"not among the events that came: {self._seen}") from error


def configurations(endpoints: dict[str, str], market: str) -> dict[str, Any]:
    """Return the arguments both clients are made with: the keys and a market's base addresses."""
    keys = {"api_key": endpoints["api_key"], "api_secret": endpoints["api_secret"]}
    return {
        "config_rest_api": ConfigurationRestAPI(base_path=endpoints[f"{market}_rest"], **keys),
        "config_ws_api": ConfigurationWebSocketAPI(
            stream_url=endpoints[f"{market}_ws_api"], **keys
        ),
        "config_ws_streams": ConfigurationWebSocketStreams(
            stream_url=endpoints[f"{market}_stream"]
        ),
    }


def limit_buy(quantity: float, price: float) -> dict[str, Any]:
    """Return the arguments both clients place a resting order with."""
    return {
        "symbol": SYMBOL,
        "side": "BUY",
        "type": "LIMIT",
        "time_in_force": "GTC",
        "quantity": quantity,
        "price": price,
    }


def plain(response: Any) -> Any:
    """Return a response as plain JSON values, so that the report holds nothing of the client."""
    data = response.data()
    if isinstance(data, list):
        return [json.loads(item.to_json()) if hasattr(item, "to_json") else item for item in data]
    return json.loads(data.to_json()) if hasattr(data, "to_json") else data


def price_below(last_price: str, filters: list[dict[str, Any]]) -> float:
    """Return a legal price 10 % under the last one: it rests and passes the price filters."""
    step = next(Decimal(f["tickSize"]) for f in filters if f["filterType"] == "PRICE_FILTER")
    target = Decimal(last_price) * Decimal("0.9")
    # The client's own signature asks for a float here.
    return float((target / step).to_integral_value(ROUND_FLOOR) * step)


def main(trade: Callable[[dict[str, str], Report], Coroutine[Any, Any, None]]) -> None:
    """Run a round on the endpoints given as JSON on stdin and write its report to stdout."""
    report: Report = {}
    asyncio.run(trade(json.load(sys.stdin), report))
    json.dump(report, sys.stdout)
