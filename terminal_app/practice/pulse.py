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

    def beat(self, wall_ms: int) -> None:
        """Move as far towards a wall time as the budget allows."""
        exchange, pace = self._exchange, self._exchange.pace
        if wall_ms - pace.reached_wall_ms > _SLEPT_MS and pace.speed <= 1:
            exchange.advance(wall_ms)
        step_ms = max(1, int(_SLICE_MS / pace.speed))
        end_s = time.monotonic() + _BUDGET_S
        while pace.reached_wall_ms < wall_ms and time.monotonic() < end_s:
            exchange.advance(min(wall_ms, pace.reached_wall_ms + step_ms))
        if wall_ms - pace.reached_wall_ms > _LONGEST_LAG_MS and pace.speed > 1:
            pace.pass_to(wall_ms)
