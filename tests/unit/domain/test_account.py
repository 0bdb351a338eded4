"""What is held, in the words of the field."""

from __future__ import annotations

from decimal import Decimal

import pytest

from terminal_app.domain.account import Balance, MarginMode, Position
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side

D = Decimal


def position(amount: str, initial_margin: str = "10") -> Position:
    """Return a position of an amount, opened at 100, now at 110."""
    size = D(amount)
    return Position(
        market=Market.USDM,
        symbol="BTCUSDT",
        amount=size,
        entry_price=D(100),
        break_even_price=D(100),
        mark_price=D(110),
        liquidation_price=None,
        unrealized_profit=size * 10,
        initial_margin=D(initial_margin),
        maintenance_margin=D(1),
        leverage=10,
        margin_mode=MarginMode.CROSS,
        margin_asset="USDT",
        time_ms=0,
    )


def test_locked_is_what_is_not_available() -> None:
    assert Balance(Market.SPOT, "USDT", D("10.5"), D("4.2")).locked == D("6.3")


@pytest.mark.parametrize(
    ("amount", "side", "flat", "notional"),
    [("2", Side.BUY, False, "220"), ("-2", Side.SELL, False, "220"), ("0", Side.SELL, True, "0")],
)
def test_a_position_has_side_and_notional(
    amount: str, side: Side, flat: bool, notional: str
) -> None:
    held = position(amount)
    assert (held.side, held.is_flat, held.notional) == (side, flat, D(notional))


@pytest.mark.parametrize(
    ("amount", "margin", "percent"), [("2", "10", D(200)), ("-2", "10", D(-200)), ("2", "0", None)]
)
def test_return_on_margin(amount: str, margin: str, percent: Decimal | None) -> None:
    assert position(amount, margin).return_on_margin == percent
