"""Long or short, open or close: each is one side of one position."""

from __future__ import annotations

import pytest

from terminal_app.domain.account import PositionSide
from terminal_app.domain.intent import Direction, Effect, Intent, intent_of
from terminal_app.domain.market import Side

LONG, SHORT = Direction.LONG, Direction.SHORT
OPEN, CLOSE = Effect.OPEN, Effect.CLOSE


@pytest.mark.parametrize(
    ("direction", "effect", "side", "position_side"),
    [
        (LONG, OPEN, Side.BUY, PositionSide.LONG),
        (LONG, CLOSE, Side.SELL, PositionSide.LONG),
        (SHORT, OPEN, Side.SELL, PositionSide.SHORT),
        (SHORT, CLOSE, Side.BUY, PositionSide.SHORT),
    ],
)
def test_an_intent_is_a_side_of_a_position(
    direction: Direction, effect: Effect, side: Side, position_side: PositionSide
) -> None:
    intent = Intent(direction, effect)
    assert intent.side is side
    assert intent.position_side(is_hedged=True) is position_side
    assert intent.position_side(is_hedged=False) is PositionSide.BOTH
    assert intent.reduce_only is (effect is CLOSE)
    assert intent_of(side, closes=effect is CLOSE) == intent
