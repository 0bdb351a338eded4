"""Account events of both markets: subscribed anew at every connection, over real sockets."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from aiohttp import web

from terminal_app.domain.instrument import Market
from terminal_app.domain.order import OrderUpdate
from terminal_app.tasks import TaskScope
from terminal_app.venues.account_events import AccountEvent, AccountStreamReady
from terminal_app.venues.base import ConnectionState
from terminal_app.venues.binance.kept_socket import KeptSocket
from terminal_app.venues.binance.line import Timing
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.binance.signing import HmacSigner, websocket_payload
from terminal_app.venues.binance.spot.user_stream import SpotUserStream
from terminal_app.venues.binance.usdm.user_stream import UsdmUserStream
from terminal_app.venues.reconnect import ConnectionBudget
from tests.helpers.eventually import eventually
from tests.helpers.loopback_venue import LoopbackSocket, LoopbackVenue, reply
from tests.helpers.shared import shared_json_sequence

LIVE, CLOSED = ConnectionState.LIVE, ConnectionState.CLOSED
CONNECTING = ConnectionState.CONNECTING
TIMING = Timing(overlap_s=0.2)
SIGNER = HmacSigner("the key", "the secret")
SPOT_EVENTS = "data/user_stream/WebSocketGlobalSpotLimitSubmittedFilled.json"
USDM_EVENTS = "data/user_stream/WebSocketFutureLimitSubmittedFilled.json"


class Heard:
    """Collect states and account events."""

    def __init__(self) -> None:
        self.states: list[ConnectionState] = []
        self.reasons: list[str] = []
        self.events: list[AccountEvent] = []

    def on_state(self, state: ConnectionState, reason: str) -> None:
        self.states.append(state)
        self.reasons.append(reason)

    @property
    def ready(self) -> int:
        """Return how often the stream became ready."""
        return sum(isinstance(event, AccountStreamReady) for event in self.events)

    @property
    def updates(self) -> list[OrderUpdate]:
        """Return the order updates."""
        return [event for event in self.events if isinstance(event, OrderUpdate)]


async def _subscribed(socket: LoopbackSocket, message: Any) -> None:
    await socket.send({"id": message["id"], "status": 200, "result": {"subscriptionId": 0}})


def _more_ready(heard: Heard, known: int) -> bool:
    return heard.ready > known


class _KeyServer:
    """Give listen keys, a new one each time, and refuse to keep them alive when told so."""

    def __init__(self) -> None:
        self.given = 0
        self.is_gone = False

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if request.path.endswith("/time"):
            return reply({"serverTime": int(time.time() * 1000)})
        if request.method == "POST":
            self.given += 1
            self.is_gone = False
        elif self.is_gone:
            return reply({"code": -1125, "msg": "This listenKey does not exist."}, 400)
        return reply({"listenKey": f"key{self.given}"})


@asynccontextmanager
async def _running(socket: KeptSocket, rest: RestClient) -> AsyncIterator[None]:
    try:
        async with TaskScope("test") as scope:
            scope.spawn(socket.run(), "socket")
            yield
    finally:
        await rest.close()


@asynccontextmanager
async def _spot(venue: LoopbackVenue, heard: Heard) -> AsyncIterator[None]:
    rest = RestClient(Market.SPOT, venue.http, SIGNER)
    address = f"{venue.websocket}/ws-api/v3"
    socket = SpotUserStream(
        address,
        SIGNER,
        rest,
        heard.events.append,
        heard.on_state,
        ConnectionBudget(),
        timing=TIMING,
    )
    async with _running(socket, rest):
        yield


@asynccontextmanager
async def _usdm(
    venue: LoopbackVenue, heard: Heard, keep_alive_s: float = 60.0
) -> AsyncIterator[None]:
    rest = RestClient(Market.USDM, venue.http, SIGNER)
    socket = UsdmUserStream(
        venue.websocket,
        rest,
        heard.events.append,
        heard.on_state,
        ConnectionBudget(),
        keep_alive_s=keep_alive_s,
        timing=TIMING,
    )
    async with _running(socket, rest):
        yield


async def test_spot_subscribes_with_a_valid_signature_and_hears_events() -> None:
    heard = Heard()
    async with LoopbackVenue(_KeyServer(), _subscribed) as venue, _spot(venue, heard):
        await eventually(lambda: heard.ready)
        request = venue.sockets[0].received[0]
        assert request["method"] == "userDataStream.subscribe.signature"
        params = dict(request["params"])
        signature = params.pop("signature")
        assert params["apiKey"] == "the key"
        assert signature == SIGNER.sign(websocket_payload(params))
        for frame in shared_json_sequence(SPOT_EVENTS):
            await venue.sockets[0].send(frame)
        await eventually(lambda: any(update.fill for update in heard.updates))
        assert heard.states[-1] is LIVE


async def test_spot_subscribes_again_with_a_fresh_timestamp() -> None:
    heard = Heard()
    async with LoopbackVenue(_KeyServer(), _subscribed) as venue, _spot(venue, heard):
        await eventually(lambda: heard.ready)
        for farewell in ("eventStreamTerminated", "serverShutdown"):
            known = len(venue.sockets)
            await venue.sockets[-1].send({"subscriptionId": 0, "event": {"e": farewell, "E": 1}})
            await eventually(partial(_more_ready, heard, known))
        stamps = [one.received[0]["params"]["timestamp"] for one in venue.sockets]
        assert len(stamps) == 3
        assert stamps == sorted(set(stamps))


async def test_spot_moves_to_another_server_and_tells_every_event_once() -> None:
    heard = Heard()
    async with LoopbackVenue(_KeyServer(), _subscribed) as venue, _spot(venue, heard):
        await eventually(lambda: heard.ready)
        first, frames = venue.sockets[0], shared_json_sequence(SPOT_EVENTS)
        await first.send(frames[0])
        await first.send({"event": {"e": "serverShutdown", "E": 1}})
        await eventually(lambda: len(venue.sockets) == 2 and venue.sockets[1].received)
        second = venue.sockets[1]
        for frame in frames[1:]:
            await first.send({**frame, "subscriptionId": 0})
            await second.send({**frame, "subscriptionId": 7})
        await eventually(lambda: heard.ready == 2)
        told = [event for event in heard.events if not isinstance(event, AccountStreamReady)]
        assert len(told) == len({repr(event) for event in told})
        assert any(update.fill for update in heard.updates)
        assert heard.states == [CONNECTING, LIVE]
        # What the new one tells now is news.
        count = len(heard.events)
        changed = {**frames[0], "event": {**frames[0]["event"], "E": 1}}
        await second.send(changed)
        await eventually(lambda: len(heard.events) > count)


async def test_spot_gives_up_when_the_key_is_refused() -> None:
    async def refuse(socket: LoopbackSocket, message: Any) -> None:
        error = {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}
        await socket.send({"id": message["id"], "status": 401, "error": error})

    heard = Heard()
    async with LoopbackVenue(_KeyServer(), refuse) as venue, _spot(venue, heard):
        await eventually(lambda: heard.states[-1:] == [CLOSED])
        assert "Invalid API-key" in heard.reasons[-1]
        assert not heard.ready


async def test_spot_measures_the_clock_again_when_its_timestamp_is_refused() -> None:
    refusals = [{"code": -1021, "msg": "Timestamp"}]

    async def refuse_once(socket: LoopbackSocket, message: Any) -> None:
        if refusals:
            error = refusals.pop()
            await socket.send({"id": message["id"], "status": 400, "error": error})
        else:
            await _subscribed(socket, message)

    heard = Heard()
    async with LoopbackVenue(_KeyServer(), refuse_once) as venue, _spot(venue, heard):
        await eventually(lambda: heard.ready)
        assert len(venue.sockets) == 2


async def test_usdm_carries_its_key_in_the_address_and_hears_events() -> None:
    heard, keys = Heard(), _KeyServer()
    async with LoopbackVenue(keys) as venue, _usdm(venue, heard):
        await eventually(lambda: heard.ready and venue.sockets)
        assert venue.sockets[0].path == "/private/ws?listenKey=key1"
        for frame in shared_json_sequence(USDM_EVENTS):
            await venue.sockets[0].send(frame)
        await eventually(lambda: any(update.fill for update in heard.updates))


async def test_usdm_asks_for_a_new_key_when_the_old_one_expired() -> None:
    heard, keys = Heard(), _KeyServer()
    async with LoopbackVenue(keys) as venue, _usdm(venue, heard):
        await eventually(lambda: heard.ready and venue.sockets)
        await venue.sockets[0].send({"e": "listenKeyExpired", "E": "1", "listenKey": "key1"})
        await eventually(lambda: len(venue.sockets) == 2)
        assert venue.sockets[1].path == "/private/ws?listenKey=key2"
        await eventually(lambda: heard.ready == 2)


async def test_usdm_moves_to_another_server_and_tells_every_event_once() -> None:
    heard, keys = Heard(), _KeyServer()
    async with LoopbackVenue(keys) as venue, _usdm(venue, heard):
        await eventually(lambda: heard.ready and venue.sockets)
        first, frames = venue.sockets[0], shared_json_sequence(USDM_EVENTS)
        await first.send({"e": "serverShutdown", "E": 1})
        await eventually(lambda: len(venue.sockets) == 2)
        for frame in frames:
            await first.send(frame)
            await venue.sockets[1].send(frame)
        await eventually(lambda: heard.ready == 2)
        told = [event for event in heard.events if not isinstance(event, AccountStreamReady)]
        assert len(told) == len({repr(event) for event in told})
        assert any(update.fill for update in heard.updates)
        assert heard.states == [CONNECTING, LIVE]


async def test_usdm_keeps_its_key_alive_and_notices_when_it_is_gone() -> None:
    heard, keys = Heard(), _KeyServer()
    async with LoopbackVenue(keys) as venue, _usdm(venue, heard, keep_alive_s=0.02):
        await eventually(lambda: [m for m, _ in venue.requests].count("PUT") >= 2)
        assert keys.given == 1
        keys.is_gone = True
        await eventually(lambda: heard.ready == 2)
        assert keys.given == 2


async def test_no_reason_ever_holds_the_listen_key() -> None:
    heard, keys = Heard(), _KeyServer()
    async with LoopbackVenue(keys) as venue, _usdm(venue, heard):
        await eventually(lambda: heard.ready and venue.sockets)
        venue.refuse_sockets_with = 404
        await venue.sockets[0].socket.close()
        await eventually(lambda: heard.states[-1] is CLOSED)
        assert not [reason for reason in heard.reasons if "key" in reason]
