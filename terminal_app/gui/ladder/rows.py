"""Which prices the ladder shows, and what rests at each of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import takewhile

from terminal_app.domain.instrument import ZERO, Instrument
from terminal_app.domain.large_sizes import large_from
from terminal_app.domain.market import Level, Side
from terminal_app.domain.order_book import OrderBook
from terminal_app.domain.price_steps import clean_steps, fitting_step

# A price is a whole number of steps to within the noise of a double, or off by a tick at least.
_NOISE = 1e-6


@dataclass(frozen=True, slots=True)
class OwnOrder:
    """Hold one own order as the ladder shows it; ``can_move`` says whether it may be dragged."""

    key: str
    side: Side
    price: Decimal
    size: Decimal
    word: str
    can_move: bool
    is_pending: bool
    is_unknown: bool


@dataclass(slots=True)
class Rests:
    """Hold what rests in the rows of one side: its own size and the sum up to it, by row number.

    ``large`` is the size from which on one stands out, None where none can.
    """

    sizes: dict[int, Decimal] = field(default_factory=dict)
    totals: dict[int, Decimal] = field(default_factory=dict)
    best: int | None = None
    large: Decimal | None = None

    def depth(self, top: int, count: int, side: Side) -> dict[int, Decimal]:
        """Return the sum up to each row in sight, empty rows among them."""
        best, bottom = self.best, top - count + 1
        depth: dict[int, Decimal] = {}
        if best is None:
            return depth
        if side is Side.BUY:
            total = self._total_before(lambda number: number > top)
            numbers = range(min(best, top), bottom - 1, -1)
        else:
            total = self._total_before(lambda number: number < bottom)
            numbers = range(max(best, bottom), top + 1)
        for number in numbers:
            total = self.totals.get(number, total)
            depth[number] = total
        return depth

    def _total_before(self, is_before: Callable[[int], bool]) -> Decimal:
        # Best first, so that those before the rows in sight come first.
        before = takewhile(is_before, self.totals)
        return max((self.totals[number] for number in before), default=ZERO)


def row_number(price: Decimal, step: Decimal, side: Side) -> int:
    """Return the row of a price in steps, away from the middle: bids go down, asks go up."""
    steps = float(price) / float(step)
    return math.floor(steps + _NOISE) if side is Side.BUY else math.ceil(steps - _NOISE)


def rests_in_rows(levels: Iterable[Level], step: Decimal, side: Side) -> Rests:
    """Add up levels, best first, that share a row."""
    rests = Rests()
    sizes, totals, total, distance = rests.sizes, rests.totals, ZERO, float(step)
    is_bid = side is Side.BUY
    for price, quantity in levels:
        steps = float(price) / distance
        number = math.floor(steps + _NOISE) if is_bid else math.ceil(steps - _NOISE)
        total += quantity
        sizes[number] = sizes[number] + quantity if number in sizes else quantity
        totals[number] = total
    rests.best = next(iter(sizes), None)
    return rests


class LadderRows:
    """Keep the rows in sight: row 0 on top, numbers are prices in steps.

    ``is_auto_step`` lets the step follow the book whenever the ladder is centred.
    """

    def __init__(self) -> None:
        self.instrument: Instrument | None = None
        self.book: OrderBook | None = None
        self.steps: tuple[Decimal, ...] = (Decimal(1),)
        self.step = Decimal(1)
        self.is_auto_step = True
        self.count = 0
        self.top: int | None = None
        self.bids, self.asks = Rests(), Rests()
        self.own: Mapping[tuple[int, Side], tuple[OwnOrder, ...]] = {}
        self._own_orders: tuple[OwnOrder, ...] = ()
        self._taken: tuple[object, ...] = ()

    def set_instrument(self, instrument: Instrument) -> None:
        """Forget everything but whether the step follows the book."""
        self.instrument, self.book = instrument, None
        self.steps = clean_steps(instrument.tick_size)
        self.step = self.steps[0]
        self.top = None
        self.bids, self.asks = Rests(), Rests()
        self._taken = ()
        self.set_own(())

    def set_own(self, orders: Iterable[OwnOrder]) -> None:
        """Put one's own orders beside their rows."""
        self._own_orders = tuple(orders)
        own: dict[tuple[int, Side], tuple[OwnOrder, ...]] = {}
        for order in self._own_orders:
            place = row_number(order.price, self.step, order.side), order.side
            own[place] = (*own.get(place, ()), order)
        self.own = own

    def set_step(self, step: Decimal | None) -> None:
        """Let rows be this far apart; None lets the step follow the book. Prices stay centred."""
        self.is_auto_step = step is None
        if step is not None:
            self._take_step(step)
        self.centre()

    def centre(self) -> None:
        """Put the middle of the market into the middle of the rows."""
        if self.book is None:
            return
        if self.is_auto_step:
            rows, sides = max(self.count // 2, 1), (self.book.bids, self.book.asks)
            self._take_step(max(fitting_step(self.steps, side, rows) for side in sides))
        self._read_best()
        middle = self._middle()
        self.top = None if middle is None else middle + self.count // 2

    def scroll(self, rows: int) -> None:
        """Show prices this many rows higher."""
        if self.top is not None:
            self.top = max(self.top + rows, self.count)

    def is_off_centre(self) -> bool:
        """Say whether the market left the middle half of the rows, or was never in it."""
        middle = self._middle()
        if middle is None:
            return False
        return self.top is None or abs(self.top - self.count // 2 - middle) > self.count // 4

    def take(self) -> None:
        """Read what rests in the rows from the book as it is now."""
        book, top, step = self.book, self.top, self.step
        if book is None:
            return
        if top is None:
            self._read_best()
            return
        wanted = (book, book.update_id, book.time_ms, top, self.count, step)
        if wanted == self._taken:
            # A press asks again for what the last frame has read.
            return
        self._taken = wanted
        low, high = (top - self.count) * step, (top + 1) * step
        bid, ask = book.bids.best(), book.asks.best()
        self.bids = Rests()
        if bid is not None:
            levels = book.bids.between(low, max(bid.price, low))
            self.bids = rests_in_rows(levels, step, Side.BUY)
            self.bids.best = row_number(bid.price, step, Side.BUY)
        self.asks = Rests()
        if ask is not None:
            levels = book.asks.between(min(ask.price, high), high)
            self.asks = rests_in_rows(levels, step, Side.SELL)
            self.asks.best = row_number(ask.price, step, Side.SELL)
        for rests in (self.bids, self.asks):
            rests.large = large_from(rests.sizes.values())

    def price(self, number: int) -> Decimal:
        """Return the price of a row number."""
        return number * self.step

    def number(self, row: int) -> int | None:
        """Return the number of a row in sight, None where there is none."""
        is_row = self.top is not None and 0 <= row < self.count
        return self.top - row if is_row and self.top is not None else None

    def signatures(self) -> list[Hashable]:
        """Return for each row what a click on it depends on: price, what rests there, own orders.

        How much others have resting is no part of it: that changes many times a second and
        changes nothing of what a click does.
        """
        top = self.top
        if top is None:
            return []
        bid, ask, own, step = self.bids.best, self.asks.best, self.own, self.step
        beside = {
            number: own.get((number, Side.BUY), ()) + own.get((number, Side.SELL), ())
            for number, _ in own
        }
        made: list[Hashable] = []
        for number in range(top, top - self.count, -1):
            zone = -1 if bid is not None and number <= bid else 0
            zone += 1 if ask is not None and number >= ask else 0
            made.append((step, number, zone, beside.get(number, ())))
        return made

    def _take_step(self, step: Decimal) -> None:
        if step != self.step:
            self.step = step
            self.set_own(self._own_orders)

    def _read_best(self) -> None:
        if self.book is None:
            return
        bid, ask = self.book.bids.best(), self.book.asks.best()
        self.bids.best = row_number(bid.price, self.step, Side.BUY) if bid else None
        self.asks.best = row_number(ask.price, self.step, Side.SELL) if ask else None

    def _middle(self) -> int | None:
        bid, ask = self.bids.best, self.asks.best
        if bid is None or ask is None:
            return ask if bid is None else bid
        return (bid + ask) // 2
