"""What is to be done with an order by itself: rules that say the next step, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from terminal_app.domain.instrument import ZERO, Instrument, plain
from terminal_app.domain.market import BestPrices, Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderRequest, OrderType, TimeInForce
from terminal_app.errors import InvalidOrder


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

    def __str__(self) -> str:
        rest = "" if self.then is Then.NOTHING else f", then the rest as {self.then.value}"
        return f"cancel after {self.after_s:g} s{rest}"


@dataclass(frozen=True, slots=True)
class Chase:
    """Follow the best price of the order's own side, never past ``worst_price``.

    At least ``pause_s`` lie between two moves, and there are no more than ``moves``.
    """

    worst_price: Decimal
    pause_s: float = 1.0
    moves: int = 20

    def __str__(self) -> str:
        return f"follow the best price up to {plain(self.worst_price)}"


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
    """Hold what a policy does next; ``reason`` says why it stops, empty where all is done."""

    kind: StepKind
    reason: str = ""
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Hold what a policy has done; ``price`` is where it left the order.

    ``acted_s`` is when it did so last; ``is_resumed`` says that an earlier run did.
    """

    price: Decimal
    began_s: float
    acted_s: float
    moves: int = 0
    has_asked_end: bool = False
    is_resumed: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """Hold what a policy sees at one moment.

    ``obstacle`` says why nothing can be done now; ``twins`` are orders of the same symbol and side
    of which nobody knows whether they exist; ``amends`` says that the venue moves an order in
    place.
    """

    order: Order
    now_s: float
    best: BestPrices | None = None
    obstacle: str = ""
    twins: tuple[str, ...] = ()
    is_touched: bool = False
    amends: bool = False


# What is left of an order whose end was late would meet another market than the one it was for.
LATE_S = 10.0
WAIT = Step(StepKind.WAIT)
_DONE = Step(StepKind.STOP)
_UNKNOWN = "nobody knows whether the order exists"
_TOUCHED = "it was changed or cancelled by hand"
_NOT_ENDED = "the exchange did not end it"
_NEVER_THERE = frozenset({OrderStatus.REJECTED, OrderStatus.NOT_SENT})
_CHASED = frozenset({TimeInForce.GTC, TimeInForce.POST_ONLY})


def begin(order: Order, now_s: float) -> Progress:
    """Return the progress of a policy that has done nothing yet."""
    return Progress(order.price, now_s, now_s)


def next_step(policy: Policy, progress: Progress, sight: Sight) -> Step:
    """Return what a policy does next.

    It never acts on an UNKNOWN order nor on one that somebody else touched, waits while there is an
    obstacle, and sends what is left only after the end that it asked for is proven, in time and
    in one run. The end itself is asked for however late.
    """
    order = sight.order
    if order.status is OrderStatus.UNKNOWN:
        return Step(StepKind.STOP, _UNKNOWN)
    if order.status.is_final:
        return _after_end(policy, progress, sight)
    if sight.is_touched:
        return Step(StepKind.STOP, _TOUCHED)
    if sight.obstacle:
        return WAIT
    stop = _why_stop(progress, order)
    if stop:
        return Step(StepKind.STOP, stop)
    if order.status is OrderStatus.SENDING or order.amend_pending or order.cancel_pending:
        return WAIT
    if order.price != progress.price:
        text = f"it stands at {plain(order.price)}, not at {plain(progress.price)}"
        return Step(StepKind.STOP, text)
    if isinstance(policy, Chase):
        return _chase(policy, progress, sight)
    is_over = sight.now_s - progress.began_s >= policy.after_s
    return Step(StepKind.CANCEL) if is_over else WAIT


def after_step(progress: Progress, step: Step, now_s: float) -> Progress:
    """Return the progress once a step is being carried out."""
    if step.kind is StepKind.CANCEL:
        return replace(progress, acted_s=now_s, has_asked_end=True, is_resumed=False)
    if step.price is None:
        return progress
    return Progress(step.price, progress.began_s, now_s, progress.moves + 1)


def rest_of(policy: Policy, order: Order, price: Decimal | None) -> OrderRequest:
    """Return the order that carries on with what another has left."""
    is_market = isinstance(policy, TimeOut) and policy.then is Then.MARKET
    time_in_force = order.time_in_force
    if isinstance(policy, TimeOut):
        time_in_force = TimeInForce.GTC if is_market else TimeInForce.IOC
    return OrderRequest(
        market=order.market,
        symbol=order.symbol,
        side=order.side,
        type=OrderType.MARKET if is_market else OrderType.LIMIT,
        quantity=order.remaining,
        price=None if is_market else price or order.price,
        time_in_force=time_in_force,
        reduce_only=order.reduce_only,
        position_side=order.position_side,
        visible_quantity=order.remaining_visible if isinstance(policy, Chase) else None,
        self_trade_prevention=order.self_trade_prevention,
    )


def check_policy(policy: Policy, order: Order, instrument: Instrument) -> None:
    """Refuse a policy that makes no sense for an order."""
    if order.status.is_final or order.status is OrderStatus.UNKNOWN:
        raise InvalidOrder("Order", "a policy needs an order that works", order.status.value)
    if isinstance(policy, TimeOut):
        if not policy.after_s > 0:
            raise InvalidOrder("Time-out", "it must be more than 0 s", f"{policy.after_s:g}", "60")
        if policy.then is not Then.NOTHING:
            _check_plain(order)
        return
    _check_plain(order)
    if order.time_in_force not in _CHASED:
        rule = "only an order that stays until cancelled can follow the price"
        raise InvalidOrder("Time in force", rule, order.time_in_force.value, "GTC")
    if not policy.pause_s > 0:
        raise InvalidOrder("Pause", "it must be more than 0 s", f"{policy.pause_s:g}", "1")
    if policy.moves < 1:
        raise InvalidOrder("Moves", "at least one", str(policy.moves), "1")
    instrument.check_price(policy.worst_price)


def check_rest(request: OrderRequest, price: Decimal, instrument: Instrument) -> None:
    """Refuse a rest that the venue would refuse; ``price`` is what it is about worth."""
    is_market = request.type is OrderType.MARKET
    instrument.check_quantity(request.quantity or ZERO, is_market=is_market)
    if not request.reduce_only:
        instrument.check_notional(request.quantity or ZERO, price, is_market=is_market)


def _check_plain(order: Order) -> None:
    # A waiting order that is sent at market would trade before its trigger, and the end of one leg
    # is the end of its list.
    if order.type is not OrderType.LIMIT or order.trigger is not None:
        raise InvalidOrder("Type", "only a limit order can be sent anew", order.type.value, "LIMIT")
    if order.order_list_id is not None:
        rule = "an order of a list cannot be sent anew alone"
        raise InvalidOrder("Order list", rule, str(order.order_list_id))


def _why_stop(progress: Progress, order: Order) -> str:
    if order.cancel_pending and not progress.has_asked_end:
        return _TOUCHED
    # What an earlier run asked for may never have arrived: that is asked for again.
    if progress.has_asked_end and not order.cancel_pending and not progress.is_resumed:
        return _NOT_ENDED
    return ""


def _why_late(policy: Policy, progress: Progress, now_s: float) -> str:
    if progress.is_resumed:
        return "the program ended meanwhile"
    due_s = progress.acted_s
    if isinstance(policy, TimeOut):
        due_s = progress.began_s + policy.after_s
    late_s = now_s - due_s
    return f"its end came {late_s:.0f} s late" if late_s > LATE_S else ""


def _after_end(policy: Policy, progress: Progress, sight: Sight) -> Step:
    order = sight.order
    has_rest = order.status is OrderStatus.CANCELED and order.remaining > ZERO
    is_last = isinstance(policy, TimeOut) and policy.then is Then.NOTHING
    if order.status in _NEVER_THERE and progress.moves:
        text = f"its rest of {plain(order.remaining)} could not be sent anew: {order.reason}"
        return Step(StepKind.STOP, text)
    if is_last or not has_rest or not progress.has_asked_end:
        return _DONE
    twins = ", ".join(sight.twins)
    reason = (
        (_TOUCHED if sight.is_touched else "")
        or _why_late(policy, progress, sight.now_s)
        or sight.obstacle
        or (f"nobody knows whether another order like it exists ({twins})" if twins else "")
        or ("" if sight.best is not None or isinstance(policy, TimeOut) else "no price is known")
    )
    if reason:
        text = f"its rest of {plain(order.remaining)} was not sent: {reason}"
        return Step(StepKind.STOP, text)
    if isinstance(policy, TimeOut) or sight.best is None:
        return Step(StepKind.SEND_REST)
    return Step(StepKind.SEND_REST, price=_target(policy, order.side, sight.best))


def _chase(policy: Chase, progress: Progress, sight: Sight) -> Step:
    order = sight.order
    if sight.best is None:
        return WAIT
    target = _target(policy, order.side, sight.best)
    is_better = target > order.price if order.side is Side.BUY else target < order.price
    if not is_better:
        return WAIT
    if progress.moves >= policy.moves:
        return Step(StepKind.STOP, f"the price was followed {progress.moves} times")
    if sight.now_s - progress.acted_s < policy.pause_s:
        return WAIT
    # Where an order cannot be moved its end is proven before another is sent: what is filled
    # meanwhile must not be bought twice.
    return Step(StepKind.MOVE, price=target) if sight.amends else Step(StepKind.CANCEL)


def _target(policy: Chase, side: Side, best: BestPrices) -> Decimal:
    if side is Side.BUY:
        return min(best.bid.price, policy.worst_price)
    return max(best.ask.price, policy.worst_price)
