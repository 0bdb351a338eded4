"""Let one connection follow another before the first one ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from terminal_app.tasks import TaskScope
from terminal_app.venues.binance.line import SLEPT, Line, LineOwner
from terminal_app.venues.reconnect import ConnectionBudget, Reconnect, describe

LATER_S = 60.0


class RelayOwner(LineOwner, Protocol):
    """What a succession of connections asks of the socket it belongs to."""

    name: str

    def delay_s(self, error: Exception) -> float | None:
        """Return how long to wait after a failure, None where trying again makes no sense."""

    def report_cut(self, reason: str) -> None:
        """Tell that nothing comes for the time being."""

    def on_taken_over(self, line: Line, reason: str) -> None:
        """Hear that a connection follows another; one that came too soon is not ready yet."""

    async def farewell(self, line: Line) -> None:
        """Wait until a connection that was replaced may be closed."""


class Relay:
    """Hold the connection that is told of, and for a short while the one that follows it.

    The follower keeps back what it hears until both have heard the same for ``overlap_s``; then it
    tells all of it. When the older one ends before, the follower takes over at once.
    """

    def __init__(self, owner: RelayOwner, budget: ConnectionBudget) -> None:
        self._owner = owner
        self._budget = budget
        self._looked = asyncio.Event()
        self.line: Line | None = None

    def look(self) -> None:
        """Consider anew what has to be done, for something happened to a connection."""
        self._looked.set()

    async def run(self) -> Exception:
        """Connect, and follow every connection in time; return what the last one died of."""
        async with TaskScope(self._owner.name) as lines:
            line = self.line = self._open(lines, 0.0, holds=False)
            while True:
                await self._until(_needs_follower, line)
                follower = None if line.is_lost else await self._follower(lines, line)
                if follower is None:
                    self._owner.report_cut(describe(line.error))
                    await self._until(_is_ended, line)
                    return line.error
                if line.has_slept():
                    # Whatever follows was not there all the time: it is no way without a break.
                    self._owner.report_cut(SLEPT)
                    return Reconnect(SLEPT)
                reason = describe(line.error) if line.is_lost else line.worn_out
                lines.spawn(self._retire(line), "retire")
                line = self.line = follower
                line.speak_up()
                self._owner.on_taken_over(line, reason)

    async def _follower(self, lines: TaskScope, line: Line) -> Line | None:
        """Return what takes over from a connection, None when that ends without a follower."""
        delay_s = 0.0
        while not line.is_lost:
            follower = self._open(lines, delay_s, holds=True)
            await self._until(_is_decided, line, follower)
            if follower.ready_s is not None:
                overlap_s = self._owner.timing.overlap_s
                await self._until(_one_is_lost, line, follower, limit_s=overlap_s)
            if not follower.is_lost:
                return follower
            # A follower that fails for good is tried again nevertheless: the present one lives.
            delay_s = self._owner.delay_s(follower.error) or LATER_S
        return None

    def _open(self, lines: TaskScope, delay_s: float, *, holds: bool) -> Line:
        line = Line(self._owner, self.look, holds=holds)
        line.start(lines, delay_s, self._budget)
        return line

    async def _retire(self, line: Line) -> None:
        await self._owner.farewell(line)
        line.close()

    async def _until(
        self, condition: Callable[..., bool], *lines: Line, limit_s: float | None = None
    ) -> None:
        try:
            async with asyncio.timeout(limit_s):
                while not condition(*lines):
                    self._looked.clear()
                    await self._looked.wait()
        except TimeoutError:
            return


def _needs_follower(line: Line) -> bool:
    return line.is_lost or bool(line.worn_out)


def _is_decided(line: Line, follower: Line) -> bool:
    return _one_is_lost(line, follower) or follower.ready_s is not None


def _one_is_lost(line: Line, follower: Line) -> bool:
    return line.is_lost or follower.is_lost


def _is_ended(line: Line) -> bool:
    return line.is_ended
