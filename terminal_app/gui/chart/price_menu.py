"""What the menu of a price on the chart offers to write down."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from terminal_app.domain.market import Side
from terminal_app.gui.format import decimal_text
from terminal_app.gui.planned_orders import PlannedOrder, PlanRole


def price_choices(
    price: Decimal, last: Decimal, roles: Collection[PlanRole]
) -> list[tuple[str, PlannedOrder]]:
    """Return what can be planned at a price, in words, for a market at its last price.

    Limits of both sides, those that would trade at once said so; and the stop whose trigger the
    market has not passed yet.
    """
    choices = []
    for side in (Side.BUY, Side.SELL):
        is_through = price > last if side is Side.BUY else price < last
        word = f"{side.value.capitalize()} limit at {decimal_text(price)}"
        text = f"{word}, through the market" if is_through else word
        choices.append((text, PlannedOrder(side, None, price)))
    if PlanRole.STOP in roles and price != last:
        side = Side.BUY if price > last else Side.SELL
        text = f"{side.value.capitalize()} stop at {decimal_text(price)}"
        choices.append((text, PlannedOrder(side, None, price, PlanRole.STOP)))
    return choices


def plan_text(plan: Sequence[PlannedOrder]) -> str:
    """Say what a drawn position would be: its entry, then its take profit and stop loss."""
    entry, target, stop = plan
    size = "" if entry.quantity is None else f" {decimal_text(entry.quantity)}"
    return (
        f"{entry.side.value.capitalize()}{size} at {decimal_text(entry.price)}, take profit"
        f" {decimal_text(target.price)}, stop loss {decimal_text(stop.price)}"
    )
