"""One connection of a socket that is kept: opened, read, watched, until it ends."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect

from terminal_app.errors import VenueError
from terminal_app.tasks import TaskScope
from terminal_app.venues.connection_settings import ConnectionSettings
from terminal_app.venues.reconnect import ConnectionBudget, Reconnect, describe
from terminal_app.venues.sleep import SleepWatch

MAX_MESSAGE_BYTES = 16 * 1024 * 1024
SLEPT_S = 5.0
SLEPT = "this computer slept or its clock was set"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

# The library's own debug log would print every frame, signatures and listen keys among them.
_wire_log = logging.getLogger(f"{__name__}.wire")
_wire_log.setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Timing:
    """Say how long a connection may be silent and live, and two of them speak side by side.

    Source: Binance, connections end after 24 hours; its own clients replace them after 23.
    """

    silence_s: float = 15.0
    lifetime_s: float = 23 * 3600.0
    overlap_s: float = 1.0


TIMING = Timing()


class LineOwner(Protocol):
    """What a connection asks of the socket it belongs to."""

    timing: Timing

    async def address(self) -> str:
        """Return where to connect; may ask the venue and raise."""

    async def serve(self, line: Line) -> None:
        """Say what has to be said on a new connection; may go on as long as it lives."""

    def on_frame(self, line: Line, frame: bytes) -> None:
        """Take a frame; raise ``Reconnect`` or a ``VenueError`` to give the connection up."""

    def on_unreadable(self, line: Line, frame: bytes, error: Exception) -> None:
        """Hear of a frame that could not be taken in."""

    def on_lost(self, line: Line) -> None:
        """Hear that the connection ended."""

    def expects_frames(self) -> bool:
        """Say whether silence means that something is wrong."""

    def replace(self, line: Line, reason: str) -> None:
        """Let another connection follow this one before it ends."""


class Line:
    """Hold one connection; while an older one speaks, it keeps back what it hears."""

    def __init__(self, owner: LineOwner, on_change: Callable[[], None], *, holds: bool) -> None:
        self._owner = owner
        self._on_change = on_change
        self._task: asyncio.Task[None] | None = None
        self._connection: ClientConnection | None = None
        self._held: list[bytes] | None = [] if holds else None
        self.last_frame_s = 0.0
        self.ready_s: float | None = None
        self.worn_out = ""
        self.given_up = ""
        self.is_lost = False
        self.is_ended = False
        self.error: Exception = Reconnect("closed")
        self._sleep: SleepWatch | None = None
        self._has_slept = False

    @property
    def connection(self) -> ClientConnection:
        """Return the open connection."""
        assert self._connection is not None
        return self._connection

    @property
    def is_connected(self) -> bool:
        """Say whether there ever was a connection."""
        return self._connection is not None

    @property
    def speaks(self) -> bool:
        """Say whether what it hears is told at once."""
        return self._held is None

    def start(self, scope: TaskScope, delay_s: float, budget: ConnectionBudget) -> None:
        """Connect after a while, when it may, and live; ``error`` says what it died of."""
        self._task = scope.spawn(self._run(delay_s, budget), "line")

    def close(self) -> None:
        """End it, unless it is ending by itself."""
        if self._task is not None and not self.is_lost:
            self._task.cancel()

    def has_slept(self) -> bool:
        """Say whether this computer slept, or its clock was set, since this connection stood."""
        if self._sleep is not None and self._sleep.slept():
            self._has_slept = True
        return self._has_slept

    def keep_back(self, frame: bytes) -> None:
        """Put a frame by: an older connection still tells the same."""
        assert self._held is not None
        self._held.append(frame)

    def speak_up(self) -> None:
        """Tell what was kept back, and from now on everything at once."""
        held, self._held = self._held or [], None
        try:
            for frame in held:
                self._take(frame)
        except (Reconnect, VenueError) as error:
            self.given_up = describe(error)

    async def _run(self, delay_s: float, budget: ConnectionBudget) -> None:
        try:
            await asyncio.sleep(delay_s)
            await budget.take_in_turn()
            address = await self._owner.address()
            async with _connected(address, budget.settings) as connection:
                self._connection = connection
                await self._live(connection)
        except Exception as error:
            self.error = first_leaf(error)
        finally:
            self._lose()
            self.is_ended = True
            self._on_change()

    async def _live(self, connection: ClientConnection) -> None:
        self.last_frame_s = time.monotonic()
        # From before anybody is told of this connection: no sleep may fall between.
        self._sleep = SleepWatch(SLEPT_S)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._read(connection))
                group.create_task(self._owner.serve(self))
                group.create_task(self._watch())
        except Exception as error:
            # To be heard of at once: a peer that is gone takes a while to be parted from.
            self.error = first_leaf(error)
            self._lose()

    def _lose(self) -> None:
        if not self.is_lost:
            self.is_lost = True
            self._owner.on_lost(self)
            self._on_change()

    async def _read(self, connection: ClientConnection) -> None:
        while True:
            frame = await connection.recv(decode=False)
            self.last_frame_s = time.monotonic()
            self._take(frame)

    def _take(self, frame: bytes) -> None:
        try:
            self._owner.on_frame(self, frame)
        except (Reconnect, VenueError):
            raise
        except Exception as error:
            # The reader outlives every frame: a broken one is put aside and said, not shown.
            self._owner.on_unreadable(self, frame, error)

    async def _watch(self) -> None:
        timing = self._owner.timing
        opened_s = time.monotonic()
        while True:
            await asyncio.sleep(min(1.0, timing.silence_s / 4))
            if self.given_up:
                raise Reconnect(self.given_up)
            if self.has_slept():
                raise Reconnect(SLEPT)
            now_s = time.monotonic()
            if now_s - opened_s > timing.lifetime_s:
                self._owner.replace(self, "replaced before the venue's limit of 24 hours")
            if self._is_silent(now_s, timing.silence_s):
                raise Reconnect(f"no data for {timing.silence_s:.0f} s")

    def _is_silent(self, now_s: float, silence_s: float) -> bool:
        return self._owner.expects_frames() and now_s - self.last_frame_s > silence_s


@asynccontextmanager
async def _connected(address: str, settings: ConnectionSettings) -> AsyncIterator[ClientConnection]:
    loopback = urlsplit(address).hostname in _LOOPBACK
    async with connect(
        address,
        proxy=settings.proxy_for(address),
        open_timeout=2 * settings.connect_timeout_s,
        close_timeout=1,
        ping_interval=10,
        ping_timeout=5,
        max_size=MAX_MESSAGE_BYTES,
        max_queue=1024,
        compression=None if loopback else "deflate",
        logger=_wire_log,
    ) as connection:
        yield connection


def first_leaf(error: Exception) -> Exception:
    """Return the first error of a group that holds it, however deep."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


def surprise(error: Exception) -> Exception | None:
    """Return an error that is worth its traceback: one nobody planned for."""
    planned = OSError | ssl.SSLError | Reconnect | ValueError
    is_ours = type(error).__module__.startswith(("websockets", "terminal_app", "msgspec"))
    return None if isinstance(error, planned) or is_ours else error
