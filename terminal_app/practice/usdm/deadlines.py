"""What time does to futures orders: countdowns that cancel them, and being forgotten."""

from collections.abc import Callable, Mapping
from typing import Final

from terminal_app.practice.engine.intervals import DAY_MS
from terminal_app.practice.engine.model import Order
from terminal_app.practice.engine.timeline import Timeline
from terminal_app.practice.errors import ExchangeError

_LONGEST_MS: Final = 10**12
_KEPT_MS: Final = 90 * DAY_MS
_KEPT_UNFILLED_MS: Final = 3 * DAY_MS


class Countdowns:
    """Keep one deadline a symbol, in market time (Binance USDⓈ-M, countdownCancelAll)."""

    def __init__(self, timeline: Timeline, on_over: Callable[[str], None]) -> None:
        self._timeline = timeline
        self._on_over = on_over
        self._deadlines_ms: dict[str, int] = {}

    def start(self, symbol: str, countdown_ms: int) -> None:
        """Start a countdown anew; 0 stops it."""
        if not 0 <= countdown_ms < _LONGEST_MS:
            raise ExchangeError(-1130, "Data sent for parameter 'countdownTime' is not valid.")
        self._deadlines_ms.pop(symbol, None)
        if countdown_ms:
            deadline_ms = self._timeline.now_ms + countdown_ms
            self._deadlines_ms[symbol] = deadline_ms
            self._timeline.schedule(deadline_ms, self.check)

    def check(self, time_ms: int) -> None:
        """Act on every countdown that is over.

        It is called at each deadline, and in between because time can jump over one.
        """
        for symbol, deadline_ms in list(self._deadlines_ms.items()):
            if deadline_ms <= time_ms:
                del self._deadlines_ms[symbol]
                self._on_over(symbol)

    def to_state(self) -> dict[str, int]:
        """Return the deadlines as plain values."""
        return dict(self._deadlines_ms)

    def set_state(self, deadlines_ms: Mapping[str, int]) -> None:
        """Take saved deadlines."""
        self._deadlines_ms = dict(deadlines_ms)
        for deadline_ms in self._deadlines_ms.values():
            self._timeline.schedule(deadline_ms, self.check)


def is_forgotten(order: Order, now_ms: int) -> bool:
    """Tell whether an order is not found any more: unfilled after 3 days, all after 90."""
    age_ms = now_ms - order.update_time_ms
    if order.status.is_open:
        return False
    return age_ms > (_KEPT_MS if order.executed_quantity else _KEPT_UNFILLED_MS)
