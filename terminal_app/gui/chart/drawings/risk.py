"""The size of a drawn position: what its stop may cost, and the plan that comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from terminal_app.domain.instrument import Instrument, Rounding
from terminal_app.domain.market import Side
from terminal_app.gui.chart.drawings.shapes import Shape, ShapeKind
from terminal_app.gui.planned_orders import PlannedOrder, PlanRole

RISKS = tuple(Decimal(text) for text in ("0.25", "0.5", "1", "2", "5"))
POSITIONS = frozenset({ShapeKind.LONG, ShapeKind.SHORT})


@dataclass(frozen=True, slots=True)
class RiskSize:
    """Hold a size, 0 where none is legal, and the words for it."""

    quantity: Decimal
    words: str


class Sizer(Protocol):
    """Know what a person risks; ``percent`` of what the account is worth."""

    percent: Decimal

    def size(self, entry: Decimal, stop: Decimal) -> RiskSize | None:
        """Return the size that loses what is risked between two prices, None while unknown."""


def position_prices(shape: Shape, instrument: Instrument) -> tuple[Decimal, Decimal, Decimal]:
    """Return entry, stop and target of a drawn position on ticks of an instrument."""
    entry, stop, target = (
        instrument.round_price(Decimal(repr(point.price)), Rounding.NEAREST)
        for point in shape.points
    )
    return entry, stop, target


def risk_words(shape: Shape, instrument: Instrument, sizer: Sizer | None) -> str:
    """Return what a drawn position's size is said to be, nothing where nobody sizes."""
    if sizer is None or shape.kind not in POSITIONS:
        return ""
    entry, stop, _ = position_prices(shape, instrument)
    size = sizer.size(entry, stop)
    return "size unknown: what the account is worth is not known" if size is None else size.words


def position_plan(
    shape: Shape, instrument: Instrument, sizer: Sizer | None
) -> tuple[PlannedOrder, ...]:
    """Return a drawn position as orders to be written down: entry, take profit, stop loss.

    Nothing for another shape, and for one whose exits lie on the wrong sides of its entry.
    """
    if shape.kind not in POSITIONS:
        return ()
    entry, stop, target = position_prices(shape, instrument)
    is_long = shape.kind is ShapeKind.LONG
    if not (stop < entry < target if is_long else target < entry < stop):
        return ()
    size = sizer.size(entry, stop) if sizer is not None else None
    quantity = size.quantity if size is not None and size.quantity > 0 else None
    side = Side.BUY if is_long else Side.SELL
    return (
        PlannedOrder(side, quantity, entry),
        PlannedOrder(side.opposite, quantity, target, PlanRole.TAKE_PROFIT),
        PlannedOrder(side.opposite, quantity, stop, PlanRole.STOP_LOSS),
    )
