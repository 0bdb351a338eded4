"""Bar-close execution: what is ordered in a bar is filled at the open of the next one.

For records that hold candles alone, where a book and the order of prints within a bar are made up.
Nothing is filled within a bar. At the first print of the next one every waiting order that accepts
the price is filled whole: a buy at open + alpha * ATR(14), a sell at open - alpha * ATR(14), a
limit order only where that is no worse than its limit. ATR is Wilder's average true range over the
closed bars; before the fourteenth it is their plain mean. Volume sets no limit. A market order
waits like any other; IOC and FOK orders find nothing to take and expire.
"""

from collections.abc import Iterator
from decimal import Decimal

from msgspec.structs import replace

from terminal_app.practice.engine.intervals import bar_end, bar_start
from terminal_app.practice.engine.kinds import SelfTradePrevention, Side
from terminal_app.practice.engine.order_book import Match, is_beyond
from terminal_app.practice.sources.recorded_book import RecordedBook

PERIODS = 14


class AverageTrueRange:
    """Average the true ranges of closed bars as Wilder does, in ticks."""

    def __init__(self) -> None:
        self.value = Decimal(0)
        self._count = 0
        self._previous_close: int | None = None

    def add(self, high: int, low: int, close: int) -> None:
        """Take a closed bar."""
        if self._previous_close is not None:
            high, low = max(high, self._previous_close), min(low, self._previous_close)
        self._previous_close = close
        self._count = min(self._count + 1, PERIODS)
        self.value += (high - low - self.value) / self._count


class BarCloseBook(RecordedBook):
    """Hold the account's orders until the next bar opens."""

    def __init__(self, interval: str, alpha: Decimal) -> None:
        super().__init__()
        self._interval = interval
        self._alpha = alpha
        self._range = AverageTrueRange()
        self._end_ms = 0
        self._high = self._low = self._close = 0
        self._unpriced: dict[int, tuple[Side, int]] = {}

    def rest(self, order_id: int, side: Side, ticks: int, lots: int, display: int = 0) -> None:
        """Let an order wait; a market order, of price 0, accepts any price and is not shown."""
        if ticks:
            super().rest(order_id, side, ticks, lots, display)
        else:
            self._unpriced[order_id] = side, lots

    def withdraw(self, order_id: int) -> None:
        """Take an order of the account off the book."""
        if self._unpriced.pop(order_id, None) is None:
            super().withdraw(order_id)

    def offers(self, taker: Side) -> Iterator[tuple[int, int]]:
        """Yield nothing: nobody trades within a bar."""
        return iter(())

    def take(
        self,
        taker: Side,
        lots: int,
        limit_ticks: int | None,
        prevention: SelfTradePrevention | None,
    ) -> Iterator[Match]:
        """Execute nothing: the order waits."""
        return iter(())

    def cross_own(self) -> Iterator[Match]:
        """Execute nothing within a bar."""
        return iter(())

    def print_through(self, side: Side, ticks: int, lots: int, time_ms: int) -> Iterator[Match]:
        """Let a print build the bar, and fill what waits when it opens one."""
        if time_ms < self._end_ms:
            self._high, self._low = max(self._high, ticks), min(self._low, ticks)
            self._close = ticks
            return
        if self._end_ms:
            self._range.add(self._high, self._low, self._close)
        self._end_ms = bar_end(self._interval, bar_start(self._interval, time_ms))
        self._high = self._low = self._close = ticks
        slip = round(self._alpha * self._range.value)
        yield from self._fill(Side.BUY, ticks + slip)
        yield from self._fill(Side.SELL, max(1, ticks - slip))

    def _fill(self, side: Side, ticks: int) -> Iterator[Match]:
        for order_id, (of_side, lots) in tuple(self._unpriced.items()):
            if of_side is side:
                del self._unpriced[order_id]
                yield Match(ticks, lots, order_id)
        for own in self.own.queue(side):
            if not is_beyond(side, ticks, own.ticks):
                yield replace(self.own.fill(own, own.lots), ticks=ticks)
