"""Play a record of a market: one listing a symbol, one time for all of them.

Records are played in their order, at the times they tell. Prints of the account do not appear on
the tape, so candles are those of the record. Where updates are missing the play goes on with the
next whole book, and ends where there is none.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from terminal_app.practice.engine.events import BookTicker, DepthChanged, Event
from terminal_app.practice.engine.intervals import SECOND_MS, SPOT_INTERVALS, USDM_INTERVALS
from terminal_app.practice.engine.kinds import MarketName, SelfTradePrevention, Side
from terminal_app.practice.engine.listing import Emit, Execution, Listing
from terminal_app.practice.engine.model import ZERO, SymbolRules
from terminal_app.practice.engine.order_book import Match
from terminal_app.practice.engine.tape import Tape
from terminal_app.practice.engine.timeline import Timeline
from terminal_app.practice.sources.bar_close import BarCloseBook
from terminal_app.practice.sources.depth_sequence import DepthSequence
from terminal_app.practice.sources.recorded_book import RecordedBook
from terminal_app.practice.sources.records import (
    BestPrices,
    BookDifference,
    BookSnapshot,
    Marked,
    Print,
    Record,
    RecordingError,
    RecordReader,
    RecordSource,
    level_of,
)

_SLICE_RECORDS = 2_000
MakeBook = Callable[[], RecordedBook]


class RecordedListing(Listing):
    """Play the record of one symbol."""

    def __init__(
        self,
        rules: SymbolRules,
        emit: Emit,
        source: RecordSource,
        make_book: MakeBook,
        next_fill_id: int,
        notices: list[str],
    ) -> None:
        super().__init__(source.market, rules, _tape(source.market, rules, emit), emit)
        self._sequence = DepthSequence(source.market is MarketName.USDM)
        self._source = source
        self._make_book = make_book
        self._next_fill_id = next_fill_id
        self._notices = notices
        self.rewind()
        self.lets_takers_wait = isinstance(self._book, BarCloseBook)

    @property
    def book(self) -> RecordedBook:
        """Return the book."""
        return self._book

    @property
    def time_ms(self) -> int:
        """Return the time of the last record played."""
        return self._time_ms

    @property
    def next_ms(self) -> int | None:
        """Return the time of the next record, None at the end."""
        return None if self._pending is None else self._time_of(self._pending)

    def rewind(self) -> None:
        """Begin again from the first whole book; the account must have no order here."""
        on_print = self.tape.on_print
        self.tape = _tape(self.market, self.rules, self.emit)
        self.tape.on_print = on_print
        self.marked: Marked | None = None
        self._book = self._make_book()
        self._records = RecordReader(self._source)
        self._time_ms = 0
        self._final_id = -1
        self._ticker: BestPrices | None = None
        self._pending: Record | None = None
        if not self._synchronise([]):
            raise RecordingError(f"The recording of {self._source.symbol} holds no depth snapshot.")
        self._pending = next(self._records, None)

    def play(self, _time_ms: int) -> float | None:
        """Play the record that is due and return the time of the next, None at the end."""
        record, self._pending = self._pending, None
        if record is None:
            return None
        try:
            if self._apply(record):
                self._pending = next(self._records, None)
        except RecordingError as error:
            self._notice(f"{error} It was played up to there.")
        return self.next_ms

    def take(
        self,
        side: Side,
        lots: int,
        limit_ticks: int | None,
        time_ms: int,
        prevention: SelfTradePrevention,
    ) -> Iterator[Execution]:
        """Execute a taker of the account at recorded prices, a match at a time."""
        for match in self._book.take(side, lots, limit_ticks, prevention):
            yield Execution(match, self._fill_id() if match.prevented is None else 0)

    def publish(self, time_ms: int) -> None:
        """Do nothing: the account's changes go out with the next recorded depth event."""

    def book_ticker(self) -> BookTicker:
        """Return the recorded best bid and ask with the account's orders."""
        rules = self.rules
        update_id = self._book.update_id if self._ticker is None else self._ticker.update_id
        bid, ask = (self._book.published_top(side) for side in (Side.BUY, Side.SELL))
        return BookTicker(
            market=self.market,
            symbol=rules.symbol,
            time_ms=self._time_ms,
            update_id=update_id,
            bid_price=rules.price(bid[0]) if bid else ZERO,
            bid_quantity=rules.quantity(bid[1]) if bid else ZERO,
            ask_price=rules.price(ask[0]) if ask else ZERO,
            ask_quantity=rules.quantity(ask[1]) if ask else ZERO,
        )

    def _synchronise(self, waiting: list[BookDifference]) -> bool:
        """Play up to a snapshot that joins the differences around it, as a client does.

        Prints on the way are shown, but no order of the account meets them.
        """
        prints: list[Print] = []
        for record in self._records:
            self._time_ms = self._time_of(record)
            match record:
                case BookSnapshot():
                    newer = [each for each in waiting if each.final_id > record.update_id]
                    if newer and not self._sequence.joins(newer[0], record.update_id):
                        continue
                    for each in prints:
                        self._print(each)
                    self._load(record)
                    for difference in newer:
                        self._change(difference)
                    return True
                case BookDifference():
                    if waiting and not self._sequence.follows(record, waiting[-1].final_id):
                        waiting.clear()
                    waiting.append(record)
                case Print():
                    prints.append(record)
                case _:
                    self._apply(record)
        return False

    def _load(self, snapshot: BookSnapshot) -> None:
        for side, rows in ((Side.BUY, snapshot.bids), (Side.SELL, snapshot.asks)):
            self._book.replace(side, (level_of(self.rules, row) for row in rows))
        self._book.update_id = snapshot.update_id
        self._final_id = -1
        self._tell_fills(self._book.cross_own())

    def _apply(self, record: Record) -> bool:
        """Play one record; tell whether the next one can follow."""
        self._time_ms = self._time_of(record)
        match record:
            case BookDifference():
                return self._change(record) or self._repair(record)
            case Print():
                ticks, lots = self._print(record)
                side = Side.BUY if record.is_buyer_maker else Side.SELL
                self._tell_fills(self._book.print_through(side, ticks, lots, record.trade_ms))
            case BestPrices():
                bid, ask = (level_of(self.rules, row) for row in (record.bid, record.ask))
                self._book.set_top(record.update_id, bid, ask)
                self._ticker = record
                self._tell_fills(self._book.cross_own())
                self.emit(self.book_ticker())
            case Marked():
                self.marked = record
            case BookSnapshot():
                pass  # the book is whole without it
        return True

    def _repair(self, record: BookDifference) -> bool:
        last_id = self._final_id
        text = f"The recording of {self._source.symbol} has a gap after update {last_id}"
        if not self._synchronise([record]):
            self._notice(f"{text}: it was played up to there.")
            return False
        self._notice(f"{text}: the play went on with the next whole book.")
        return True

    def _change(self, record: BookDifference) -> bool:
        """Take changed levels in; tell whether they follow what came before."""
        book = self._book
        if self._sequence.is_old(record, book.update_id):
            return True
        if self._final_id >= 0 and not self._sequence.follows(record, self._final_id):
            return False
        changed: dict[Side, dict[int, int]] = {}
        for side, rows in ((Side.BUY, record.bids), (Side.SELL, record.asks)):
            levels = [level_of(self.rules, row) for row in rows]
            for ticks, lots in levels:
                book.set_level(side, ticks, lots)
            touched = [ticks for ticks, _ in levels]
            changed[side] = dict.fromkeys((*touched, *book.own.take_unpublished(side)), 0)
        self._final_id = book.update_id = record.final_id
        self._tell_fills(book.cross_own())
        for side, published in changed.items():
            changed[side] = {ticks: book.published(side, ticks) for ticks in published}
        self.emit(
            DepthChanged(
                market=self.market,
                symbol=self.rules.symbol,
                time_ms=self._time_ms,
                first_update_id=record.first_id,
                final_update_id=record.final_id,
                previous_final_update_id=record.previous_id,
                bids=self._to_levels(changed[Side.BUY].items()),
                asks=self._to_levels(changed[Side.SELL].items()),
            )
        )
        return True

    def _print(self, record: Print) -> tuple[int, int]:
        ticks, lots = level_of(self.rules, (record.price, record.quantity))
        identity = record.trade_id
        self.tape.print_trade(
            ticks, lots, record.is_buyer_maker, record.trade_ms, identity, identity
        )
        return ticks, lots

    def _tell_fills(self, matches: Iterable[Match]) -> None:
        for match in matches:
            self.on_maker_fill(
                match.maker_order_id,
                match.ticks,
                match.lots,
                self._fill_id(),
                self._time_ms,
                is_maker=not self.lets_takers_wait,
            )
        self.on_taker_done()

    def _fill_id(self) -> int:
        self._next_fill_id += 1
        return self._next_fill_id - 1

    def _time_of(self, record: Record) -> int:
        return max(self._time_ms, record.time_ms)

    def _notice(self, text: str) -> None:
        if text not in self._notices:
            self._notices.append(text)


class Valve:
    """Pass events on, or none while a market is sought through."""

    def __init__(self, emit: Emit) -> None:
        self.is_open = True
        self._emit = emit

    def __call__(self, event: Event) -> None:
        """Take one event."""
        if self.is_open:
            self._emit(event)


@dataclass(slots=True)
class RecordedMarket:
    """Hold the listings of one recorded market and move them through its time."""

    listings: dict[str, Listing]
    timeline: Timeline
    _players: Sequence[RecordedListing]
    _valve: Valve
    _run: int = 0

    @classmethod
    def open(cls, players: Sequence[RecordedListing], valve: Valve) -> "RecordedMarket":
        """Begin where every symbol has its first whole book."""
        timeline = Timeline(max(player.time_ms for player in players))
        by_symbol: dict[str, Listing] = {player.rules.symbol: player for player in players}
        market = cls(by_symbol, timeline, players, valve)
        market._schedule()
        return market

    def value(self, listing: Listing) -> tuple[Decimal, Decimal]:
        """Return mark and index price, where not recorded the middle of the best bid and ask."""
        marked = next(p.marked for p in self._players if p is listing)
        if marked is not None:
            return marked.mark_price, marked.index_price
        ticker = listing.book_ticker()
        middle = (ticker.bid_price + ticker.ask_price) / 2
        return middle, middle

    def seek(self, time_ms: int) -> Iterator[None]:
        """Go to a time of the record, in silence, a slice at each step of the iterator.

        Going back plays again from the start. A time outside the record becomes its nearest end.
        The account must have no open orders.
        """
        self._run += 1
        self._valve.is_open = False
        try:
            if time_ms < self.timeline.now_ms:
                for player in self._players:
                    player.rewind()
            time_ms = max(time_ms, *(player.time_ms for player in self._players))
            for player in self._players:
                yield from _play_to(player, time_ms)
            if all(player.next_ms is None for player in self._players):
                time_ms = max(player.time_ms for player in self._players)
            for player in self._players:
                player.tape.roll(time_ms)
        finally:
            self._valve.is_open = True
        self.timeline.jump(time_ms)
        self._schedule()

    def _schedule(self) -> None:
        timeline = self.timeline
        for player in self._players:
            if player.next_ms is not None:
                timeline.schedule(player.next_ms, partial(self._play, player, self._run))
        next_second_ms = timeline.now_ms - timeline.now_ms % SECOND_MS + SECOND_MS
        timeline.schedule(next_second_ms, partial(self._roll, self._run))

    def _play(self, player: RecordedListing, run: int, time_ms: int) -> float | None:
        # What an earlier run had scheduled does nothing.
        return player.play(time_ms) if run == self._run else None

    def _roll(self, run: int, time_ms: int) -> float | None:
        if run != self._run:
            return None
        for player in self._players:
            player.tape.roll(time_ms)
        if all(player.next_ms is None for player in self._players):
            self.timeline.end()
            return None
        return time_ms - time_ms % SECOND_MS + SECOND_MS


def _play_to(player: RecordedListing, time_ms: int) -> Iterator[None]:
    played = 0
    next_ms = player.next_ms
    while next_ms is not None and next_ms <= time_ms:
        player.play(next_ms)
        next_ms = player.next_ms
        played += 1
        if played % _SLICE_RECORDS == 0:
            yield


def _tape(market: MarketName, rules: SymbolRules, emit: Emit) -> Tape:
    intervals = USDM_INTERVALS if market is MarketName.USDM else SPOT_INTERVALS
    return Tape(market, rules, intervals, emit, None)
