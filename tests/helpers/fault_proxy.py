"""Stand between a venue and an exchange, and break or hold what a test wants broken or held."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from enum import Enum, auto
from urllib.parse import urlsplit


class Fault(Enum):
    """Name what happens to the reply of a request that did reach the exchange."""

    CUT = auto()
    GARBAGE = auto()
    HELD = auto()


class FaultProxy:
    """Forward HTTP/1.1 to a target; `faults` by method break the replies.

    `requests` are the methods and paths that were forwarded; held replies leave at `release`.
    """

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target)
        self._server: asyncio.Server | None = None
        self._writers: set[StreamWriter] = set()
        self._port = 0
        self.requests: list[tuple[str, str]] = []
        self.faults: dict[str, Fault] = {}
        self.release = asyncio.Event()

    @property
    def address(self) -> str:
        """Return the HTTP root to use instead of the target's."""
        return f"http://127.0.0.1:{self._port}"

    def count(self, method: str, path: str) -> int:
        """Return how many requests of a kind were forwarded."""
        return self.requests.count((method, path))

    async def listen(self) -> None:
        """Take connections, on the same port as before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    def refuse(self) -> None:
        """Cut every connection and refuse new ones."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def __aenter__(self) -> FaultProxy:
        await self.listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.release.set()
        self.refuse()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._writers.add(writer)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                while True:
                    await self._exchange_one(reader, writer)
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    async def _exchange_one(self, reader: StreamReader, writer: StreamWriter) -> None:
        request = _readdressed(await _read_message(reader), self._port, self._target.netloc)
        method, target, _ = request.split(b" ", 2)
        reply = await self._forward(request, (method.decode(), urlsplit(target.decode()).path))
        match self.faults.get(method.decode()):
            case Fault.CUT:
                raise ConnectionResetError
            case Fault.GARBAGE:
                reply = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<html>oh!"
            case Fault.HELD:
                await self.release.wait()
        writer.write(reply)
        await writer.drain()

    async def _forward(self, request: bytes, what: tuple[str, str]) -> bytes:
        reader, writer = await asyncio.open_connection(self._target.hostname, self._target.port)
        try:
            writer.write(request)
            await writer.drain()
            self.requests.append(what)
            return await _read_message(reader)
        finally:
            writer.transport.abort()


class StreamGate:
    """Pass the bytes of WebSockets to a target and back; while shut, nothing comes back."""

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target)
        self._server: asyncio.Server | None = None
        self._writers: set[StreamWriter] = set()
        self._open = asyncio.Event()
        self._open.set()
        self._port = 0

    @property
    def address(self) -> str:
        """Return the address to use instead of the target's."""
        return f"ws://127.0.0.1:{self._port}{self._target.path}"

    def shut(self) -> None:
        """Let nothing through from the exchange; the connections stay."""
        self._open.clear()

    def open(self) -> None:
        """Let through what was held back, and all that follows."""
        self._open.set()

    async def __aenter__(self) -> StreamGate:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.open()
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            back, forth = await asyncio.open_connection(self._target.hostname, self._target.port)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, forth}
        # The handshake comes in one piece: nothing may follow it before it is answered.
        forth.write(_readdressed(await reader.read(65536), self._port, self._target.netloc))
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pump(reader, forth, gated=False))
            group.create_task(self._pump(back, writer, gated=True))
        self._writers -= {writer, forth}

    async def _pump(self, source: StreamReader, sink: StreamWriter, *, gated: bool) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if gated:
                    await self._open.wait()
                sink.write(data)
                await sink.drain()
        sink.transport.abort()


def _readdressed(message: bytes, port: int, target: str) -> bytes:
    # The exchange refuses a Host that is not its own.
    return message.replace(b"127.0.0.1:%d" % port, target.encode(), 1)


async def _read_message(reader: StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length":
            length = int(value)
    return head + await reader.readexactly(length)
