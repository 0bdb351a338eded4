"""Queries that lag behind the engine, as Binance's caches and databases do."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.endpoint import Reads
from terminal_app.practice.http.params import Parameters

_ORDERS_KEPT: Final = 10_000
_COPIES_KEPT: Final = 32
_SAMPLES_PER_LAG: Final = 20
_SHORTEST_STEP_MS: Final = 10
_NOT_ASKED: Final = frozenset({"timestamp", "signature", "recvWindow", "apiKey"})

CopyKey = tuple[Any, ...]


class _Copy:
    """Keep past answers of one call, oldest first."""

    def __init__(self, compute: Callable[[], Any]) -> None:
        self.compute = compute
        self.answers: deque[tuple[int, Any]] = deque()

    def sample(self, now_ms: int) -> None:
        self.answers.append((now_ms, self.compute()))

    def at(self, time_ms: int) -> Any:
        while len(self.answers) > 1 and self.answers[1][0] <= time_ms:
            self.answers.popleft()
        return self.answers[0][1]


class ReadLag:
    """Hide new orders from queries for a while, and answer from old copies of books and accounts.

    `orders_ms` is how long an order cannot be found (error -2013), `snapshots_ms` how old a copy
    is. Copies are taken from the first time on that a call is asked with these parameters, so that
    first answer is fresh. Both are 0 unless set.
    """

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self.orders_ms = 0
        self.snapshots_ms = 0
        self._now_ms = now_ms
        self._accepted_ms: dict[tuple[str, int], int] = {}
        self._copies: dict[CopyKey, _Copy] = {}
        self._sampled_ms = 0

    def note_order(self, symbol: str, order_id: int) -> None:
        """Note the moment at which the engine took an order."""
        self._accepted_ms[symbol, order_id] = self._now_ms()
        if len(self._accepted_ms) > _ORDERS_KEPT:
            del self._accepted_ms[next(iter(self._accepted_ms))]

    def tick(self) -> None:
        """Take the copies that are due."""
        if not self.snapshots_ms:
            self._copies.clear()
            return
        now_ms = self._now_ms()
        step_ms = max(_SHORTEST_STEP_MS, self.snapshots_ms // _SAMPLES_PER_LAG)
        if abs(now_ms - self._sampled_ms) < step_ms:
            return
        self._sampled_ms = now_ms
        for key, copy in tuple(self._copies.items()):
            try:
                copy.sample(now_ms)
            except ExchangeError:
                del self._copies[key]

    def read(
        self, reads: Reads, name: object, parameters: Parameters, compute: Callable[[], Any]
    ) -> Any:
        """Answer a call as late as is set; `name` tells calls apart."""
        if reads is Reads.SNAPSHOT and self.snapshots_ms:
            return self._copy(name, parameters, compute)
        answer = compute()
        if reads is Reads.ORDERS and self.orders_ms:
            return self._visible(answer)
        return answer

    def _copy(self, name: object, parameters: Parameters, compute: Callable[[], Any]) -> Any:
        asked = sorted(item for item in parameters.as_dict().items() if item[0] not in _NOT_ASKED)
        key = (name, *asked)
        now_ms = self._now_ms()
        if key not in self._copies:
            self._copies[key] = copy = _Copy(compute)
            copy.sample(now_ms)
            if len(self._copies) > _COPIES_KEPT:
                del self._copies[next(iter(self._copies))]
        return self._copies[key].at(now_ms - self.snapshots_ms)

    def _visible(self, answer: Any) -> Any:
        if isinstance(answer, list):
            return [row for row in answer if not self._is_hidden(row)]
        if self._is_hidden(answer):
            raise ExchangeError(-2013, "Order does not exist.")
        return answer

    def _is_hidden(self, row: Mapping[str, Any]) -> bool:
        """Tell whether an order, or one of a list of orders, was taken too short a while ago."""
        return any(self._is_fresh(order) for order in row.get("orders", (row,)))

    def _is_fresh(self, row: Mapping[str, Any]) -> bool:
        accepted_ms = self._accepted_ms.get((row.get("symbol", ""), row.get("orderId", 0)))
        return accepted_ms is not None and self._now_ms() - accepted_ms < self.orders_ms
