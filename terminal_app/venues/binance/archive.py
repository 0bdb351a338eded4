"""Fetch files of Binance's public archive: checked, continued where cut, and politely."""

from __future__ import annotations

import asyncio
import errno
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from typing import ParamSpec, TypeVar
from urllib.parse import quote

import httpx

from terminal_app import __version__
from terminal_app.errors import NotConnected, StorageError, TerminalError
from terminal_app.venues.binance.archive_part import CHECKSUM, PartFile, is_whole
from terminal_app.venues.reconnect import Backoff

T = TypeVar("T")
P = ParamSpec("P")

DEFAULT_HOST = "https://data.binance.vision"
MOST_CONNECTIONS = 4
ATTEMPTS = 6
LONGEST_PAUSE_S = 900.0
_TIMEOUT = httpx.Timeout(30.0, connect=10.0, pool=None)
_SLOW_DOWN = frozenset({418, 429})
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_AGAIN = "Give the same command again later: it goes on from what is here."


class State(StrEnum):
    """Say what became of a wanted file."""

    FETCHED = "fetched"
    PRESENT = "already here"
    NOT_PUBLISHED = "not published"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold what became of one file, and why where it failed."""

    path: str
    state: State
    reason: str = ""


@dataclass(slots=True)
class Progress:
    """Count what a download has done so far; ``waits_for`` says why nothing comes."""

    wanted: int
    outcomes: list[Outcome] = field(default_factory=list)
    received_bytes: int = 0
    waits_for: str = ""
    started_s: float = field(default_factory=time.monotonic)

    @property
    def bytes_per_second(self) -> float:
        """Return the mean rate since the start."""
        return self.received_bytes / max(1e-3, time.monotonic() - self.started_s)


class _Refused(Exception):
    """Say that the host will not give this file."""


class _Unwell(Exception):
    """Say why it makes sense to ask once more, and how long the host wants to be left alone."""

    def __init__(self, reason: str, pause_s: float = 0.0) -> None:
        super().__init__(reason)
        self.pause_s = pause_s


class ArchiveDownloader:
    """Fetch files into a folder, laid out as in the archive, each with its .CHECKSUM beside it.

    What is already there and matches its checksum is not asked for. Cancelling leaves the parts
    that have come; the next run continues them. ``on_progress`` is called with each piece.
    """

    def __init__(
        self,
        folder: Path,
        host: str = DEFAULT_HOST,
        *,
        connections: int = 2,
        make_backoff: Callable[[], Backoff] = lambda: Backoff(1.0, 60.0),
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        self._folder = folder
        self._root = f"{host.rstrip('/')}/data"
        self._connections = min(connections, MOST_CONNECTIONS)
        self._make_backoff = make_backoff
        self._on_progress = on_progress
        self._quiet_until_s = 0.0
        self._progress = Progress(0)

    async def fetch(self, paths: Sequence[str]) -> Progress:
        """Fetch what is not yet here; the figures tell what became of each file.

        Raises NotConnected when the host gives nothing any more, StorageError when the disk
        takes nothing any more.
        """
        self._progress = Progress(len(paths))
        waiting = iter(paths)
        limits = httpx.Limits(max_connections=self._connections)
        headers = {"User-Agent": f"terminal-app/{__version__}", "Accept-Encoding": "identity"}
        async with httpx.AsyncClient(
            timeout=_TIMEOUT,
            trust_env=False,
            follow_redirects=False,
            limits=limits,
            headers=headers,
        ) as client:
            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(self._connections):
                        group.create_task(self._work(client, waiting))
            except ExceptionGroup as failures:
                told, _ = failures.split(TerminalError)
                if told is None:
                    raise
                raise told.exceptions[0] from None
        return self._progress

    async def _work(self, client: httpx.AsyncClient, waiting: Iterator[str]) -> None:
        for path in waiting:
            try:
                state, reason = await self._fetch(client, path), ""
            except _Refused as error:
                state, reason = State.FAILED, str(error)
            self._progress.outcomes.append(Outcome(path, state, reason))
            self._on_progress(self._progress)

    async def _fetch(self, client: httpx.AsyncClient, path: str) -> State:
        target = self._folder / path
        if await _on_disk(is_whole, target):
            return State.PRESENT
        part = PartFile(target)
        for _ in range(2):
            checksum = await self._checksum(client, path)
            if checksum is None or not await self._receive(client, path, part):
                return State.NOT_PUBLISHED
            if await _on_disk(part.sha256) == checksum:
                await _on_disk(part.finish, checksum)
                return State.FETCHED
            await _on_disk(part.discard)
        raise _Refused("it came twice and did not match its checksum; nothing was kept")

    async def _checksum(self, client: httpx.AsyncClient, path: str) -> str | None:
        async def read() -> str | None:
            async with self._asked(client, path + CHECKSUM, {}) as response:
                if response.status_code == 404:
                    return None
                found = re.match(r"[0-9a-fA-F]{64}\b", (await response.aread()).decode("latin-1"))
            if found is None:
                raise _Refused("its checksum cannot be read")
            return found[0].lower()

        return await self._persist(read, lambda: 0)

    async def _receive(self, client: httpx.AsyncClient, path: str, part: PartFile) -> bool:
        """Take the bytes that are missing; tell whether the file is published."""

        async def read() -> bool:
            held, etag = await _on_disk(part.held)
            headers = {"Range": f"bytes={held}-", "If-Range": etag} if held else {}
            async with self._asked(client, path, headers) as response:
                if response.status_code in (404, 416):
                    # Nothing is missing behind the end: the checksum will tell.
                    return response.status_code == 416
                if response.status_code == 206:
                    await self._check_continuation(response, part, held, etag)
                    await _on_disk(part.open_end)
                else:
                    await _on_disk(part.open_empty, response.headers.get("etag", ""))
                await self._take(response, part)
            return True

        return await self._persist(read, lambda: part.written_bytes)

    async def _check_continuation(
        self, response: httpx.Response, part: PartFile, held: int, etag: str
    ) -> None:
        starts_right = response.headers.get("content-range", "").startswith(f"bytes {held}-")
        if not starts_right or response.headers.get("etag", etag) != etag:
            await _on_disk(part.discard)
            raise _Unwell("it continued another file than the one begun")

    async def _take(self, response: httpx.Response, part: PartFile) -> None:
        try:
            async for chunk in response.aiter_raw():
                await _on_disk(part.write, chunk)
                self._progress.received_bytes += len(chunk)
                self._on_progress(self._progress)
        finally:
            # Short, and it must be done whoever cancels: what came is worth keeping.
            await asyncio.shield(_on_disk(part.close))

    async def _persist(self, ask: Callable[[], Awaitable[T]], moved: Callable[[], int]) -> T:
        """Ask until it works; give up when ATTEMPTS in a row brought nothing."""
        backoff, failures, before = self._make_backoff(), 0, moved()
        while True:
            try:
                return await ask()
            except _Unwell as error:
                reason, pause_s = str(error), error.pause_s
            except httpx.TransportError as error:
                reason, pause_s = _said_of(error), 0.0
            if moved() > before:
                backoff.reset()
                failures, before = 0, moved()
            failures += 1
            if failures == ATTEMPTS:
                raise NotConnected(f"Nothing comes from {self._root}: {reason}. {_AGAIN}")
            await self._wait(max(pause_s, backoff.next_delay_s()), reason)

    async def _wait(self, pause_s: float, reason: str) -> None:
        self._progress.waits_for = f"{reason}; next try in {pause_s:.0f} s"
        self._on_progress(self._progress)
        await asyncio.sleep(pause_s)
        self._progress.waits_for = ""

    @asynccontextmanager
    async def _asked(
        self, client: httpx.AsyncClient, path: str, headers: dict[str, str]
    ) -> AsyncIterator[httpx.Response]:
        # Who was asked to slow down slows down with every connection.
        await asyncio.sleep(self._quiet_until_s - time.monotonic())
        address = f"{self._root}/{quote(path)}"
        async with client.stream("GET", address, headers=headers) as response:
            self._check(response)
            yield response

    def _check(self, response: httpx.Response) -> None:
        status = response.status_code
        if status in (200, 206, 404) or (status == 416 and "range" in response.request.headers):
            return
        if status in _SLOW_DOWN or status >= 500:
            pause_s = _retry_after_s(response.headers.get("retry-after", ""))
            if pause_s > LONGEST_PAUSE_S:
                text = f"The archive asks for a pause of {pause_s / 60:.0f} minutes. {_AGAIN}"
                raise NotConnected(text)
            self._quiet_until_s = max(self._quiet_until_s, time.monotonic() + pause_s)
            raise _Unwell(f"it answers HTTP {status}", pause_s)
        if response.is_redirect:
            where = response.headers.get("location", "nowhere")
            text = f"{self._root} sends on to {where}. If that is right, give it as the host."
            raise NotConnected(text)
        raise _Refused(f"the host answers HTTP {status}")


def _retry_after_s(text: str) -> float:
    if text.isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def _said_of(error: httpx.TransportError) -> str:
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return f"it cannot be reached ({error or type(error).__name__})"
    if isinstance(error, httpx.TimeoutException):
        return "it did not answer in time"
    return "it cut the connection"


async def _on_disk(act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return await asyncio.to_thread(act, *args, **kwargs)
    except OSError as error:
        if error.errno in _DISK_FULL:
            text = "The disk is full. Free some space and give the same command again: it goes on"
            raise StorageError(f"{text} where it stopped.", str(error)) from error
        name = error.filename or "The file"
        raise StorageError(f"{name} could not be written: {error.strerror}.", str(error)) from error
