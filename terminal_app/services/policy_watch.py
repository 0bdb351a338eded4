"""Look after one order as a policy says, each step in the ledger."""

from __future__ import annotations

import asyncio
import secrets
import time
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
    check_rest,
    next_step,
    rest_of,
)
from terminal_app.domain.safety import MEANT
from terminal_app.errors import InvalidOrder, TerminalError
from terminal_app.services.connection import MARKET, ConnectionService
from terminal_app.services.order_ledger import POLICY_BEGINS, POLICY_ENDS, OrderLedger
from terminal_app.services.order_words import describe
from terminal_app.services.orders import OrderService
from terminal_app.services.policy_plans import PolicyPlan, policy_body
from terminal_app.storage.ledger import Body
from terminal_app.venues.base import Feed, FeedKind, Venue
from terminal_app.venues.market_events import MarketEvent

LOOK_SECONDS = 0.25
_DRY = "A dry run is on."


class Place(Protocol):
    """Be where policies work: one market, as a session holds it."""

    venue: Venue
    orders: OrderService
    connection: ConnectionService

    @property
    def instruments(self) -> Mapping[str, Instrument]:
        """Return what can be traded, by symbol."""


class PolicyWatch:
    """Look after one order as a policy says; ``key`` is the order it has become.

    ``left`` is what an earlier run has done, None where it begins now.
    """

    def __init__(
        self,
        place: Place,
        ledger: OrderLedger,
        key: str,
        policy: Policy,
        left: PolicyPlan | None = None,
    ) -> None:
        self.key = key
        self.policy = policy
        self._place = place
        self._ledger = ledger
        self._orders = place.orders
        now_ms, now_s = time.time_ns() // 1_000_000, self._now_s()
        self._began_ms = left.began_ms if left is not None else now_ms
        self._progress = left.progress(now_ms, now_s) if left else begin(self.order, now_s)
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
        """Return the order as it is known now."""
        return self._orders.store.orders[self.key]

    @property
    def words(self) -> str:
        """Return what looks after the order, and how that stands."""
        done = "its end was asked for" if self._progress.has_asked_end else ""
        if self._progress.moves:
            done = f"moved {self._progress.moves}×"
        obstacle = self.obstacle()
        waits = f", waits: {obstacle}" if obstacle else ""
        return f"{self.policy}: {done or 'nothing done yet'}{waits}"

    def obstacle(self) -> str:
        """Return why nothing can be done at this moment, or nothing."""
        if self._orders.gate.is_dry:
            return _DRY
        reason = self._orders.closed_because
        if not reason and self.order.symbol not in self._place.instruments:
            reason = "The rules of its symbol are not read yet."
        if reason or not isinstance(self.policy, Chase):
            return reason
        is_live = self._place.connection.link(MARKET).is_live
        return "" if is_live else "The market data is old."

    def leave_because(self, reason: str) -> None:
        """Look after it no more."""
        self._leave_reason = reason
        self._changed.set()

    def on_change(self, _key: Hashable) -> None:
        """Look again."""
        self._changed.set()

    def on_touched(self, key: Hashable) -> None:
        """Take note that a person changed or cancelled an order, or all of a symbol."""
        if key in (self.key, self.order.symbol):
            self._is_touched = True
            self._changed.set()

    async def follow(self) -> str:
        """Look after the order until nothing is left to do; return why it was left before that."""
        while True:
            self._changed.clear()
            if self._leave_reason:
                return self._leave_reason
            step = self._next()
            if step.kind is StepKind.STOP:
                return step.reason
            if step.kind is StepKind.WAIT:
                await self._wait()
                continue
            if await self._act(step):
                return ""

    def note(self, step: str, order: Order | None = None, **more: str | None) -> None:
        """Write a step into the ledger, with all that it takes to go on from there."""
        order = order or self.order
        body = policy_body(self.policy, self._began_ms, self._progress)
        self._ledger.policy(
            {**body, "step": step, "order": describe(order), **more}, order.client_order_id
        )

    def close(self) -> None:
        """Follow no price any more."""
        if self._unsubscribe is not None:
            self._unsubscribe()

    def _next(self) -> Step:
        order, obstacle = self.order, self.obstacle()
        if obstacle:
            # What was best before it may be so no more.
            self._best = None
        sight = Sight(
            order,
            self._now_s(),
            self._best,
            obstacle,
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
        self.note(step.kind.value)
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
            instrument = self._place.instruments[order.symbol]
            check_rest(request, request.price or order.price, instrument)
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
