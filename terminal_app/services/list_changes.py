"""Another price or size for one order of a list: the whole list is ended and placed anew.

Binance spot changes of a list in place the size alone, and of a pair alone: with
``order.amend.keepPriority`` both legs become smaller together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from terminal_app.domain.instrument import ZERO, Instrument, Rounding, plain
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_checks import MarketNow, check_list
from terminal_app.domain.order_request import (
    Amendment,
    OrderListKind,
    OrderListRequest,
    OrderRequest,
    OrderType,
)
from terminal_app.errors import InvalidOrder, NotConnected, TerminalError
from terminal_app.services.order_moves import rest_request, shown_price
from terminal_app.services.order_words import describe
from terminal_app.services.orders import OrderService
from terminal_app.services.waiting import until
from terminal_app.storage.ledger import Body

END_SECONDS = 10.0
_KINDS = frozenset(
    {
        OrderType.LIMIT,
        OrderType.STOP_MARKET,
        OrderType.STOP_LIMIT,
        OrderType.TAKE_PROFIT_MARKET,
        OrderType.TAKE_PROFIT_LIMIT,
    }
)
_PRICE = (
    "The list is ended first and placed anew only once its end is proven. Until then none of its"
    " orders stands: what they protect is unprotected. They lose their places in the queue, and"
    " where the exchange refuses the new list nothing of it stands any more."
)


class Place(Protocol):
    """Be where lists rest: one market, as a session holds it."""

    orders: OrderService


@dataclass(frozen=True, slots=True)
class ListChange:
    """Hold what a list is to become.

    ``amendment`` changes it in place, by the order that was typed over; else ``request`` stands for
    all of it afterwards. ``words`` say what that costs.
    """

    standing: tuple[Order, ...]
    request: OrderListRequest
    amendment: Amendment | None
    words: str


def list_change(
    order: Order,
    working: Iterable[Order],
    instrument: Instrument,
    now: MarketNow,
    *,
    price: Decimal | None = None,
    quantity: Decimal | None = None,
    trigger: Decimal | None = None,
) -> ListChange:
    """Return the change of a list that another price, size or trigger of one of its orders means.

    Raise ``InvalidOrder`` for a broken rule, and for a list that cannot be placed anew as it is.
    """
    legs = [one for one in working if one.order_list_id == order.order_list_id]
    first, others = _parts(legs)
    changed = {id(leg): rest_request(leg) for leg in legs}
    if quantity is not None:
        changed = _resized(order, first, others, instrument, quantity)
    mine = changed[id(order)]
    if price is not None:
        mine = replace(mine, price=price)
    if trigger is not None and mine.trigger is not None:
        mine = replace(mine, trigger=replace(mine.trigger, price=trigger))
    changed[id(order)] = mine
    if all(changed[id(leg)] == rest_request(leg) for leg in legs):
        raise InvalidOrder("Order", "nothing of it would change", order.client_order_id)
    request = _request(first, [changed[id(leg)] for leg in others], changed)
    check_list(instrument, request, replace(now, order_lists=max(now.order_lists - 1, 0)))
    is_smaller = quantity is not None and quantity < order.quantity
    if is_smaller and first is None:
        words = "Both orders of the pair become smaller and keep their places."
        return ListChange(tuple(legs), request, Amendment(quantity=quantity), words)
    return ListChange(tuple(legs), request, None, _PRICE)


async def replace_list(
    place: Place,
    standing: Sequence[Order],
    request: OrderListRequest,
    action_id: str,
    seen: Body,
    told: Collection[str],
) -> None:
    """End orders, as a list or alone, and place a list in their stead once that is proven.

    Raise ``TerminalError`` where nothing was ended, ``NotConnected`` where it was, or may be, and
    the list was not sent.
    """
    orders, store = place.orders, place.orders.store
    # What would refuse the list must do so before anything is ended.
    orders.gate.check(request.orders, told)
    orders.gate.check_open()
    await orders.cancel(store.key_of(standing[0]))
    for order in standing:
        await _ended(place, order)
    try:
        await orders.place_list(request, action_id, seen, told)
    except TerminalError as error:
        text = f"What stood there was ended, and nothing was sent in its stead: {error}"
        raise NotConnected(text) from error


def _parts(legs: Sequence[Order]) -> tuple[Order | None, list[Order]]:
    """Return the order that the others wait for, None of a pair, and the others, highest first."""
    for leg in legs:
        is_still = not (leg.cancel_pending or leg.amend_pending) and leg.executed_quantity == ZERO
        is_iceberg = leg.visible_quantity is not None
        if not is_still or is_iceberg or leg.type not in _KINDS:
            rule = "its list traded, or cannot be placed anew: cancel it and send what is left"
            raise InvalidOrder("Order", rule, describe(leg))
    pending = [leg for leg in legs if leg.status is OrderStatus.PENDING_NEW]
    resting = [leg for leg in legs if leg.status is OrderStatus.NEW]
    is_pair = not pending and len(resting) == 2
    is_chain = len(resting) == 1 and len(pending) in (1, 2)
    if len(pending) + len(resting) != len(legs) or not (is_pair or is_chain):
        rule = "not all of its list is known to rest: wait, or cancel the list"
        raise InvalidOrder("Order", rule, f"{len(legs)} orders")
    others = sorted(resting if is_pair else pending, key=shown_price, reverse=True)
    return (None if is_pair else resting[0]), others


def _resized(
    order: Order,
    first: Order | None,
    others: Sequence[Order],
    instrument: Instrument,
    quantity: Decimal,
) -> dict[int, OrderRequest]:
    # Two of which one ends the other are of one size; what waits for an entry grows with it.
    waiting = quantity
    if first is order:
        share = others[0].quantity / order.quantity
        waiting = instrument.round_quantity(quantity * share, Rounding.DOWN)
    elif first is not None and quantity > first.quantity:
        rule = "it cannot close more than its entry opens"
        raise InvalidOrder("Size", rule, plain(quantity), plain(first.quantity))
    sizes = {id(leg): replace(rest_request(leg), quantity=waiting) for leg in others}
    if first is not None:
        whole = quantity if first is order else first.quantity
        sizes[id(first)] = replace(rest_request(first), quantity=whole)
    return sizes


def _request(
    first: Order | None, others: list[OrderRequest], changed: dict[int, OrderRequest]
) -> OrderListRequest:
    others = sorted(others, key=_height, reverse=True)
    if first is None:
        return OrderListRequest(OrderListKind.OCO, tuple(others))
    kind = OrderListKind.OTOCO if len(others) == 2 else OrderListKind.OTO
    return OrderListRequest(kind, (changed[id(first)], *others))


def _height(request: OrderRequest) -> Decimal:
    trigger = request.trigger.price if request.trigger is not None else None
    return trigger or request.price or ZERO


async def _ended(place: Place, order: Order) -> None:
    store = place.orders.store
    key = store.key_of(order)
    if not await until(store.observers, lambda: store.orders[key].status.is_final, END_SECONDS):
        text = "Nothing was sent in its stead: nobody knows yet whether what stood there has ended."
        raise NotConnected(text)
    if store.orders[key].executed_quantity != order.executed_quantity:
        raise NotConnected("Nothing was sent in its stead: what stood there traded meanwhile.")
