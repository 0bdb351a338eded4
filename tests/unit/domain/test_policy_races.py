"""Whatever comes in whatever order, a policy buys no more than was wanted and acts on no riddle."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import BestPrices, Side
from terminal_app.domain.order import Order, OrderStatus, order_from_request
from terminal_app.domain.order_request import OrderRequest, OrderType
from terminal_app.domain.policy import (
    Chase,
    Policy,
    Sight,
    StepKind,
    Then,
    TimeOut,
    after_step,
    begin,
    next_step,
    rest_of,
)

D, S, K = Decimal, OrderStatus, StepKind
WANTED, WORST = D(5), D(104)
ACTS = {K.CANCEL, K.MOVE, K.SEND_REST}
OUTSIDE = ("pass", "pass", "pass", "rise", "rise", "fall")
RARE = ("touch", "block", "free", "end elsewhere")
POLICIES = [TimeOut(3), TimeOut(3, Then.IOC), TimeOut(3, Then.MARKET), Chase(WORST, 1.0, 3)]


class World:
    """Be an exchange with one order at a time, and the policy that looks after it."""

    def __init__(self, policy: Policy, amends: bool) -> None:
        request = OrderRequest(
            Market.SPOT, "BTCUSDT", Side.BUY, OrderType.LIMIT, WANTED, price=D(100)
        )
        self.orders = [order_from_request(request, "t1-0", 0)]
        self.policy, self.amends = policy, amends
        self.progress = begin(self.order, 0.0)
        self.now_s, self.bid = 0.0, D(100)
        self.is_touched = self.has_stopped = False
        self.obstacle = ""
        self.target: Decimal | None = None

    @property
    def order(self) -> Order:
        """Return the order that is looked after."""
        return self.orders[-1]

    def possible(self) -> list[str]:
        """Return what may happen next, the likely more often."""
        order, events = self.order, [*OUTSIDE]
        if order.status in (S.SENDING, S.UNKNOWN):
            events += ["accept"] * 9
        if order.status is S.SENDING:
            events += ["refuse", "lose"]
        if order.status in (S.NEW, S.PARTIALLY_FILLED):
            events.append("fill")
        if order.cancel_pending:
            events += ["end", "end", "end", "keep"]
        if order.amend_pending:
            events += ["amend", "amend", "amend", "leave"]
        # Once in a while; else no policy would come to its end.
        return [*events * 4, *RARE]

    def happen(self, event: str) -> None:
        """Let something happen at the exchange, in the market or by hand."""
        status, order = self.order.status, self.order
        match event:
            case "accept" if status in (S.SENDING, S.UNKNOWN):
                self._put(status=S.NEW)
            case "refuse" if status is S.SENDING:
                self._put(status=S.REJECTED)
            case "lose" if status is S.SENDING:
                self._put(status=S.UNKNOWN)
            case "fill" if not status.is_final and order.remaining:
                done = order.executed_quantity + 1
                self._put(
                    status=S.FILLED if done == order.quantity else S.PARTIALLY_FILLED,
                    executed_quantity=done,
                )
            case "end" if order.cancel_pending and not status.is_final:
                self._put(status=S.CANCELED)
            case "end elsewhere" if status in (S.NEW, S.PARTIALLY_FILLED):
                self._put(status=S.CANCELED)
            case "keep":
                self._put(cancel_pending=False)
            case "amend" if order.amend_pending and self.target is not None:
                self._put(price=self.target)
            case "leave":
                self._put(amend_pending=False)
            case _:
                self._outside(event)

    def look(self) -> None:
        """Let the policy look, and do what it wants done."""
        step = next_step(self.policy, self.progress, self._sight())
        if self.has_stopped or step.kind is K.STOP:
            self.has_stopped = True
            return
        if step.kind not in ACTS:
            return
        assert self.order.status is not S.UNKNOWN
        assert not self.is_touched
        assert not self.obstacle
        assert step.price is None or step.price <= WORST
        if step.kind is K.SEND_REST:
            assert self.order.status is S.CANCELED
            request = rest_of(self.policy, self.order, step.price)
            self.orders.append(order_from_request(request, f"t1-{len(self.orders)}", 0))
            self.has_stopped = isinstance(self.policy, TimeOut)
        elif step.kind is K.CANCEL:
            self._put(cancel_pending=True)
        else:
            self.target = step.price
            self._put(amend_pending=True)
        self.progress = after_step(self.progress, step, self.now_s)

    def _outside(self, event: str) -> None:
        match event:
            case "pass":
                self.now_s += 1.0
            case "rise":
                self.bid += 1
            case "fall":
                self.bid -= 1
            case "touch":
                self.is_touched = True
            case "block":
                self.obstacle = "no touch"
            case "free":
                self.obstacle = ""

    def _sight(self) -> Sight:
        best = BestPrices(self.bid, D(1), self.bid + 1, D(1), 1)
        return Sight(self.order, self.now_s, best, self.obstacle, (), self.is_touched, self.amends)

    def _put(self, **changes: object) -> None:
        order = replace(self.order, **changes)  # type: ignore[arg-type]  # names of its fields
        ended = order.status.is_final
        self.orders[-1] = replace(
            order,
            cancel_pending=order.cancel_pending and not ended,
            amend_pending=order.amend_pending and not ended,
        )


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(POLICIES),
    st.booleans(),
    st.lists(st.integers(0, 10**6), min_size=30, max_size=30),
)
def test_no_order_of_events_makes_a_policy_buy_more(
    policy: Policy, amends: bool, draws: list[int]
) -> None:
    world = World(policy, amends)
    for draw in draws:
        events = world.possible()
        world.happen(events[draw % len(events)])
        world.look()
        done = sum((order.executed_quantity for order in world.orders), D(0))
        waiting = [order for order in world.orders if not order.status.is_final]
        assert len(waiting) <= 1
        assert done + sum((order.remaining for order in waiting), D(0)) <= WANTED
