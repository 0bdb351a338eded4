"""After 24 hours of the server's clock every kind of socket is closed, as Binance does."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from websockets.asyncio.client import ClientConnection
from websockets.frames import CloseCode

from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient, ask
from tests.helpers.practice_control import Control

DAY_MS = 86_400_000
SPOT = ("/ws/btcusdt@trade", "/stream?streams=btcusdt@trade")
FUTURES = ("/public/ws/btcusdt@depth", "/market/stream?streams=btcusdt@aggTrade")


async def _open_sockets(
    stack: AsyncExitStack, spot: PracticeClient, futures: PracticeClient
) -> dict[str, ClientConnection]:
    listen_key = (await futures.call("POST", "/fapi/v1/listenKey"))["listenKey"]
    waiting = {
        **{path: spot.stream(path) for path in SPOT},
        **{path: futures.stream(path) for path in FUTURES},
        "private": futures.stream(f"/private/ws?listenKey={listen_key}"),
        "spot ws-api": spot.ws_api(),
        "futures ws-api": futures.ws_api(),
    }
    return {name: await stack.enter_async_context(each) for name, each in waiting.items()}


async def _ping(name: str, socket: ClientConnection) -> None:
    await ask(socket, "ping" if "ws-api" in name else "LIST_SUBSCRIPTIONS")


async def _end_of(socket: ClientConnection) -> int | None:
    async with asyncio.timeout(10):
        async for _ in socket:
            pass
    return socket.close_code


async def test_every_socket_ends_after_a_day_and_a_new_one_lives() -> None:
    with PracticeProcess(seed=3) as practice:
        control = Control(practice.ready)
        spot, futures = (PracticeClient(practice.ready, name) for name in ("spot", "futures"))
        async with spot, futures, AsyncExitStack() as stack:
            sockets = await _open_sockets(stack, spot, futures)
            control.call("POST", "clock", offset=DAY_MS - 60_000)
            for name, socket in sockets.items():
                await _ping(name, socket)
            control.call("POST", "clock", offset=DAY_MS)
            ends = {name: await _end_of(socket) for name, socket in sockets.items()}
            assert ends == dict.fromkeys(sockets, CloseCode.GOING_AWAY)
            for name, socket in (await _open_sockets(stack, spot, futures)).items():
                await _ping(name, socket)
        control.close()
