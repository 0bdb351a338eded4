"""Two exchanges with the same seed, start and inputs put the same bytes on their sockets.

What differs by intention stays out of the comparison: keys and the control token, the ports, the
listen key, and what follows the wall clock (`rateLimits`, serverTime, the times of a session).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from contextlib import AsyncExitStack
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient, now_ms
from tests.helpers.practice_control import Control

START_MS = 1_790_000_000_000
STEP_MS = 500
MESSAGES = 10_000
STREAMS = {
    "spot": {
        "": "btcusdt@trade btcusdt@aggTrade btcusdt@bookTicker btcusdt@depth@100ms btcusdt@kline_1m"
        " ethusdt@depth5@100ms solusdt@avgPrice !miniTicker@arr !ticker_1h@arr ethusdt@trade"
        " bnbusdt@bookTicker xrpusdt@ticker ethusdt@referencePrice",
    },
    "futures": {
        "/public": "btcusdt@bookTicker btcusdt@depth@100ms ethusdt@depth20@100ms !bookTicker"
        " solusdt@rpiDepth@500ms",
        "/market": "btcusdt@aggTrade btcusdt@markPrice@1s !markPrice@arr ethusdt@kline_1m"
        " btcusdt_perpetual@continuousKline_1m !ticker@arr !forceOrder@arr !assetIndex@arr",
    },
}


class Tapes:
    """Hold the open sockets of one exchange and every message that came over each."""

    def __init__(self) -> None:
        self.sockets: dict[str, ClientConnection] = {}
        self.messages: dict[str, list[bytes]] = {}
        self.listen_key = b"none yet"

    async def open(self, stack: AsyncExitStack, name: str, connection: Any) -> None:
        """Open a connection and start its tape."""
        self.sockets[name] = await stack.enter_async_context(connection)
        self.messages[name] = []

    async def ask(self, name: str, number: int, method: str, params: Any) -> dict[str, Any]:
        """Send a request and keep every message up to its answer, which is returned."""
        await self.sockets[name].send(
            json.dumps({"id": number, "method": method, "params": params})
        )
        while True:
            message = await self.sockets[name].recv(decode=False)
            self.messages[name].append(message.replace(self.listen_key, b"LISTEN KEY"))
            if f'"id":{number}'.encode() in message:
                answer = json.loads(message)
                if isinstance(answer, dict) and answer.get("id") == number:
                    return answer

    def count(self) -> int:
        """Return how many messages came."""
        return sum(len(messages) for messages in self.messages.values())

    def digest(self) -> dict[str, str]:
        """Return a hash of the bytes of each socket."""
        return {
            name: hashlib.sha256(b"\n".join(messages)).hexdigest()
            for name, messages in self.messages.items()
        }


class Script:
    """Drive one exchange: its account acts by the step's number alone."""

    def __init__(self, ready: dict[str, Any]) -> None:
        self._ready = ready
        self._tapes = Tapes()
        self._number = 0
        self._behind_ms = 0

    async def play(self) -> Tapes:
        """Pause, subscribe, then step and trade until enough messages came."""
        control = Control(self._ready)
        async with AsyncExitStack() as stack:
            spot = await stack.enter_async_context(PracticeClient(self._ready, "spot"))
            futures = await stack.enter_async_context(PracticeClient(self._ready, "futures"))
            await asyncio.to_thread(control.call, "POST", "pause")
            now = (await spot.get("/api/v3/time"))["serverTime"]
            self._behind_ms = now_ms() - now
            await self._open(stack, spot, futures)
            step = 0
            while self._tapes.count() < MESSAGES:
                await asyncio.to_thread(control.call, "POST", "step", ms=STEP_MS)
                await self._act("spot api", spot, step)
                await self._act("futures api", futures, step)
                for name in self._tapes.sockets:
                    if not name.endswith("api"):
                        await self._ask(name, "LIST_SUBSCRIPTIONS", [])
                step += 1
        control.close()
        return self._tapes

    async def _open(
        self, stack: AsyncExitStack, spot: PracticeClient, futures: PracticeClient
    ) -> None:
        for market, client in (("spot", spot), ("futures", futures)):
            quiet = "?returnRateLimits=false"
            await self._tapes.open(stack, f"{market} api", client.ws_api(quiet))
            for route, names in STREAMS[market].items():
                name = f"{market}{route}"
                await self._tapes.open(stack, name, client.stream(f"{route}/stream"))
                await self._ask(name, "SUBSCRIBE", names.split())
        key = (await futures.call("POST", "/fapi/v1/listenKey"))["listenKey"]
        self._tapes.listen_key = key.encode()
        path = f"/private/ws?listenKey={key}"
        await self._tapes.open(stack, "futures/private", futures.stream(path))
        await self._ask("spot api", "userDataStream.subscribe.signature", self._signed(spot))

    async def _act(self, name: str, client: PracticeClient, step: int) -> None:
        order = {"symbol": "BTCUSDT", "side": "BUY" if step % 2 else "SELL", "quantity": "0.002"}
        if step % 3:
            order |= {"type": "MARKET"}
        else:
            price = "95000.00" if step % 2 else "70000.00"
            order |= {"type": "LIMIT", "timeInForce": "IOC" if step % 4 else "GTC", "price": price}
        placed = await self._ask(name, "order.place", self._signed(client, **order))
        if step % 5 == 0 and "result" in placed:
            found = {"symbol": "BTCUSDT", "orderId": placed["result"]["orderId"]}
            await self._ask(name, "order.status", self._signed(client, **found))
            await self._ask(name, "order.cancel", self._signed(client, **found))

    def _signed(self, client: PracticeClient, **params: Any) -> dict[str, Any]:
        return client.signed(timestamp=now_ms() - self._behind_ms, **params)

    async def _ask(self, name: str, method: str, params: Any) -> dict[str, Any]:
        self._number += 1
        return await self._tapes.ask(name, self._number, method, params)


async def play(*scripts: Script) -> list[Tapes]:
    return list(await asyncio.gather(*(script.play() for script in scripts)))


@pytest.mark.slow
def test_same_seed_start_and_inputs_same_bytes() -> None:
    # At this speed no market time passes before the pause.
    options = {"start_time": START_MS, "speed": 1e-9, "limit_factor": 10_000}
    with (
        PracticeProcess(seed=5, **options) as one,
        PracticeProcess(seed=5, **options) as two,
        PracticeProcess(seed=6, **options) as other,
    ):
        scripts = [Script(process.ready) for process in (one, two, other)]
        first, second, third = asyncio.run(play(*scripts))
    assert first.digest() == second.digest()
    assert first.count() == second.count() >= MESSAGES
    assert min(len(messages) for messages in first.messages.values()) > 10
    assert all(first.digest()[name] != third.digest()[name] for name in first.messages)
