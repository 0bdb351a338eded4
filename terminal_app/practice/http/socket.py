"""One WebSocket of a client: frames out through a bounded queue, texts in, pings both ways."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

from aiohttp import WSCloseCode, WSMsgType, web

QUEUE_FRAMES: Final = 8_192
_SILENCES_ALLOWED: Final = 3


class Peer:
    """Talk to one client without ever waiting for it.

    A client that reads too slowly fills its own queue and is cut off; nobody else waits.
    """

    def __init__(self, request: web.Request, ping_s: float) -> None:
        self._request = request
        self._socket = web.WebSocketResponse(autoping=False, compress=False)
        self._ping_s = ping_s
        self._frames: asyncio.Queue[bytes] = asyncio.Queue(QUEUE_FRAMES)
        self._silences = 0

    async def accept(self) -> None:
        """Answer the handshake."""
        await self._socket.prepare(self._request)

    @property
    def response(self) -> web.WebSocketResponse:
        """Return what the handler returns in the end."""
        return self._socket

    def send(self, text: bytes) -> None:
        """Queue one text frame, or cut the connection when the queue is full."""
        try:
            self._frames.put_nowait(text)
        except asyncio.QueueFull:
            self.cut()

    def cut(self) -> None:
        """Drop the connection without a closing handshake."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def close(self, code: WSCloseCode, reason: str) -> None:
        """Close with a handshake, for as long as a second."""
        with contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(1):
                await self._socket.close(code=code, message=reason.encode())

    async def run(self, on_text: Callable[[str], None]) -> None:
        """Serve until either side closes; each text frame goes to `on_text`."""
        try:
            async with asyncio.TaskGroup() as tasks:
                helpers = [tasks.create_task(self._write()), tasks.create_task(self._ping())]
                await self._read(on_text)
                for helper in helpers:
                    helper.cancel()
        except* ConnectionError:
            pass

    async def _read(self, on_text: Callable[[str], None]) -> None:
        while not self._socket.closed:
            message = await self._socket.receive()
            match message.type:
                case WSMsgType.TEXT:
                    on_text(message.data)
                case WSMsgType.PING:
                    await self._socket.pong(message.data)
                case WSMsgType.PONG:
                    self._silences = 0
                case WSMsgType.BINARY:
                    await self._socket.close(code=WSCloseCode.UNSUPPORTED_DATA)
                case _:
                    return

    async def _write(self) -> None:
        while True:
            await self._socket.send_frame(await self._frames.get(), WSMsgType.TEXT)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(self._ping_s)
            if self._silences >= _SILENCES_ALLOWED:
                self.cut()
                return
            self._silences += 1
            await self._socket.ping()
