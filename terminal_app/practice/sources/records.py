"""What a record of a market holds, whatever file it came from.

Prices and quantities are the texts of the record. Times are epoch milliseconds; 0 means that the
record does not say, and the time before it holds.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from terminal_app.practice.engine.kinds import MarketName
from terminal_app.practice.engine.model import SymbolRules

Row = Sequence[str]  # price, quantity


class RecordingError(ValueError):
    """Say in one sentence why a record cannot be played."""


@dataclass(frozen=True, slots=True)
class BookSnapshot:
    """A whole book, as REST gave it."""

    update_id: int
    bids: Sequence[Row]
    asks: Sequence[Row]
    time_ms: int = 0


@dataclass(frozen=True, slots=True)
class BookDifference:
    """Changed levels; `previous_id` (futures' pu) is the last id of the difference before it."""

    time_ms: int
    first_id: int
    final_id: int
    previous_id: int
    bids: Sequence[Row]
    asks: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Print:
    """A public trade, or several merged into one; `trade_ms` is when it happened."""

    time_ms: int
    trade_ms: int
    trade_id: int
    price: str
    quantity: str
    is_buyer_maker: bool


@dataclass(frozen=True, slots=True)
class BestPrices:
    """The best bid and ask."""

    time_ms: int
    update_id: int
    bid: Row
    ask: Row


@dataclass(frozen=True, slots=True)
class Marked:
    """Mark and index price of a futures symbol."""

    time_ms: int
    mark_price: Decimal
    index_price: Decimal


def level_of(rules: SymbolRules, row: Row) -> tuple[int, int]:
    """Return a row in whole ticks and lots."""
    return int(Decimal(row[0]) / rules.tick_size), int(Decimal(row[1]) / rules.step_size)


Record = BookSnapshot | BookDifference | Print | BestPrices | Marked


@dataclass(frozen=True, slots=True)
class RecordSource:
    """Name what a record is of and read it, from the start at every call of `read`.

    Reading is lazy and raises RecordingError where the record is damaged. `interval` is the length
    of its candles, where it is made of candles.
    """

    market: MarketName
    symbol: str
    read: Callable[[], Iterator[Record]]
    interval: str = ""


class RecordReader:
    """Read a source once, from its start; what was pickled goes on at the record it had come to."""

    def __init__(self, source: RecordSource) -> None:
        self._source = source
        self._read = 0
        self._records = source.read()

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        record = next(self._records)
        self._read += 1
        return record

    def __getstate__(self) -> tuple[RecordSource, int]:
        return self._source, self._read

    def __setstate__(self, state: tuple[RecordSource, int]) -> None:
        self._source, self._read = state
        # Nothing is read again before the next record is asked for.
        self._records = islice(self._source.read(), self._read, None)
