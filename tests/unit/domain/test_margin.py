"""Margin formulas against published cases and real bracket tables."""

import json
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from terminal_app.domain.margin import (
    Bracket,
    Leg,
    bankruptcy_price,
    bracket_for,
    break_even_price,
    initial_margin,
    joint_liquidation_price,
    liquidation_price,
    maintenance_margin,
    make_brackets,
    max_notional,
    unrealized_pnl,
)
from tests.helpers.shared import shared_path

BRACKETS = make_brackets(
    [
        (125, Decimal(50_000), Decimal("0.004")),
        (100, Decimal(600_000), Decimal("0.005")),
        (75, Decimal(3_000_000), Decimal("0.0065")),
    ]
)


def test_maintenance_amounts_are_continuous() -> None:
    assert [bracket.cum for bracket in BRACKETS] == [Decimal(0), Decimal(50), Decimal(950)]
    for lower, upper in pairwise(BRACKETS):
        edge = lower.notional_cap
        at_edge = edge * lower.maintenance_margin_rate - lower.cum
        assert at_edge == edge * upper.maintenance_margin_rate - upper.cum


def test_real_bracket_tables_follow_the_formula() -> None:
    path = shared_path("fixtures/futures/real_rest_leverage_bracket_2024_10.json")
    for row in json.loads(path.read_text(), parse_float=Decimal):
        published = row["brackets"]
        made = make_brackets(
            (b["initialLeverage"], Decimal(b["notionalCap"]), Decimal(b["maintMarginRatio"]))
            for b in published
        )
        assert [b.cum for b in made] == [Decimal(b["cum"]) for b in published], row["symbol"]


def test_bracket_is_chosen_by_notional() -> None:
    assert bracket_for(Decimal(50_000), BRACKETS).number == 1
    assert bracket_for(Decimal("50000.01"), BRACKETS).number == 2
    assert bracket_for(Decimal(9_000_000), BRACKETS).number == 3


@pytest.mark.parametrize(
    ("leverage", "cap"), [(125, 50_000), (101, 50_000), (100, 600_000), (1, 3_000_000), (126, 0)]
)
def test_largest_notional_of_a_leverage(leverage: int, cap: int) -> None:
    assert max_notional(leverage, BRACKETS) == cap


def test_margins_of_a_short_equal_those_of_a_long() -> None:
    assert initial_margin(Decimal("-12.314277"), 20) == Decimal("0.61571385")
    assert maintenance_margin(Decimal(-60_000), BRACKETS) == Decimal(250)
    assert unrealized_pnl(Decimal(-2), Decimal(100), Decimal(90)) == Decimal(20)


def test_break_even_covers_the_commission() -> None:
    amount, entry = Decimal(30), Decimal("0.385")
    costs = amount * entry * Decimal("0.0002")
    assert break_even_price(amount, entry, costs) == Decimal("0.385077")
    assert break_even_price(-amount, entry, costs) == Decimal("0.384923")
    assert break_even_price(Decimal(0), entry, costs) == 0


def _published_cases() -> list[dict[str, Any]]:
    path = shared_path("fixtures/futures/vectors_liquidation_price.json")
    cases: list[dict[str, Any]] = json.loads(path.read_text(), parse_float=Decimal)
    return cases


def test_published_liquidation_prices() -> None:
    for case in _published_cases():
        rate, cum = Decimal(case["maintMarginRatio"]), Decimal(case["cum"])
        everything = Bracket(1, 1, Decimal(0), Decimal("1e15"), rate, cum)
        sign = 1 if case["side"] == "LONG" else -1
        price = liquidation_price(
            sign * Decimal(case["qty"]),
            Decimal(case["entryPrice"]),
            Decimal(case["walletBalance"]),
            (everything,),
            sum((Decimal(other["maintMargin"]) for other in case["other"]), Decimal(0)),
            sum((Decimal(other["unrealizedPnl"]) for other in case["other"]), Decimal(0)),
        )
        assert round(price, 2) == Decimal(case["liquidationPrice"]), case["name"]


@pytest.mark.parametrize("amount", [Decimal("0.5"), Decimal("-0.5"), Decimal(8), Decimal(-8)])
def test_margin_balance_equals_maintenance_at_the_liquidation_price(amount: Decimal) -> None:
    entry, wallet = Decimal(50_000), Decimal(20_000)
    price = liquidation_price(amount, entry, wallet, BRACKETS)
    balance = wallet + unrealized_pnl(amount, entry, price)
    assert price > 0
    assert abs(balance - maintenance_margin(amount * price, BRACKETS)) < Decimal("1e-12")


def test_a_rich_long_has_no_liquidation_price() -> None:
    assert liquidation_price(Decimal(1), Decimal(100), Decimal(1_000), BRACKETS) == 0
    assert liquidation_price(Decimal(0), Decimal(100), Decimal(1_000), BRACKETS) == 0


def test_hedged_legs_are_liquidated_where_their_margin_is_gone() -> None:
    legs = (Leg(Decimal("0.5"), Decimal(50_000)), Leg(Decimal("-0.2"), Decimal(51_000)))
    funds = Decimal(1_000)
    price = joint_liquidation_price(legs, funds, BRACKETS)
    balance = funds + sum(unrealized_pnl(leg.amount, leg.entry_price, price) for leg in legs)
    needed = sum(maintenance_margin(leg.amount * price, BRACKETS) for leg in legs)
    assert 0 < price < 50_000
    assert abs(balance - needed) < Decimal("1e-12")


def test_one_leg_is_the_one_way_formula() -> None:
    amount, entry, wallet = Decimal("-2"), Decimal(50_000), Decimal(3_000)
    one = joint_liquidation_price((Leg(amount, entry),), wallet, BRACKETS)
    assert one == liquidation_price(amount, entry, wallet, BRACKETS)
    assert joint_liquidation_price((Leg(Decimal(0), entry),), wallet, BRACKETS) == 0


@pytest.mark.parametrize(("amount", "price"), [("2", 48_500), ("-2", 51_500), ("0", 0)])
def test_nothing_is_left_at_the_bankruptcy_price(amount: str, price: int) -> None:
    assert bankruptcy_price(Decimal(amount), Decimal(50_000), Decimal(3_000)) == price
