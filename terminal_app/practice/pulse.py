"""Move the market with the wall clock, a slice at a time, and never block for long."""

import time
from typing import Final

from terminal_app.practice.exchange import Exchange

_SLICE_MS: Final = 50.0  # of market time
_BUDGET_S: Final = 0.02
_LONGEST_LAG_MS: Final = 1_000
_SLEPT_MS: Final = 10_000


class Pulse:
    """Advance an exchange to the wall time in slices, within a budget of machine time.

    A speed the machine cannot hold becomes the fastest it can: the lag is dropped, not made up
    for. At speed 1 and below every moment is played, unless the machine slept.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        # Not the present: what passed since the exchange was made is played in slices, too.
        self._reached_ms = exchange.reached_wall_ms

    def beat(self, wall_ms: int) -> None:
        """Move as far towards a wall time as the budget allows."""
        if wall_ms - self._reached_ms > _SLEPT_MS and self._exchange.speed <= 1:
            self._reach(wall_ms)
        step_ms = max(1, int(_SLICE_MS / self._exchange.speed))
        end_s = time.monotonic() + _BUDGET_S
        while self._reached_ms < wall_ms and time.monotonic() < end_s:
            self._reach(min(wall_ms, self._reached_ms + step_ms))
        if wall_ms - self._reached_ms > _LONGEST_LAG_MS and self._exchange.speed > 1:
            self._drop_lag(wall_ms)

    def _reach(self, wall_ms: int) -> None:
        self._exchange.advance(wall_ms)
        self._reached_ms = wall_ms

    def _drop_lag(self, wall_ms: int) -> None:
        was_paused = self._exchange.paused
        self._exchange.pause()
        self._reach(wall_ms)
        if not was_paused:
            self._exchange.resume()
