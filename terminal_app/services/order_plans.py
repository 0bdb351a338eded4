"""Carry out what one press of a ticket means, through the order service alone."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol

from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderListKind, OrderRequest
from terminal_app.errors import TerminalError
from terminal_app.services.dry_run import DryRun, Rehearsal
from terminal_app.services.exit_plans import begin_body
from terminal_app.services.exits import ExitService
from terminal_app.services.order_plan import OrderPlan
from terminal_app.services.order_store import OrderStore
from terminal_app.services.orders import OrderService
from terminal_app.services.policies import PolicyService
from terminal_app.storage.ledger import Body

_BAD = frozenset({OrderStatus.UNKNOWN, OrderStatus.NOT_SENT, OrderStatus.REJECTED})


class Place(Protocol):
    """Be where plans are carried out: one market, as a session holds it."""

    orders: OrderService
    policies: PolicyService
    exits: ExitService


@dataclass(slots=True)
class Progress:
    """Hold how far a plan has come: a key for each order that has left; why no more were sent."""

    store: OrderStore
    requests: tuple[OrderRequest, ...]
    keys: list[str] = field(default_factory=list)
    stopped_because: str = ""

    def orders(self) -> list[Order | None]:
        """Return each order as it stands now, None for one that was not sent."""
        sent = [self.store.orders.get(key) for key in self.keys]
        return sent + [None] * (len(self.requests) - len(sent))


async def carry_out(
    place: Place, plan: OrderPlan, progress: Progress, action_id: str, seen: Body,
    beside: Collection[str] = (),
) -> None:  # fmt: skip
    """Send a plan's orders, once for each ``action_id``; ``progress`` tells how far it came.

    Several orders go one by one: none is sent after one that is UNKNOWN or refused. Raises
    ``TerminalError`` where not even the first was sent.
    """
    order_list = plan.order_list
    if order_list is not None:
        progress.keys += await place.orders.place_list(order_list, action_id, seen, beside)
    elif plan.is_series:
        await _send_series(place, progress, action_id, seen, beside)
    else:
        # In the ledger with the order itself: what protects it must outlive this program.
        exits = begin_body(plan.exits) if not plan.exits.is_empty else None
        progress.keys.append(await place.orders.place(plan.first, action_id, seen, beside, exits))
    if not plan.exits.is_empty:
        place.exits.watch(progress.keys[0], plan.first, plan.exits)
    if plan.policy is not None:
        place.policies.attach(progress.keys[0], plan.policy)


async def _send_series(
    place: Place, progress: Progress, action_id: str, seen: Body, beside: Collection[str]
) -> None:
    for number, request in enumerate(progress.requests, start=1):
        try:
            key = await place.orders.place(request, f"{action_id}-{number}", seen, beside)
        except TerminalError as error:
            if number == 1:
                raise
            progress.stopped_because = str(error)
            return
        progress.keys.append(key)
        order = await _answered(place.orders.store, key)
        if order.status in _BAD:
            progress.stopped_because = f"order {number} is {order.status.value.lower()}"
            return


async def _answered(store: OrderStore, key: str) -> Order:
    changed = asyncio.Event()
    leave = store.observers.add(lambda _key: changed.set())
    try:
        while store.orders[key].status is OrderStatus.SENDING:
            await changed.wait()
            changed.clear()
    finally:
        leave()
    return store.orders[key]


def looked_after(place: Place) -> dict[str, str]:
    """Return what the program does by itself with orders, in words, by the order's key."""
    exits = {key: watch.words for key, watch in place.exits.watched.items()}
    policies = place.policies.words
    both = {key: f"{policies[key]}; {exits[key]}" for key in exits.keys() & policies.keys()}
    return policies | exits | both


async def rehearse(dry_run: DryRun, plan: OrderPlan, seen: Body) -> list[Rehearsal]:
    """Put each order of a plan that would begin to work now to the venue's test, alone.

    Raises ``TerminalError`` where it would not leave.
    """
    waits = plan.list_kind in (OrderListKind.OTO, OrderListKind.OTOCO)
    requests = plan.requests[:1] if waits else plan.requests
    return [await dry_run.rehearse(request, seen) for request in requests]
