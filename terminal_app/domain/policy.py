"""What is to be done with an order by itself: rules that say the next step, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from terminal_app.domain.instrument import ZERO
from terminal_app.domain.market import BestPrices, Side
from terminal_app.domain.order import Order, OrderStatus


class Then(StrEnum):
    """Name what follows when an order's time is over."""

    NOTHING = "NOTHING"
    IOC = "IOC"
    MARKET = "MARKET"


@dataclass(frozen=True, slots=True)
class TimeOut:
    """Cancel an order that is not filled in time; send what is left in another way."""

    after_s: float = 60.0
    then: Then = Then.NOTHING


@dataclass(frozen=True, slots=True)
class Chase:
    """Follow the best price of the order's own side, never past ``worst_price``.

    At least ``pause_s`` lie between two changes, and there are no more than ``changes``.
    """

    worst_price: Decimal
    pause_s: float = 1.0
    changes: int = 20


Policy = TimeOut | Chase


class StepKind(StrEnum):
    """Name what a policy does next."""

    WAIT = "WAIT"
    CANCEL = "CANCEL"
    SEND_REST = "SEND_REST"
    MOVE = "MOVE"
    STOP = "STOP"


@dataclass(frozen=True, slots=True)
class Step:
    """Hold what a policy does next; ``reason`` says why it stops, empty where it has done all."""

    kind: StepKind
    reason: str = ""
    price: Decimal | None = None


WAIT = Step(StepKind.WAIT)
_UNKNOWN = "nobody knows whether the order exists"
_TOUCHED = "the order was changed by hand"


def next_of_time_out(policy: TimeOut, order: Order, age_s: float, *, has_asked: bool) -> Step:
    """Return the next step for an order that is ``age_s`` old.

    ``has_asked`` says that the policy itself has asked for the order's end. What is left is sent
    only after the end is proven.
    """
    if order.status is OrderStatus.UNKNOWN:
        return Step(StepKind.STOP, _UNKNOWN)
    if order.status.is_final:
        has_rest = order.status is OrderStatus.CANCELED and order.remaining > ZERO
        sends = has_asked and has_rest and policy.then is not Then.NOTHING
        return Step(StepKind.SEND_REST if sends else StepKind.STOP)
    if has_asked or order.status is OrderStatus.SENDING:
        return WAIT
    if order.cancel_pending or order.amend_pending:
        return Step(StepKind.STOP, _TOUCHED)
    return Step(StepKind.CANCEL) if age_s >= policy.after_s else WAIT


def next_of_chase(
    policy: Chase,
    order: Order,
    best: BestPrices | None,
    *,
    changes: int,
    since_change_s: float,
    is_moving: bool,
) -> Step:
    """Return the next step for an order that was moved ``changes`` times.

    ``is_moving`` says that a change by the policy itself is under way.
    """
    if order.status is OrderStatus.UNKNOWN:
        return Step(StepKind.STOP, _UNKNOWN)
    if order.status.is_final:
        return Step(StepKind.STOP)
    if is_moving or order.status is OrderStatus.SENDING or best is None:
        return WAIT
    if order.cancel_pending or order.amend_pending:
        return Step(StepKind.STOP, _TOUCHED)
    target = _target(policy, order.side, best)
    is_better = target > order.price if order.side is Side.BUY else target < order.price
    if not is_better:
        return WAIT
    if changes >= policy.changes:
        return Step(StepKind.STOP, f"the price was followed {changes} times")
    return Step(StepKind.MOVE, price=target) if since_change_s >= policy.pause_s else WAIT


def _target(policy: Chase, side: Side, best: BestPrices) -> Decimal:
    if side is Side.BUY:
        return min(best.bid.price, policy.worst_price)
    return max(best.ask.price, policy.worst_price)
