"""What leaving a position would bring, after all that it costs, as pure Decimal functions.

``amount`` is a signed position in base units (long > 0); prices and money are in the quote asset.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from terminal_app.domain.account import Position
from terminal_app.domain.instrument import ZERO
from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill


def exit_profit(
    amount: Decimal, entry_price: Decimal, price: Decimal, fee_rate: Decimal | None
) -> Decimal | None:
    """Return what closing at a price brings after the fee of closing, None for an unknown rate."""
    if fee_rate is None:
        return None
    return amount * (price - entry_price) - abs(amount) * price * fee_rate


def break_even_price(
    amount: Decimal, entry_price: Decimal, paid: Decimal, fee_rate: Decimal
) -> Decimal:
    """Return the price at which closing earns back what was paid and its own fee, 0 when flat.

    ``paid`` is commission and funding paid since the position was opened, minus profit taken
    already; ``fee_rate`` is that of the closing order.
    """
    if not amount:
        return ZERO
    sign = 1 if amount > ZERO else -1
    return max(ZERO, (entry_price + paid / amount) / (1 - sign * fee_rate))


def costs_paid(position: Position) -> Decimal:
    """Return commission paid minus profit taken since a position was opened.

    Source: Binance USDⓈ-M, positionRisk: breakEvenPrice is the entry moved by just these; funding
    is not in it. A position whose break-even price is not told counts as having cost nothing yet.
    """
    if position.break_even_price <= ZERO:
        return ZERO
    return position.amount * (position.break_even_price - position.entry_price)


@dataclass(frozen=True, slots=True)
class Holding:
    """Hold what known trades left of a spot asset: its size and what a unit of it cost.

    ``opened_ms`` is when the first unit of it was bought.
    """

    quantity: Decimal
    average_price: Decimal
    opened_ms: int


def holding_of(fills: Iterable[Fill], base_asset: str, quote_asset: str) -> Holding | None:
    """Return what the trades of a symbol, oldest first, left of its base asset, None for nothing.

    A sale takes units out at their average cost. Commission in base asset makes the size smaller,
    in quote asset the cost larger; in another asset it is left out.
    """
    quantity, cost, opened_ms = ZERO, ZERO, 0
    for fill in fills:
        in_base = fill.commission if fill.commission_asset == base_asset else ZERO
        in_quote = fill.commission if fill.commission_asset == quote_asset else ZERO
        if fill.side is Side.BUY:
            opened_ms = opened_ms if quantity > ZERO else fill.time_ms
            cost += fill.price * fill.quantity + in_quote
            quantity += fill.quantity - in_base
            continue
        sold = min(fill.quantity + in_base, quantity)
        if quantity > ZERO:
            cost -= cost * sold / quantity
        quantity -= sold
    if quantity <= ZERO:
        return None
    return Holding(quantity, cost / quantity, opened_ms)
