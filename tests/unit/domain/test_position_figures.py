"""Check what a position costs to close, how far it is from liquidation, and since when it is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.account import MarginMode, PositionSide
from terminal_app.domain.income import Income
from terminal_app.domain.instrument import Market
from terminal_app.domain.margin import make_brackets
from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill
from terminal_app.domain.position_figures import (
    closing_fee,
    distance_at_leverage,
    funding_since,
    liquidation_distance,
    margin_ratio,
    opened_ms,
)
from tests.helpers.account_values import LONG, SHORT

D = Decimal
ISOLATED = replace(LONG, margin_mode=MarginMode.ISOLATED, isolated_margin=D(500))
BRACKETS = make_brackets([(125, D(50_000), D("0.004")), (100, D(250_000), D("0.005"))])


def fill(time_ms: int, side: Side, quantity: str) -> Fill:
    """Return a trade at a moment."""
    return Fill(
        Market.USDM, "BTCUSDT", time_ms, time_ms, side, D(1), D(quantity), D(0), "USDT", False,
        time_ms,
    )  # fmt: skip


def test_closing_costs_the_fee_of_a_taker_at_the_mark_price() -> None:
    assert closing_fee(LONG, D("0.0005")) == D("7.75")
    assert closing_fee(SHORT, D("0.0005")) == D("7.75")
    assert closing_fee(LONG, None) is None


def test_the_way_to_liquidation_is_signed() -> None:
    assert liquidation_distance(LONG) == D("-10")
    assert liquidation_distance(SHORT) == D("10")
    assert liquidation_distance(replace(LONG, liquidation_price=None)) is None
    assert liquidation_distance(replace(LONG, mark_price=D(0))) is None


def test_an_isolated_position_is_backed_by_its_own_margin_and_profit_alone() -> None:
    expected = D(62) / (D(500) + D("249.9875")) * 100
    assert margin_ratio(ISOLATED, [ISOLATED, LONG], D(10_000)) == expected
    lost = replace(ISOLATED, unrealized_profit=D(-500))
    assert margin_ratio(lost, [lost], D(10_000)) is None


def test_cross_positions_share_what_isolated_ones_were_not_given() -> None:
    positions = [LONG, replace(SHORT, symbol="ETHUSDT"), ISOLATED]
    backing = D(10_000) - D(500) + D("249.9875") - D("1249.9875")
    assert margin_ratio(LONG, positions, D(10_000)) == D(124) / backing * 100
    assert margin_ratio(LONG, positions, None) is None


def test_a_position_is_open_since_its_size_was_last_nothing() -> None:
    fills = [
        fill(1, Side.BUY, "1"),
        fill(2, Side.SELL, "1"),
        fill(3, Side.BUY, "0.2"),
        fill(4, Side.BUY, "0.1"),
        fill(5, Side.SELL, "0.05"),
    ]
    assert opened_ms(LONG, fills) == 3
    assert opened_ms(LONG, fills[3:]) is None
    turned = [fill(1, Side.BUY, "1"), fill(2, Side.SELL, "1.25")]
    assert opened_ms(SHORT, turned) == 2
    assert opened_ms(replace(LONG, position_side=PositionSide.LONG), fills) is None


def test_funding_counts_from_the_opening_on() -> None:
    def paid(
        time_ms: int, amount: str, symbol: str = "BTCUSDT", kind: str = "FUNDING_FEE"
    ) -> Income:
        return Income(kind, D(amount), "USDT", symbol, "", time_ms, time_ms)

    income = [
        paid(1, "-5"),
        paid(3, "-0.5"),
        paid(4, "0.2"),
        paid(4, "-9", symbol="ETHUSDT"),
        paid(4, "-9", kind="COMMISSION"),
    ]
    assert funding_since("BTCUSDT", 3, income) == D("-0.3")
    assert funding_since("BTCUSDT", 9, income) == 0


@pytest.mark.parametrize("side", list(Side))
def test_more_leverage_is_nearer_to_liquidation(side: Side) -> None:
    distances = [
        distance_at_leverage(side, leverage, D(1000), BRACKETS) for leverage in (1, 5, 20, 125)
    ]
    known = [distance for distance in distances if distance is not None]
    assert len(known) == 4
    assert known == sorted(known, reverse=True)
    assert D("4.4") < known[2] < D("4.7")
    assert distance_at_leverage(side, 20, D(1000), ()) is None
    assert distance_at_leverage(side, 20, D(0), BRACKETS) is None
