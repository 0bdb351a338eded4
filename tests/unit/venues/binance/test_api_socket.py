"""Requests on a connection that is kept: answered where they were asked, whatever follows it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from terminal_app.domain.instrument import Market
from terminal_app.errors import VenueUnclear
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import ConnectionState
from terminal_app.venues.binance.api_socket import ApiSocket
from terminal_app.venues.binance.line import Timing
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.binance.signing import HmacSigner
from terminal_app.venues.connection_settings import ConnectionSettings
from terminal_app.venues.reconnect import ConnectionBudget
from tests.helpers.eventually import eventually
from tests.helpers.loopback_venue import LoopbackSocket, LoopbackVenue, reply

SIGNER = HmacSigner("the key", "the secret")
COST = ("DELETE", "/api/v3/order")
FAREWELL = {"event": {"e": "serverShutdown", "E": 1}}


async def _time(_: web.Request) -> web.StreamResponse:
    return reply({"serverTime": int(time.time() * 1000)})


async def _say_nothing(socket: LoopbackSocket, message: Any) -> None:
    return


async def _answer(socket: LoopbackSocket, result: str, number: int = 0) -> None:
    answer = {"id": socket.received[number]["id"], "status": 200, "result": {"is": result}}
    await socket.send(answer)


@asynccontextmanager
async def _connected(
    venue: LoopbackVenue, settings: ConnectionSettings | None = None
) -> AsyncIterator[tuple[ApiSocket, list[ConnectionState]]]:
    settings, states = settings or ConnectionSettings(), list[ConnectionState]()
    rest = RestClient(Market.SPOT, venue.http, SIGNER, settings)
    socket = ApiSocket(
        "test orders",
        f"{venue.websocket}/ws-api/v3",
        SIGNER,
        rest,
        lambda state, _: states.append(state),
        ConnectionBudget(settings=settings),
        timing=Timing(overlap_s=0.05),
    )
    try:
        async with TaskScope("test") as scope:
            scope.spawn(socket.run(), "socket")
            await eventually(lambda: socket.is_ready)
            yield socket, states
    finally:
        await rest.close()


async def test_what_is_under_way_is_answered_where_it_was_asked() -> None:
    async with LoopbackVenue(_time, _say_nothing) as venue, _connected(venue) as (socket, states):
        first = venue.sockets[0]
        async with asyncio.TaskGroup() as group:
            early = group.create_task(socket.ask("order.cancel", [("symbol", "A")], COST))
            await eventually(lambda: first.received)
            await first.send(FAREWELL)
            await eventually(lambda: len(venue.sockets) == 2)
            second = venue.sockets[1]
            late = list[asyncio.Task[Any]]()
            while not second.received:
                late.append(group.create_task(socket.ask("order.cancel", [("symbol", "B")], COST)))
                await asyncio.sleep(0.01)
            await _answer(second, "late")
            for number in range(len(first.received)):
                await _answer(first, "early", number)
        assert early.result().body == b'{"is": "early"}'
        assert {task.result().status for task in late} == {200}
        assert late[-1].result().body == b'{"is": "late"}'
        assert states == [ConnectionState.CONNECTING, ConnectionState.LIVE]
        await eventually(lambda: first.socket.closed)


async def test_a_lost_connection_leaves_what_was_asked_unclear() -> None:
    async with LoopbackVenue(_time, _say_nothing) as venue, _connected(venue) as (socket, states):
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(socket.ask("order.cancel", [], COST))
            await eventually(lambda: venue.sockets[0].received)
            await venue.sockets[0].socket.close()
        assert isinstance(asked.result().error, VenueUnclear)
        await eventually(lambda: socket.is_ready)
        assert states[-2:] == [ConnectionState.STALE, ConnectionState.LIVE]


async def test_a_server_that_owes_an_answer_is_left() -> None:
    settings = ConnectionSettings(read_timeout_s=2.0)
    async with (
        LoopbackVenue(_time, _say_nothing) as venue,
        _connected(venue, settings) as (socket, states),
    ):
        answer = await socket.ask("order.cancel", [], COST)
        assert isinstance(answer.error, TimeoutError)
        await eventually(lambda: len(venue.sockets) == 2)
        await eventually(lambda: venue.sockets[0].socket.closed)
        assert socket.is_ready
        assert states == [ConnectionState.CONNECTING, ConnectionState.LIVE]
