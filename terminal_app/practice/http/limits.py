"""Request weights and order counts, in the exchange's fixed windows."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from terminal_app.practice.errors import ExchangeError

_UNIT_MS: Final = {"SECOND": 1_000, "MINUTE": 60_000, "DAY": 86_400_000}


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Name one limit as exchangeInfo lists it."""

    kind: str
    interval: str
    interval_num: int
    limit: int

    @property
    def window_ms(self) -> int:
        """Return the length of the window."""
        return _UNIT_MS[self.interval] * self.interval_num

    @property
    def suffix(self) -> str:
        """Return the end of its header name, such as 1M or 10S."""
        return f"{self.interval_num}{self.interval[0]}"

    def to_json(self) -> dict[str, Any]:
        """Write it as exchangeInfo does."""
        return {
            "rateLimitType": self.kind,
            "interval": self.interval,
            "intervalNum": self.interval_num,
            "limit": self.limit,
        }


SPOT_LIMITS: Final = (
    RateLimit("REQUEST_WEIGHT", "MINUTE", 1, 6_000),
    RateLimit("ORDERS", "SECOND", 10, 100),
    RateLimit("ORDERS", "DAY", 1, 200_000),
    RateLimit("RAW_REQUESTS", "MINUTE", 5, 300_000),
)
SPOT_WS_API_LIMITS: Final = (*SPOT_LIMITS[:3], RateLimit("CONNECTIONS", "MINUTE", 5, 300))
USDM_LIMITS: Final = (
    RateLimit("REQUEST_WEIGHT", "MINUTE", 1, 2_400),
    RateLimit("ORDERS", "MINUTE", 1, 1_200),
    RateLimit("ORDERS", "SECOND", 10, 300),
)


class RateCounter:
    """Count one market's use of its limits; windows are aligned to the clock, not sliding.

    Nothing is refused here: the counts are for the headers and for `rateLimits`.
    """

    def __init__(self, limits: Iterable[RateLimit], now_ms: Callable[[], int]) -> None:
        self._counts = {limit: 0 for limit in limits if limit.kind in ("REQUEST_WEIGHT", "ORDERS")}
        self._windows = dict.fromkeys(self._counts, 0)
        self._now_ms = now_ms

    @contextmanager
    def charge(self, weight: int, *, orders: int = 0, free: bool = False) -> Iterator[None]:
        """Count a request by its end: a refused one weighs even if `free`, and places no orders."""
        try:
            yield
        except ExchangeError:
            self._add("REQUEST_WEIGHT", weight)
            raise
        self._add("REQUEST_WEIGHT", 0 if free else weight)
        self._add("ORDERS", orders)

    def headers(self, with_orders: bool) -> dict[str, str]:
        """Write the counts as response headers."""
        self._roll()
        headers: dict[str, str] = {}
        for limit, count in self._counts.items():
            if limit.kind == "REQUEST_WEIGHT":
                headers[f"X-MBX-USED-WEIGHT-{limit.suffix}"] = str(count)
            elif with_orders:
                headers[f"X-MBX-ORDER-COUNT-{limit.suffix}"] = str(count)
        return headers

    def to_json(self, with_weight: bool, with_orders: bool) -> list[dict[str, Any]]:
        """Write the counts as the `rateLimits` of a WebSocket API reply."""
        self._roll()
        wanted = {"REQUEST_WEIGHT": with_weight, "ORDERS": with_orders}
        return [
            {**limit.to_json(), "count": count}
            for limit, count in self._counts.items()
            if wanted[limit.kind]
        ]

    def _add(self, kind: str, amount: int) -> None:
        self._roll()
        for limit in self._counts:
            if limit.kind == kind:
                self._counts[limit] += amount

    def _roll(self) -> None:
        now_ms = self._now_ms()
        for limit in self._counts:
            window = now_ms // limit.window_ms
            if window != self._windows[limit]:
                self._windows[limit] = window
                self._counts[limit] = 0
