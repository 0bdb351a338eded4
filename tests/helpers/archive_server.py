"""Serve archive files on 127.0.0.1, with the faults a test asks for."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Awaitable, Callable

from aiohttp import web

from tests.helpers.eventually import eventually
from tests.helpers.loopback_venue import LoopbackVenue

Fault = Callable[[web.Request, web.Response], Awaitable[web.StreamResponse]]


def zipped(name: str, *rows: str) -> bytes:
    """Return a zip as the archive packs it: one CSV of the same name."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        stamped = zipfile.ZipInfo(f"{name}.csv", (2025, 1, 2, 0, 0, 0))
        archive.writestr(stamped, "\n".join([*rows, ""]))
    return content.getvalue()


def etag_of(content: bytes) -> str:
    """Return the validator a file is served with."""
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


class ArchiveServer(LoopbackVenue):
    """Serve ``files`` with ETag, Range and If-Range, and their checksums.

    Each request for a zip uses one of ``faults`` up; None serves well, as does an empty list.
    """

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.files: dict[str, bytes] = {}
        self.checksums: dict[str, str] = {}
        self.faults: list[Fault | None] = []
        self.ranges: list[tuple[str | None, str | None]] = []
        self.takes_ranges = True
        self.peers: set[object] = set()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        self.peers.add(request.transport.get_extra_info("peername"))
        path = request.path.removeprefix("/data/")
        if path.endswith(".CHECKSUM"):
            return self._checksum(path.removesuffix(".CHECKSUM"))
        asked = (request.headers.get("Range"), request.headers.get("If-Range"))
        self.ranges.append(asked)
        good = self._file(path, *asked)
        fault = self.faults.pop(0) if self.faults else None
        return good if fault is None else await fault(request, good)

    def _checksum(self, path: str) -> web.Response:
        if path not in self.files:
            return web.Response(status=404)
        digest = self.checksums.get(path) or hashlib.sha256(self.files[path]).hexdigest()
        return web.Response(text=f"{digest}  {path.rpartition('/')[2]}\n")

    def _file(self, path: str, range_: str | None, if_range: str | None) -> web.Response:
        content = self.files.get(path)
        if content is None:
            return web.Response(status=404)
        headers = {"ETag": etag_of(content)}
        if not self.takes_ranges or range_ is None or if_range != headers["ETag"]:
            return web.Response(body=content, headers=headers)
        start = int(range_.removeprefix("bytes=").removesuffix("-"))
        if start >= len(content):
            return web.Response(status=416, headers={"Content-Range": f"bytes */{len(content)}"})
        headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        return web.Response(status=206, body=content[start:], headers=headers)


def status(code: int, **headers: str) -> Fault:
    """Answer with a status and nothing else."""

    async def fault(_: web.Request, __: web.Response) -> web.StreamResponse:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return web.Response(status=code, headers=named)

    return fault


def cut_after(count: int) -> Fault:
    """Close the connection after some bytes of the body."""

    async def fault(request: web.Request, good: web.Response) -> web.StreamResponse:
        cut = await _begin(request, good, count)
        assert request.transport is not None
        request.transport.close()
        return cut

    return fault


def stall_after(count: int) -> Fault:
    """Send some bytes of the body and then nothing more, until the client goes away."""

    async def fault(request: web.Request, good: web.Response) -> web.StreamResponse:
        begun = await _begin(request, good, count)
        await eventually(lambda: request.transport is None)
        return begun

    return fault


def instead(content: bytes) -> Fault:
    """Serve another body under the same name."""

    async def fault(_: web.Request, __: web.Response) -> web.StreamResponse:
        return web.Response(body=content, headers={"ETag": etag_of(content)})

    return fault


async def _begin(request: web.Request, good: web.Response, count: int) -> web.StreamResponse:
    assert isinstance(good.body, bytes)
    headers = {**good.headers, "Content-Length": str(len(good.body))}
    begun = web.StreamResponse(status=good.status, headers=headers)
    await begun.prepare(request)
    await begun.write(good.body[:count])
    return begun
