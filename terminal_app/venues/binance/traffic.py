"""What goes to Binance and comes back, counted."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable

from terminal_app.errors import Trouble
from terminal_app.venues.binance.limits import ORDERS, WEIGHT, RequestLimits
from terminal_app.venues.traffic import Latency, LimitUse, TrafficFigures

KEPT = 1000
_NAMES = {WEIGHT: "weight", ORDERS: "orders"}


class LatencyRing:
    """Keep how long the newest answers took."""

    def __init__(self) -> None:
        self._kept_us: deque[int] = deque(maxlen=KEPT)

    def note(self, microseconds: int) -> None:
        """Take how long an answer took."""
        self._kept_us.append(microseconds)

    def latency(self) -> Latency | None:
        """Return the newest and the quantiles of those kept, None before the first."""
        if not self._kept_us:
            return None
        ordered = sorted(self._kept_us)
        count = len(ordered)
        return Latency(self._kept_us[-1], ordered[count // 2], ordered[count * 99 // 100], count)


class BinanceTraffic:
    """Count what goes to one market and comes back."""

    def __init__(self, limits: RequestLimits) -> None:
        self._limits = limits
        self.socket = LatencyRing()
        self.rest = LatencyRing()
        self.troubles: Counter[Trouble] = Counter()
        self.lost_connections = 0

    @property
    def ban_left_s(self) -> float:
        """Return for how long a ban goes on, 0 without one."""
        return self._limits.pause_left_s if self._limits.is_banned else 0.0

    def note_loss(self) -> None:
        """Take note that a connection was lost."""
        self.lost_connections += 1

    def figures(self) -> TrafficFigures:
        """Return the figures of this moment."""
        limits = self._limits
        return TrafficFigures(
            limits=tuple(
                LimitUse(_NAMES[window.kind], window.interval_s, window.used, window.limit)
                for window in limits.windows
                if window.kind in _NAMES and window.limit
            ),
            pause_s=limits.pause_left_s,
            orders_pause_s=limits.orders_pause_left_s,
            is_banned=limits.is_banned,
            socket_latency=self.socket.latency(),
            rest_latency=self.rest.latency(),
            lost_connections=self.lost_connections,
            troubles=dict(self.troubles),
        )

    def tell_bans(self, on_ban: Callable[[int], None]) -> None:
        """Call this with the end of each ban from now on, in epoch milliseconds."""
        self._limits.tell_bans(on_ban)

    def keep_pause(self, seconds: float) -> None:
        """Ask nothing for so long, as another connection to the same venue was told."""
        self._limits.keep_pause(seconds)

    def keep_ban(self, left_s: float) -> None:
        """Ask nothing for what is left of a ban of an earlier run, in seconds."""
        self._limits.keep_ban(left_s)
