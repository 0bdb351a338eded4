"""Choose how far apart the rows of a book or a ladder are, in steps a person can count in."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from terminal_app.domain.instrument import ZERO
from terminal_app.domain.order_book import BookSide

STEPS_OFFERED = 13
LEVELS_A_ROW = 3
_DIGITS = (1, 2, 5)
# Where a venue names no tick, rows still need a distance.
_NO_TICK = Decimal("0.01")


def clean_steps(tick: Decimal, count: int = STEPS_OFFERED) -> tuple[Decimal, ...]:
    """Return the tick and the clean steps above it: 1, 2 or 5 times a power of ten."""
    tick = tick or _NO_TICK
    steps, exponent = [tick], tick.adjusted()
    while len(steps) < count:
        for digit in _DIGITS:
            step = Decimal(digit).scaleb(exponent)
            if step > tick and step % tick == ZERO:
                steps.append(step)
        exponent += 1
    return tuple(steps[:count])


def fitting_step(steps: Sequence[Decimal], side: BookSide, rows: int) -> Decimal:
    """Return the finest step at which so many rows hold a few of a side's best levels each."""
    levels = side.levels(rows * LEVELS_A_ROW)
    if len(levels) < 2:
        return steps[0]
    distance = abs(levels[-1].price - levels[0].price) / rows
    return next((step for step in steps if step >= distance), steps[-1])


def beside(steps: Sequence[Decimal], step: Decimal, direction: int) -> Decimal:
    """Return the next coarser step (direction 1) or the next finer one (-1), if there is one."""
    at = steps.index(step) + direction
    return steps[min(max(at, 0), len(steps) - 1)]
