"""A client that does not read harms nobody but itself."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from terminal_app.practice.faults.book import FaultBook
from terminal_app.practice.faults.journal import Journal
from terminal_app.practice.faults.latency import Latency
from terminal_app.practice.faults.network import Network
from terminal_app.practice.http.rules import SocketRules
from terminal_app.practice.http.socket import QUEUE_FRAMES, Peer

FRAME = b'"' + b"x" * 16_384 + b'"'
LIMIT_S = 30.0


class Room:
    """Hold the peers of a server whose sockets send texts back."""

    def __init__(self) -> None:
        self.arrivals: asyncio.Queue[Peer] = asyncio.Queue()
        self.departures: asyncio.Queue[Peer] = asyncio.Queue()
        self.floods = 0
        self.network = Network("spot", FaultBook(1), Latency(1), Journal(lambda: 0))

    def note_flood(self) -> None:
        """Count a flood."""
        self.floods += 1

    @contextlib.asynccontextmanager
    async def open(
        self, ping_s: float = 60, pong_s: float = 60, messages_per_s: int = 0
    ) -> AsyncIterator[str]:
        """Serve, and give the address."""
        rules = SocketRules(ping_s, pong_s, messages_per_s)

        async def serve(request: web.Request) -> web.StreamResponse:
            peer = Peer(request, rules, self.network, self.note_flood)
            await peer.accept()
            self.arrivals.put_nowait(peer)
            await peer.run(lambda text: peer.send(text.encode()))
            self.departures.put_nowait(peer)
            return peer.response

        app = web.Application()
        app.router.add_get("/", serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            async with asyncio.timeout(LIMIT_S):
                yield f"ws://127.0.0.1:{runner.addresses[0][1]}/"
        finally:
            await runner.cleanup()


async def shake_hands(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a socket that will neither read nor answer by itself."""
    place = address.removeprefix("ws://").rstrip("/")
    host, _, port = place.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1_024)
    writer.write(
        f"GET / HTTP/1.1\r\nHost: {place}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    return reader, writer


async def all_of(socket: ClientConnection) -> None:
    """Read until the other side closes."""
    while True:
        await socket.recv()


async def test_who_does_not_read_is_cut_off_and_others_are_served() -> None:
    room = Room()
    async with room.open() as address:
        _, writer = await shake_hands(address)
        slow = await room.arrivals.get()
        for _ in range(QUEUE_FRAMES):
            slow.send(FRAME)
        async with connect(address, proxy=None) as quick:
            await quick.send("still here?")
            assert await quick.recv() == "still here?"
        assert room.departures.get_nowait() is not slow
        for _ in range(QUEUE_FRAMES + 1):
            slow.send(FRAME)
        assert await room.departures.get() is slow
        writer.close()


async def test_silent_peer_is_dropped_and_answering_one_kept() -> None:
    room = Room()
    async with room.open(0.05, 0.15) as address, connect(address, proxy=None) as answering:
        reader, writer = await shake_hands(address)
        # Pings come and are never answered: the end of the stream is the drop.
        with contextlib.suppress(ConnectionResetError):
            while await reader.read(1_024):
                pass
        writer.close()
        await answering.send("still here?")
        assert await answering.recv() == "still here?"


async def test_pings_are_answered() -> None:
    async with Room().open() as address, connect(address, proxy=None) as socket:
        await (await socket.ping(b"same back"))


async def test_a_pong_that_answers_no_ping_proves_nothing() -> None:
    room = Room()
    async with room.open(0.05, 0.3) as address:
        reader, writer = await shake_hands(address)
        with contextlib.suppress(ConnectionResetError):
            while await reader.read(1_024):
                writer.write(b"\x8a\x80\x00\x00\x00\x00")  # an empty, masked pong
        writer.close()
        await room.departures.get()


async def test_who_sends_too_much_in_a_second_is_sent_away() -> None:
    room = Room()
    async with room.open(messages_per_s=5) as address, connect(address, proxy=None) as socket:
        for _ in range(20):
            await socket.send("more")
        with pytest.raises(ConnectionClosed):
            await all_of(socket)
        assert socket.close_code == 1008
        assert room.floods == 1


async def test_an_end_comes_after_what_was_queued() -> None:
    room = Room()
    async with room.open() as address, connect(address, proxy=None) as socket:
        peer = await room.arrivals.get()
        peer.send(b"last words")
        peer.close_soon(1001, "bye")
        assert await socket.recv() == "last words"
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert (socket.close_code, socket.close_reason) == (1001, "bye")
        await peer.finished.wait()
