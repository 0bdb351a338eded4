"""A size that the program proposes can be paid for and is legal."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.domain.instrument import ZERO
from terminal_app.domain.market import Level
from terminal_app.domain.sizing import (
    affordable_on_margin,
    affordable_to_buy,
    loss_at_stop,
    quantity_for_percent,
    quantity_for_risk,
    quantity_from_quote,
    walk_book,
)
from tests.helpers.market_values import instrument

D = Decimal
SIZES = st.integers(1, 50).map(lambda units: units * D("0.01"))
LEVELS = st.lists(st.builds(Level, st.integers(1, 99).map(D), SIZES), max_size=6)
MONEY = st.decimals(0, 10**7, places=8)
PRICES = st.decimals("0.01", 10**6, places=4)
RATES = st.decimals(0, "0.01", places=5)
PERCENTS = st.integers(1, 100)


@given(LEVELS, SIZES)
def test_walking_the_book_equals_taking_it_unit_by_unit(
    levels: list[Level], quantity: Decimal
) -> None:
    unit = D("0.01")
    units = [level.price for level in levels for _ in range(int(level.quantity / unit))]
    taken = units[: int(quantity / unit)]
    estimate = walk_book(levels, quantity)
    if not taken:
        assert estimate is None
        return
    assert estimate is not None
    assert estimate.quantity == len(taken) * unit
    assert estimate.quote == sum(taken) * unit
    assert estimate.worst_price == taken[-1]
    average = Fraction(sum(taken)) / len(taken)
    assert float(estimate.average_price) == pytest.approx(float(average))
    slippage = abs(average - Fraction(taken[0])) / Fraction(taken[0]) * 100
    assert float(estimate.slippage_percent) == pytest.approx(float(slippage))


@pytest.mark.parametrize("quantity", ["0", "-1"])
def test_nothing_meets_nothing(quantity: str) -> None:
    assert walk_book([Level(D(1), D(1))], D(quantity)) is None


@given(MONEY, PRICES, RATES, PERCENTS, st.booleans())
def test_a_percentage_of_money_can_be_paid_with_its_fee(
    money: Decimal, price: Decimal, rate: Decimal, percent: int, is_market: bool
) -> None:
    rules = instrument()
    affordable = affordable_to_buy(money, price, rate)
    quantity = quantity_for_percent(rules, percent, affordable, is_market=is_market)
    cost = Fraction(quantity) * Fraction(price) * (1 + Fraction(rate))
    assert cost <= Fraction(money) * percent / 100
    if quantity:
        rules.check_quantity(quantity, is_market=is_market)


@given(MONEY, PRICES, RATES, PERCENTS, st.integers(1, 125))
def test_a_percentage_of_margin_can_be_paid_with_its_fee(
    money: Decimal, price: Decimal, rate: Decimal, percent: int, leverage: int
) -> None:
    rules = instrument()
    affordable = affordable_on_margin(money, price, leverage, rate)
    quantity = quantity_for_percent(rules, percent, affordable, is_market=True)
    value = Fraction(quantity) * Fraction(price)
    # 1 / leverage has no end in decimals; what that costs is far below the least unit of money.
    excess = value / leverage + value * Fraction(rate) - Fraction(money) * percent / 100
    assert excess <= Fraction(1, 10**12)
    if quantity:
        rules.check_quantity(quantity, is_market=True)


@given(MONEY, PRICES)
def test_an_amount_of_quote_is_never_exceeded_nor_a_step_wasted(
    quote: Decimal, price: Decimal
) -> None:
    rules = instrument()
    quantity = quantity_from_quote(rules, quote, price)
    assert Fraction(quantity) * Fraction(price) <= Fraction(quote)
    assert Fraction(quantity + rules.step_size) * Fraction(price) > Fraction(quote)


@pytest.mark.parametrize(("money", "price"), [("0", "1"), ("-1", "1"), ("1", "0")])
def test_nothing_is_affordable_without_money_or_price(money: str, price: str) -> None:
    assert affordable_to_buy(D(money), D(price), ZERO) == ZERO
    assert affordable_on_margin(D(money), D(price), 10, ZERO) == ZERO


def test_no_price_gives_no_size() -> None:
    assert quantity_from_quote(instrument(), D(100), ZERO) == ZERO


def test_less_than_the_least_size_is_nothing() -> None:
    rules = instrument(step="0.001")
    assert quantity_for_percent(rules, 1, D("0.05"), is_market=False) == ZERO
    assert quantity_for_percent(rules, 100, D(5000), is_market=True) == 1000


@given(MONEY, st.integers(11, 10_000).map(D), st.integers(1, 10).map(D), RATES)
def test_a_size_from_risk_never_loses_more(
    risk: Decimal, entry: Decimal, distance: Decimal, rate: Decimal
) -> None:
    rules, stop = instrument(), entry - distance
    size = quantity_for_risk(rules, risk, entry, stop, rate)
    assert loss_at_stop(size, entry, stop, rate) <= risk
    assert loss_at_stop(size + rules.step_size, entry, stop, rate) > risk


def test_without_a_distance_or_a_risk_there_is_no_size() -> None:
    rules = instrument()
    assert quantity_for_risk(rules, D(100), D(50), D(50), ZERO) == ZERO
    assert quantity_for_risk(rules, ZERO, D(50), D(49), ZERO) == ZERO
