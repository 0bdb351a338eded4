"""One WebSocket of a client: frames out through a bounded queue, texts in, pings both ways."""

import asyncio
import contextlib
import itertools
import struct
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import WSCloseCode, WSMsgType, web

from terminal_app.practice.faults.line import Line
from terminal_app.practice.faults.network import Network, cut
from terminal_app.practice.http.rules import SocketRules

QUEUE_FRAMES: Final = 8_192
_TOGETHER_FRAMES: Final = 256
_FINAL_TEXT: Final = 0x81
_CLOSE_S: Final = 1.0
_COUNTED: Final = (WSMsgType.TEXT, WSMsgType.PING, WSMsgType.PONG)


@dataclass(frozen=True, slots=True)
class _Close:
    code: int
    reason: str


class Peer:
    """Talk to one client without ever waiting for it.

    A client that reads too slowly fills its own queue and is cut off; nobody else waits. One that
    sends more messages in a second than the rules allow is sent away, and `on_flood` is called.
    """

    def __init__(
        self,
        request: web.Request,
        rules: SocketRules,
        network: Network,
        on_flood: Callable[[], None] = lambda: None,
    ) -> None:
        self.finished = asyncio.Event()
        self._request = request
        self._rules = rules
        self._on_flood = on_flood
        self.line: Line = network.open_line(request)
        self.line.carrier = self
        self._socket = web.WebSocketResponse(autoping=False, compress=False)
        self._frames: deque[tuple[float, bytes | _Close]] = deque()
        self._has_frames = asyncio.Event()
        self._tasks = asyncio.TaskGroup()
        self._pings: dict[bytes, float] = {}
        self._second = 0
        self._messages = 0
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
        if len(self._frames) >= QUEUE_FRAMES:
            self.cut()
            return
        self._frames.append((due_s, frame))
        self._has_frames.set()

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
        self._frames.append((0.0, _Close(code, reason)))
        self._has_frames.set()

    def cut(self) -> None:
        """Drop the connection without a closing handshake."""
        if self._request.transport is not None:
            self._request.transport.abort()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the reading; it is finished even when the client leaves."""
        self._tasks.create_task(work)

    async def run(self, on_text: Callable[[str], None]) -> None:
        """Serve until either side closes; each text frame goes to `on_text`."""
        try:
            async with self._tasks:
                helpers = [
                    self._tasks.create_task(self._write()),
                    self._tasks.create_task(self._ping()),
                ]
                await self._read(on_text)
                # What was sent before the client left arrives all the same.
                await self.line.drained()
                for helper in helpers:
                    helper.cancel()
        except* ConnectionError:
            pass
        finally:
            self.line.close()
            self.finished.set()

    async def _read(self, on_text: Callable[[str], None]) -> None:
        while not self._socket.closed:
            await self.line.flowing()
            message = await self._socket.receive()
            if message.type in _COUNTED and self._is_flooding():
                continue
            match message.type:
                case WSMsgType.TEXT:
                    on_text(message.data)
                case WSMsgType.PING:
                    await self.line.flowing()
                    if not self._is_mute:
                        await self._socket.pong(message.data)
                case WSMsgType.PONG:
                    self._on_pong(bytes(message.data))
                case WSMsgType.BINARY:
                    await self._socket.close(code=WSCloseCode.UNSUPPORTED_DATA)
                case _:
                    return

    async def _write(self) -> None:
        now_s = asyncio.get_running_loop().time
        while True:
            await self._has_frames.wait()
            due_s, first = self._frames[0]
            if due_s:
                await asyncio.sleep(due_s - now_s())
            await self.line.flowing()
            if isinstance(first, _Close):
                self._frames.popleft()
                await self._leave(first)
            else:
                await self._send_together(_take_due(self._frames, max(due_s, now_s())))
            if not self._frames:
                self._has_frames.clear()

    async def _send_together(self, texts: list[bytes]) -> None:
        """Write texts at once: a call of the system for each would cost more than its making."""
        transport = self._request.transport
        if self._socket.closed or transport is None or transport.is_closing():
            raise ConnectionResetError("the connection is closed")
        if not self._is_mute:
            transport.write(b"".join([part for text in texts for part in (_head(text), text)]))
            await self._request.writer.drain()

    async def _leave(self, how: _Close) -> None:
        if how.code != WSCloseCode.ABNORMAL_CLOSURE:
            with contextlib.suppress(ConnectionError, TimeoutError):
                async with asyncio.timeout(_CLOSE_S):
                    await self._socket.close(code=how.code, message=how.reason.encode())
        elif self._request.transport is not None:
            self._request.transport.close()

    async def _ping(self) -> None:
        now_s = asyncio.get_running_loop().time
        next_s = now_s() + self._rules.ping_s
        numbers = itertools.count(1)
        while True:
            await asyncio.sleep(max(0.0, min(next_s, self._pong_due_s()) - now_s()))
            await self.line.flowing()
            if now_s() >= self._pong_due_s():
                self.cut()
                return
            if now_s() >= next_s:
                next_s += self._rules.ping_s
                payload = str(next(numbers)).encode()
                self._pings[payload] = now_s()
                if not self._is_mute:
                    await self._socket.ping(payload)

    def _pong_due_s(self) -> float:
        return min(self._pings.values(), default=float("inf")) + self._rules.pong_s

    def _on_pong(self, payload: bytes) -> None:
        # One that answers no ping is allowed and proves nothing.
        if payload in self._pings:
            answered_s = self._pings[payload]
            self._pings = {key: sent for key, sent in self._pings.items() if sent > answered_s}

    def _is_flooding(self) -> bool:
        second = int(asyncio.get_running_loop().time())
        if second != self._second:
            self._second, self._messages = second, 0
        self._messages += 1
        allowed = self._rules.messages_per_s
        if not allowed or self._messages <= allowed:
            return False
        if self._messages == allowed + 1:
            self._on_flood()
            self.close_soon(WSCloseCode.POLICY_VIOLATION, "Too many requests")
        return True


def _take_due(frames: deque[tuple[float, bytes | _Close]], now_s: float) -> list[bytes]:
    """Take the texts off a queue that may leave by now, as many as are written at once."""
    taken: list[bytes] = []
    while frames and len(taken) < _TOGETHER_FRAMES:
        due_s, frame = frames[0]
        if isinstance(frame, _Close) or due_s > now_s:
            break
        taken.append(frame)
        frames.popleft()
    return taken


def _head(text: bytes) -> bytes:
    """Return what stands before a text in its frame (RFC 6455, 5.2): whole, not masked."""
    size = len(text)
    if size < 126:
        return struct.pack("!BB", _FINAL_TEXT, size)
    if size < 1 << 16:
        return struct.pack("!BBH", _FINAL_TEXT, 126, size)
    return struct.pack("!BBQ", _FINAL_TEXT, 127, size)
