"""The order book of one symbol: mutable, with one owner."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice

from terminal_app.domain.instrument import ZERO
from terminal_app.domain.market import Level, Side


class BookSide:
    """Hold one side's levels, best first."""

    def __init__(self, side: Side) -> None:
        # Bids are kept under their negative price, so that the best is always first.
        self._sign = -1 if side is Side.BUY else 1
        self._keys: list[Decimal] = []
        self._quantities: dict[Decimal, Decimal] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[Level]:
        for key in self._keys:
            yield Level(self._sign * key, self._quantities[key])

    def clear(self) -> None:
        """Forget every level."""
        self._keys.clear()
        self._quantities.clear()

    def load(self, levels: Iterable[Level]) -> None:
        """Replace all levels."""
        self._quantities = {
            self._sign * level.price: level.quantity for level in levels if level.quantity > ZERO
        }
        self._keys = sorted(self._quantities)

    def set(self, price: Decimal, quantity: Decimal) -> None:
        """Set the size at a price; 0 removes the level, an unknown one is no error.

        A negative size raises ``ValueError``.
        """
        key = self._sign * price
        known = key in self._quantities
        if quantity > ZERO:
            self._quantities[key] = quantity
            if not known:
                insort(self._keys, key)
        elif quantity < ZERO:
            raise ValueError("the size of a level is negative")
        elif known:
            del self._quantities[key]
            del self._keys[bisect_left(self._keys, key)]

    def quantity_at(self, price: Decimal) -> Decimal:
        """Return the size at a price, 0 where there is none."""
        return self._quantities.get(self._sign * price, ZERO)

    def best(self) -> Level | None:
        """Return the best level."""
        if not self._keys:
            return None
        key = self._keys[0]
        return Level(self._sign * key, self._quantities[key])

    def levels(self, limit: int | None = None) -> list[Level]:
        """Return the best levels, best first."""
        return [Level(self._sign * key, self._quantities[key]) for key in islice(self._keys, limit)]


class OrderBook:
    """Hold the bids and asks of one symbol; ``update_id`` is the venue's last one in it."""

    def __init__(self) -> None:
        self.bids = BookSide(Side.BUY)
        self.asks = BookSide(Side.SELL)
        self.update_id = 0
        self.time_ms = 0

    @property
    def is_empty(self) -> bool:
        """Say whether a side has no level."""
        return not (len(self.bids) and len(self.asks))

    @property
    def is_crossed(self) -> bool:
        """Say whether the best bid reaches the best ask: such a book is wrong."""
        bid, ask = self.bids.best(), self.asks.best()
        return bid is not None and ask is not None and bid.price >= ask.price

    def side(self, side: Side) -> BookSide:
        """Return the levels where orders of a side rest."""
        return self.bids if side is Side.BUY else self.asks

    def load(self, bids: Iterable[Level], asks: Iterable[Level], update_id: int) -> None:
        """Replace the whole book."""
        self.bids.load(bids)
        self.asks.load(asks)
        self.update_id = update_id

    def apply(self, bids: Iterable[Level], asks: Iterable[Level], update_id: int) -> None:
        """Set changed levels to their new absolute sizes."""
        for level in bids:
            self.bids.set(level.price, level.quantity)
        for level in asks:
            self.asks.set(level.price, level.quantity)
        self.update_id = update_id

    def clear(self) -> None:
        """Forget everything."""
        self.bids.clear()
        self.asks.clear()
        self.update_id = 0
        self.time_ms = 0

    def middle(self) -> Decimal | None:
        """Return the price half-way between best bid and ask."""
        bid, ask = self.bids.best(), self.asks.best()
        return None if bid is None or ask is None else (bid.price + ask.price) / 2
