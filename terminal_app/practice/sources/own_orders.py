"""The account's orders among recorded ones: their place in the queue and what is shown of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from terminal_app.practice.engine.kinds import Side
from terminal_app.practice.engine.order_book import Match, is_beyond
from terminal_app.practice.sources.queue_models import QueueModel


@dataclass(slots=True)
class OwnOrder:
    """Hold a resting order; `ahead` are the recorded lots before it, `display` those shown."""

    order_id: int
    side: Side
    ticks: int
    lots: int
    ahead: int
    display: int = 0

    @property
    def shown(self) -> int:
        """Return the lots that others see."""
        return min(self.lots, self.display) if self.display else self.lots


class OwnOrders:
    """Keep the account's orders and the levels they changed since those were last published."""

    def __init__(self) -> None:
        self._orders: dict[int, OwnOrder] = {}
        self._unpublished: dict[Side, set[int]] = {Side.BUY: set(), Side.SELL: set()}

    def add(self, order: OwnOrder) -> None:
        """Take an order in."""
        self._orders[order.order_id] = order
        self._touch(order)

    def reduce(self, order_id: int, lots: int) -> None:
        """Leave an order `lots` in all, at its place in the queue."""
        order = self._orders[order_id]
        order.lots = lots
        self._touch(order)

    def withdraw(self, order_id: int) -> None:
        """Take an order away, if it is here."""
        order = self._orders.pop(order_id, None)
        if order is not None:
            self._touch(order)

    def fill(self, order: OwnOrder, lots: int) -> Match:
        """Let some lots of an order trade at its price."""
        order.lots -= lots
        self._touch(order)
        if not order.lots:
            del self._orders[order.order_id]
        return Match(order.ticks, lots, order.order_id)

    def queue(self, side: Side) -> list[OwnOrder]:
        """Return the orders of a side by price, then time."""
        sign = -1 if side is Side.BUY else 1
        mine = (own for own in self._orders.values() if own.side is side)
        return sorted(mine, key=lambda own: (sign * own.ticks, own.order_id))

    def before(self, taker: Side, ticks: int) -> list[OwnOrder]:
        """Return the orders that a taker meets no later than a price."""
        queue = self.queue(taker.opposite)
        return [own for own in queue if not is_beyond(taker, own.ticks, ticks)]

    def move_up(self, model: QueueModel, side: Side, ticks: int, before: int, now: int) -> None:
        """Follow a recorded level that went from `before`, less its prints, to `now` lots."""
        for own in self._orders.values():
            if own.side is side and own.ticks == ticks:
                own.ahead = model.after_change(own.ahead, before, now)

    def shown(self, side: Side, bounds: Iterable[int]) -> dict[int, int]:
        """Return the lots shown by price, without those that would cross one of the bounds."""
        shown: dict[int, int] = {}
        for own in self._orders.values():
            if own.side is side and all(is_beyond(side, bound, own.ticks) for bound in bounds):
                shown[own.ticks] = shown.get(own.ticks, 0) + own.shown
        return shown

    def take_unpublished(self, side: Side) -> list[int]:
        """Return the levels that changed since the last call, in order."""
        changed = sorted(self._unpublished[side])
        self._unpublished[side].clear()
        return changed

    def __bool__(self) -> bool:
        return bool(self._orders)

    def _touch(self, order: OwnOrder) -> None:
        self._unpublished[order.side].add(order.ticks)
