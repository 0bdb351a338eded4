"""Request weights, order counts and bans, in the exchange's fixed windows."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from terminal_app.practice.errors import ExchangeError, RateLimitError
from terminal_app.practice.http.bans import Bans
from terminal_app.practice.http.rules import HouseRules, RateLimit

_WEIGHT: Final = "REQUEST_WEIGHT"
_ORDERS: Final = "ORDERS"
_RAW: Final = "RAW_REQUESTS"


@dataclass(frozen=True, slots=True)
class Cost:
    """Say what a request takes from the limits; `burst_orders` is its part of a 10 s window.

    A request with a `pool` of its own counts once there, whatever its weight. One with a check of
    its own is not refused for the limits of orders.
    """

    weight: int
    orders: int = 0
    burst_orders: int | None = None
    is_free: bool = False
    pool: RateLimit | None = None
    has_own_order_check: bool = False

    def orders_in(self, limit: RateLimit) -> int:
        """Return what it adds to one window of orders."""
        is_burst = limit.interval == "SECOND" and self.burst_orders is not None
        return self.burst_orders or 0 if is_burst else self.orders


class RateCounter:
    """Count one market's use of its limits and refuse what goes beyond them.

    Windows are aligned to the clock, not sliding. Who goes on asking after being refused is
    banned.
    """

    def __init__(self, rules: HouseRules, now_ms: Callable[[], int]) -> None:
        self.rules = rules
        self.bans = Bans(rules, now_ms)
        self._now_ms = now_ms
        # A snapshot from elsewhere may have counted by other limits than these rules have.
        self._counts: Counter[RateLimit] = Counter()
        self._windows: Counter[RateLimit] = Counter()

    def admit_request(self) -> None:
        """Count one REST request, whatever it asks; 418 while banned, 429 beyond the limit."""
        self._roll()
        self.bans.check()
        for limit in self._of(_RAW):
            self._check(limit, 1)
            self._counts[limit] += 1

    def admit_connection(self, weight: int = 0) -> None:
        """Count one attempt to open a socket; beyond the limit error -1034."""
        self._roll()
        self.bans.check()
        limit = self.rules.connections
        if self._counts[limit] >= limit.limit:
            message = (
                "Too many connection attempts from IP; current limit is "
                f"{limit.limit} per '{_interval(limit)}'."
            )
            raise self._too_many(-1034, message, limit)
        self._counts[limit] += 1
        self._add_weight(weight)

    def admit(self, cost: Cost) -> None:
        """Check that a request fits into the limits, without counting it yet."""
        self._roll()
        self.bans.check()
        if cost.pool is not None:
            self._check(cost.pool, 1)
            self._counts[cost.pool] += 1
        for limit in self._of(_WEIGHT):
            self._check(limit, cost.weight)
        if cost.has_own_order_check:
            return
        for limit in self._of(_ORDERS):
            orders = cost.orders_in(limit)
            if orders and self._counts[limit] + orders > limit.limit:
                raise self._too_many_orders(limit)

    def order_limit_error(self) -> RateLimitError | None:
        """Return the refusal for a limit that the orders counted by now go beyond."""
        over = (limit for limit in self._of(_ORDERS) if self._counts[limit] > limit.limit)
        limit = next(over, None)
        return None if limit is None else self._too_many_orders(limit)

    @contextmanager
    def charge(self, cost: Cost) -> Iterator[None]:
        """Count a request by its end: a refused one weighs even if free, and places no orders."""
        self._roll()
        self._add_orders(cost, 1)
        try:
            yield
        except ExchangeError as error:
            if not error.counts_orders:
                self._add_orders(cost, -1)
            self._add_weight(cost.weight)
            raise
        self._add_weight(0 if cost.is_free else cost.weight)

    def charge_refused(self, cost: Cost, *, with_orders: bool = False) -> None:
        """Count a request that was refused before it reached a handler."""
        self._roll()
        self._add_weight(cost.weight)
        if with_orders:
            self._add_orders(cost, 1)

    def waive(self, weight: int) -> None:
        """Let the request that is being carried out weigh that much less."""
        self._add_weight(-weight)

    def give_back(self, orders: int) -> None:
        """Take filled orders off the counts of unfilled ones, never below 0 (Binance spot)."""
        self._roll()
        for limit in self._of(_ORDERS):
            self._counts[limit] = max(0, self._counts[limit] - orders)

    def headers(self, with_orders: bool) -> dict[str, str]:
        """Write the counts as response headers."""
        self._roll()
        headers: dict[str, str] = {}
        for limit in self._of(_WEIGHT):
            headers[f"X-MBX-USED-WEIGHT-{limit.suffix}"] = str(self._counts[limit])
            if self.rules.has_plain_weight_header:
                headers["X-MBX-USED-WEIGHT"] = str(self._counts[limit])
        if with_orders:
            for limit in self._of(_ORDERS):
                headers[f"X-MBX-ORDER-COUNT-{limit.suffix}"] = str(self._counts[limit])
        return headers

    def to_json(self, with_weight: bool, with_orders: bool) -> list[dict[str, Any]]:
        """Write the counts as the `rateLimits` of a WebSocket API reply."""
        self._roll()
        wanted = {_WEIGHT: with_weight, _ORDERS: with_orders}
        return [
            {**limit.to_json(), "count": self._counts[limit]}
            for limit in self.rules.limits
            if wanted.get(limit.kind)
        ]

    def _of(self, kind: str) -> list[RateLimit]:
        return [limit for limit in self.rules.limits if limit.kind == kind]

    def _add_weight(self, weight: int) -> None:
        for limit in self._of(_WEIGHT):
            self._counts[limit] += weight

    def _add_orders(self, cost: Cost, sign: int) -> None:
        for limit in self._of(_ORDERS):
            self._counts[limit] = max(0, self._counts[limit] + sign * cost.orders_in(limit))

    def _check(self, limit: RateLimit, amount: int) -> None:
        if self._counts[limit] + amount <= limit.limit:
            return
        self.bans.offend()
        self.bans.check()
        message = self.rules.too_much_weight.format(limit=limit.limit, interval=_interval(limit))
        raise self._too_many(-1003, message, limit)

    def _too_many_orders(self, limit: RateLimit) -> RateLimitError:
        message = (
            f"Too many new orders; current limit is {limit.limit} orders per {_interval(limit)}."
        )
        return self._too_many(-1015, message, limit)

    def _too_many(self, code: int, message: str, limit: RateLimit) -> RateLimitError:
        now_ms = self._now_ms()
        window_end_ms = (now_ms // limit.window_ms + 1) * limit.window_ms
        return RateLimitError(code, message, 429, now_ms, window_end_ms)

    def _roll(self) -> None:
        now_ms = self._now_ms()
        for limit in (*self.rules.limits, self.rules.connections, *self.rules.pools):
            window = now_ms // limit.window_ms
            if window != self._windows[limit]:
                self._windows[limit] = window
                self._counts[limit] = 0
                if limit.kind == _WEIGHT:
                    self.bans.forgive()


def _interval(limit: RateLimit) -> str:
    return f"{limit.interval_num} {limit.interval}"
