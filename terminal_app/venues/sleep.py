"""Find out that this program stood still, or that the computer's clock was set."""

from __future__ import annotations

import time
from collections.abc import Callable

Seconds = Callable[[], float]


class SleepWatch:
    """Compare both clocks at every look; whoever looks does so at least once a second.

    Monotonic time stands still while the computer sleeps, the wall clock does not; of a program
    that was stopped both tell.
    """

    def __init__(
        self, limit_s: float, *, monotonic: Seconds = time.monotonic, wall: Seconds = time.time
    ) -> None:
        self._limit_s = limit_s
        self._clocks = (monotonic, wall)
        self._seen = self._now()

    def slept(self) -> bool:
        """Say whether more than the limit has passed, or was set, since the last look."""
        before, self._seen = self._seen, self._now()
        return any(
            abs(now - then) > self._limit_s for now, then in zip(self._seen, before, strict=True)
        )

    def _now(self) -> tuple[float, float]:
        monotonic, wall = self._clocks
        return monotonic(), wall()
