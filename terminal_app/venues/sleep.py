"""Find out that this program stood still, or that the computer's clock was set."""

from __future__ import annotations

import time


class SleepWatch:
    """Compare both clocks at every look; whoever looks does so at least once a second.

    Monotonic time stands still while the computer sleeps, the wall clock does not; of a program
    that was stopped both tell.
    """

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._seen = _clocks()

    def slept(self) -> bool:
        """Say whether more than the limit has passed, or was set, since the last look."""
        before, self._seen = self._seen, _clocks()
        return any(
            abs(now - then) > self._limit_s for now, then in zip(self._seen, before, strict=True)
        )


def _clocks() -> tuple[float, float]:
    return time.monotonic(), time.time()
