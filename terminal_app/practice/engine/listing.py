"""One symbol of a market: its rules, its book and its tape, published as events."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from terminal_app.practice.engine.events import BookTicker, DepthChanged, Event
from terminal_app.practice.engine.kinds import (
    MarketName,
    SelfTradePrevention,
    Side,
    SymbolStatus,
)
from terminal_app.practice.engine.market_values import DepthSnapshot, Level
from terminal_app.practice.engine.model import ZERO, SymbolRules
from terminal_app.practice.engine.order_book import ANONYMOUS, Liquidity, Match, OrderBook
from terminal_app.practice.engine.tape import Tape
from terminal_app.practice.engine.value import Value

Emit = Callable[[Event], None]


class MakerFilled(Protocol):
    """Hear that a resting order of the account traded; as a taker where it only had to wait."""

    def __call__(
        self,
        order_id: int,
        ticks: int,
        lots: int,
        trade_id: int,
        time_ms: int,
        *,
        is_maker: bool = True,
    ) -> None: ...


class Execution(Value, frozen=True):
    """Hold a match of the account's taker and the trade id it got (0 when prevented)."""

    match: Match
    trade_id: int


class Listing(ABC):
    """Stand between a market and where its liquidity comes from.

    Where `lets_takers_wait`, a market order rests until the source fills it. `on_taker_done` is
    called when a taker that is not the account's has done, so that its prints can be acted upon.
    """

    lets_takers_wait = False

    def __init__(self, market: MarketName, rules: SymbolRules, tape: Tape, emit: Emit) -> None:
        self.market = market
        self.rules = rules
        self.tape = tape
        self.emit = emit
        self.status = SymbolStatus.TRADING
        self.on_maker_fill: MakerFilled = _nobody
        self.on_taker_done: Callable[[], None] = _nothing

    @property
    @abstractmethod
    def book(self) -> Liquidity:
        """Return the book."""

    @abstractmethod
    def take(
        self,
        side: Side,
        lots: int,
        limit_ticks: int | None,
        time_ms: int,
        prevention: SelfTradePrevention,
    ) -> Iterator[Execution]:
        """Execute a taker of the account, a match at a time."""

    @abstractmethod
    def publish(self, time_ms: int) -> None:
        """Emit what changed in the book since the last time."""

    @abstractmethod
    def book_ticker(self) -> BookTicker:
        """Return the best bid and ask as last published."""

    def depth(self, limit: int) -> DepthSnapshot:
        """Return the best levels of each side."""
        return DepthSnapshot(
            symbol=self.rules.symbol,
            last_update_id=self.book.update_id,
            time_ms=self.tape.time_ms,
            bids=self._levels(Side.BUY, limit),
            asks=self._levels(Side.SELL, limit),
        )

    def _levels(self, side: Side, limit: int) -> tuple[Level, ...]:
        return self._to_levels(self.book.levels(side, limit))

    def _to_levels(self, levels: Iterable[tuple[int, int]]) -> tuple[Level, ...]:
        tick, step = self.rules.tick_size, self.rules.step_size
        return tuple([(tick * ticks, step * lots) for ticks, lots in levels])


class LiveListing(Listing):
    """Trade a symbol in a book of our own: every execution is printed on the tape."""

    def __init__(
        self, market: MarketName, rules: SymbolRules, tape: Tape, emit: Emit, book: OrderBook
    ) -> None:
        super().__init__(market, rules, tape, emit)
        self._book = book
        self._taker_id = 0
        self._best = self._read_best()
        self._ticker = self._to_ticker(tape.time_ms)

    @property
    def book(self) -> OrderBook:
        """Return the book."""
        return self._book

    def take(
        self,
        side: Side,
        lots: int,
        limit_ticks: int | None,
        time_ms: int,
        prevention: SelfTradePrevention,
    ) -> Iterator[Execution]:
        """Execute a taker of the account, a match at a time."""
        return self._execute(side, lots, limit_ticks, time_ms, prevention)

    def take_anonymously(
        self, side: Side, lots: int, limit_ticks: int | None, time_ms: int
    ) -> None:
        """Execute a taker of somebody else; orders of the account it meets are told."""
        for execution in self._execute(side, lots, limit_ticks, time_ms, None):
            match = execution.match
            if match.maker_order_id != ANONYMOUS:
                self.on_maker_fill(
                    match.maker_order_id, match.ticks, match.lots, execution.trade_id, time_ms
                )
        self.on_taker_done()

    def begin_anew(self, tape: Tape, book: OrderBook) -> None:
        """Go on with another tape and book; who hears of prints and fills stays the same."""
        tape.on_print = self.tape.on_print
        self.tape, self._book = tape, book
        self._best = self._read_best()
        self._ticker = self._to_ticker(tape.time_ms)

    def publish(self, time_ms: int) -> None:
        """Emit the changed levels and, if it moved, the best bid and ask."""
        change = self._book.flush()
        if change is None:
            return
        self.emit(
            DepthChanged(
                market=self.market,
                symbol=self.rules.symbol,
                time_ms=time_ms,
                first_update_id=change.first_update_id,
                final_update_id=change.final_update_id,
                previous_final_update_id=change.previous_final_update_id,
                bids=self._to_levels(change.bids.items()),
                asks=self._to_levels(change.asks.items()),
            )
        )
        best = self._read_best()
        if best != self._best:
            self._best = best
            self._ticker = self._to_ticker(time_ms)
            self.emit(self._ticker)

    def book_ticker(self) -> BookTicker:
        """Return the best bid and ask as last published."""
        return self._ticker

    def _execute(
        self,
        side: Side,
        lots: int,
        limit_ticks: int | None,
        time_ms: int,
        prevention: SelfTradePrevention | None,
    ) -> Iterator[Execution]:
        self._taker_id += 1
        for match in self._book.take(side, lots, limit_ticks, prevention):
            trade_id = 0
            if match.prevented is None:
                is_buyer_maker = side is Side.SELL
                trade_id = self.tape.print_trade(
                    match.ticks, match.lots, is_buyer_maker, time_ms, self._taker_id
                )
            yield Execution(match, trade_id)

    def _read_best(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        return self._book.levels(Side.BUY, 1), self._book.levels(Side.SELL, 1)

    def _to_ticker(self, time_ms: int) -> BookTicker:
        bids, asks = map(self._to_levels, self._best)
        bid_price, bid_quantity = bids[0] if bids else (ZERO, ZERO)
        ask_price, ask_quantity = asks[0] if asks else (ZERO, ZERO)
        return BookTicker(
            market=self.market,
            symbol=self.rules.symbol,
            time_ms=time_ms,
            update_id=self._book.update_id,
            bid_price=bid_price,
            bid_quantity=bid_quantity,
            ask_price=ask_price,
            ask_quantity=ask_quantity,
        )


def _nothing() -> None:
    """Nobody waits for prints."""


def _nobody(
    order_id: int, ticks: int, lots: int, trade_id: int, time_ms: int, *, is_maker: bool = True
) -> None:
    raise LookupError(f"nobody owns order {order_id}")
