"""A book with price-time priority in whole ticks and lots."""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from terminal_app.practice.engine.kinds import SelfTradePrevention, Side
from terminal_app.practice.engine.value import Value

ANONYMOUS = 0
# In Python 3.11 asking an enum for a member takes longer than a step of the matching.
_BUY = Side.BUY

_EXPIRES_TAKER = (SelfTradePrevention.EXPIRE_TAKER, SelfTradePrevention.EXPIRE_BOTH)
_EXPIRES_MAKER = (SelfTradePrevention.EXPIRE_MAKER, SelfTradePrevention.EXPIRE_BOTH)


class Prevented(Value, frozen=True):
    """Say how many lots each side lost where two orders of one account met."""

    taker_lots: int
    maker_lots: int


class Match(Value, frozen=True):
    """Hold one execution of a taker, or with `prevented` a meeting that was kept from trading."""

    ticks: int
    lots: int
    maker_order_id: int
    prevented: Prevented | None = None


@dataclass(slots=True)
class BookChange:
    """Hold changed levels (ticks to lots, 0 = gone) and the update ids they span."""

    first_update_id: int
    final_update_id: int
    previous_final_update_id: int
    bids: dict[int, int] = field(default_factory=dict)
    asks: dict[int, int] = field(default_factory=dict)


class Liquidity(Protocol):
    """What an order of the account meets: a book that may be live or recorded."""

    @property
    def update_id(self) -> int:
        """Return the id of the last change."""
        ...

    def levels(self, side: Side, limit: int) -> list[tuple[int, int]]:
        """Return published (ticks, lots) of a side, best first."""
        ...

    def offers(self, taker: Side) -> Iterator[tuple[int, int]]:
        """Yield (ticks, lots) a taker could get from others, best first."""
        ...

    def take(
        self,
        taker: Side,
        lots: int,
        limit_ticks: int | None,
        prevention: SelfTradePrevention | None,
    ) -> Iterator[Match]:
        """Execute a taker up to a limit, a match at a time: between two the book is consistent.

        `prevention` is the mode of a taker of the account, None for anybody else's.
        """
        ...

    def rest(self, order_id: int, side: Side, ticks: int, lots: int, display: int = 0) -> None:
        """Put an order at the end of the queue of its price, showing `display` lots at a time."""
        ...

    def reduce(self, order_id: int, lots: int) -> None:
        """Leave a resting order `lots` in all, at its place in the queue."""
        ...

    def withdraw(self, order_id: int) -> None:
        """Take an order of the account off the book, if it rests there."""
        ...


@dataclass(slots=True)
class _Resting:
    order_id: int
    lots: int
    hidden: int = 0
    display: int = 0

    def refill(self) -> None:
        self.lots = min(self.display, self.hidden)
        self.hidden -= self.lots


@dataclass(slots=True)
class _Level:
    lots: int = 0
    queue: deque[_Resting] = field(default_factory=deque)
    own: int = 0


class BookSide:
    """Hold the levels of one side; index 0 of `prices` is the lowest price."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.prices: list[int] = []
        self.levels: dict[int, _Level] = {}

    def best(self) -> int | None:
        """Return the best price in ticks."""
        if not self.prices:
            return None
        return self.prices[-1] if self.side is _BUY else self.prices[0]

    def best_first(self) -> Iterator[int]:
        """Yield prices from the best on."""
        return reversed(self.prices) if self.side is _BUY else iter(self.prices)

    def at_depth(self, depth: int) -> int:
        """Return the price `depth` levels behind the best one."""
        return self.prices[-1 - depth] if self.side is _BUY else self.prices[depth]

    def add(self, ticks: int, resting: _Resting) -> None:
        """Append an order to the queue of its price."""
        level = self.levels.get(ticks)
        if level is None:
            level = self.levels[ticks] = _Level()
            insort(self.prices, ticks)
        level.queue.append(resting)
        level.lots += resting.lots
        level.own += resting.order_id != ANONYMOUS

    def drop_if_empty(self, ticks: int) -> None:
        """Forget a level without orders."""
        if not self.levels[ticks].queue:
            del self.levels[ticks]
            del self.prices[bisect_left(self.prices, ticks)]


class OrderBook:
    """Match by price, then time; anonymous orders and those of the account stand in one queue."""

    def __init__(self, update_id: int) -> None:
        self.bids = BookSide(Side.BUY)
        self.asks = BookSide(Side.SELL)
        self._update_id = update_id
        self._published_id = update_id
        self._where: dict[int, tuple[Side, int]] = {}
        self._changed: set[tuple[Side, int]] = set()

    @property
    def update_id(self) -> int:
        """Return the id of the last change."""
        return self._update_id

    def side(self, side: Side) -> BookSide:
        """Return one side."""
        return self.bids if side is _BUY else self.asks

    def levels(self, side: Side, limit: int) -> list[tuple[int, int]]:
        """Return (ticks, lots) of a side, best first."""
        book_side = self.side(side)
        prices, held = book_side.prices, book_side.levels
        nearest = prices[: -limit - 1 : -1] if side is _BUY else prices[:limit]
        return [(ticks, held[ticks].lots) for ticks in nearest]

    def offers(self, taker: Side) -> Iterator[tuple[int, int]]:
        """Yield (ticks, lots) a taker could get from others, best first."""
        makers = self.side(taker.opposite)
        for ticks in makers.best_first():
            level = makers.levels[ticks]
            if level.own:
                yield ticks, sum(r.lots for r in level.queue if r.order_id == ANONYMOUS)
            else:
                yield ticks, level.lots

    def take(
        self,
        taker: Side,
        lots: int,
        limit_ticks: int | None,
        prevention: SelfTradePrevention | None,
    ) -> Iterator[Match]:
        """Execute a taker up to a limit; own orders in the way meet it by its mode."""
        makers = self.side(taker.opposite)
        is_preventing = prevention not in (None, SelfTradePrevention.NONE)
        while lots > 0:
            ticks = makers.best()
            if ticks is None or is_beyond(taker, ticks, limit_ticks):
                break
            maker = makers.levels[ticks].queue[0]
            if is_preventing and maker.order_id != ANONYMOUS and prevention is not None:
                lots_met, prevented = self._prevent(maker, lots, prevention)
                lots -= prevented.taker_lots
                yield Match(ticks, lots_met, maker.order_id, prevented)
                continue
            traded = min(lots, maker.lots)
            lots -= traded
            self._trade(makers, ticks, maker, traded)
            yield Match(ticks, traded, maker.order_id)

    def rest(self, order_id: int, side: Side, ticks: int, lots: int, display: int = 0) -> None:
        """Put an order at the end of the queue of its price, showing `display` lots at a time."""
        shown = min(lots, display) if display else lots
        self.side(side).add(ticks, _Resting(order_id, shown, lots - shown, display))
        if order_id != ANONYMOUS:
            self._where[order_id] = (side, ticks)
        self._touch(side, ticks)

    def reduce(self, order_id: int, lots: int) -> None:
        """Leave a resting order `lots` in all, at its place in the queue."""
        side, ticks = self._where[order_id]
        level = self.side(side).levels[ticks]
        resting = next(r for r in level.queue if r.order_id == order_id)
        shown = min(resting.lots, lots)
        level.lots -= resting.lots - shown
        resting.lots, resting.hidden = shown, lots - shown
        self._touch(side, ticks)

    def withdraw(self, order_id: int) -> None:
        """Take an order of the account off the book, if it rests there."""
        if order_id not in self._where:
            return
        side, ticks = self._where.pop(order_id)
        book_side = self.side(side)
        level = book_side.levels[ticks]
        resting = next(r for r in level.queue if r.order_id == order_id)
        level.queue.remove(resting)
        level.lots -= resting.lots
        level.own -= 1
        book_side.drop_if_empty(ticks)
        self._touch(side, ticks)

    def thin(self, side: Side, ticks: int) -> None:
        """Cancel the newest anonymous order of a level, if there is one."""
        book_side = self.side(side)
        level = book_side.levels[ticks]
        for index in range(len(level.queue) - 1, -1, -1):
            if level.queue[index].order_id == ANONYMOUS:
                level.lots -= level.queue[index].lots
                del level.queue[index]
                book_side.drop_if_empty(ticks)
                self._touch(side, ticks)
                return

    def clear_level(self, side: Side, ticks: int) -> None:
        """Cancel every order of a level that holds none of the account's."""
        book_side = self.side(side)
        book_side.levels[ticks].queue.clear()
        book_side.drop_if_empty(ticks)
        self._touch(side, ticks)

    def flush(self) -> BookChange | None:
        """Return what changed since the last flush."""
        if not self._changed:
            return None
        change = BookChange(self._published_id + 1, self._update_id, self._published_id)
        for side, ticks in sorted(self._changed):
            level = self.side(side).levels.get(ticks)
            target = change.bids if side is _BUY else change.asks
            target[ticks] = level.lots if level else 0
        self._changed.clear()
        self._published_id = self._update_id
        return change

    def _trade(self, makers: BookSide, ticks: int, maker: _Resting, lots: int) -> None:
        level = makers.levels[ticks]
        maker.lots -= lots
        level.lots -= lots
        if not maker.lots:
            level.queue.popleft()
            if maker.hidden:
                # The next part of an iceberg goes to the end of the queue.
                maker.refill()
                level.queue.append(maker)
                level.lots += maker.lots
            else:
                level.own -= maker.order_id != ANONYMOUS
                self._where.pop(maker.order_id, None)
                makers.drop_if_empty(ticks)
        self._touch(makers.side, ticks)

    def _prevent(
        self, maker: _Resting, taker_lots: int, mode: SelfTradePrevention
    ) -> tuple[int, Prevented]:
        maker_lots = maker.lots + maker.hidden
        prevented = prevented_lots(mode, taker_lots, maker_lots)
        if prevented.maker_lots == maker_lots:
            self.withdraw(maker.order_id)
        elif prevented.maker_lots:
            self.reduce(maker.order_id, maker_lots - prevented.maker_lots)
        return min(taker_lots, maker_lots), prevented

    def _touch(self, side: Side, ticks: int) -> None:
        self._update_id += 1
        self._changed.add((side, ticks))


def is_beyond(taker: Side, ticks: int, limit_ticks: int | None) -> bool:
    """Tell whether a price is worse for the taker than its limit."""
    if limit_ticks is None:
        return False
    return ticks > limit_ticks if taker is _BUY else ticks < limit_ticks


def prevented_lots(mode: SelfTradePrevention, taker_lots: int, maker_lots: int) -> Prevented:
    """Return what a meeting of two orders of one account costs each of them.

    Within one account TRANSFER is DECREMENT (Binance spot, self-trade prevention).
    """
    if mode in (SelfTradePrevention.DECREMENT, SelfTradePrevention.TRANSFER):
        both = min(taker_lots, maker_lots)
        return Prevented(both, both)
    return Prevented(
        taker_lots if mode in _EXPIRES_TAKER else 0, maker_lots if mode in _EXPIRES_MAKER else 0
    )
