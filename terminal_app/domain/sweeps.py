"""Merge the prints that one taker order made on its way through the book."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from terminal_app.domain.market import Side, Trade


class Sweep(NamedTuple):
    """Hold what one taker order traded at once, from its first price to its last.

    ``prints`` is the number of prints; ``trade_id`` is the last one's.
    """

    trade_id: int
    side: Side
    first_price: Decimal
    last_price: Decimal
    quantity: Decimal
    prints: int
    time_ms: int

    def takes(self, trade: Trade) -> bool:
        """Say whether a print goes on where this one ended.

        One taker order's prints carry the same millisecond and side and follow each other at
        prices that only get worse for it. Source: Binance, trade streams.
        """
        is_next = trade.trade_id == self.trade_id + 1 and trade.time_ms == self.time_ms
        if not is_next or trade.taker_side is not self.side:
            return False
        is_buy = self.side is Side.BUY
        return trade.price >= self.last_price if is_buy else trade.price <= self.last_price

    def with_trade(self, trade: Trade) -> Sweep:
        """Return it with a further print."""
        return self._replace(
            trade_id=trade.trade_id,
            last_price=trade.price,
            quantity=self.quantity + trade.quantity,
            prints=self.prints + 1,
        )


def sweep_of(trade: Trade) -> Sweep:
    """Return the sweep of a single print."""
    price, quantity = trade.price, trade.quantity
    return Sweep(trade.trade_id, trade.taker_side, price, price, quantity, 1, trade.time_ms)
