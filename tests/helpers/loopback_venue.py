"""A server on 127.0.0.1 that does what a test tells it, above all what it should not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import WSMsgType, web

OnRequest = Callable[[web.Request], Awaitable[web.StreamResponse]]
OnMessage = Callable[["LoopbackSocket", Any], Awaitable[None]]


def reply(value: object, status: int = 200, **headers: str) -> web.Response:
    """Return a JSON answer."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return web.json_response(value, status=status, headers=named)


def cut(request: web.Request) -> web.Response:
    """Drop the connection instead of an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@dataclass
class LoopbackSocket:
    """Hold one accepted WebSocket and what came through it."""

    path: str
    socket: web.WebSocketResponse
    received: list[Any] = field(default_factory=list)

    async def send(self, value: object) -> None:
        """Send a JSON frame."""
        await self.socket.send_str(json.dumps(value))


async def acknowledge(socket: LoopbackSocket, message: Any) -> None:
    """Answer a control message as Binance's streams do."""
    await socket.send({"result": None, "id": message["id"]})


class LoopbackVenue:
    """Serve HTTP and WebSockets on one port."""

    def __init__(
        self, on_request: OnRequest | None = None, on_message: OnMessage = acknowledge
    ) -> None:
        self.requests: list[tuple[str, str]] = []
        self.sockets: list[LoopbackSocket] = []
        self.on_message = on_message
        self.refuse_sockets_with: int | None = None
        self.refuse_headers: dict[str, str] = {}
        self.refused = 0
        self._on_request = on_request
        self.port = 0
        self._runner: web.AppRunner | None = None

    @property
    def http(self) -> str:
        """Return the HTTP root."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def websocket(self) -> str:
        """Return the WebSocket root."""
        return f"ws://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        """Return the paths of all requests, without their queries."""
        return [path.partition("?")[0] for _, path in self.requests]

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(one.socket.close() for one in self.sockets), return_exceptions=True)
        assert self._runner is not None
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._serve_socket(request)
        self.requests.append((request.method, request.raw_path))
        assert self._on_request is not None
        return await self._on_request(request)

    async def _serve_socket(self, request: web.Request) -> web.StreamResponse:
        if self.refuse_sockets_with is not None:
            self.refused += 1
            return web.Response(status=self.refuse_sockets_with, headers=self.refuse_headers)
        socket = web.WebSocketResponse(timeout=0.2, compress=False)
        await socket.prepare(request)
        accepted = LoopbackSocket(request.raw_path, socket)
        self.sockets.append(accepted)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                value = json.loads(message.data)
                accepted.received.append(value)
                await self.on_message(accepted, value)
        return socket
