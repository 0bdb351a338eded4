"""A client that does not read harms nobody but itself."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiohttp import web
from websockets.asyncio.client import connect

from terminal_app.practice.faults.book import FaultBook
from terminal_app.practice.faults.journal import Journal
from terminal_app.practice.faults.latency import Latency
from terminal_app.practice.faults.network import Network
from terminal_app.practice.http.socket import QUEUE_FRAMES, Peer

FRAME = b'"' + b"x" * 16_384 + b'"'
LIMIT_S = 20.0


class Room:
    """Hold the peers of a server whose sockets send texts back."""

    def __init__(self) -> None:
        self.arrivals: asyncio.Queue[Peer] = asyncio.Queue()
        self.departures: asyncio.Queue[Peer] = asyncio.Queue()
        self.network = Network("spot", FaultBook(1), Latency(1), Journal(lambda: 0))

    @contextlib.asynccontextmanager
    async def open(self, ping_s: float) -> AsyncIterator[str]:
        """Serve, and give the address."""

        async def serve(request: web.Request) -> web.StreamResponse:
            peer = Peer(request, ping_s, self.network)
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


async def test_who_does_not_read_is_cut_off_and_others_are_served() -> None:
    room = Room()
    async with room.open(ping_s=60) as address:
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
    async with room.open(ping_s=0.05) as address, connect(address, proxy=None) as answering:
        reader, writer = await shake_hands(address)
        # Pings come and are never answered: the end of the stream is the drop.
        with contextlib.suppress(ConnectionResetError):
            while await reader.read(1_024):
                pass
        writer.close()
        await answering.send("still here?")
        assert await answering.recv() == "still here?"


async def test_pings_are_answered() -> None:
    async with Room().open(ping_s=60) as address, connect(address, proxy=None) as socket:
        await (await socket.ping(b"same back"))
