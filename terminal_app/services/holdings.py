"""What is held of a spot asset, and how it is sold at a price: alone, or as one of a pair."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from terminal_app.domain.exit import Holding, holding_of
from terminal_app.domain.instrument import ZERO, Instrument, Rounding
from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill, Order
from terminal_app.domain.order_request import (
    OrderListKind,
    OrderListRequest,
    OrderRequest,
    OrderType,
    Trigger,
)
from terminal_app.services.order_moves import can_move, moved_request, shown_price, takes_profit


def known_holding(
    fills: Iterable[Fill], instrument: Instrument, total: Decimal | None
) -> Holding | None:
    """Return what the trades known left of an instrument's base asset, no more than is there.

    ``total`` is the balance, None while it is not known; None for nothing worth a step.
    """
    own = [fill for fill in fills if fill.symbol == instrument.symbol]
    own.sort(key=lambda fill: (fill.time_ms, fill.trade_id))
    found = holding_of(own, instrument.base_asset, instrument.quote_asset)
    if found is None:
        return None
    quantity = found.quantity if total is None else min(found.quantity, total)
    quantity = instrument.round_quantity(quantity, Rounding.DOWN)
    return replace(found, quantity=quantity) if quantity > ZERO else None


def selling_request(
    instrument: Instrument, quantity: Decimal, price: Decimal, market: Decimal
) -> OrderRequest:
    """Return what sells a holding at a price: a limit above the market, a stop below it."""
    is_profit = takes_profit(Side.SELL, price, market)
    return OrderRequest(
        market=instrument.market,
        symbol=instrument.symbol,
        side=Side.SELL,
        type=OrderType.LIMIT if is_profit else OrderType.STOP_MARKET,
        quantity=quantity,
        price=price if is_profit else None,
        trigger=None if is_profit else Trigger(price),
    )


def standing_exit(request: OrderRequest, orders: Iterable[Order]) -> Order | None:
    """Return the sale of the same size that waits on the other side of the market.

    Both alone could sell the holding twice, or lock it twice.
    """
    return next(
        (
            order
            for order in orders
            if (order.symbol, order.side) == (request.symbol, Side.SELL)
            and can_move(order)
            and order.type.has_trigger is not request.type.has_trigger
            and order.remaining == request.quantity
        ),
        None,
    )


def pair_of(request: OrderRequest, standing: Order) -> OrderListRequest:
    """Return an order and one that stands as a pair of which one ends the other.

    Each is of what still stands.
    """
    quantity = standing.remaining
    legs = (replace(request, quantity=quantity), moved_request(standing, shown_price(standing)))
    # A sale's limit waits above the market and its stop below; a purchase's the other way round.
    is_sale = request.side is Side.SELL
    above, below = sorted(legs, key=lambda leg: leg.type.has_trigger is is_sale)
    return OrderListRequest(OrderListKind.OCO, (above, below))
