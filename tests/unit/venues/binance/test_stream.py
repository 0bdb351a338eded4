"""A stream socket over real connections that fail in all the ways connections fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from terminal_app.tasks import TaskScope
from terminal_app.venues.base import ConnectionState
from terminal_app.venues.binance.line import Timing
from terminal_app.venues.binance.stream import StreamSocket
from terminal_app.venues.reconnect import ConnectionBudget
from tests.helpers.eventually import eventually
from tests.helpers.loopback_venue import LoopbackSocket, LoopbackVenue

LIVE, STALE = ConnectionState.LIVE, ConnectionState.STALE
CONNECTING, CLOSED = ConnectionState.CONNECTING, ConnectionState.CLOSED


class Heard:
    """Collect states and frames."""

    def __init__(self) -> None:
        self.states: list[ConnectionState] = []
        self.reasons: list[str] = []
        self.frames: list[Any] = []

    def on_state(self, state: ConnectionState, reason: str) -> None:
        self.states.append(state)
        self.reasons.append(reason)

    def on_data(self, data: msgspec.Raw) -> None:
        self.frames.append(msgspec.json.decode(data))


def _socket(
    address: str, heard: Heard, silence_s: float = 15.0, timing: Timing | None = None
) -> StreamSocket:
    return StreamSocket(
        "test",
        address,
        heard.on_state,
        ConnectionBudget(),
        spacing_s=0.001,
        timing=timing or Timing(silence_s=silence_s, overlap_s=0.1),
    )


@asynccontextmanager
async def _running(socket: StreamSocket) -> AsyncIterator[None]:
    async with TaskScope("test") as scope:
        scope.spawn(socket.run(), "socket")
        yield


def _wanted(socket: LoopbackSocket) -> list[str]:
    return [
        name
        for message in socket.received
        if message["method"] == "SUBSCRIBE"
        for name in message["params"]
    ]


async def _subscribed(venue: LoopbackVenue, index: int, *names: str) -> LoopbackSocket:
    def ready() -> bool:
        return len(venue.sockets) > index and set(_wanted(venue.sockets[index])) >= set(names)

    await eventually(ready)
    return venue.sockets[index]


async def test_frames_reach_the_stream_they_belong_to() -> None:
    async with LoopbackVenue() as venue:
        heard, others = Heard(), Heard()
        socket = _socket(f"{venue.websocket}/stream", heard)
        socket.add("a@trade", heard.on_data, ticks=False)
        async with _running(socket):
            server = await _subscribed(venue, 0, "a@trade")
            socket.add("b@trade", others.on_data, ticks=False)
            await _subscribed(venue, 0, "b@trade")
            await server.send({"stream": "a@trade", "data": {"n": 1}})
            await server.send({"stream": "b@trade", "data": {"n": 2}})
            await server.send({"stream": "c@trade", "data": {"n": 3}})
            await eventually(lambda: others.frames)
            assert heard.frames == [{"n": 1}]
            assert others.frames == [{"n": 2}]
            assert heard.states == [CONNECTING, LIVE]
    assert heard.states[-1] is CLOSED


async def test_late_frames_of_a_stream_that_is_not_wanted_are_dropped() -> None:
    async with LoopbackVenue() as venue:
        heard, others = Heard(), Heard()
        socket = _socket(f"{venue.websocket}/stream", heard)
        socket.add("a@trade", heard.on_data, ticks=False)
        socket.add("b@trade", others.on_data, ticks=False)
        async with _running(socket):
            server = await _subscribed(venue, 0, "a@trade", "b@trade")
            socket.remove("a@trade")
            await eventually(lambda: server.received[-1]["method"] == "UNSUBSCRIBE")
            assert server.received[-1]["params"] == ["a@trade"]
            await server.send({"stream": "a@trade", "data": {}})
            await server.send({"stream": "b@trade", "data": {}})
            await eventually(lambda: others.frames)
            assert heard.frames == []


async def test_many_streams_are_asked_for_in_chunks() -> None:
    async with LoopbackVenue() as venue:
        heard = Heard()
        socket = _socket(f"{venue.websocket}/stream", heard)
        names = [f"s{number}@trade" for number in range(120)]
        for name in names:
            socket.add(name, heard.on_data, ticks=False)
        async with _running(socket):
            server = await _subscribed(venue, 0, *names)
            assert [len(message["params"]) for message in server.received] == [50, 50, 20]
            assert len({message["id"] for message in server.received}) == 3


async def test_a_closed_connection_is_made_again_with_everything_wanted() -> None:
    async with LoopbackVenue() as venue:
        heard = Heard()
        socket = _socket(f"{venue.websocket}/stream", heard)
        socket.add("a@trade", heard.on_data, ticks=False)
        async with _running(socket):
            first = await _subscribed(venue, 0, "a@trade")
            socket.add("b@trade", heard.on_data, ticks=False)
            await _subscribed(venue, 0, "b@trade")
            await first.socket.close(code=1001)
            second = await _subscribed(venue, 1, "a@trade", "b@trade")
            await second.send({"stream": "b@trade", "data": {"n": 1}})
            await eventually(lambda: heard.frames)
            assert heard.states == [CONNECTING, LIVE, STALE, LIVE]
            assert heard.reasons[2] == "closed by the venue (1001)"


async def test_a_venue_that_goes_away_and_returns() -> None:
    heard = Heard()
    async with LoopbackVenue() as venue:
        port = venue.port
        socket = _socket(f"{venue.websocket}/stream", heard)
        socket.add("a@trade", heard.on_data, ticks=False)
        scope = TaskScope("test")
        scope.spawn(socket.run(), "socket")
        await _subscribed(venue, 0, "a@trade")
    await eventually(lambda: "connection refused" in heard.reasons)
    again = LoopbackVenue()
    again.port = port
    async with again:
        await _subscribed(again, 0, "a@trade")
        await eventually(lambda: heard.states[-1] is LIVE)
        await scope.close()
    assert CONNECTING not in heard.states[1:]


async def test_broken_frames_never_end_the_reader(expect_log: Callable[[str], None]) -> None:
    expect_log("a frame was left out")

    def picky(data: msgspec.Raw) -> None:
        if b"bad" in bytes(data):
            raise RuntimeError("a sink that fails")
        heard.on_data(data)

    async with LoopbackVenue() as venue:
        heard = Heard()
        socket = _socket(f"{venue.websocket}/stream", heard)
        socket.add("a@trade", picky, ticks=False)
        async with _running(socket):
            server = await _subscribed(venue, 0, "a@trade")
            await server.socket.send_str("{not json")
            await server.socket.send_bytes(b"\xff\xfe\x00")
            await server.send([1, 2, 3])
            await server.send({"stream": 5, "data": {}})
            await server.send({"stream": "a@trade", "data": "bad"})
            await server.send({"stream": "a@trade", "data": {"n": 1}})
            await eventually(lambda: heard.frames)
            assert heard.frames == [{"n": 1}]
            assert socket.quarantine.count == 5
            assert len(venue.sockets) == 1


async def test_a_refused_subscription_is_logged(expect_log: Callable[[str], None]) -> None:
    expect_log("a subscription was refused")
    refusals: list[Any] = [
        {"error": {"code": 2, "msg": "Invalid request"}, "id": 1},
        {"code": 2, "msg": "Invalid request", "id": 1},
    ]

    async def refuse(socket: LoopbackSocket, message: Any) -> None:
        for refusal in refusals:
            await socket.send(refusal)
        await socket.send({"stream": "a@trade", "data": {"n": 1}})

    async with LoopbackVenue(on_message=refuse) as venue:
        heard = Heard()
        socket = _socket(f"{venue.websocket}/stream", heard)
        socket.add("a@trade", heard.on_data, ticks=False)
        async with _running(socket):
            await eventually(lambda: heard.frames)


async def test_silence_of_what_should_tick_leads_to_a_new_connection() -> None:
    async with LoopbackVenue() as venue:
        heard = Heard()
        socket = _socket(f"{venue.websocket}/stream", heard, silence_s=0.3)
        socket.add("a@bookTicker", heard.on_data, ticks=True)
        async with _running(socket):
            await _subscribed(venue, 0, "a@bookTicker")
            await _subscribed(venue, 1, "a@bookTicker")
            assert STALE in heard.states
            assert "no data for 0 s" in heard.reasons


async def test_silence_of_what_may_be_quiet_is_no_reason() -> None:
    async with LoopbackVenue() as venue:
        quiet, ticking = Heard(), Heard()
        quiet_socket = _socket(f"{venue.websocket}/quiet", quiet, silence_s=0.2)
        quiet_socket.add("a@trade", quiet.on_data, ticks=False)
        ticking_socket = _socket(f"{venue.websocket}/ticking", ticking, silence_s=0.2)
        ticking_socket.add("a@bookTicker", ticking.on_data, ticks=True)
        async with _running(quiet_socket), _running(ticking_socket):
            await eventually(lambda: ticking.states.count(STALE) >= 2)
            assert quiet.states == [CONNECTING, LIVE]


FAREWELLS = (
    {"stream": "!serverShutdown", "data": {"e": "serverShutdown", "E": 1}},
    {"e": "serverShutdown", "E": 1},
)


async def _numbers(servers: list[LoopbackSocket], numbers: range) -> None:
    for number in numbers:
        for server in servers:
            await server.send({"stream": "a@trade", "data": {"n": number}})


@pytest.mark.parametrize("farewell", FAREWELLS)
async def test_a_server_that_restarts_is_left_without_a_break(farewell: object) -> None:
    async with LoopbackVenue() as venue:
        heard = Heard()
        socket = _socket(f"{venue.websocket}/stream", heard)
        socket.add("a@trade", heard.on_data, ticks=False)
        async with _running(socket):
            first = await _subscribed(venue, 0, "a@trade")
            await _numbers([first], range(3))
            await first.send(farewell)
            second = await _subscribed(venue, 1, "a@trade")
            await _numbers([first, second], range(3, 6))
            await eventually(lambda: first.socket.closed)
            await _numbers([second], range(6, 9))
            await eventually(lambda: {"n": 8} in heard.frames)
            # Both told 3 to 5; the older connection's come first, and nothing is left out.
            assert [frame["n"] for frame in heard.frames[:6]] == [0, 1, 2, 3, 4, 5]
            assert [frame["n"] for frame in heard.frames[-3:]] == [6, 7, 8]
            assert heard.states == [CONNECTING, LIVE]


async def test_a_connection_is_replaced_before_its_lifetime_ends() -> None:
    async with LoopbackVenue() as venue:
        heard = Heard()
        timing = Timing(silence_s=0.4, lifetime_s=0.2, overlap_s=0.05)
        socket = _socket(f"{venue.websocket}/stream", heard, timing=timing)
        socket.add("a@trade", heard.on_data, ticks=False)
        async with _running(socket):
            await eventually(lambda: len(venue.sockets) >= 4)
            await eventually(lambda: venue.sockets[2].socket.closed)
            assert heard.states == [CONNECTING, LIVE]


async def test_a_server_that_cuts_at_once_is_followed_by_whoever_comes() -> None:
    async with LoopbackVenue() as venue:
        heard = Heard()
        socket = _socket(f"{venue.websocket}/stream", heard)
        socket.add("a@trade", heard.on_data, ticks=False)
        async with _running(socket):
            server = await _subscribed(venue, 0, "a@trade")
            await server.send(FAREWELLS[1])
            await server.socket.close()
            second = await _subscribed(venue, 1, "a@trade")
            await second.send({"stream": "a@trade", "data": {"n": 1}})
            await eventually(lambda: heard.frames == [{"n": 1}])
            assert heard.states[-1] is LIVE
            assert len(venue.sockets) == 2


async def test_a_follower_that_is_refused_is_tried_again_while_the_present_one_lives() -> None:
    async with LoopbackVenue() as venue:
        heard = Heard()
        socket = _socket(f"{venue.websocket}/stream", heard)
        socket.add("a@trade", heard.on_data, ticks=False)
        async with _running(socket):
            first = await _subscribed(venue, 0, "a@trade")
            venue.refuse_sockets_with = 503
            await first.send(FAREWELLS[1])
            await eventually(lambda: venue.refused >= 2)
            await first.send({"stream": "a@trade", "data": {"n": 1}})
            venue.refuse_sockets_with = None
            second = await _subscribed(venue, 1, "a@trade")
            await second.send({"stream": "a@trade", "data": {"n": 2}})
            await eventually(lambda: heard.frames == [{"n": 1}, {"n": 2}])
            assert heard.states == [CONNECTING, LIVE]


async def test_a_handshake_that_can_never_succeed_ends_it() -> None:
    async with LoopbackVenue() as venue:
        venue.refuse_sockets_with = 404
        heard = Heard()
        socket = _socket(f"{venue.websocket}/stream", heard)
        async with _running(socket):
            await eventually(lambda: heard.states[-1:] == [CLOSED])
            assert heard.reasons[-1] == "the venue answered HTTP 404 to the connection"


async def test_nothing_wanted_is_live_as_soon_as_it_is_connected() -> None:
    async with LoopbackVenue() as venue:
        heard = Heard()
        async with _running(_socket(f"{venue.websocket}/stream", heard)):
            await eventually(lambda: heard.states == [CONNECTING, LIVE])


async def test_closing_ends_every_task_of_it() -> None:
    before = len(asyncio.all_tasks())
    async with LoopbackVenue() as venue:
        heard = Heard()
        async with _running(_socket(f"{venue.websocket}/stream", heard)):
            await eventually(lambda: LIVE in heard.states)
    await eventually(lambda: len(asyncio.all_tasks()) == before)
