"""Carry out what was wanted of orders by themselves, each step in the ledger."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Hashable
from decimal import Decimal
from typing import Protocol

from terminal_app.domain.market import BestPrices
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import Amendment, OrderRequest, OrderType, TimeInForce
from terminal_app.domain.policy import (
    Chase,
    Policy,
    Step,
    StepKind,
    Then,
    TimeOut,
    next_of_chase,
    next_of_time_out,
)
from terminal_app.errors import TerminalError
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.order_words import describe
from terminal_app.services.orders import OrderService
from terminal_app.storage.ledger import Body
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import Feed, FeedKind, MarketEvent, Venue

LOOK_SECONDS = 0.25


class _Watch(Protocol):
    """Say and do the next thing for one order; ``key`` is the order it has become."""

    key: str

    def next(self) -> Step:
        """Return the next step."""

    async def act(self, step: Step) -> None:
        """Do it."""

    def close(self) -> None:
        """Follow nothing any more."""


class PolicyService:
    """Watch orders that have a policy.

    It never acts on an UNKNOWN order, stops when a person touches the order or when no orders are
    taken, and does not outlive a run. ``running`` are the policies by the key of their order.
    """

    def __init__(
        self,
        venue: Venue,
        orders: OrderService,
        tasks: TaskScope,
        notifications: Notifications,
        seen: Callable[[], Body],
    ) -> None:
        self._venue = venue
        self._orders = orders
        self._tasks = tasks
        self._notifications = notifications
        self._seen = seen
        self.running: dict[str, Policy] = {}

    def attach(self, key: str, policy: Policy) -> None:
        """Let a policy look after an order of ours from now on, one for each order."""
        if key in self.running or key not in self._orders.store.orders:
            return
        self.running[key] = policy
        self._tasks.spawn(self._run(key, policy), "policy")

    def detach(self, key: str) -> None:
        """Leave an order to the person again."""
        self.running.pop(key, None)

    async def _run(self, key: str, policy: Policy) -> None:
        watch: _Watch
        if isinstance(policy, TimeOut):
            watch = _TimeOutWatch(self._orders, key, policy, self._seen)
        else:
            watch = _ChaseWatch(self._venue, self._orders, key, policy, self._seen)
        changed = asyncio.Event()

        def on_change(_: Hashable) -> None:
            changed.set()

        leave = self._orders.store.observers.add(on_change)
        try:
            await self._orders.note_policy(key, f"begins: {policy}")
            reason = await self._follow(key, watch, changed)
        except TerminalError as error:
            reason = str(error)
        finally:
            leave()
            watch.close()
            self.running.pop(key, None)
        await self._orders.note_policy(watch.key, f"ends: {reason or 'done'}")
        if reason:
            order = self._orders.store.orders[watch.key]
            text = f"Left alone from now on: {describe(order)} ({reason})."
            self._notifications.tell(Severity.WARNING, text)

    async def _follow(self, key: str, watch: _Watch, changed: asyncio.Event) -> str:
        while key in self.running:
            changed.clear()
            step = watch.next()
            if step.kind is StepKind.STOP:
                return step.reason
            if step.kind is not StepKind.WAIT:
                await self._orders.note_policy(watch.key, f"{step.kind.value} {step.price or ''}")
                await watch.act(step)
                if step.kind is StepKind.SEND_REST:
                    return ""
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await changed.wait()
            except TimeoutError:
                continue
        return "taken off by hand"


class _TimeOutWatch:
    def __init__(
        self, orders: OrderService, key: str, policy: TimeOut, seen: Callable[[], Body]
    ) -> None:
        self.key = key
        self._orders = orders
        self._policy = policy
        self._seen = seen
        self._has_asked = False
        self._started_s = asyncio.get_running_loop().time()

    def next(self) -> Step:
        order = self._orders.store.orders[self.key]
        age_s = asyncio.get_running_loop().time() - self._started_s
        return next_of_time_out(self._policy, order, age_s, has_asked=self._has_asked)

    async def act(self, step: Step) -> None:
        if step.kind is StepKind.CANCEL:
            self._has_asked = True
            await self._orders.cancel(self.key)
            return
        order = self._orders.store.orders[self.key]
        is_market = self._policy.then is Then.MARKET
        request = _rest_of(
            order,
            OrderType.MARKET if is_market else OrderType.LIMIT,
            None if is_market else order.price,
            TimeInForce.GTC if is_market else TimeInForce.IOC,
        )
        self.key = await self._orders.place(request, secrets.token_hex(8), self._seen())

    def close(self) -> None:
        return


class _ChaseWatch:
    def __init__(
        self,
        venue: Venue,
        orders: OrderService,
        key: str,
        policy: Chase,
        seen: Callable[[], Body],
    ) -> None:
        self.key = key
        self._venue = venue
        self._orders = orders
        self._policy = policy
        self._seen = seen
        self._best: BestPrices | None = None
        self._changes = 0
        self._changed_s = asyncio.get_running_loop().time()
        self._wanted: Decimal | None = None
        feed = Feed(FeedKind.BEST, orders.store.orders[key].symbol)
        self._leave = venue.market_data.subscribe(feed, self._on_best)

    def next(self) -> Step:
        order = self._orders.store.orders[self.key]
        if self._wanted is not None and not (order.amend_pending or order.price == self._wanted):
            # The venue refused the change, or the order is a new one that is on its way.
            self._wanted = None
        is_moving = self._wanted is not None and order.price != self._wanted
        return next_of_chase(
            self._policy,
            order,
            self._best,
            changes=self._changes,
            since_change_s=asyncio.get_running_loop().time() - self._changed_s,
            is_moving=is_moving or order.status is OrderStatus.SENDING,
        )

    async def act(self, step: Step) -> None:
        order, price = self._orders.store.orders[self.key], step.price
        assert price is not None
        self._changes += 1
        self._changed_s = asyncio.get_running_loop().time()
        if self._venue.capabilities.amends_price:
            self._wanted = price
            await self._orders.amend(self.key, Amendment(order.quantity, price))
            return
        request = _rest_of(order, OrderType.LIMIT, price, order.time_in_force)
        self.key = await self._orders.replace(self.key, request, secrets.token_hex(8), self._seen())

    def close(self) -> None:
        self._leave()

    def _on_best(self, event: MarketEvent) -> None:
        if isinstance(event, BestPrices):
            self._best = event


def _rest_of(
    order: Order, order_type: OrderType, price: Decimal | None, time_in_force: TimeInForce
) -> OrderRequest:
    return OrderRequest(
        market=order.market,
        symbol=order.symbol,
        side=order.side,
        type=order_type,
        quantity=order.remaining,
        price=price,
        time_in_force=time_in_force,
        reduce_only=order.reduce_only,
        position_side=order.position_side,
    )
