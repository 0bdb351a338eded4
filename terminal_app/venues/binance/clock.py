"""The venue's time: signing uses monotonic time and the measured distance to the server."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from terminal_app.errors import NotConnected, VenueError
from terminal_app.venues.base import ClockReading

SAMPLES = 5
MEASURE_EVERY_S = 60.0
RETRY_EVERY_S = 5.0
JUMP_MS = 250

_log = logging.getLogger(__name__)


def _monotonic_ms() -> float:
    return time.monotonic() * 1000


def _wall_ms() -> float:
    return time.time() * 1000


class ServerClock:
    """Know the server's time from the best of a few samples; unknown before the first."""

    def __init__(
        self,
        ask_time_ms: Callable[[], Awaitable[int]],
        wall_ms: Callable[[], float] = _wall_ms,
    ) -> None:
        self._ask_time_ms = ask_time_ms
        self._wall_ms = wall_ms
        self._ahead_of_monotonic_ms: float | None = None
        self._round_trip_ms = self._measured_ms = 0.0
        self._wall_minus_monotonic_ms = wall_ms() - _monotonic_ms()
        self._measuring = asyncio.Lock()
        self._wanted = asyncio.Event()
        self._is_doubted = False

    @property
    def reading(self) -> ClockReading | None:
        """Return how far the server is ahead of this computer's wall clock."""
        if self._ahead_of_monotonic_ms is None:
            return None
        now_ms, wall_ms = _monotonic_ms(), self._wall_ms()
        return ClockReading(
            offset_ms=round(now_ms + self._ahead_of_monotonic_ms - wall_ms),
            round_trip_ms=round(self._round_trip_ms),
            age_s=(now_ms - self._measured_ms) / 1000,
            moved_ms=round(wall_ms - now_ms - self._wall_minus_monotonic_ms),
        )

    def timestamp_ms(self) -> int:
        """Return the server's time now; raise ``NotConnected`` while it is unknown."""
        if self._ahead_of_monotonic_ms is None:
            raise NotConnected("The venue's clock is not known yet, so nothing can be signed.")
        return int(_monotonic_ms() + self._ahead_of_monotonic_ms)

    def now_ms(self) -> int:
        """Return the best guess of the server's time, for stamps that are not signed."""
        if self._ahead_of_monotonic_ms is None:
            return int(self._wall_ms())
        return self.timestamp_ms()

    def doubt(self) -> None:
        """Ask for a new measurement soon, as when the server refused a timestamp."""
        self._is_doubted = True
        self._wanted.set()

    async def ensure(self) -> None:
        """Measure unless the time is known; raise ``VenueError`` when that fails."""
        async with self._measuring:
            if self._ahead_of_monotonic_ms is None:
                await self._measure()

    async def be_sure(self) -> None:
        """Measure unless the time is known and nothing has spoken against it since.

        What can wait asks for this: stamped by a clock that was set, or slept, it is only refused.
        """
        async with self._measuring:
            is_known = self._ahead_of_monotonic_ms is not None and not self._is_doubted
            if not is_known or abs(self._moved_ms()) > JUMP_MS:
                await self._measure()

    async def measure(self) -> None:
        """Measure now; raise ``VenueError`` when the server does not answer."""
        async with self._measuring:
            await self._measure()

    async def run(self) -> None:
        """Keep the measurement fresh for ever."""
        while True:
            self._wanted.clear()
            try:
                await self.measure()
            except VenueError as error:
                _log.info("clock not measured: %s", error)
                # Whatever has jumped: nobody answers now, and asking at once would never end.
                await asyncio.sleep(RETRY_EVERY_S)
            else:
                await self._pause(MEASURE_EVERY_S)

    async def _pause(self, pause_s: float) -> None:
        until_s = time.monotonic() + pause_s
        while time.monotonic() < until_s and abs(self._moved_ms()) <= JUMP_MS:
            try:
                async with asyncio.timeout(1.0):
                    await self._wanted.wait()
                return
            except TimeoutError:
                continue

    def _moved_ms(self) -> float:
        # Monotonic time stops while the computer sleeps: then it, too, no longer tells the venue's.
        return self._wall_ms() - _monotonic_ms() - self._wall_minus_monotonic_ms

    async def _measure(self) -> None:
        best: tuple[float, float] | None = None
        for _ in range(SAMPLES):
            sent_ms = _monotonic_ms()
            server_ms = await self._ask_time_ms()
            round_trip_ms = _monotonic_ms() - sent_ms
            # A server stamp of n means somewhere in [n, n + 1): half a millisecond is added.
            ahead_ms = server_ms + 0.5 - (sent_ms + round_trip_ms / 2)
            if best is None or round_trip_ms < best[0]:
                best = (round_trip_ms, ahead_ms)
        assert best is not None
        self._round_trip_ms, self._ahead_of_monotonic_ms = best
        self._measured_ms = _monotonic_ms()
        self._is_doubted = False
        self._wall_minus_monotonic_ms = self._wall_ms() - _monotonic_ms()
