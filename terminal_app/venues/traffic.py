"""How much is asked of a venue, how fast it answers, and what it refuses: plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from terminal_app.errors import Trouble


@dataclass(frozen=True, slots=True)
class LimitUse:
    """Hold how much of a limit is used in the window that runs now.

    ``name`` is "weight" for requests, "orders" for new orders.
    """

    name: str
    interval_s: int
    used: int
    limit: int


@dataclass(frozen=True, slots=True)
class Latency:
    """Hold how long the newest answers took, in microseconds, and of how many that is."""

    last_us: int
    p50_us: int
    p99_us: int
    count: int


@dataclass(frozen=True, slots=True)
class TrafficFigures:
    """Hold the figures of one moment; latencies are of orders and None before the first.

    ``pause_s`` is for how long the venue wants no request, ``orders_pause_s`` no new order.
    """

    limits: tuple[LimitUse, ...]
    pause_s: float
    orders_pause_s: float
    is_banned: bool
    socket_latency: Latency | None
    rest_latency: Latency | None
    lost_connections: int
    troubles: Mapping[Trouble, int]


class Traffic(Protocol):
    """Know what goes to a venue and comes back."""

    @property
    def ban_left_s(self) -> float:
        """Return for how long a ban goes on, 0 without one."""

    def figures(self) -> TrafficFigures:
        """Return the figures of this moment."""

    def tell_bans(self, on_ban: Callable[[int], None]) -> None:
        """Call this with the end of each ban from now on, in epoch milliseconds."""

    def keep_pause(self, seconds: float) -> None:
        """Ask nothing for so long, as another connection to the same venue was told."""

    def keep_ban(self, left_s: float) -> None:
        """Ask nothing for what is left of a ban of an earlier run, in seconds."""
