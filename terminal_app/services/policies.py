"""Carry out what was wanted of orders by themselves, each step in the ledger."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Hashable, Mapping
from typing import Protocol

from terminal_app.domain.instrument import Instrument, plain
from terminal_app.domain.market import BestPrices
from terminal_app.domain.order import Order
from terminal_app.domain.order_request import Amendment
from terminal_app.domain.policy import (
    Chase,
    Policy,
    Sight,
    Step,
    StepKind,
    after_step,
    begin,
    check_policy,
    check_rest,
    next_step,
    rest_of,
)
from terminal_app.domain.safety import MEANT
from terminal_app.errors import InvalidOrder, NotConnected, TerminalError
from terminal_app.services.connection import MARKET, ConnectionService
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.order_ledger import POLICY_BEGINS, POLICY_ENDS, OrderLedger
from terminal_app.services.order_words import describe
from terminal_app.services.orders import OrderService
from terminal_app.storage.ledger import Body
from terminal_app.tasks import FailureHandler, TaskScope
from terminal_app.venues.base import Feed, FeedKind, Venue
from terminal_app.venues.market_events import MarketEvent

LOOK_SECONDS = 0.25


class Place(Protocol):
    """Be where policies work: one market, as a session holds it."""

    venue: Venue
    orders: OrderService
    connection: ConnectionService

    @property
    def instruments(self) -> Mapping[str, Instrument]:
        """Return what can be traded, by symbol."""


class PolicyService:
    """Watch orders that have a policy.

    It never acts on an UNKNOWN order, stops when a person touches the order, when touch with the
    exchange is lost and when the session closes, and does not outlive a run.
    """

    def __init__(
        self,
        place: Place,
        ledger: OrderLedger,
        notifications: Notifications,
        on_failure: FailureHandler,
    ) -> None:
        self._place = place
        self._ledger = ledger
        self._notifications = notifications
        self._tasks = TaskScope("policies", on_failure)
        self._looks: list[_Look] = []
        place.orders.touched.add(self._on_touched)

    @property
    def running(self) -> dict[str, Policy]:
        """Return the policies by the key of the order that each looks after."""
        return {look.key: look.policy for look in self._looks}

    @property
    def words(self) -> dict[str, str]:
        """Return what looks after each order and what it has done so far, by the order's key."""
        return {look.key: look.words() for look in self._looks}

    def attach(self, key: str, policy: Policy) -> None:
        """Let a policy look after an order from now on, one for each order.

        Raise ``TerminalError`` where that makes no sense or nothing can be sent.
        """
        order = self._place.orders.store.orders[key]
        if key in self.running:
            raise InvalidOrder("Order", "one policy for each order", order.client_order_id)
        if order.symbol not in self._place.instruments:
            raise InvalidOrder("Symbol", "its rules are not known", order.symbol)
        check_policy(policy, order, self._place.instruments[order.symbol])
        look = _Look(self._place, self._ledger, key, policy)
        if look.obstacle():
            look.close()
            raise NotConnected(f"No policy was begun. {look.obstacle()}")
        self._looks.append(look)
        self._tasks.spawn(self._run(look), "policy")

    def detach(self, key: str) -> None:
        """Leave an order to the person again."""
        for look in self._looks:
            if look.key == key:
                look.leave_because("it was taken off by hand")

    async def restore(self) -> None:
        """Tell which orders an earlier run left without the policy they had."""
        for left in await self._ledger.policies_left():
            text = f"Nothing looks after {left['order']} since the program ended"
            self._notifications.tell(Severity.WARNING, f"{text} ({left['policy']}).")

    async def close(self) -> None:
        """End every policy and say so."""
        for look in self._looks:
            look.leave_because("the exchange was left")
        await self._tasks.finish()

    async def _run(self, look: _Look) -> None:
        leave = self._place.orders.store.observers.add(look.on_change)
        try:
            look.note(POLICY_BEGINS)
            reason = await look.follow()
        except TerminalError as error:
            reason = str(error)
        finally:
            leave()
            look.close()
            self._looks.remove(look)
        look.note(POLICY_ENDS, reason=reason or "done")
        if reason:
            text = f"Nothing looks after {describe(look.order)} any more: {reason}."
            self._notifications.tell(Severity.WARNING, text)

    def _on_touched(self, key: Hashable) -> None:
        for look in self._looks:
            look.on_touched(key)


class _Look:
    """Look after one order; ``key`` is the order it has become."""

    def __init__(self, place: Place, ledger: OrderLedger, key: str, policy: Policy) -> None:
        self.key = key
        self.policy = policy
        self._place = place
        self._ledger = ledger
        self._orders = place.orders
        self._progress = begin(self.order, self._now_s())
        self._best: BestPrices | None = None
        self._is_touched = False
        self._leave_reason = ""
        self._changed = asyncio.Event()
        feed = Feed(FeedKind.BEST, self.order.symbol)
        self._unsubscribe = (
            place.venue.market_data.subscribe(feed, self._on_best)
            if isinstance(policy, Chase)
            else None
        )

    @property
    def order(self) -> Order:
        return self._orders.store.orders[self.key]

    def words(self) -> str:
        done = "its end was asked for" if self._progress.has_asked_end else ""
        if self._progress.moves:
            done = f"moved {self._progress.moves}×"
        return f"{self.policy}: {done or 'nothing done yet'}"

    def obstacle(self) -> str:
        dry = "a dry run has begun" if self._orders.gate.is_dry else ""
        reason = self._leave_reason or dry or self._orders.closed_because
        if reason:
            return reason
        is_blind = (
            isinstance(self.policy, Chase) and not self._place.connection.link(MARKET).is_live
        )
        return "the market data is old" if is_blind else ""

    def leave_because(self, reason: str) -> None:
        self._leave_reason = reason
        self._changed.set()

    def on_change(self, _key: Hashable) -> None:
        self._changed.set()

    def on_touched(self, key: Hashable) -> None:
        if key in (self.key, self.order.symbol):
            self._is_touched = True
            self._changed.set()

    async def follow(self) -> str:
        while True:
            self._changed.clear()
            step = self._next()
            if step.kind is StepKind.STOP:
                return step.reason
            if step.kind is StepKind.WAIT:
                await self._wait()
                continue
            self.note(step.kind.value, price=plain(step.price) if step.price else None)
            if await self._act(step):
                return ""

    def note(self, step: str, order: Order | None = None, **more: str | None) -> None:
        order = order or self.order
        body: Body = {"step": step, "policy": str(self.policy), "order": describe(order)}
        self._ledger.policy({**body, **more}, order.client_order_id)

    def close(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()

    def _next(self) -> Step:
        order = self.order
        sight = Sight(
            order,
            self._now_s(),
            self._best,
            self.obstacle(),
            tuple(
                one.client_order_id for one in self._orders.store.unknown(order.symbol, order.side)
            ),
            self._is_touched,
            self._place.venue.capabilities.amends_price,
        )
        return next_step(self.policy, self._progress, sight)

    async def _act(self, step: Step) -> bool:
        """Carry a step out; return whether it was the last."""
        before = self.order
        if step.kind is not StepKind.SEND_REST:
            self._progress = after_step(self._progress, step, self._now_s())
        if step.kind is StepKind.CANCEL:
            await self._orders.cancel(self.key, by_policy=True)
        elif step.kind is StepKind.MOVE:
            change = Amendment(before.quantity, step.price)
            await self._orders.amend(self.key, change, by_policy=True)
        else:
            await self._send_rest(step)
            return not isinstance(self.policy, Chase)
        return False

    async def _send_rest(self, step: Step) -> None:
        order = self.order
        request = rest_of(self.policy, order, step.price)
        try:
            check_rest(request, request.price or order.price, self._place.instruments[order.symbol])
        except InvalidOrder as error:
            text = f"its rest of {plain(order.remaining)} was not sent: {error}"
            raise TerminalError(text) from error
        new_key = await self._orders.place(request, secrets.token_hex(8), self._seen(), MEANT)
        if not isinstance(self.policy, Chase):
            return
        self.key = new_key
        self._progress = after_step(self._progress, step, self._now_s())
        if self._is_touched:
            # Cancelled by hand in the very moment in which it was sent anew.
            await self._orders.cancel(new_key, by_policy=True)
        self.note(POLICY_ENDS, order, goes_on_as=new_key)
        self.note(POLICY_BEGINS, instead_of=order.client_order_id)

    def _seen(self) -> Body:
        best = self._best
        return {
            "policy": str(self.policy),
            "bid": plain(best.bid.price) if best is not None else None,
            "ask": plain(best.ask.price) if best is not None else None,
        }

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._changed.wait()
        except TimeoutError:
            return

    def _on_best(self, event: MarketEvent) -> None:
        if isinstance(event, BestPrices):
            self._best = event

    @staticmethod
    def _now_s() -> float:
        return asyncio.get_running_loop().time()
