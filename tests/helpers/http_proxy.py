"""A small HTTP proxy on 127.0.0.1 that leads every name to one server."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from contextlib import suppress


class HttpProxy:
    """Lead what is asked for by CONNECT or by a whole address to a port of this computer.

    `asked` are the first lines of what was asked; `refuse_with` is a status to answer instead.
    """

    def __init__(self, port: int) -> None:
        self._target_port = port
        self._server: asyncio.Server | None = None
        self._writers: set[StreamWriter] = set()
        self.asked: list[str] = []
        self.heads: list[bytes] = []
        self.refuse_with: int | None = None

    @property
    def address(self) -> str:
        """Return the proxy's own address."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    @property
    def is_idle(self) -> bool:
        """Say whether nobody is connected."""
        return not self._writers

    async def __aenter__(self) -> HttpProxy:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._writers.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            self.heads.append(head)
            self.asked.append(head.partition(b"\r\n")[0].decode())
            if self.refuse_with is not None:
                status = self.refuse_with
                writer.write(b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % status)
                await writer.drain()
            else:
                await self._lead(head, reader, writer)
        writer.transport.abort()
        self._writers.discard(writer)

    async def _lead(self, head: bytes, reader: StreamReader, writer: StreamWriter) -> None:
        back, forth = await asyncio.open_connection("127.0.0.1", self._target_port)
        self._writers.add(forth)
        if head.startswith(b"CONNECT "):
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            forth.write(head)
        async with asyncio.TaskGroup() as group:
            group.create_task(_pump(reader, forth))
            group.create_task(_pump(back, writer))
        self._writers.discard(forth)


async def _pump(source: StreamReader, sink: StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    sink.transport.abort()
