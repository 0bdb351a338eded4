"""A WebSocket that is connected again for ever, in time wherever its end is told."""

from __future__ import annotations

import asyncio
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable

from terminal_app.venues.base import ConnectionState
from terminal_app.venues.binance.line import TIMING, Line, Timing, surprise
from terminal_app.venues.binance.quarantine import Quarantine
from terminal_app.venues.binance.relay import Relay
from terminal_app.venues.reconnect import Backoff, ConnectionBudget, Verdict, describe, verdict

OnState = Callable[[ConnectionState, str], None]

LASTED_S = 10.0
WAIT_S = 60.0

_log = logging.getLogger(__name__)


class KeptSocket(ABC):
    """Keep one way to the venue open: watch its connection, and connect again when it is lost.

    A connection whose end is known before is followed by another without a break. What that tells
    when it takes over may have been told already: whoever takes frames has to know them again.
    """

    def __init__(
        self, name: str, on_state: OnState, budget: ConnectionBudget, *, timing: Timing = TIMING
    ) -> None:
        self.name = name
        self.state = ConnectionState.CLOSED
        self.reason = ""
        self.timing = timing
        self.quarantine = Quarantine(name)
        self._on_state = on_state
        self._budget = budget
        self._backoff = Backoff(cap_s=budget.settings.reconnect_cap_s)
        self._relay = Relay(self, budget)
        self._is_stopped = False

    @abstractmethod
    async def address(self) -> str:
        """Return where to connect; may ask the venue and raise."""

    @abstractmethod
    async def serve(self, line: Line) -> None:
        """Say what has to be said on a new connection; may go on as long as it lives."""

    @abstractmethod
    def on_frame(self, line: Line, frame: bytes) -> None:
        """Take a frame; raise ``Reconnect`` or a ``VenueError`` to give the connection up."""

    def on_unreadable(self, line: Line, frame: bytes, error: Exception) -> None:
        """Put a frame aside that could not be taken in."""
        self.quarantine.put(frame, error)

    def expects_frames(self) -> bool:
        """Say whether silence means that something is wrong."""
        return False

    def on_live(self, line: Line) -> None:
        """Hear that the connection does what it is for, or that another took over."""
        return

    def on_lost(self, line: Line) -> None:
        """Hear that a connection ended."""
        return

    async def farewell(self, line: Line) -> None:
        """Wait until a connection that was replaced may be closed."""
        return

    def mark_ready(self, line: Line) -> None:
        """Take note that a connection does what it is for."""
        line.ready_s = time.monotonic()
        self._relay.look()
        if line is self._relay.line:
            self._report(ConnectionState.LIVE, "")
            self.on_live(line)

    def replace(self, line: Line, reason: str) -> None:
        """Let another connection follow this one before it ends."""
        if not line.worn_out:
            _log.info("%s: %s", self.name, reason)
            line.worn_out = reason
            self._relay.look()

    def on_taken_over(self, line: Line, reason: str) -> None:
        """Hear that a connection follows another; one that came too soon is not ready yet."""
        if line.ready_s is None:
            self.report_cut(reason)
        else:
            self._report(ConnectionState.LIVE, "")
            self.on_live(line)

    def restart_silence(self) -> None:
        """Measure silence from now on."""
        if self._relay.line is not None:
            self._relay.line.last_frame_s = time.monotonic()

    def give_up(self, reason: str) -> None:
        """Connect anew: the present connection is alive and does not do what it is for."""
        if self._relay.line is not None:
            self._relay.line.given_up = reason

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
                started_s = time.monotonic()
                error = await self._relay.run()
                if time.monotonic() - started_s > LASTED_S:
                    self._backoff.reset()
                delay_s = self.delay_s(error)
                if delay_s is None or self._is_stopped:
                    self._report(ConnectionState.CLOSED, describe(error))
                    return
                await asyncio.sleep(delay_s)
        except asyncio.CancelledError:
            self._report(ConnectionState.CLOSED, "")
            raise

    def delay_s(self, error: Exception) -> float | None:
        """Return how long to wait after a failure, None where trying again makes no sense."""
        self._budget.note(error)
        decision, unplanned = verdict(error), surprise(error)
        level = logging.WARNING if unplanned else logging.INFO
        said = describe(error)
        _log.log(level, "%s: %s: %s", self.name, decision.value, said, exc_info=unplanned)
        if decision is Verdict.FATAL:
            return None
        if decision is Verdict.WAIT:
            return self._budget.pause_left_s or WAIT_S
        return self._backoff.next_delay_s()

    def report_cut(self, reason: str) -> None:
        """Tell that nothing comes for the time being."""
        was_live = self.state is not ConnectionState.CONNECTING
        self._report(ConnectionState.STALE if was_live else ConnectionState.CONNECTING, reason)

    def _report(self, state: ConnectionState, reason: str) -> None:
        if (state, reason) != (self.state, self.reason):
            self.state, self.reason = state, reason
            self._on_state(state, reason)
