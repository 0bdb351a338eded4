"""Stand between the terminal and the practice exchange and add market messages at a steady rate.

``python -m tests.benchmarks.load_exchange FUTURES_REST FUTURES_STREAM RATE`` prints its port. REST
and streams pass through. The rate is shared evenly by all streams of best prices and trades that
are subscribed, on whatever socket: each gets messages as the exchange would send them, around the
price it told last.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
import random
import sys
import time
from dataclasses import dataclass
from decimal import Decimal

import aiohttp
from aiohttp import web

TICK_SECONDS = 0.005
# Beyond every number of the exchange itself: what is older than the newest is left out.
FIRST_ID = 10**14
NOT_PASSED_ON = frozenset({"host", "content-length", "transfer-encoding", "connection"})
BEST, TRADES = "@bookTicker", "@aggTrade"
# How far prices walk from the one that was told last.
TICKS = 20


@dataclass(slots=True)
class Stream:
    """Hold one subscribed stream of one socket; ``number`` is that of its newest message."""

    name: str
    socket: web.WebSocketResponse
    number: int = FIRST_ID

    @property
    def symbol(self) -> str:
        """Return the symbol in capitals."""
        return self.name.partition("@")[0].upper()


class LoadExchange:
    """Pass everything on and add messages to the streams that are wanted."""

    def __init__(self, rest: str, stream: str, rate: int) -> None:
        self._rest, self._stream, self._rate = rest, stream, rate
        self._random = random.Random(7)
        self._streams: dict[tuple[int, str], Stream] = {}
        # The price of each symbol that was told last, as a text.
        self._prices: dict[str, str] = {}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Pass on one request or one socket."""
        async with aiohttp.ClientSession(auto_decompress=False) as client:
            if request.headers.get("Upgrade", "").lower() == "websocket":
                return await self._pass_socket(request, client)
            headers = {k: v for k, v in request.headers.items() if k.lower() not in NOT_PASSED_ON}
            async with client.request(
                request.method, self._rest + request.raw_path, headers=headers,
                data=await request.read(),
            ) as answer:  # fmt: skip
                body = await answer.read()
                kept = {k: v for k, v in answer.headers.items() if k.lower() not in NOT_PASSED_ON}
                return web.Response(status=answer.status, body=body, headers=kept)

    async def run(self) -> None:
        """Send what is due for ever, an equal share to every stream."""
        started, sent = time.monotonic(), 0
        while True:
            await asyncio.sleep(TICK_SECONDS)
            due = int((time.monotonic() - started) * self._rate)
            known = [stream for stream in self._streams.values() if stream.symbol in self._prices]
            for stream in itertools.islice(itertools.cycle(known), due - sent):
                with contextlib.suppress(ConnectionError):
                    await stream.socket.send_str(self._message(stream))
            sent = due

    async def _pass_socket(
        self, request: web.Request, client: aiohttp.ClientSession
    ) -> web.WebSocketResponse:
        near = web.WebSocketResponse(compress=False)
        await near.prepare(request)
        far = await client.ws_connect(self._stream + request.raw_path)
        async with far, asyncio.TaskGroup() as group:
            copies = [
                group.create_task(self._copy_down(far, near)),
                group.create_task(self._copy_up(near, far)),
            ]
            await asyncio.wait(copies, return_when=asyncio.FIRST_COMPLETED)
            for task in copies:
                task.cancel()
        for key in [key for key in self._streams if key[0] == id(near)]:
            del self._streams[key]
        return near

    async def _copy_up(
        self, near: web.WebSocketResponse, far: aiohttp.ClientWebSocketResponse
    ) -> None:
        async for message in near:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            asked = json.loads(message.data)
            for name in asked.get("params", ()):
                key = id(near), name
                if asked["method"] == "UNSUBSCRIBE":
                    self._streams.pop(key, None)
                elif name.endswith((BEST, TRADES)):
                    self._streams[key] = Stream(name, near)
            await far.send_str(message.data)

    async def _copy_down(
        self, far: aiohttp.ClientWebSocketResponse, near: web.WebSocketResponse
    ) -> None:
        async for message in far:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            if BEST in message.data[:60] or TRADES in message.data[:60]:
                told = json.loads(message.data)["data"]
                self._prices[told["s"]] = told["b"] if "b" in told else told["p"]
            with contextlib.suppress(ConnectionError):
                await near.send_str(message.data)

    def _message(self, stream: Stream) -> str:
        stream.number += 1
        now, last = time.time_ns() // 1_000_000, Decimal(self._prices[stream.symbol])
        step = Decimal(1).scaleb(int(last.as_tuple().exponent))
        price = last + self._random.randrange(-TICKS, TICKS) * step
        if stream.name.endswith(BEST):
            data = {
                "e": "bookTicker", "u": stream.number, "s": stream.symbol, "b": f"{price}",
                "B": "1.204", "a": f"{price + step}", "A": "0.310", "T": now, "E": now, "st": 1,
            }  # fmt: skip
        else:
            data = {
                "e": "aggTrade", "E": now, "s": stream.symbol, "a": stream.number,
                "p": f"{price}", "q": "0.004", "nq": "0.004", "f": stream.number,
                "l": stream.number, "T": now, "m": bool(self._random.randrange(2)), "st": 1,
            }  # fmt: skip
        return json.dumps({"stream": stream.name, "data": data})


async def main(rest: str, stream: str, rate: int) -> None:
    """Serve until the standard input is closed."""
    # A socket that ends while something is passed on is what the terminal is tried with.
    logging.disable()
    application = web.Application()
    exchange = LoadExchange(rest, stream, rate)
    application.router.add_route("*", "/{path:.*}", exchange.handle)
    runner = web.AppRunner(application, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    async with asyncio.TaskGroup() as group:
        adding = group.create_task(exchange.run())
        await asyncio.to_thread(sys.stdin.read)
        adding.cancel()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
