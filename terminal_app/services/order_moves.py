"""From a price on the chart to the request it stands for: an order moved, a position protected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from terminal_app.domain.account import Position
from terminal_app.domain.instrument import ZERO
from terminal_app.domain.intent import Direction, Effect, Intent
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderRequest, OrderType, Trigger
from terminal_app.venues.base import Capabilities

_TAKE_PROFIT = frozenset({OrderType.TAKE_PROFIT_MARKET, OrderType.TAKE_PROFIT_LIMIT})
_STOP = frozenset({OrderType.STOP_MARKET, OrderType.STOP_LIMIT})
_MOVABLE = _TAKE_PROFIT | _STOP | {OrderType.LIMIT}
_KNOWN = frozenset({OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED})


def can_move(order: Order) -> bool:
    """Say whether a person may ask for an order at another price.

    Not while anything of it is unknown or on its way; a trailing stop follows the market, and a
    leg of a list stands with the others.
    """
    return _is_settled(order) and order.type in _MOVABLE and order.order_list_id is None


def other_leg(order: Order, orders: Iterable[Order]) -> Order | None:
    """Return the other leg of a pair that can be placed anew as a whole, None where it cannot.

    Both wait settled and untouched on either side of the market; one ends the other.
    """
    if order.order_list_id is None:
        return None
    legs = [one for one in orders if one.order_list_id == order.order_list_id]
    others = [one for one in legs if one is not order]
    if len(others) != 1 or not all(_is_settled(leg) for leg in legs):
        return None
    (other,) = others
    terms = [(leg.symbol, leg.side, leg.remaining, leg.executed_quantity) for leg in legs]
    is_pair = terms[0] == terms[1] and order.executed_quantity == ZERO
    kinds = {order.type.has_trigger, other.type.has_trigger}
    is_known = {order.type, other.type} <= _MOVABLE
    return other if is_pair and is_known and len(kinds) == 2 else None


def _is_settled(order: Order) -> bool:
    return order.status in _KNOWN and not (order.cancel_pending or order.amend_pending)


def is_amended(order: Order, capabilities: Capabilities) -> bool:
    """Say whether the venue changes an order's price in place; else it is ended and sent anew."""
    return capabilities.amends_price and order.type is OrderType.LIMIT and not order.is_conditional


def shown_price(order: Order) -> Decimal:
    """Return the price an order stands at on a chart: its trigger while it waits, 0 for none."""
    trigger = order.trigger
    return trigger.price or ZERO if trigger is not None else order.price


def rest_request(order: Order) -> OrderRequest:
    """Return what stands for an order's rest as it is."""
    return OrderRequest(
        market=order.market,
        symbol=order.symbol,
        side=order.side,
        type=order.type,
        quantity=None if order.close_position else order.remaining,
        price=order.price if order.type.has_price else None,
        time_in_force=order.time_in_force,
        reduce_only=order.reduce_only and not order.close_position,
        trigger=order.trigger,
        position_side=order.position_side,
        close_position=order.close_position,
        visible_quantity=order.remaining_visible,
        good_till_ms=order.good_till_ms,
        self_trade_prevention=order.self_trade_prevention,
    )


def moved_request(order: Order, price: Decimal) -> OrderRequest:
    """Return what stands for an order's rest at another price; a waiting limit goes along."""
    request, trigger = rest_request(order), order.trigger
    if trigger is None or trigger.price is None:
        return replace(request, price=price if order.type.has_price else None)
    limit = None if request.price is None else request.price + price - trigger.price
    return replace(request, price=limit, trigger=replace(trigger, price=price))


def takes_profit(side: Side, price: Decimal, market: Decimal) -> bool:
    """Say whether closing with a side at a price waits for a better market than this one.

    What decides is where the market stands, not the entry: an order on its wrong side would
    trigger at once.
    """
    return price > market if side is Side.SELL else price < market


def protecting_request(position: Position, price: Decimal, market: Decimal) -> OrderRequest:
    """Return what closes a whole position at market once a price is reached.

    It closes what is held then, however large, and can never open the other side.
    """
    direction = Direction.LONG if position.amount > ZERO else Direction.SHORT
    side = Intent(direction, Effect.CLOSE).side
    is_profit = takes_profit(side, price, market)
    return OrderRequest(
        market=position.market,
        symbol=position.symbol,
        side=side,
        type=OrderType.TAKE_PROFIT_MARKET if is_profit else OrderType.STOP_MARKET,
        quantity=None,
        trigger=Trigger(price),
        position_side=position.position_side,
        close_position=True,
    )


def standing_protection(request: OrderRequest, orders: Iterable[Order]) -> Order | None:
    """Return the order that does already what a protecting request would do, at another price."""
    return next(
        (
            order
            for order in orders
            if order.close_position
            and order.status.is_working
            and (order.symbol, order.side, order.type, order.position_side)
            == (request.symbol, request.side, request.type, request.position_side)
        ),
        None,
    )
