"""Measure ccxt.pro; runs in its own environment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import ccxt.pro
from ccxt.async_support.base.ws.order_book import OrderBook

from meter import Clicks, Meter, asked, book_input, tell

SYMBOL = "BTC/USDT"


async def opened(task: dict[str, Any]) -> Any:
    """Return a client with nothing changed but its base addresses."""
    options = {
        "fetchCurrencies": False, "fetchMargins": False, "fetchMarkets": {"types": ["spot"]},
    }  # fmt: skip
    client = ccxt.pro.binance({"apiKey": "key", "secret": "secret", "options": options})
    # Its own pause between two requests is no part of what an order costs.
    client.enableRateLimit = False
    for name, address in client.urls["api"].items():
        if isinstance(address, str):
            client.urls["api"][name] = task["rest"] + urlsplit(address).path
    client.urls["api"]["ws"] |= {
        "spot": f"{task['stream']}/ws", "ws-api": {"spot": task["ws_api"]},
    }  # fmt: skip
    await client.load_markets()
    return client


async def ingest(task: dict[str, Any]) -> dict[str, float]:
    """Take a stream until enough was measured."""
    meter, client = Meter(task["warm_up"], task["measured"]), await opened(task)
    handle = client.handle_message

    def handle_and_count(connection: Any, message: Any) -> None:
        handle(connection, message)
        if "e" in message or "u" in message:
            meter.tick()

    client.handle_message = handle_and_count
    watch: dict[str, Callable[[], Any]] = {
        "aggTrade": lambda: client.watch_trades(SYMBOL, params={"name": "aggTrade"}),
        "bookTicker": lambda: client.watch_bids_asks([SYMBOL]),
        "depth": lambda: client.watch_order_book(SYMBOL),
        "kline": lambda: client.watch_ohlcv(SYMBOL, "1m"),
    }
    while not meter.done.is_set():
        await watch[task["kind"]]()
    return meter.result()


def keep_book(task: dict[str, Any]) -> dict[str, Any]:
    """Keep a book with its own classes and read the top 20 after each message."""
    start, texts = book_input(task)
    meter, client = Meter(task["warm_up"], task["measured"]), ccxt.pro.binance()
    book: Any = OrderBook({}, 10_000)
    book.reset(client.parse_order_book(start, SYMBOL))
    for text in texts:
        client.handle_order_book_message(None, client.parse_json(text), book)
        top = book["bids"][:20] + book["asks"][:20]
        meter.tick()
    return {**meter.result(), "top": [f"{row[0]:.2f}" for row in top]}


async def order(task: dict[str, Any]) -> dict[str, float]:
    """Place orders one after the other."""
    client, clicks = await opened(task), Clicks()
    way = {"createOrderWs": True} if task["way"] == "socket" else {}
    place = client.create_order_ws if way else client.create_order
    for number in range(task["warm_up"] + task["measured"]):
        name = f"{task['name']}-{number}"
        clicks.click(name, time.monotonic_ns())
        await place(SYMBOL, "limit", "buy", 0.001, 50000, {"newClientOrderId": name})
    return await asyncio.to_thread(clicks.result, task["rest"], task["warm_up"])


if __name__ == "__main__":
    wanted = asked()
    if wanted["work"] == "book":
        tell(keep_book(wanted))
    tell(asyncio.run((ingest if wanted["work"] == "ingest" else order)(wanted)))
