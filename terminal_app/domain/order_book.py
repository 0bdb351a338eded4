"""The order book of one symbol: mutable, with one owner."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from decimal import Decimal

from terminal_app.domain.instrument import ZERO
from terminal_app.domain.market import Level, Side

# Price and size of a level as the venue wrote them; a size of 0 means that the level is gone.
LevelTexts = tuple[str, str]


class BookSide:
    """Hold one side's levels, best first.

    Levels are kept as texts until somebody looks at them: most change many times before that.
    Doubles only find and order them; they tell apart any two prices of up to 15 digits.
    """

    def __init__(self, side: Side) -> None:
        # The best is the last of the keys, for most of what comes and goes is near it: so the
        # prices of asks are negative here.
        self._sign = 1.0 if side is Side.BUY else -1.0
        self._keys: list[float] = []
        self._rows: dict[float, LevelTexts | Level] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[Level]:
        return iter(self.levels())

    def clear(self) -> None:
        """Forget every level."""
        self._keys.clear()
        self._rows.clear()

    def load(self, levels: Iterable[LevelTexts]) -> None:
        """Replace all levels; raise ``ValueError`` for a text that is no number."""
        self._rows = {
            self._sign * float(texts[0]): texts for texts in levels if float(texts[1]) > 0
        }
        self._keys = sorted(self._rows)

    def apply(self, levels: Iterable[LevelTexts]) -> None:
        """Set levels to their new sizes; that one to be ended is unknown is no error.

        Raises ``ValueError`` for a size below 0 and a text that is no number; the side is not whole
        then.
        """
        sign, keys, rows = self._sign, self._keys, self._rows
        for texts in levels:
            price, quantity = texts
            key, size = sign * float(price), float(quantity)
            if size > 0:
                if key not in rows:
                    insort(keys, key)
                rows[key] = texts
            elif size < 0:
                raise ValueError("the size of a level is negative")
            elif rows.pop(key, None) is not None:
                del keys[bisect_left(keys, key)]

    def quantity_at(self, price: Decimal) -> Decimal:
        """Return the size at a price, 0 where there is none."""
        key = self._sign * float(price)
        return self._level(key).quantity if key in self._rows else ZERO

    def best(self) -> Level | None:
        """Return the best level."""
        return self._level(self._keys[-1]) if self._keys else None

    def levels(self, limit: int | None = None) -> list[Level]:
        """Return the best levels, best first."""
        last, rows = None if limit is None else -limit - 1, self._rows
        return [
            row if isinstance(row := rows[key], Level) else self._level(key)
            for key in self._keys[:last:-1]
        ]

    def between(self, low: Decimal, high: Decimal) -> list[Level]:
        """Return the levels from one price to another, best first, both prices among them."""
        ends = sorted((self._sign * float(low), self._sign * float(high)))
        rows, keys = self._rows, self._keys
        inside = keys[bisect_left(keys, ends[0]) : bisect_right(keys, ends[1])]
        return [
            row if isinstance(row := rows[key], Level) else self._level(key)
            for key in reversed(inside)
        ]

    def _level(self, key: float) -> Level:
        row = self._rows[key]
        if not isinstance(row, Level):
            row = self._rows[key] = Level(Decimal(row[0]), Decimal(row[1]))
        return row


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

    def load(self, bids: Iterable[LevelTexts], asks: Iterable[LevelTexts], update_id: int) -> None:
        """Replace the whole book."""
        self.bids.load(bids)
        self.asks.load(asks)
        self.update_id = update_id

    def apply(self, bids: Iterable[LevelTexts], asks: Iterable[LevelTexts], update_id: int) -> None:
        """Set changed levels to their new absolute sizes."""
        self.bids.apply(bids)
        self.asks.apply(asks)
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
