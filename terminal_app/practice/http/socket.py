"""One WebSocket of a client: frames out through a bounded queue, texts in, pings both ways."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import WSCloseCode, WSMsgType, web

from terminal_app.practice.faults.line import Line
from terminal_app.practice.faults.network import Network, cut

QUEUE_FRAMES: Final = 8_192
_SILENCES_ALLOWED: Final = 3


@dataclass(frozen=True, slots=True)
class _Close:
    code: int
    reason: str


class Peer:
    """Talk to one client without ever waiting for it.

    A client that reads too slowly fills its own queue and is cut off; nobody else waits.
    """

    def __init__(self, request: web.Request, ping_s: float, network: Network) -> None:
        self._request = request
        self.line: Line = network.open_line(request)
        self.line.carrier = self
        self._socket = web.WebSocketResponse(autoping=False, compress=False)
        self._ping_s = ping_s
        self._frames: asyncio.Queue[tuple[float, bytes | _Close]] = asyncio.Queue(QUEUE_FRAMES)
        self._silences = 0
        self._is_mute = False

    async def accept(self) -> None:
        """Answer the handshake."""
        await self._socket.prepare(self._request)

    @property
    def response(self) -> web.WebSocketResponse:
        """Return what the handler returns in the end."""
        return self._socket

    def send(self, text: bytes) -> None:
        """Send one text frame as the line lets it pass."""
        self.line.send(text)

    def queue(self, due_s: float, frame: bytes) -> None:
        """Queue a frame that leaves at a time of the loop; a full queue cuts the connection."""
        try:
            self._frames.put_nowait((due_s, frame))
        except asyncio.QueueFull:
            self.cut()

    def reset(self) -> None:
        """End the connection with RST."""
        cut(self._request.transport)

    def half_close(self) -> None:
        """Send FIN and go on reading: nothing leaves any more."""
        self._is_mute = True
        if self._request.transport is not None:
            self._request.transport.write_eof()

    def close_soon(self, code: int, reason: str) -> None:
        """Close with a code after what is queued; 1006 is a FIN without a closing frame."""
        with contextlib.suppress(asyncio.QueueFull):
            self._frames.put_nowait((0.0, _Close(code, reason)))

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
        finally:
            self.line.close()

    async def _read(self, on_text: Callable[[str], None]) -> None:
        while not self._socket.closed:
            await self.line.flowing()
            message = await self._socket.receive()
            match message.type:
                case WSMsgType.TEXT:
                    on_text(message.data)
                case WSMsgType.PING:
                    await self.line.flowing()
                    if not self._is_mute:
                        await self._socket.pong(message.data)
                case WSMsgType.PONG:
                    self._silences = 0
                case WSMsgType.BINARY:
                    await self._socket.close(code=WSCloseCode.UNSUPPORTED_DATA)
                case _:
                    return

    async def _write(self) -> None:
        while True:
            due_s, frame = await self._frames.get()
            if due_s:
                await asyncio.sleep(due_s - asyncio.get_running_loop().time())
            await self.line.flowing()
            if isinstance(frame, _Close):
                await self._leave(frame)
            elif not self._is_mute:
                await self._socket.send_frame(frame, WSMsgType.TEXT)

    async def _leave(self, how: _Close) -> None:
        if how.code != WSCloseCode.ABNORMAL_CLOSURE:
            await self._socket.close(code=how.code, message=how.reason.encode())
        elif self._request.transport is not None:
            self._request.transport.close()

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(self._ping_s)
            await self.line.flowing()
            if self._silences >= _SILENCES_ALLOWED:
                self.cut()
                return
            self._silences += 1
            if not self._is_mute:
                await self._socket.ping()
