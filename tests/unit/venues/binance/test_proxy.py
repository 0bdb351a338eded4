"""Behind a proxy everything goes through it, and nothing goes anywhere when it is down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from terminal_app.domain.credentials import Credentials
from terminal_app.domain.instrument import Market
from terminal_app.errors import NotConnected
from terminal_app.venues.base import ConnectionChanged, ConnectionState, OutcomeKind, Venue
from terminal_app.venues.binance.environments import Endpoints, environment_named
from terminal_app.venues.binance.opening import open_venue
from terminal_app.venues.binance.outcome import Answer, classify
from terminal_app.venues.binance.rest import HttpLane
from terminal_app.venues.connection_settings import ConnectionSettings
from tests.helpers.eventually import eventually
from tests.helpers.http_proxy import HttpProxy
from tests.helpers.loopback_venue import LoopbackVenue, reply

# A name that no resolver knows: whoever goes there without the proxy finds nobody.
NAME = "exchange.invalid"
ENDPOINTS = Endpoints(f"http://{NAME}", f"ws://{NAME}", f"ws://{NAME}/ws-api/v3")
LIVE = {ConnectionChanged(name, ConnectionState.LIVE) for name in ("market", "account", "orders")}


async def _answer(_request: web.Request) -> web.StreamResponse:
    return reply({"serverTime": 1_700_000_000_000})


@asynccontextmanager
async def _behind(proxy: str) -> AsyncIterator[tuple[Venue, list[ConnectionChanged]]]:
    venue = open_venue(
        environment_named("live"),
        Market.SPOT,
        ENDPOINTS,
        Credentials("k" * 64, "s" * 64),
        ConnectionSettings(proxy=proxy, connect_timeout_s=1, reconnect_cap_s=1),
    )
    changes: list[ConnectionChanged] = []
    await venue.open(changes.append, lambda _: None)
    try:
        yield venue, changes
    finally:
        await venue.close()


async def test_rest_and_every_socket_go_through_the_proxy() -> None:
    async with (
        LoopbackVenue(_answer) as server,
        HttpProxy(server.port) as proxy,
        _behind(proxy.address) as (venue, changes),
    ):
        await eventually(lambda: venue.clock is not None)
        await eventually(lambda: set(changes) >= LIVE)
        assert f"GET http://{NAME}/api/v3/time HTTP/1.1" in proxy.asked
        assert f"CONNECT {NAME}:80 HTTP/1.1" in proxy.asked


async def test_a_proxy_that_is_down_is_never_gone_around() -> None:
    async with LoopbackVenue(_answer) as server, HttpProxy(server.port) as proxy:
        proxy.refuse_with = 407
        async with _behind(proxy.address) as (venue, changes):
            await eventually(lambda: len(proxy.asked) >= 3)
            assert venue.clock is None
            assert server.requests == []
            assert server.sockets == []
            states = {change.state for change in changes}
            assert ConnectionState.LIVE not in states
            # What is cut in the middle of a handshake leaves an error that nobody hears.
            await eventually(lambda: proxy.is_idle)


async def test_a_name_and_a_word_for_the_proxy_reach_it_alone() -> None:
    async with LoopbackVenue(_answer) as server, HttpProxy(server.port) as proxy:
        address = proxy.address.replace("http://", "http://me:word@")
        async with _behind(address) as (venue, changes):
            await eventually(lambda: venue.clock is not None)
            await eventually(lambda: set(changes) >= LIVE)
        assert all(b"proxy-authorization: basic" in head.lower() for head in proxy.heads)


async def test_without_a_way_to_the_proxy_nothing_is_sent() -> None:
    async with _behind("http://127.0.0.1:9") as (venue, _):
        with pytest.raises(NotConnected):
            async with asyncio.timeout(10):
                await venue.market_data.ticker("BTCUSDT")


async def test_a_proxy_that_refuses_means_not_sent() -> None:
    async with LoopbackVenue(_answer) as server, HttpProxy(server.port) as proxy:
        proxy.refuse_with = 407
        settings = ConnectionSettings(proxy=proxy.address)
        lane = HttpLane("orders", settings, f"https://{NAME}")
        error = await lane.send("POST", f"https://{NAME}/api/v3/order", {})
        await lane.close(1)
        assert isinstance(error, Exception)
        assert classify(Market.SPOT, Answer(error=error)).kind is OutcomeKind.NOT_SENT
        assert proxy.asked == [f"CONNECT {NAME}:443 HTTP/1.1"]
