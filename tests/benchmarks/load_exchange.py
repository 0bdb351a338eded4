"""Stand between the terminal and the practice exchange and add market messages at a steady rate.

``python -m tests.benchmarks.load_exchange FUTURES_REST FUTURES_STREAM RATE`` prints its port. REST
and streams pass through; on the public and market sockets best prices and trades of BTCUSDT are
added as the exchange would send them.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time

import aiohttp
from aiohttp import web

TICK_SECONDS = 0.005
# Beyond every number of the exchange itself: what is older than the newest is left out.
FIRST_ID = 10**14
NOT_PASSED_ON = frozenset({"host", "content-length", "transfer-encoding", "connection"})


class LoadExchange:
    """Pass everything on and add messages to sockets that want them."""

    def __init__(self, rest: str, stream: str, rate: int) -> None:
        self._rest, self._stream, self._rate = rest, stream, rate
        self._random = random.Random(7)
        self._count = 0

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

    async def _pass_socket(
        self, request: web.Request, client: aiohttp.ClientSession
    ) -> web.WebSocketResponse:
        near = web.WebSocketResponse(compress=False)
        await near.prepare(request)
        far = await client.ws_connect(self._stream + request.raw_path)
        async with far, asyncio.TaskGroup() as group:
            copies = [
                group.create_task(self._copy(far, near)),
                group.create_task(self._copy(near, far)),
            ]
            extra = group.create_task(self._add(near, request.path))
            await asyncio.wait(copies, return_when=asyncio.FIRST_COMPLETED)
            for task in (*copies, extra):
                task.cancel()
        return near

    async def _copy(
        self,
        source: aiohttp.ClientWebSocketResponse | web.WebSocketResponse,
        target: aiohttp.ClientWebSocketResponse | web.WebSocketResponse,
    ) -> None:
        async for message in source:
            if message.type is aiohttp.WSMsgType.TEXT:
                await target.send_str(message.data)

    async def _add(self, near: web.WebSocketResponse, path: str) -> None:
        if "/public" not in path and "/market" not in path:
            return
        started, sent = time.monotonic(), 0
        while not near.closed:
            due = int((time.monotonic() - started) * self._rate / 2)
            for _ in range(due - sent):
                await near.send_str(self._best() if "/public" in path else self._trade())
            sent = due
            await asyncio.sleep(TICK_SECONDS)

    def _best(self) -> str:
        self._count += 1
        now, price = time.time_ns() // 1_000_000, 88000 + self._random.randrange(500) / 10
        data = {
            "e": "bookTicker", "u": FIRST_ID + self._count, "s": "BTCUSDT", "b": f"{price:.1f}",
            "B": "1.204", "a": f"{price + 0.1:.1f}", "A": "0.310", "T": now, "E": now, "st": 1,
        }  # fmt: skip
        return json.dumps({"stream": "btcusdt@bookTicker", "data": data})

    def _trade(self) -> str:
        self._count += 1
        now, price = time.time_ns() // 1_000_000, 88000 + self._random.randrange(500) / 10
        data = {
            "e": "aggTrade", "E": now, "s": "BTCUSDT", "a": FIRST_ID + self._count,
            "p": f"{price:.1f}", "q": "0.004", "nq": "0.004", "f": self._count, "l": self._count,
            "T": now, "m": bool(self._count % 2), "st": 1,
        }  # fmt: skip
        return json.dumps({"stream": "btcusdt@aggTrade", "data": data})


async def main(rest: str, stream: str, rate: int) -> None:
    """Serve until the standard input is closed."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", LoadExchange(rest, stream, rate).handle)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
