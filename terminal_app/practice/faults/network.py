"""The way between one market and its clients: REST requests pass here, sockets get their line."""

import asyncio
import socket
import struct
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from terminal_app.practice.faults.answers import GARBAGE, HTML, edited, error_of
from terminal_app.practice.faults.book import Fault, FaultBook, Hook, Occasion
from terminal_app.practice.faults.journal import Journal
from terminal_app.practice.faults.latency import Latency, Leg
from terminal_app.practice.faults.line import Line
from terminal_app.practice.wire.numbers import encode

LONGEST_HANG_S: Final = 60.0
# SO_LINGER on with no time to linger: closing then sends RST instead of FIN.
_NO_LINGER: Final = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Network:
    """Delay, damage and record what goes between one market's port and its clients."""

    market: str
    faults: FaultBook
    latency: Latency
    journal: Journal
    lines: dict[Line, None] = field(default_factory=dict)

    def open_line(self, request: web.Request) -> Line:
        """Return the line of a socket that was accepted; close it when the socket ends."""
        line = Line(self.market, request, self.faults, self.latency, self.journal, self.lines)
        self.lines[line] = None
        return line

    @property
    def middleware(self) -> Middleware:
        """Return what every HTTP request of the port passes through."""

        @web.middleware
        async def pass_through(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.headers.get("Upgrade", "").lower() == "websocket":
                return await self._shake_hands(request, handler)
            return await self._serve(request, handler)

        return pass_through

    async def _shake_hands(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        occasion = Occasion(self.market, "GET", request.path)
        fault = self.faults.strike("handshake", occasion)
        if fault is not None:
            return _error_response(fault)
        return await handler(request)

    async def _serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not self.latency.is_off:
            await asyncio.sleep(self.latency.seconds(Leg.REQUEST))
        whole = request.raw_path.partition("?")[2].encode() + await request.read()
        row = self.journal.request(self.market, "REST", request.method, request.path, whole)
        occasion = Occasion(self.market, request.method, request.path)
        fault = self.faults.strike("reply", occasion)
        if fault is not None:
            row["fault"] = fault.hook
        if fault is not None and not fault.is_accepted:
            row["outcome"] = "not accepted"
            return await _break(fault, request, web.Response())
        response = await handler(request)
        row["outcome"] = response.status
        if not self.latency.is_off:
            await asyncio.sleep(self.latency.seconds(Leg.REPLY))
        if fault is None or not isinstance(response, web.Response):
            return response
        return await _break(fault, request, response)


async def _break(fault: Fault, request: web.Request, response: web.Response) -> web.StreamResponse:
    match fault.hook:
        case Hook.REPLY_HANG:
            await asyncio.sleep(min(fault.options.get("seconds", LONGEST_HANG_S), LONGEST_HANG_S))
            cut(request.transport)
        case Hook.REPLY_RESET:
            cut(request.transport)
        case Hook.REPLY_CLOSE:
            _close(request.transport)
        case Hook.REPLY_TRUNCATE:
            _send_half(request.transport, response)
        case Hook.REPLY_GARBAGE:
            return web.Response(body=GARBAGE, content_type="application/json")
        case Hook.REPLY_HTML:
            status = fault.options.get("status", 200)
            return web.Response(body=HTML, status=status, content_type="text/html")
        case Hook.REPLY_REDIRECT:
            return web.Response(status=302, headers={"Location": "/login"})
        case Hook.REPLY_ERROR:
            return _error_response(fault)
        case _:
            _edit(response, fault)
    return response


def _error_response(fault: Fault) -> web.Response:
    status, body = error_of(fault.options)
    seconds = fault.options.get("retry_after")
    headers = {} if seconds is None else {"Retry-After": str(seconds)}
    return web.Response(
        body=encode(body), status=status, headers=headers, content_type="application/json"
    )


def _edit(response: web.Response, fault: Fault) -> None:
    if isinstance(response.body, bytes) and response.status == 200:
        response.body = edited(response.body, fault.options)


def cut(transport: asyncio.Transport | None) -> None:
    """End a connection with RST."""
    if transport is not None:
        connection: Any = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        transport.abort()


def _close(transport: asyncio.Transport | None) -> None:
    if transport is not None:
        transport.close()


def _send_half(transport: asyncio.Transport | None, response: web.Response) -> None:
    body = response.body if isinstance(response.body, bytes) and response.body else HTML
    head = (
        f"HTTP/1.1 {response.status} OK\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    if transport is not None:
        transport.write(head.encode() + body[: len(body) // 2])
        transport.close()
