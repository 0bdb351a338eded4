"""When a venue may be asked: its windows, and the pauses it has demanded, on every way to it."""

from __future__ import annotations

import asyncio
import logging
import math
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

import msgspec

from terminal_app.errors import NotConnected
from terminal_app.venues.binance.demands import Demand, demand_in, demand_in_frame

WEIGHT, ORDERS = "REQUEST_WEIGHT", "ORDERS"
LONGEST_WAIT_S = 5.0
# Source: Binance, limits: bans last from two minutes to three days.
LONGEST_BAN_S = 3 * 86_400.0
SAME_BAN_S = 5.0
_SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86400}
_LETTERS = {"S": "SECOND", "M": "MINUTE", "H": "HOUR", "D": "DAY"}
_HEADER = re.compile(r"x-mbx-(used-weight|order-count)-(\d+)([smhd])", re.IGNORECASE)
_HEADER_KINDS = {"used-weight": WEIGHT, "order-count": ORDERS}

_log = logging.getLogger(__name__)


class Priority(IntEnum):
    """Name what a request is for; the smaller goes first."""

    CANCEL = 0
    ORDER = 1
    READ = 2
    HISTORY = 3


def shares_with(buffer_percent: int) -> Mapping[Priority, float]:
    """Return how much of a window requests of a kind may use up.

    Reading leaves the buffer alone; the rest of a window is kept for what matters more.
    """
    read = 1 - buffer_percent / 100
    return {
        Priority.CANCEL: 1.0,
        Priority.ORDER: 1 - (1 - read) / 4,
        Priority.READ: read,
        Priority.HISTORY: read * 5 / 8,
    }


SHARES = shares_with(20)


class RateLimitRow(msgspec.Struct):
    """A window as exchangeInfo and the replies of the WebSocket API tell it."""

    kind: str = msgspec.field(name="rateLimitType")
    interval: str
    interval_num: int = msgspec.field(name="intervalNum")
    limit: int
    count: int = 0

    @property
    def interval_s(self) -> int:
        """Return how long the window is."""
        return _SECONDS.get(self.interval, 60) * self.interval_num


@dataclass(slots=True)
class Window:
    """Count what was used of one limit, 0 while unknown, in the window that runs now."""

    kind: str
    interval_s: int
    limit: int
    used: int = 0
    index: int = -1

    def at(self, now_s: float) -> Window:
        """Begin anew when the clock has passed into the next window."""
        index = int(now_s // self.interval_s)
        if index != self.index:
            self.index, self.used = index, 0
        return self

    def left_s(self, now_s: float) -> float:
        """Return the seconds until the next window."""
        return (self.index + 1) * self.interval_s - now_s


class RequestLimits:
    """Hold back requests that a venue would count against us.

    Source: Binance, limits: fixed windows of the server's clock; 429 asks for a pause, 418 is a ban
    that asking prolongs. Other programs share an address, so what the venue counts is the truth.
    """

    def __init__(
        self, now_ms: Callable[[], int], shares: Mapping[Priority, float] = SHARES
    ) -> None:
        self._now_ms = now_ms
        self._shares = shares
        self._windows: dict[tuple[str, int], Window] = {}
        self._paused_until_s = 0.0
        self._orders_paused_until_s = 0.0
        self._banned_until_s = 0.0
        self._on_ban: Callable[[int], None] | None = None

    @property
    def windows(self) -> tuple[Window, ...]:
        """Return every window known, as of now."""
        now_s = self._now_ms() / 1000
        return tuple(window.at(now_s) for window in self._windows.values())

    @property
    def is_banned(self) -> bool:
        """Say whether the venue has banned this address and the ban goes on."""
        return self._banned_until_s > time.monotonic()

    @property
    def pause_left_s(self) -> float:
        """Return for how many seconds nothing may be asked."""
        return max(self._paused_until_s - time.monotonic(), 0.0)

    @property
    def orders_pause_left_s(self) -> float:
        """Return for how many seconds no order may be placed."""
        return max(self._orders_paused_until_s - time.monotonic(), self.pause_left_s)

    def tell_bans(self, on_ban: Callable[[int], None]) -> None:
        """Call this with the end of each ban from now on, in epoch milliseconds."""
        self._on_ban = on_ban

    def learn(self, rows: Iterable[RateLimitRow]) -> None:
        """Take the venue's windows, with what it has counted in them where it tells."""
        now_s = self._now_ms() / 1000
        for row in rows:
            key = row.kind, row.interval_s
            window = self._windows.setdefault(key, Window(*key, row.limit)).at(now_s)
            window.limit = row.limit
            window.used = max(window.used, row.count)

    def note_answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Take what the headers of an answer tell was used, and the demand of a refusal."""
        self._note_used(headers)
        demand = demand_in(status, headers, body, self._now_ms())
        if demand is not None:
            self.obey(demand)

    def note_frame(self, frame: bytes) -> None:
        """Take the demand of a refusal over the WebSocket API."""
        demand = demand_in_frame(frame, self._now_ms())
        if demand is not None:
            self.obey(demand)

    def take(self, priority: Priority, weight: int, orders: int = 0) -> None:
        """Count a request that is about to leave; raise ``NotConnected`` where it must not."""
        windows = self.windows
        wait_s = self._wait_s(windows, priority, weight, orders)
        if wait_s > 0:
            raise NotConnected(f"The venue asks for a pause: wait {math.ceil(wait_s)} s.")
        for window in windows:
            window.used += _cost(window, weight, orders)

    async def take_in_turn(self, priority: Priority, weight: int) -> None:
        """Wait for room, as history does for ever and a question for seconds, and count it.

        Raises ``NotConnected`` where a question would wait too long.
        """
        longest_s = math.inf if priority is Priority.HISTORY else LONGEST_WAIT_S
        while True:
            wait_s = self._wait_s(self.windows, priority, weight, 0)
            if not 0 < wait_s <= longest_s:
                break
            await asyncio.sleep(min(wait_s, 1.0))
        self.take(priority, weight)

    def obey(self, demand: Demand) -> None:
        """Take a demand for a pause (HTTP 429) or the word of a ban (HTTP 418)."""
        until_s = time.monotonic() + demand.seconds
        if demand.orders_only:
            self._orders_paused_until_s = max(self._orders_paused_until_s, until_s)
            _log.warning("HTTP %d: no new orders for %.0f s", demand.status, demand.seconds)
            return
        self._paused_until_s = max(self._paused_until_s, until_s)
        _log.warning("HTTP %d: no requests for %.0f s", demand.status, demand.seconds)
        if demand.is_ban:
            self._take_ban(until_s, demand.seconds)

    def keep_pause(self, seconds: float) -> None:
        """Ask nothing for so long, as another connection to the same venue was told."""
        self._paused_until_s = max(self._paused_until_s, time.monotonic() + seconds)

    def keep_ban(self, left_s: float) -> None:
        """Ask nothing for what is left of a ban of an earlier run, in seconds."""
        if left_s <= 0:
            return
        # Whatever a file says, it must not close the venue for years.
        left_s = min(left_s, LONGEST_BAN_S)
        self._banned_until_s = max(self._banned_until_s, time.monotonic() + left_s)
        self.keep_pause(left_s)

    def _take_ban(self, until_s: float, seconds: float) -> None:
        # Requests on their way at that moment are refused one by one: the ban is told once.
        is_news = until_s > self._banned_until_s + SAME_BAN_S
        self._banned_until_s = max(self._banned_until_s, until_s)
        if is_news and self._on_ban is not None:
            self._on_ban(self._now_ms() + round(seconds * 1000))

    def _note_used(self, headers: Mapping[str, str]) -> None:
        now_s = self._now_ms() / 1000
        for name, value in headers.items():
            found = _HEADER.fullmatch(name)
            if found is None or not value.isdecimal():
                continue
            interval_s = int(found[2]) * _SECONDS[_LETTERS[found[3].upper()]]
            key = _HEADER_KINDS[found[1].lower()], interval_s
            # What was used may be told before the limit is: the first answers come before it.
            window = self._windows.setdefault(key, Window(*key, limit=0)).at(now_s)
            window.used = max(window.used, int(value))

    def _wait_s(
        self, windows: Iterable[Window], priority: Priority, weight: int, orders: int
    ) -> float:
        wait_s = self.orders_pause_left_s if orders else self.pause_left_s
        share = self._shares[priority]
        for window in windows:
            cost = _cost(window, weight, orders)
            if cost and window.limit and window.used + cost > window.limit * share:
                wait_s = max(wait_s, window.left_s(self._now_ms() / 1000))
        return wait_s


def _cost(window: Window, weight: int, orders: int) -> int:
    if window.kind == WEIGHT:
        return weight
    return orders if window.kind == ORDERS else 0
