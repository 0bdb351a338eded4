"""The way between a client and an exchange in one process: the real bytes, only no sockets.

Both ends are the real ones. What stands here is what the operating system and the libraries of
HTTP and WebSockets would do between them: requests, frames, pings, and connections that break.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, cast

import httpx
from aiohttp import web
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.frames import Close
from websockets.http11 import Response
from websockets.protocol import State

from terminal_app.practice.faults.line import Line
from terminal_app.practice.faults.network import Network
from terminal_app.tasks import TaskScope
from tests.faults.memory_http import Handler, Request, Routes

Middleware = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]
# What the terminal's HTTP client and its sockets are set to.
READ_S = 10.0
PING_EVERY_S = 10.0
PONG_S = 5.0
# The time a message needs at least; a person's orders must be able to cross each other.
HOP_S = 0.002
# No answer is longer under way: a pause may have begun that long before it is heard of.
LONGEST_WAY_S = 1.0


class Tap:
    """Hear what goes over a wire; each method may be left as it is."""

    def left(self, name: str) -> None:
        """Hear that the terminal sends a request: its path, or its method of the WebSocket API."""

    def arrived(self, way: str, name: str, params: Mapping[str, Any]) -> None:
        """Hear that a request reached the exchange; ``way`` is an HTTP method or "WS"."""

    def clock_refused(self) -> None:
        """Hear that a timestamp of the terminal's was refused."""

    def refused(self, status: int, pause_s: float) -> None:
        """Hear that the terminal was told to pause from now on, by HTTP 429 or 418."""


class Peer:
    """Serve one socket of a client: the exchange's end of it, with the line that harms it."""

    def __init__(self, request: Request, network: Network, tap: Tap) -> None:
        self.tap = tap
        self.finished = asyncio.Event()
        self.line: Line = network.open_line(cast(web.Request, request))
        self.line.carrier = self
        self.response = web.WebSocketResponse()
        self.connection = Connection(self)
        self._is_mute = False
        self._last_s = 0.0
        self._texts: deque[str] = deque()
        self._has_texts = asyncio.Event()
        self._tasks = asyncio.TaskGroup()

    async def accept(self) -> None:
        """Let the client's connection begin."""
        self.connection.accepted.set()

    def send(self, text: bytes) -> None:
        """Send one frame as the line lets it pass."""
        self.line.send(text)

    def queue(self, due_s: float, frame: bytes) -> None:
        """Let a frame arrive after its time under way."""
        if not self._is_mute:
            self.connection.arrive(due_s, frame)

    def reset(self) -> None:
        """Cut the connection."""
        self.connection.end(None)

    cut = reset

    def half_close(self) -> None:
        """Send nothing any more, not even an answer to a ping."""
        self._is_mute = True

    def close_soon(self, code: int, reason: str) -> None:
        """Close after what is under way; 1006 is an end without a word."""
        self.connection.arrive(0.0, None if code == 1006 else Close(code, reason))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the reading."""
        self._tasks.create_task(work)

    def take(self, text: str) -> None:
        """Take a text of the client, which arrives a moment later."""
        loop = asyncio.get_running_loop()
        self._last_s = max(loop.time() + HOP_S, self._last_s + 1e-6)
        loop.call_at(self._last_s, self._arrived, text)

    def hang_up(self) -> None:
        """Hear that the connection has ended."""
        self._has_texts.set()

    async def run(self, on_text: Callable[[str], None]) -> None:
        """Serve until the connection ends."""
        try:
            async with self._tasks:
                while True:
                    await self._has_texts.wait()
                    self._has_texts.clear()
                    await self.line.flowing()
                    while self._texts:
                        on_text(self._texts.popleft())
                    if self.connection.state is not State.OPEN:
                        break
                # What was sent before the client left arrives all the same.
                await self.line.drained()
        finally:
            self.connection.end(None)
            self.line.close()
            self.finished.set()

    async def answers_ping(self) -> bool:
        """Say whether a ping comes back in time."""
        try:
            async with asyncio.timeout(PONG_S):
                await self.line.flowing()
        except TimeoutError:
            return False
        return not self._is_mute

    def _arrived(self, text: str) -> None:
        request = json.loads(text)
        self.tap.arrived("WS", request["method"], request.get("params") or {})
        self._texts.append(text)
        self._has_texts.set()


class Connection:
    """Be the client's end of a socket, as far as the terminal uses one."""

    def __init__(self, peer: Peer) -> None:
        self.accepted = asyncio.Event()
        self.state = State.OPEN
        self._peer = peer
        self._frames: deque[bytes | Close | None] = deque()
        self._has_frames = asyncio.Event()
        self._closed_by: Close | None = None
        self._last_s = 0.0

    def arrive(self, due_s: float, frame: bytes | Close | None) -> None:
        """Take a frame, or the end, after its time under way."""
        loop = asyncio.get_running_loop()
        # Strictly later than the one before: nothing overtakes anything on one connection.
        self._last_s = max(due_s, loop.time() + HOP_S, self._last_s + 1e-6)
        loop.call_at(self._last_s, self._arrived, frame)

    def end(self, close: Close | None) -> None:
        """End the connection for both sides."""
        if self.state is State.OPEN:
            self.state, self._closed_by = State.CLOSED, close
            self._has_frames.set()
            self._peer.hang_up()

    async def send(self, message: str | bytes, text: bool | None = None) -> None:
        """Send a text."""
        if self.state is not State.OPEN:
            raise self._ended()
        request = message if isinstance(message, str) else message.decode()
        self._peer.tap.left(json.loads(request)["method"])
        self._peer.take(request)

    async def recv(self, decode: bool | None = None) -> bytes:
        """Return the next frame as bytes."""
        assert decode is False
        while not self._frames:
            if self.state is not State.OPEN:
                raise self._ended()
            self._has_frames.clear()
            await self._has_frames.wait()
        frame = self._frames.popleft()
        assert isinstance(frame, bytes)
        return frame

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """End the connection from this side."""
        self.end(Close(code, reason))

    async def wait_closed(self) -> None:
        """Wait until the connection has ended."""
        while self.state is State.OPEN:
            self._has_frames.clear()
            await self._has_frames.wait()

    async def keep_alive(self) -> None:
        """Ping for ever; a ping that is not answered ends the connection."""
        while self.state is State.OPEN:
            await asyncio.sleep(PING_EVERY_S)
            if not await self._peer.answers_ping():
                self.end(Close(1011, "keepalive ping timeout"))

    def _arrived(self, frame: bytes | Close | None) -> None:
        if self.state is not State.OPEN:
            return
        if isinstance(frame, bytes):
            if b'"status":4' in frame and b'"retryAfter":' in frame:
                self._hear_refusal(frame)
            if b'"code":-1021' in frame:
                self._peer.tap.clock_refused()
            self._frames.append(frame)
            self._has_frames.set()
        else:
            self.end(frame)

    def _hear_refusal(self, frame: bytes) -> None:
        reply = json.loads(frame)
        data = reply["error"]["data"]
        pause_s = (data["retryAfter"] - data["serverTime"]) / 1000
        self._peer.tap.refused(reply["status"], pause_s - LONGEST_WAY_S)

    def _ended(self) -> ConnectionClosedError:
        return ConnectionClosedError(self._closed_by, None)


class Wire:
    """Carry requests and sockets of clients to one exchange."""

    def __init__(self, network: Network, routes: Routes) -> None:
        self._is_down = False
        self.tap = Tap()
        self._middleware = cast(Middleware, network.middleware)
        self._routes = routes
        self._scope = TaskScope("exchange")
        self._connections: set[Connection] = set()
        self._peers: dict[int, Peer] = {}

    @property
    def is_down(self) -> bool:
        """Say whether the cable is out: every connection ended, new ones are refused."""
        return self._is_down

    @is_down.setter
    def is_down(self, is_down: bool) -> None:
        self._is_down = is_down
        if is_down:
            for connection in tuple(self._connections):
                connection.end(None)

    async def request(
        self, method: str, address: str, headers: Mapping[str, str]
    ) -> httpx.Response:
        """Bring a request to the exchange and its answer back, or raise as httpx does."""
        if self.is_down:
            raise httpx.ConnectError("connection refused")
        request = Request(method, address, headers)
        self.tap.left(request.path)
        await asyncio.sleep(HOP_S)
        self.tap.arrived(method, request.path, request.query)
        task = self._scope.spawn(self._answered(request), "request")
        done, _ = await asyncio.wait((task,), timeout=READ_S)
        if not done:
            raise httpx.ReadTimeout("no answer in time")
        response: web.Response = task.result()
        await asyncio.sleep(HOP_S)
        if self.is_down or request.transport.is_reset:
            raise httpx.ReadError("connection reset")
        if request.transport.is_ended:
            raise httpx.RemoteProtocolError("the connection ended before the answer was whole")
        if response.status in (418, 429):
            pause_s = float(response.headers.get("Retry-After", "0"))
            self.tap.refused(response.status, pause_s - LONGEST_WAY_S)
        body = response.body if isinstance(response.body, bytes) else b""
        if response.status == 400 and b"-1021" in body:
            self.tap.clock_refused()
        return httpx.Response(response.status, headers=dict(response.headers), content=body)

    async def open(self, address: str) -> Connection:
        """Open a socket, or raise as websockets does."""
        if self.is_down:
            raise ConnectionRefusedError
        request = Request("GET", address, {"Upgrade": "websocket"})
        task = self._scope.spawn(self._answered(request), "socket")
        await asyncio.sleep(HOP_S)
        peer = self._peers.get(id(request))
        if peer is None:
            response: web.StreamResponse = await task
            raise InvalidStatus(Response(response.status, "", Headers()))
        del self._peers[id(request)]
        connection = peer.connection
        await connection.accepted.wait()
        self._connections.add(connection)
        self._scope.spawn(connection.keep_alive(), "keep alive")
        return connection

    def knock(self, request: Request, network: Network) -> Peer:
        """Make the exchange's end of a socket that a client wants to open."""
        peer = Peer(request, network, self.tap)
        self._peers[id(request)] = peer
        return peer

    def forget(self, connection: Connection) -> None:
        """Hear that a client left its connection."""
        self._connections.discard(connection)

    async def close(self) -> None:
        """End everything."""
        self.is_down = True
        await self._scope.close()

    async def _answered(self, request: Request) -> web.Response:
        handler = self._routes.find(request)
        answer = await self._middleware(cast(web.Request, request), handler)
        return cast(web.Response, answer)


class Connecting:
    """Be the context that `websockets.connect` gives."""

    def __init__(self, wire: Wire, address: str) -> None:
        self._wire = wire
        self._address = address
        self._connection: Connection | None = None

    async def __aenter__(self) -> Connection:
        self._connection = await self._wire.open(self._address)
        return self._connection

    def __await__(self) -> Any:
        return self._wire.open(self._address).__await__()

    async def __aexit__(self, *_: object) -> None:
        assert self._connection is not None
        await self._connection.close()
        self._wire.forget(self._connection)


class HttpClient:
    """Be an `httpx.AsyncClient` whose every request goes over one wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def request(
        self, method: str, address: str, *, headers: Mapping[str, str]
    ) -> httpx.Response:
        """Send a request."""
        return await self._wire.request(method, address, headers)

    async def aclose(self) -> None:
        """Close nothing."""
