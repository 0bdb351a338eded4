"""Wait until something that is told of holds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from terminal_app.domain.order import Order, OrderStatus
from terminal_app.errors import VenueError, VenueUnclear
from terminal_app.observers import Observers
from terminal_app.services.order_store import OrderStore

ANSWER_WITHIN_S = 15.0
_REFUSED = frozenset({OrderStatus.REJECTED, OrderStatus.NOT_SENT})


async def until(observers: Observers, holds: Callable[[], bool], limit_s: float) -> bool:
    """Return as soon as a condition holds, and whether it did within the limit."""
    changed = asyncio.Event()
    leave = observers.add(lambda _key: changed.set())
    try:
        async with asyncio.timeout(limit_s):
            while not holds():
                changed.clear()
                await changed.wait()
    except TimeoutError:
        return holds()
    finally:
        leave()
    return True


async def answered(store: OrderStore, key: str) -> Order:
    """Return an order once the venue has said something of it.

    Raise ``VenueError`` where it was refused or not sent, and where nobody knows.
    """
    await until(
        store.observers,
        lambda: store.orders[key].status is not OrderStatus.SENDING,
        ANSWER_WITHIN_S,
    )
    order = store.orders[key]
    if order.status in _REFUSED:
        word = "Refused" if order.status is OrderStatus.REJECTED else "Not sent"
        raise VenueError(f"{word}: {order.reason}")
    if order.status in (OrderStatus.SENDING, OrderStatus.UNKNOWN):
        raise VenueUnclear("Nobody knows yet whether it arrived: it is UNKNOWN and asked for.")
    return order
