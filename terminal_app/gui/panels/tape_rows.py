"""Turn prints into the rows of the tape: merged, filtered, kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from decimal import Decimal

from terminal_app.domain.instrument import ZERO
from terminal_app.domain.large_sizes import large_from
from terminal_app.domain.market import Trade
from terminal_app.domain.sweeps import Sweep, sweep_of
from terminal_app.gui.format import THIN_SPACE, decimal_text

KEPT_ROWS = 500
# A print that is this many times the median is big.
BIG_FACTOR = 10
# How many rows may come before what is big is looked at again.
_LOOKED_AT = 25


class TapeRows:
    """Keep the newest prints, at most 500; those below a least size are kept and not shown."""

    def __init__(self) -> None:
        self.shown: deque[Sweep] = deque(maxlen=KEPT_ROWS)
        self.least = ZERO
        self.merges = True
        self.big: Decimal | None = None
        self._trades: deque[Trade] = deque(maxlen=KEPT_ROWS)
        self._newest: Sweep | None = None
        self._since_looked = 0

    def __len__(self) -> int:
        return len(self._trades)

    def clear(self) -> None:
        """Forget every print."""
        self._trades.clear()
        self._forget_rows()

    def add(self, trades: Iterable[Trade]) -> None:
        """Take prints in, the newest last."""
        for trade in trades:
            self._trades.append(trade)
            self._put(trade)

    def set_least(self, least: Decimal) -> None:
        """Show no smaller rows, of those that are kept too."""
        self.least = least
        self._build()

    def set_merging(self, *, merges: bool) -> None:
        """Make one row of a taker order's prints, or a row of each."""
        self.merges = merges
        self._build()

    def _build(self) -> None:
        self._forget_rows()
        for trade in self._trades:
            self._put(trade)

    def _forget_rows(self) -> None:
        self.shown.clear()
        self._newest, self.big = None, None
        self._since_looked = 0

    def _put(self, trade: Trade) -> None:
        newest = self._newest
        if self.merges and newest is not None and newest.takes(trade):
            self._newest = newest.with_trade(trade)
            if self.shown and self.shown[0] is newest:
                self.shown.popleft()
        else:
            self._newest = sweep_of(trade)
            self._since_looked += 1
        if self._newest.quantity >= self.least:
            self.shown.appendleft(self._newest)
        if self.big is None or self._since_looked >= _LOOKED_AT:
            self._since_looked = 0
            self.big = large_from((row.quantity for row in self.shown), BIG_FACTOR)


def range_text(first: Decimal, last: Decimal, decimals: int) -> str:
    """Write the prices of a sweep, of the last one only where it differs: "61 842.3–5.1"."""
    start, end = decimal_text(first, decimals), decimal_text(last, decimals)
    if start == end:
        return start
    same = 0
    while len(start) == len(end) and start[same] == end[same]:
        same += 1
    if "." in end:
        # At least a whole digit: "–.7" would be read as a fraction.
        same = min(same, end.index(".") - 1)
    if end[same] == THIN_SPACE:
        same -= 1
    return f"{start}–{end[same:]}"
