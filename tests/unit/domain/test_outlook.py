"""What an order makes of a position: entry, liquidation price, funding."""

from __future__ import annotations

from decimal import Decimal

import pytest

from terminal_app.domain.instrument import ZERO
from terminal_app.domain.margin import Leg, liquidation_price, make_brackets
from terminal_app.domain.outlook import (
    Backing,
    funding_due,
    leg_after,
    liquidation_after,
    realised,
)

D = Decimal
BRACKETS = make_brackets([(100, D(50_000), D("0.004")), (50, D(500_000), D("0.01"))])
FLAT = Leg(ZERO, ZERO)


@pytest.mark.parametrize(
    ("leg", "amount", "price", "after"),
    [
        (FLAT, "1", "100", ("1", "100")),
        (Leg(D(1), D(100)), "1", "200", ("2", "150")),
        (Leg(D(2), D(150)), "-1", "300", ("1", "150")),
        (Leg(D(1), D(100)), "-3", "120", ("-2", "120")),
        (Leg(D(-1), D(100)), "-1", "80", ("-2", "90")),
        (Leg(D(1), D(100)), "-1", "120", ("0", "0")),
    ],
)
def test_a_trade_averages_reduces_or_turns(
    leg: Leg, amount: str, price: str, after: tuple[str, str]
) -> None:
    assert leg_after(leg, D(amount), D(price)) == Leg(D(after[0]), D(after[1]))


def test_a_fresh_cross_position_is_liquidated_where_its_wallet_ends() -> None:
    found = liquidation_after(Backing(FLAT, D(1000), BRACKETS), D(1), D(10_000), D(5))
    assert found == liquidation_price(D(1), D(10_000), D(995), BRACKETS)
    assert found is not None
    assert D(9000) < found < D(9100)


def test_what_reduces_takes_its_profit_along() -> None:
    held = Backing(Leg(D(2), D(10_000)), D(1000), BRACKETS)
    found = liquidation_after(held, D(-1), D(10_500), ZERO)
    assert found == liquidation_price(D(1), D(10_000), D(1500), BRACKETS)
    assert liquidation_after(held, D(-2), D(10_500), ZERO) == ZERO


def test_an_isolated_position_has_its_own_margin() -> None:
    fresh = Backing(FLAT, ZERO, BRACKETS, is_isolated=True, leverage=10)
    found = liquidation_after(fresh, D(1), D(10_000), D(4))
    assert found == liquidation_price(D(1), D(10_000), D(1000), BRACKETS)
    held = Backing(Leg(D(1), D(10_000)), D(1200), BRACKETS, is_isolated=True, leverage=10)
    more = liquidation_after(held, D(1), D(12_000), ZERO)
    assert more == liquidation_price(D(2), D(11_000), D(2400), BRACKETS)
    half = liquidation_after(held, D("-0.5"), D(12_000), ZERO)
    assert half == liquidation_price(D("0.5"), D(10_000), D(600), BRACKETS)


def test_long_and_short_of_hedge_mode_stand_together() -> None:
    alone = Backing(FLAT, D(1000), BRACKETS)
    hedged = Backing(FLAT, D(1000), BRACKETS, other=Leg(D("-0.9"), D(10_000)))
    one, both = (liquidation_after(each, D(1), D(10_000), ZERO) for each in (alone, hedged))
    assert one is not None
    assert both is not None
    assert both < one


def test_what_is_not_known_is_not_guessed() -> None:
    assert liquidation_after(Backing(FLAT, None, BRACKETS), D(1), D(100), ZERO) is None
    assert liquidation_after(Backing(FLAT, D(1), ()), D(1), D(100), ZERO) is None
    isolated = Backing(FLAT, ZERO, BRACKETS, is_isolated=True)
    assert liquidation_after(isolated, D(1), D(100), ZERO) is None


def test_profit_is_taken_for_what_is_closed_alone() -> None:
    assert realised(Leg(D(1), D(100)), D(-3), D(120)) == D(20)
    assert realised(Leg(D(-2), D(100)), D(1), D(120)) == D(-20)
    assert realised(Leg(D(1), D(100)), D(1), D(120)) == ZERO


def test_longs_pay_a_positive_rate_and_shorts_get_it() -> None:
    assert funding_due(D(2), D(100), D("0.0001")) == D("-0.02")
    assert funding_due(D(-2), D(100), D("0.0001")) == D("0.02")
