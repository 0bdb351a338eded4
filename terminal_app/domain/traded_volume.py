"""What was traded at each price since somebody began to count: mutable, with one owner."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from terminal_app.domain.instrument import ZERO
from terminal_app.domain.market import Trade

# Each step asked for is kept up to date from then on; the one unused for longest is dropped.
STEPS_KEPT = 3


class TradedVolume:
    """Add up traded sizes by price; ``since_ms`` is the time of the first trade, 0 without one."""

    def __init__(self) -> None:
        self.since_ms = 0
        self._by_price: dict[Decimal, Decimal] = {}
        self._by_step: dict[Decimal, dict[int, Decimal]] = {}

    def clear(self) -> None:
        """Forget every trade."""
        self.since_ms = 0
        self._by_price.clear()
        self._by_step.clear()

    def add(self, trade: Trade) -> None:
        """Count a trade."""
        self.since_ms = self.since_ms or trade.time_ms
        price, quantity = trade.price, trade.quantity
        self._by_price[price] = self._by_price.get(price, ZERO) + quantity
        for step, rows in self._by_step.items():
            number = int(price // step)
            rows[number] = rows.get(number, ZERO) + quantity

    def at_step(self, step: Decimal) -> Mapping[int, Decimal]:
        """Return what was traded in each row; row n reaches from n steps to the next."""
        rows = self._by_step.pop(step, None)
        if rows is None:
            rows = {}
            for price, quantity in self._by_price.items():
                number = int(price // step)
                rows[number] = rows.get(number, ZERO) + quantity
        self._by_step[step] = rows
        if len(self._by_step) > STEPS_KEPT:
            del self._by_step[next(iter(self._by_step))]
        return rows
