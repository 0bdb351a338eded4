"""Measure python-binance; runs in its own environment."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

from binance import AsyncClient, BinanceSocketManager
from binance.base_client import BaseClient
from binance.ws.depthcache import DepthCache

from meter import Clicks, Meter, asked, book_input, tell


async def opened(task: dict[str, Any]) -> Any:
    """Return a client with nothing changed but its base addresses."""
    BaseClient.API_URL = task["rest"] + "/api"
    BaseClient.WS_API_URL = task["ws_api"]
    return await AsyncClient.create("key", "secret")


async def ingest(task: dict[str, Any]) -> dict[str, float]:
    """Take a stream until enough was measured."""
    meter = Meter(task["warm_up"], task["measured"])
    # Its queue of 100 messages ends the reading loop as soon as it is full.
    sockets = BinanceSocketManager(await opened(task), max_queue_size=10_000_000)
    sockets.STREAM_URL = task["stream"] + "/"
    make: dict[str, Callable[[], Any]] = {
        "aggTrade": lambda: sockets.aggtrade_socket("BTCUSDT"),
        "bookTicker": lambda: sockets.symbol_book_ticker_socket("BTCUSDT"),
        "depth": lambda: sockets.depth_socket("BTCUSDT", interval=100),
        "kline": lambda: sockets.kline_socket("BTCUSDT"),
    }
    async with make[task["kind"]]() as socket:
        while not meter.done.is_set():
            await socket.recv()
            meter.tick()
    return meter.result()


def keep_book(task: dict[str, Any]) -> dict[str, Any]:
    """Keep a book as its DepthCacheManager does and read the top 20 after each message."""
    start, texts = book_input(task)
    meter, cache = Meter(task["warm_up"], task["measured"]), DepthCache("BTCUSDT")
    for row in start["bids"]:
        cache.add_bid(row)
    for row in start["asks"]:
        cache.add_ask(row)
    for text in texts:
        message = json.loads(text)
        for row in message["b"]:
            cache.add_bid(row)
        for row in message["a"]:
            cache.add_ask(row)
        top = cache.get_bids()[:20] + cache.get_asks()[:20]
        meter.tick()
    return {**meter.result(), "top": [f"{price:.2f}" for price, _ in top]}


async def order(task: dict[str, Any]) -> dict[str, float]:
    """Place orders one after the other."""
    client, clicks = await opened(task), Clicks()
    place = client.ws_create_order if task["way"] == "socket" else client.create_order
    for number in range(task["warm_up"] + task["measured"]):
        name = f"{task['name']}-{number}"
        clicks.click(name, time.monotonic_ns())
        await place(
            symbol="BTCUSDT", side="BUY", type="LIMIT", timeInForce="GTC",
            quantity="0.001", price="50000", newClientOrderId=name,
        )  # fmt: skip
    return await asyncio.to_thread(clicks.result, task["rest"], task["warm_up"])


if __name__ == "__main__":
    wanted = asked()
    if wanted["work"] == "book":
        tell(keep_book(wanted))
    tell(asyncio.run((ingest if wanted["work"] == "ingest" else order)(wanted)))
