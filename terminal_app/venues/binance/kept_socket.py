"""A WebSocket that is connected again for ever."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect

from terminal_app.errors import VenueError
from terminal_app.venues.base import ConnectionState
from terminal_app.venues.reconnect import (
    Backoff,
    ConnectionBudget,
    Reconnect,
    Verdict,
    describe,
    verdict,
)

OnState = Callable[[ConnectionState, str], None]

SILENCE_S = 15.0
LIFETIME_S = 23 * 3600.0
SLEPT_S = 5.0
LASTED_S = 10.0
WAIT_S = 60.0
MAX_MESSAGE_BYTES = 16 * 1024 * 1024
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

_log = logging.getLogger(__name__)
# The library's own debug log would print every frame, signatures and listen keys among them.
_wire_log = logging.getLogger(f"{__name__}.wire")
_wire_log.setLevel(logging.WARNING)


class KeptSocket(ABC):
    """Keep one connection alive: read it, watch it, and connect again when it is lost."""

    def __init__(
        self,
        name: str,
        on_state: OnState,
        budget: ConnectionBudget,
        *,
        silence_s: float = SILENCE_S,
    ) -> None:
        self.name = name
        self.state = ConnectionState.CLOSED
        self.unreadable_frames = 0
        self._reason = ""
        self._on_state = on_state
        self._budget = budget
        self._silence_s = silence_s
        self._backoff = Backoff(cap_s=budget.settings.reconnect_cap_s)
        self._last_frame_s = 0.0
        self._is_stopped = False
        self._given_up = ""

    @abstractmethod
    async def address(self) -> str:
        """Return where to connect; may ask the venue and raise."""

    @abstractmethod
    async def serve(self, connection: ClientConnection) -> None:
        """Say what has to be said on a new connection; may go on as long as it lives."""

    @abstractmethod
    def on_frame(self, frame: bytes) -> None:
        """Take a frame; raise ``Reconnect`` or a ``VenueError`` to give the connection up."""

    def expects_frames(self) -> bool:
        """Say whether silence means that something is wrong."""
        return False

    def on_lost(self) -> None:
        """Hear that the connection ended."""
        return

    def mark_live(self) -> None:
        """Report that the connection does what it is for."""
        self._report(ConnectionState.LIVE, "")

    def restart_silence(self) -> None:
        """Measure silence from now on."""
        self._last_frame_s = time.monotonic()

    def give_up(self, reason: str) -> None:
        """Connect anew: the present connection is alive and does not do what it is for."""
        self._given_up = reason

    def stop(self) -> None:
        """Connect no more; whoever calls this cancels `run` next.

        A cancellation alone may be lost: before Python 3.13 a task group that is cancelled while a
        child fails tells of the failure only.
        """
        self._is_stopped = True

    async def run(self) -> None:
        """Connect and connect again until stopped or until it makes no sense."""
        self._report(ConnectionState.CONNECTING, "")
        try:
            while True:
                decision, reason = await self._attempt()
                if decision is Verdict.FATAL or self._is_stopped:
                    self._report(ConnectionState.CLOSED, reason)
                    return
                was_live = self.state is not ConnectionState.CONNECTING
                state = ConnectionState.STALE if was_live else ConnectionState.CONNECTING
                self._report(state, reason)
                delay_s = self._backoff.next_delay_s()
                await asyncio.sleep(WAIT_S if decision is Verdict.WAIT else delay_s)
        except asyncio.CancelledError:
            self._report(ConnectionState.CLOSED, "")
            raise

    async def _attempt(self) -> tuple[Verdict, str]:
        started_s = time.monotonic()
        try:
            await self._session()
        except Exception as raised:
            error = _first_leaf(raised)
            self._budget.note(error)
            decision, reason = verdict(error), describe(error)
            surprise = _surprise(error)
            level = logging.WARNING if surprise else logging.INFO
            _log.log(level, "%s: %s: %s", self.name, decision.value, reason, exc_info=surprise)
        else:
            decision, reason = Verdict.RETRY, "closed"
        if time.monotonic() - started_s > LASTED_S:
            self._backoff.reset()
        return decision, reason

    async def _session(self) -> None:
        await self._budget.take_in_turn()
        address = await self.address()
        loopback = urlsplit(address).hostname in _LOOPBACK
        async with connect(
            address,
            proxy=self._budget.settings.proxy_for(address),
            open_timeout=2 * self._budget.settings.connect_timeout_s,
            close_timeout=2,
            ping_interval=10,
            ping_timeout=5,
            max_size=MAX_MESSAGE_BYTES,
            max_queue=1024,
            compression=None if loopback else "deflate",
            logger=_wire_log,
        ) as connection:
            self.restart_silence()
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._read(connection))
                    group.create_task(self.serve(connection))
                    group.create_task(self._watch())
            finally:
                self.on_lost()

    async def _read(self, connection: ClientConnection) -> None:
        while True:
            frame = await connection.recv(decode=False)
            self._last_frame_s = time.monotonic()
            try:
                self.on_frame(frame)
            except (Reconnect, VenueError):
                raise
            except Exception as error:
                # The reader outlives every frame: a broken one is counted and said, not shown.
                self.unreadable_frames += 1
                _log.warning("%s: a frame was left out", self.name, exc_info=_surprise(error))

    async def _watch(self) -> None:
        opened_s = time.monotonic()
        wall_s = time.time()
        self._given_up = ""
        while True:
            await asyncio.sleep(min(1.0, self._silence_s / 4))
            if self._given_up:
                raise Reconnect(self._given_up)
            now_s = time.monotonic()
            # Monotonic time stands still while the computer sleeps, the wall clock does not.
            if abs(time.time() - wall_s) > SLEPT_S:
                raise Reconnect("this computer slept or its clock was set")
            if now_s - opened_s > LIFETIME_S:
                raise Reconnect("replaced before the venue's limit of 24 hours")
            if self.expects_frames() and now_s - self._last_frame_s > self._silence_s:
                raise Reconnect(f"no data for {self._silence_s:.0f} s")
            wall_s = time.time()

    def _report(self, state: ConnectionState, reason: str) -> None:
        if (state, reason) != (self.state, self._reason):
            self.state, self._reason = state, reason
            self._on_state(state, reason)


def _first_leaf(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _surprise(error: BaseException) -> BaseException | None:
    """Return an error that is worth its traceback: one nobody planned for."""
    planned = OSError | ssl.SSLError | Reconnect | ValueError
    is_ours = type(error).__module__.startswith(("websockets", "terminal_app", "msgspec"))
    return None if isinstance(error, planned) or is_ours else error
