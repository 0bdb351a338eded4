"""Measure how long an order takes to the practice exchange and back while its market streams.

``python -m tests.benchmarks.bench_round_trip`` places orders one after the other, a pause between
two, in a process of the exchange with an account file, while one socket of the same client gets
about 1,000 market messages a second:

* over the WebSocket API of spot and of futures, and over REST, until the answer is there
* beside them a bare aiohttp server in a process of its own that sends as many messages of the same
  size and answers each order with a text of the same size: what the library and the machine take
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from yarl import URL

from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient, now_ms, sign

WANTED_P50_MS = 1.5
MESSAGES_PER_SECOND = 1_000
SPEED = 1.5  # of the market, at which about that many messages arrive
SYMBOL = "BTCUSDT"
TOPICS = ("bookTicker", "depth@0ms", "trade")
ORDERS = 500
WARM_UP_ORDERS = 50
PAUSE_S = 0.002
LIMIT_FACTOR = 1_000
PEER_FRAME_BYTES = 250
PEER_REQUEST_BYTES = 350
PEER_REPLY_BYTES = 900
BEAT_S = 0.005


class Stream:
    """Read a socket and count what arrives."""

    def __init__(self) -> None:
        self.received = 0

    async def read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Count text messages until the socket ends."""
        async for message in socket:
            self.received += message.type is aiohttp.WSMsgType.TEXT


class OrderDesk:
    """Place an order far from the market and cancel it, on one market of the exchange."""

    def __init__(
        self, ready: Mapping[str, Any], market: str, client: aiohttp.ClientSession
    ) -> None:
        self._signer = PracticeClient(ready, market)
        self._rest, self._client = ready[f"{market}_rest"], client
        self._root = "/api/v3" if market == "spot" else "/fapi/v1"
        self._key, self._secret = ready["api_key"], ready["api_secret"]
        self._order: dict[str, Any] = {}

    async def open(self) -> None:
        """Choose the price of the orders."""
        address = f"{self._rest}{self._root}/ticker/price?symbol={SYMBOL}"
        async with self._client.get(address) as answer:
            price = round(float((await answer.json())["price"]) * 0.98)
        self._order = {
            "symbol": SYMBOL, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC",
            "quantity": "0.003", "price": str(price),
        }  # fmt: skip

    async def close(self) -> None:
        """Close what signs."""
        await self._signer.http.aclose()

    async def ask_socket(
        self, socket: aiohttp.ClientWebSocketResponse, method: str, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the result of one request of the WebSocket API."""
        await socket.send_str(
            json.dumps({"id": 1, "method": method, "params": self._signer.signed(**params)})
        )
        reply = await socket.receive_json()
        if reply["status"] != 200:
            raise RuntimeError(str(reply))
        result: dict[str, Any] = reply["result"]
        return result

    async def ask_rest(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer of one REST request about an order."""
        query = urlencode({**params, "timestamp": now_ms()})
        address = f"{self._rest}{self._root}/order?{query}&signature={sign(self._secret, query)}"
        headers = {"X-MBX-APIKEY": self._key}
        async with self._client.request(method, URL(address, encoded=True), headers=headers) as got:
            result: dict[str, Any] = await got.json()
        if "orderId" not in result:
            raise RuntimeError(str(result))
        return result

    async def over_socket(self, socket: aiohttp.ClientWebSocketResponse) -> float:
        """Return the seconds that an order takes over the WebSocket API."""
        started = time.perf_counter()
        order = await self.ask_socket(socket, "order.place", self._order)
        took = time.perf_counter() - started
        await self.ask_socket(socket, "order.cancel", _named(order))
        return took

    async def over_rest(self) -> float:
        """Return the seconds that an order takes over REST."""
        started = time.perf_counter()
        order = await self.ask_rest("POST", self._order)
        took = time.perf_counter() - started
        await self.ask_rest("DELETE", _named(order))
        return took


def _named(order: Mapping[str, Any]) -> dict[str, Any]:
    return {"symbol": SYMBOL, "orderId": order["orderId"]}


async def measure(what: str, stream: Stream, place: Callable[[], Awaitable[float]]) -> float:
    """Print and return the median in milliseconds, with the messages that came meanwhile."""
    for _ in range(WARM_UP_ORDERS):
        await place()
    received, started, took = stream.received, time.perf_counter(), []
    for _ in range(ORDERS):
        took.append(await place() * 1_000)
        await asyncio.sleep(PAUSE_S)
    rate = (stream.received - received) / (time.perf_counter() - started)
    steps = statistics.quantiles(took, n=100)
    sys.stdout.write(
        f"{what:<32}p50 {steps[49]:6.3f} ms   p99 {steps[98]:6.3f} ms"
        f"   while {rate:5,.0f} messages/s came\n"
    )
    sys.stdout.flush()
    return steps[49]


async def measure_exchange(ready: Mapping[str, Any]) -> float:
    """Return the worst median of the ways to place an order."""
    medians = []
    async with aiohttp.ClientSession() as client, asyncio.TaskGroup() as tasks:
        rules = f"{ready['futures_rest']}/fapi/v1/exchangeInfo"
        async with client.get(rules) as answer:
            symbols = [row["symbol"].lower() for row in (await answer.json())["symbols"]]
        names = "/".join(f"{symbol}@{topic}" for symbol in symbols for topic in TOPICS)
        address = f"{ready['futures_stream']}/public/stream?streams={names}"
        stream = Stream()
        async with client.ws_connect(address) as socket:
            reading = tasks.create_task(stream.read(socket))
            for market in ("spot", "futures"):
                desk = OrderDesk(ready, market, client)
                await desk.open()
                async with client.ws_connect(ready[f"{market}_ws_api"]) as orders:
                    place = partial(desk.over_socket, orders)
                    medians.append(await measure(f"{market}, WebSocket API", stream, place))
                medians.append(await measure(f"{market}, REST", stream, desk.over_rest))
                await desk.close()
            reading.cancel()
    return max(medians)


def serve_peer(pipe: Connection) -> None:
    """Stream and answer with texts of about the same size, until killed."""
    frame, reply = b"x" * PEER_FRAME_BYTES, "x" * PEER_REPLY_BYTES

    async def stream(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        loop = asyncio.get_running_loop()
        started, sent = loop.time(), 0
        with contextlib.suppress(ConnectionError):
            while True:
                await asyncio.sleep(BEAT_S)
                due = int((loop.time() - started) * MESSAGES_PER_SECOND)
                for _ in range(due - sent):
                    await socket.send_frame(frame, aiohttp.WSMsgType.TEXT)
                sent = due
        return socket

    async def echo(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        async for _ in socket:
            await socket.send_str(reply)
        return socket

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text=reply)

    async def serve() -> None:
        application = web.Application()
        application.router.add_get("/stream", stream)
        application.router.add_get("/echo", echo)
        application.router.add_post("/order", answer)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        pipe.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(serve())


async def measure_peer(port: int) -> None:
    """Print the medians of the bare server."""
    request = "x" * PEER_REQUEST_BYTES

    async def over_socket() -> float:
        started = time.perf_counter()
        await orders.send_str(request)
        await orders.receive()
        return time.perf_counter() - started

    async def over_rest() -> float:
        started = time.perf_counter()
        async with client.post(f"http://127.0.0.1:{port}/order", data=request) as got:
            await got.read()
        return time.perf_counter() - started

    async with aiohttp.ClientSession() as client, asyncio.TaskGroup() as tasks:
        stream = Stream()
        async with (
            client.ws_connect(f"ws://127.0.0.1:{port}/stream") as socket,
            client.ws_connect(f"ws://127.0.0.1:{port}/echo") as orders,
        ):
            reading = tasks.create_task(stream.read(socket))
            await measure("bare aiohttp server, WebSocket", stream, over_socket)
            await measure("bare aiohttp server, POST", stream, over_rest)
            reading.cancel()


def main() -> None:
    """Print a line for each way to place an order, and for the peer."""
    with (
        tempfile.TemporaryDirectory() as folder,
        PracticeProcess(
            seed=3, speed=SPEED, limit_factor=LIMIT_FACTOR, account=Path(folder) / "account.db"
        ) as practice,
    ):
        worst = asyncio.run(measure_exchange(practice.ready))
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve_peer, args=(theirs,))
    process.start()
    try:
        asyncio.run(measure_peer(ours.recv()))
    finally:
        process.kill()
        process.join()
    verdict = "reached" if worst < WANTED_P50_MS else "missed"
    sys.stdout.write(f"slowest p50: {worst:.3f} ms, below {WANTED_P50_MS} wanted: {verdict}\n")


if __name__ == "__main__":
    main()
