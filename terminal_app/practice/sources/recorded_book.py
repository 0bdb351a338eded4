"""A recorded book that orders of the account meet without changing it.

Assumptions:

* A taker gets the recorded levels, best first, at their prices, less what the account already
  took from a level since its last recorded update. The top is the recorded best bid or ask when
  that is newer than the recorded depth.
* A resting order queues behind the size recorded at its price when it arrived. Prints at its
  price eat that queue first; what leaves the level without a print is taken to be cancels, from
  where in the queue is the queue model's to say. Prints through its price fill it before they go
  on. The account's orders at one price stand in the order of their arrival.
* When the recorded other side comes to its price, it trades with the size shown there.
* An iceberg shows one part; as nobody reacts to it, all of it keeps the place of the first.
* What rests is added to the published size of its level, as long as that does not cross the
  recorded other side. Recorded update ids are kept: a change by the account is published with the
  next recorded depth event.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from terminal_app.practice.engine.kinds import SelfTradePrevention, Side
from terminal_app.practice.engine.order_book import (
    ANONYMOUS,
    Match,
    is_beyond,
    prevented_lots,
)
from terminal_app.practice.sources.own_orders import OwnOrder, OwnOrders
from terminal_app.practice.sources.queue_models import QueueModel


@dataclass(slots=True)
class _Level:
    lots: int
    taken: int = 0
    printed: int = 0


@dataclass(slots=True)
class _Top:
    """Hold the recorded best bid and ask."""

    update_id: int = -1
    best: dict[Side, _Level] = field(default_factory=dict)
    ticks: dict[Side, int] = field(default_factory=dict)


class RecordedBook:
    """Keep the recorded levels; `own` are the account's orders among them."""

    def __init__(self, queue_model: QueueModel = QueueModel.NEUTRAL) -> None:
        self.update_id = -1
        self._queue_model = queue_model
        self._levels: dict[Side, dict[int, _Level]] = {Side.BUY: {}, Side.SELL: {}}
        self._prices: dict[Side, list[int]] = {Side.BUY: [], Side.SELL: []}
        self._top = _Top()
        self.own = OwnOrders()

    def levels(self, side: Side, limit: int) -> list[tuple[int, int]]:
        """Return published (ticks, lots) of a side, best first."""
        own = self._own_lots(side)
        extra = sorted(ticks for ticks in own if ticks not in self._levels[side])
        prices = sorted((*self._prices[side], *extra)) if extra else self._prices[side]
        best_first = prices[: -limit - 1 : -1] if side is Side.BUY else prices[:limit]
        return [
            (ticks, self._recorded_lots(side, ticks) + own.get(ticks, 0)) for ticks in best_first
        ]

    def published(self, side: Side, ticks: int) -> int:
        """Return the published lots of a level."""
        return self._recorded_lots(side, ticks) + self._own_lots(side).get(ticks, 0)

    def published_top(self, side: Side) -> tuple[int, int] | None:
        """Return the best (ticks, lots) of the ticker, else of the book, with the account's."""
        own = self._own_lots(side)
        ticks = self._top.ticks.get(side)
        if ticks is None:
            return next(iter(self.levels(side, 1)), None)
        better = [t for t in own if (t > ticks if side is Side.BUY else t < ticks)]
        if better:
            best = max(better) if side is Side.BUY else min(better)
            return best, own[best]
        return ticks, self._top.best[side].lots + own.get(ticks, 0)

    def offers(self, taker: Side) -> Iterator[tuple[int, int]]:
        """Yield (ticks, lots) a taker could get from others, best first."""
        for ticks, level in self._reachable(taker):
            if level.lots > level.taken:
                yield ticks, level.lots - level.taken

    def take(
        self,
        taker: Side,
        lots: int,
        limit_ticks: int | None,
        prevention: SelfTradePrevention | None,
    ) -> Iterator[Match]:
        """Execute a taker of the account; own orders in the way meet it by its mode."""
        for ticks, level in list(self._reachable(taker)):
            if is_beyond(taker, ticks, limit_ticks):
                return
            for own in self.own.before(taker, ticks):
                if lots <= 0:
                    return
                match, lost = self._meet_own(own, lots, prevention or SelfTradePrevention.NONE)
                lots -= lost
                yield match
            traded = min(lots, level.lots - level.taken)
            if traded > 0:
                level.taken += traded
                lots -= traded
                yield Match(ticks, traded, ANONYMOUS)

    def rest(self, order_id: int, side: Side, ticks: int, lots: int, display: int = 0) -> None:
        """Put an order behind what is recorded at its price; `display` lots of it are shown."""
        ahead = self._recorded_lots(side, ticks)
        if self._top.update_id > self.update_id and self._top.ticks.get(side) == ticks:
            ahead = self._top.best[side].lots
        self.own.add(OwnOrder(order_id, side, ticks, lots, ahead, display))

    def reduce(self, order_id: int, lots: int) -> None:
        """Leave a resting order `lots` in all, at its place in the queue."""
        self.own.reduce(order_id, lots)

    def withdraw(self, order_id: int) -> None:
        """Take an order of the account off the book, if it rests there."""
        self.own.withdraw(order_id)

    def set_level(self, side: Side, ticks: int, lots: int) -> None:
        """Take a recorded level in."""
        level = self._levels[side].get(ticks)
        before, printed = (level.lots, level.printed) if level else (0, 0)
        self.own.move_up(self._queue_model, side, ticks, before - printed, lots)
        if lots:
            if level is None:
                insort(self._prices[side], ticks)
            self._levels[side][ticks] = _Level(lots)
        elif level is not None:
            del self._levels[side][ticks]
            del self._prices[side][bisect_left(self._prices[side], ticks)]

    def replace(self, side: Side, levels: Iterable[tuple[int, int]]) -> None:
        """Take a whole side in, as after a gap; nobody has more ahead than is shown."""
        self._levels[side] = {ticks: _Level(lots) for ticks, lots in levels if lots}
        self._prices[side] = sorted(self._levels[side])
        for own in self.own.queue(side):
            own.ahead = min(own.ahead, self._recorded_lots(side, own.ticks))

    def set_top(self, update_id: int, bid: tuple[int, int], ask: tuple[int, int]) -> None:
        """Take a recorded best bid and ask in."""
        self._top.update_id = update_id
        for side, (ticks, lots) in ((Side.BUY, bid), (Side.SELL, ask)):
            before = self._top.best.get(side)
            is_same = before is not None and self._top.ticks[side] == ticks
            if before is None or not is_same or before.lots != lots:
                self._top.best[side] = _Level(lots)
            self._top.ticks[side] = ticks

    def print_through(self, side: Side, ticks: int, lots: int, time_ms: int) -> Iterator[Match]:
        """Let a recorded print against `side` reach the account's orders there."""
        level = self._levels[side].get(ticks)
        if level is not None:
            level.printed = min(level.lots, level.printed + lots)
        for own in self.own.queue(side):
            if is_beyond(side.opposite, own.ticks, ticks) or lots <= 0:
                return
            # The size ahead is counted without the account's own orders, which ate their part.
            passed = min(lots, own.ahead) if own.ticks == ticks else 0
            own.ahead -= passed
            filled = min(lots - passed, own.lots)
            if filled:
                lots -= filled
                yield self.own.fill(own, filled)

    def cross_own(self) -> Iterator[Match]:
        """Let orders that the recorded other side has come to trade with what is shown there."""
        for side in (Side.BUY, Side.SELL):
            for own in self.own.queue(side):
                for ticks, level in list(self._reachable(side)):
                    lots = min(own.lots, level.lots - level.taken)
                    if is_beyond(side, ticks, own.ticks) or own.lots <= 0:
                        break
                    if lots > 0:
                        level.taken += lots
                        yield self.own.fill(own, lots)

    def _recorded_lots(self, side: Side, ticks: int) -> int:
        level = self._levels[side].get(ticks)
        return level.lots if level else 0

    def _reachable(self, taker: Side) -> Iterator[tuple[int, _Level]]:
        side = taker.opposite
        prices = self._prices[side]
        best_first = iter(prices) if side is Side.SELL else reversed(prices)
        top_ticks = self._top.ticks.get(side)
        if top_ticks is None or self._top.update_id <= self.update_id:
            yield from ((ticks, self._levels[side][ticks]) for ticks in best_first)
            return
        yield top_ticks, self._top.best[side]
        for ticks in best_first:
            if ticks > top_ticks if side is Side.SELL else ticks < top_ticks:
                yield ticks, self._levels[side][ticks]

    def _meet_own(self, own: OwnOrder, lots: int, mode: SelfTradePrevention) -> tuple[Match, int]:
        """Return a meeting with an own order and the lots the taker has less by it."""
        met = min(lots, own.lots)
        if mode is SelfTradePrevention.NONE:
            return self.own.fill(own, met), met
        lost = prevented_lots(mode, lots, own.lots)
        match = Match(own.ticks, met, own.order_id, lost)
        if lost.maker_lots == own.lots:
            self.withdraw(own.order_id)
        elif lost.maker_lots:
            self.reduce(own.order_id, own.lots - lost.maker_lots)
        return match, lost.taker_lots

    def _own_lots(self, side: Side) -> dict[int, int]:
        """Return the account's lots by price, without what would cross the recorded book."""
        if not self.own:
            return {}
        others = self._prices[side.opposite]
        bounds = [self._top.ticks[side.opposite]] if side.opposite in self._top.ticks else []
        if others:
            bounds.append(others[0] if side is Side.BUY else others[-1])
        return self.own.shown(side, bounds)
