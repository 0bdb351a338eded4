"""Measure Binance's own spot SDK; runs in its own environment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from binance_common.configuration import (
    ConfigurationRestAPI,
    ConfigurationWebSocketAPI,
    ConfigurationWebSocketStreams,
)
from binance_sdk_spot.spot import Spot
from binance_sdk_spot.websocket_streams.models import KlineIntervalEnum

from meter import Clicks, Meter, asked, tell


def opened(task: dict[str, Any]) -> Any:
    """Return a client with nothing changed but its base addresses."""
    keys = {"api_key": "key", "api_secret": "secret"}
    return Spot(
        config_rest_api=ConfigurationRestAPI(base_path=task["rest"], **keys),
        config_ws_api=ConfigurationWebSocketAPI(stream_url=task["ws_api"], **keys),
        config_ws_streams=ConfigurationWebSocketStreams(stream_url=task["stream"]),
    )


async def ingest(task: dict[str, Any]) -> dict[str, float]:
    """Take a stream until enough was measured."""
    meter = Meter(task["warm_up"], task["measured"])
    streams = opened(task).websocket_streams
    await streams.create_connection()
    subscribe: dict[str, Callable[[], Any]] = {
        "aggTrade": lambda: streams.agg_trade("btcusdt"),
        "bookTicker": lambda: streams.book_ticker("btcusdt"),
        "depth": lambda: streams.diff_book_depth("btcusdt", update_speed="100ms"),
        "kline": lambda: streams.kline("btcusdt", KlineIntervalEnum.INTERVAL_1m),
    }
    handle = await subscribe[task["kind"]]()
    handle.on("message", meter.tick)
    await meter.done.wait()
    return meter.result()


async def order(task: dict[str, Any]) -> dict[str, float]:
    """Place orders one after the other."""
    client, clicks = opened(task), Clicks()
    if task["way"] == "socket":
        await client.websocket_api.create_connection()
    for number in range(task["warm_up"] + task["measured"]):
        name = f"{task['name']}-{number}"
        wanted = {
            "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "time_in_force": "GTC",
            "quantity": 0.001, "price": 50000.0, "new_client_order_id": name,
        }  # fmt: skip
        clicks.click(name, time.monotonic_ns())
        if task["way"] == "socket":
            await client.websocket_api.order_place(**wanted)
        else:
            client.rest_api.new_order(**wanted)
    return await asyncio.to_thread(clicks.result, task["rest"], task["warm_up"])


if __name__ == "__main__":
    wanted = asked()
    tell(asyncio.run((ingest if wanted["work"] == "ingest" else order)(wanted)))
