"""One market out of archive files: tape and book merged in order of time.

The tape comes from the best files there are: trades, else aggTrades, else the path made up within
candles. The book comes from bookTicker where there is one: its best prices and sizes are the
record's. Else it is drawn around the tape: a print by a seller is the best bid, one by a buyer the
best ask, and the spread is one tick. Behind the best prices lie LEVELS levels a tick apart. Their
sizes come from bookDepth where there is one: its cumulative quantity within 1 % of the price,
spread evenly over the ticks in it, at each snapshot. Else a level's size is made up from its price,
between half and twice the typical print times TYPICAL_PRINTS, so that it is the same when the price
returns. The drawn book is as deep as that and no deeper, and knows nothing of cancels.
"""

import heapq
import math
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from hashlib import blake2b

from terminal_app.practice.engine.intervals import bar_end
from terminal_app.practice.engine.model import SymbolRules
from terminal_app.practice.sources.archive_files import ArchiveFile, time_of
from terminal_app.practice.sources.bars_path import RecordedBar, prints_of
from terminal_app.practice.sources.records import (
    BestPrices,
    BookDifference,
    BookSnapshot,
    Print,
    Record,
    Row,
    level_of,
)

LEVELS = 20
TYPICAL_PRINTS = 40
_REDRAW_MS = 100
_TAPES = ("trades", "aggTrades", "klines")


def read_archive(files: Sequence[ArchiveFile], rules: SymbolRules, seed: int) -> Iterator[Record]:
    """Yield tape and book of one symbol, a whole book first."""
    by_kind: dict[str, list[ArchiveFile]] = {}
    for file in sorted(files, key=lambda each: each.path.name):
        by_kind.setdefault(file.kind, []).append(file)
    tape = next((by_kind[kind] for kind in _TAPES if kind in by_kind), [])
    readers = [_read(tape, rules, seed)] if tape else []
    readers += [_read(by_kind[kind], rules, seed) for kind in ("bookTicker",) if kind in by_kind]
    depths = (row for file in by_kind.get("bookDepth", []) for row in file.rows())
    book = DrawnBook(rules, seed, _Depths(depths), is_told="bookTicker" in by_kind)
    for record in heapq.merge(*readers, key=lambda each: each.time_ms):
        yield from book.around(record)
        yield record


class DrawnBook:
    """Draw the levels around best prices that are told or follow from prints."""

    def __init__(self, rules: SymbolRules, seed: int, depths: "_Depths", *, is_told: bool) -> None:
        self._rules = rules
        self._seed = seed
        self._depths = depths
        self._is_told = is_told
        self._typical_lots = 0.0
        self._drawn: tuple[dict[int, int], dict[int, int]] = ({}, {})
        self._update_id = 0
        self._next_ms = 0

    def around(self, record: Record) -> Iterator[Record]:
        """Yield how the book changes with a record that comes next."""
        best: tuple[tuple[int, int], tuple[int, int]] | None = None
        if isinstance(record, Print):
            lots = int(Decimal(record.quantity) / self._rules.step_size)
            self._typical_lots += (lots - self._typical_lots) / (50 if self._typical_lots else 1)
            if not self._is_told:
                best = self._best_of(record)
        elif isinstance(record, BestPrices):
            best = level_of(self._rules, record.bid), level_of(self._rules, record.ask)
        if best is not None and (not self._is_told or record.time_ms >= self._next_ms):
            before = self._update_id
            yield from self._draw(record.time_ms, *best)
            if not self._is_told and self._update_id > before:
                bid, ask = (self._row(each) for each in best)
                yield BestPrices(record.time_ms, self._update_id, bid, ask)

    def _best_of(self, record: Print) -> tuple[tuple[int, int], tuple[int, int]]:
        ticks = int(Decimal(record.price) / self._rules.tick_size)
        bid = ticks if record.is_buyer_maker else ticks - 1
        return (bid, self._lots_at(bid)), (bid + 1, self._lots_at(bid + 1))

    def _draw(self, time_ms: int, bid: tuple[int, int], ask: tuple[int, int]) -> Iterator[Record]:
        self._next_ms = time_ms + _REDRAW_MS
        self._depths.advance(time_ms)
        new = self._side(-1, *bid), self._side(1, *ask)
        rows = [_changes(old, now) for old, now in zip(self._drawn, new, strict=True)]
        is_first, previous = not self._update_id, self._update_id
        if not any(rows):
            return
        self._drawn = new
        self._update_id += 1
        bids, asks = ([self._row(each) for each in side] for side in rows)
        if is_first:
            yield BookSnapshot(self._update_id, bids, asks, time_ms)
        else:
            ids = (self._update_id, self._update_id, previous)
            yield BookDifference(time_ms, *ids, bids, asks)

    def _side(self, sign: int, best: int, lots: int) -> dict[int, int]:
        behind = (best + sign * n for n in range(1, LEVELS))
        return {best: lots} | {t: self._lots_behind(t, best) for t in behind if t > 0}

    def _lots_behind(self, ticks: int, best: int) -> int:
        told = self._depths.within(ticks < best)
        if told is None:
            return self._lots_at(ticks)
        price = best * self._rules.tick_size
        ticks_in_percent = max(1, int(price / 100 / self._rules.tick_size))
        return max(1, int(told / self._rules.step_size) // ticks_in_percent)

    def _lots_at(self, ticks: int) -> int:
        digest = blake2b(f"{self._seed} {ticks}".encode(), digest_size=2).digest()
        factor = 0.5 * 4.0 ** (int.from_bytes(digest) / 65_536)
        # A power of two, so that sizes do not move with every print.
        typical = 2.0 ** round(math.log2(max(1.0, self._typical_lots)))
        return max(1, int(typical * TYPICAL_PRINTS * factor))

    def _row(self, level: tuple[int, int]) -> Row:
        rules = self._rules
        return format(rules.price(level[0]), "f"), format(rules.quantity(level[1]), "f")


class _Depths:
    """Follow bookDepth: rows of time, percent from the price, cumulative quantity."""

    def __init__(self, rows: Iterator[list[str]]) -> None:
        self._rows = rows
        self._next = next(rows, None)
        self._within: dict[bool, Decimal] = {}

    def advance(self, time_ms: int) -> None:
        while self._next is not None and time_of(self._next[0]) <= time_ms:
            percent = Decimal(self._next[1])
            if abs(percent) == 1:
                self._within[percent < 0] = Decimal(self._next[2])
            self._next = next(self._rows, None)

    def within(self, is_bid: bool) -> Decimal | None:
        return self._within.get(is_bid)


def _changes(old: dict[int, int], new: dict[int, int]) -> list[tuple[int, int]]:
    gone = [(ticks, 0) for ticks in old if ticks not in new]
    return gone + [(ticks, lots) for ticks, lots in new.items() if old.get(ticks) != lots]


def _read(files: Sequence[ArchiveFile], rules: SymbolRules, seed: int) -> Iterator[Record]:
    if files[0].kind == "klines":
        yield from _made_prints(files, rules, seed)
        return
    make: dict[str, Callable[[list[str]], Record]] = {
        "trades": _trade,
        "aggTrades": _merged_trade,
        "bookTicker": _best_prices,
    }
    for file in files:
        yield from map(make[file.kind], file.rows())


def _trade(row: list[str]) -> Print:
    time_ms = time_of(row[4])
    return Print(time_ms, time_ms, int(row[0]), row[1], row[2], row[5].lower() == "true")


def _merged_trade(row: list[str]) -> Print:
    time_ms = time_of(row[5])
    return Print(time_ms, time_ms, int(row[4]), row[1], row[2], row[6].lower() == "true")


def _best_prices(row: list[str]) -> BestPrices:
    return BestPrices(time_of(row[6]), int(row[0]), (row[1], row[2]), (row[3], row[4]))


def _made_prints(files: Sequence[ArchiveFile], rules: SymbolRules, seed: int) -> Iterator[Record]:
    trade_id = 0
    for file in files:
        for row in file.rows():
            bar = _bar(row, file.interval, rules)
            for each in prints_of(bar, f"{seed} {file.symbol}"):
                trade_id += 1
                price = format(rules.price(each.ticks), "f")
                values = (price, format(rules.quantity(each.lots), "f"), each.is_buyer_maker)
                yield Print(each.time_ms, each.time_ms, trade_id, *values)


def _bar(row: list[str], interval: str, rules: SymbolRules) -> RecordedBar:
    open_ms = time_of(row[0])
    first, high, low, close = (int(Decimal(text) / rules.tick_size) for text in row[1:5])
    volume = Decimal(row[5])
    share = float(Decimal(row[9]) / volume) if volume else 0.5
    lots = int(volume / rules.step_size)
    end_ms = bar_end(interval, open_ms)
    return RecordedBar(open_ms, end_ms, first, high, low, close, lots, int(row[8]), share)
