"""Guess how much of a price level is traded before one's own order is.

A venue tells the size of a level, never who stands where in it. So this is an estimate:

* An order joins behind all that rests at its price when it is first seen there.
* What trades at the price goes from the front.
* What leaves without a trade went from anywhere: it is spread evenly over the queue.
* What comes stands behind.

Books and trades come by different ways. The venue's clock tells which trades a book has counted
already, so none is taken twice.
"""

from __future__ import annotations

from decimal import Decimal

from terminal_app.domain.instrument import ZERO


class QueueEstimate:
    """Follow one resting order's place: ``ahead`` is the size before it, as far as can be told."""

    def __init__(self, others: Decimal, book_ms: int) -> None:
        self.ahead = others
        self._others = others
        self._book_ms = book_ms
        # Time and size of trades that no level has counted yet.
        self._waiting: list[tuple[int, Decimal]] = []
        # Gone from the last level that was told without a trade known by then, and the part of it
        # that was taken from the front.
        self._gone = self._gone_ahead = ZERO

    def on_trade(self, quantity: Decimal, time_ms: int) -> None:
        """Take in what traded at the order's price."""
        if time_ms > self._book_ms:
            self._waiting.append((time_ms, quantity))
        elif self._gone > ZERO:
            # The level has shown it already: what was taken for a withdrawal was this trade.
            late = min(quantity, self._gone)
            given_back = self._gone_ahead * late / self._gone
            self._gone -= late
            self._gone_ahead -= given_back
            self.ahead += given_back
        self.ahead = max(self.ahead - quantity, ZERO)

    def on_level(self, others: Decimal, book_ms: int) -> None:
        """Take in what rests at the order's price now beside the order itself."""
        counted = sum((size for time_ms, size in self._waiting if time_ms <= book_ms), ZERO)
        self._waiting = [trade for trade in self._waiting if trade[0] > book_ms]
        before = max(self._others - counted, ZERO)
        self._gone, self._gone_ahead = max(before - others, ZERO), ZERO
        if self._gone > ZERO:
            self._gone_ahead = min(self.ahead * self._gone / before, self.ahead)
            self.ahead -= self._gone_ahead
        self._others, self._book_ms = others, book_ms
        self.ahead = min(self.ahead, others)
