"""What of a spot symbol's base asset a panic can sell at market."""

from __future__ import annotations

from decimal import Decimal

from terminal_app.domain.instrument import ZERO, Instrument, Rounding
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderRequest, OrderType


def parts(quantity: Decimal, most: Decimal | None) -> list[Decimal]:
    """Return the sizes that a quantity is sent in, where one order may not hold all of it."""
    if most is None or most <= ZERO:
        return [quantity]
    found = []
    while quantity > ZERO:
        found.append(min(quantity, most))
        quantity -= found[-1]
    return found


def sellable(instrument: Instrument, free: Decimal | None) -> Decimal:
    """Return how much of what is free makes a legal market order, 0 for too little or unknown."""
    if free is None:
        return ZERO
    quantity = instrument.round_quantity(free, Rounding.DOWN)
    least = instrument.quantity_range(is_market=True).least
    return quantity if quantity >= least else ZERO


def selling_requests(instrument: Instrument, free: Decimal | None) -> list[OrderRequest]:
    """Return the orders that sell what is free at market, none where it is too little."""
    quantity = sellable(instrument, free)
    if quantity <= ZERO:
        return []
    most = instrument.quantity_range(is_market=True).most
    return [
        OrderRequest(instrument.market, instrument.symbol, Side.SELL, OrderType.MARKET, size)
        for size in parts(quantity, most)
        if size >= instrument.quantity.least
    ]
