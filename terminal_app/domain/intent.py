"""What an order is meant to do to a position, and the terms that make it do that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from terminal_app.domain.account import PositionSide
from terminal_app.domain.market import Side


class Direction(StrEnum):
    """Name which way a position gains: when prices rise, or when they fall."""

    LONG = "LONG"
    SHORT = "SHORT"


class Effect(StrEnum):
    """Name whether a position is to grow or to shrink."""

    OPEN = "OPEN"
    CLOSE = "CLOSE"


@dataclass(frozen=True, slots=True)
class Intent:
    """Hold what an order is meant to do."""

    direction: Direction
    effect: Effect

    @property
    def side(self) -> Side:
        """Return the side that does it."""
        is_buy = (self.direction is Direction.LONG) is (self.effect is Effect.OPEN)
        return Side.BUY if is_buy else Side.SELL

    def position_side(self, *, is_hedged: bool) -> PositionSide:
        """Return which of a symbol's positions is meant."""
        return PositionSide(self.direction.value) if is_hedged else PositionSide.BOTH

    @property
    def reduce_only(self) -> bool:
        """Say whether it must never open the other side."""
        return self.effect is Effect.CLOSE


def intent_of(side: Side, *, closes: bool) -> Intent:
    """Return what an order of a side means: opening its own direction, or closing the other."""
    opens_long = side is Side.BUY
    is_long = opens_long is not closes
    return Intent(
        Direction.LONG if is_long else Direction.SHORT, Effect.CLOSE if closes else Effect.OPEN
    )
