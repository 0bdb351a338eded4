"""Rounding goes where it was told to, and a refusal names a value that would be taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from terminal_app.domain.instrument import (
    ZERO,
    Instrument,
    Market,
    NotionalRule,
    PriceBand,
    Rounding,
    StepRange,
    decimals_of,
    exact,
    plain,
)
from terminal_app.errors import InvalidOrder
from tests.helpers.market_values import instrument

D = Decimal
BAND = PriceBand(D("0.2"), D(5))
STEPS = st.sampled_from([D(text) for text in ("0.00000001", "0.01", "0.10", "0.25", "0.3", "5")])
VALUES = st.decimals(0, 10**9, allow_nan=False, allow_infinity=False, places=12)


def limits(minimum: str, maximum: str, step: str) -> StepRange:
    """Return a range of texts."""
    return StepRange(D(minimum), D(maximum), D(step))


def spot() -> Instrument:
    """Return a spot symbol with the rules Binance had for BTCUSDT."""
    return Instrument(
        symbol="BTCUSDT",
        market=Market.SPOT,
        base_asset="BTC",
        quote_asset="USDT",
        status="TRADING",
        price=limits("0.01", "1000000", "0.01"),
        quantity=limits("0.00001", "9000", "0.00001"),
        market_quantity=limits("0", "120.26813736", "0"),
        notional=NotionalRule(D(5)),
        buy_band=BAND,
        sell_band=BAND,
    )


def refusal(check: Callable[[], None]) -> InvalidOrder | None:
    """Return what a check refuses with, None where it passes."""
    try:
        check()
    except InvalidOrder as error:
        return error
    return None


def nearest_of(error: InvalidOrder) -> Decimal:
    """Return the legal value a refusal names."""
    assert error.nearest is not None
    assert error.nearest in str(error)
    return D(error.nearest.split()[0])


@given(VALUES, STEPS)
def test_rounding_is_legal_and_goes_where_it_was_told(value: Decimal, step: Decimal) -> None:
    rules = instrument(tick=plain(step), step=plain(step))
    for name in ("round_price", "round_quantity"):
        round_to = getattr(rules, name)
        down, up = round_to(value, Rounding.DOWN), round_to(value, Rounding.UP)
        nearest = round_to(value, Rounding.NEAREST)
        assert down <= value <= up
        assert up - down in (ZERO, step)
        assert nearest in (down, up)
        assert abs(nearest - value) == min(value - down, up - value)
        assert down % step == up % step == ZERO


def test_rounding_down_never_rounds_up_where_digits_run_out() -> None:
    value = D("2.99999999999999999999999999999999999")
    assert instrument(step="1").round_quantity(value, Rounding.DOWN) == 2
    assert instrument(step="1").round_quantity(D("1e40"), Rounding.DOWN) == D("1e40")


@pytest.mark.parametrize("value", [1.5, 1, "1", None, True])
def test_what_is_no_decimal_raises(value: Any) -> None:
    rules = instrument()
    with pytest.raises(TypeError, match="money is Decimal"):
        exact(value)
    with pytest.raises(TypeError):
        rules.round_price(value, Rounding.DOWN)
    with pytest.raises(TypeError):
        rules.check_quantity(value, is_market=False)
    with pytest.raises(TypeError):
        replace(rules, price=limits("0", "0", "0")).round_price(value, Rounding.UP)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_raises(text: str) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        instrument().check_price(D(text))


@pytest.mark.parametrize(
    ("value", "text"),
    [("1E+3", "1000"), ("1E-8", "0.00000001"), ("1.2300", "1.23"), ("-0.0", "0"), ("10", "10")],
)
def test_plain_text_has_no_exponent_and_no_idle_zero(value: str, text: str) -> None:
    assert plain(D(value)) == text


@pytest.mark.parametrize(("step", "count"), [("0.10", 1), ("5", 0), ("1E-8", 8), ("100", 0)])
def test_a_step_has_decimals(step: str, count: int) -> None:
    assert decimals_of(D(step)) == count


@pytest.mark.parametrize(
    ("price", "rule", "nearest"),
    [
        ("0", "it must be more than 0", "0.01"),
        ("-3", "it must be more than 0", "0.01"),
        ("0.001", "the least is 0.01 USDT", "0.01"),
        ("2000000", "the most is 1000000 USDT", "1000000"),
        ("100.004", "it must be a multiple of 0.01 USDT", "100"),
        ("100.006", "it must be a multiple of 0.01 USDT", "100.01"),
    ],
)
def test_a_refused_price_is_told_in_full(price: str, rule: str, nearest: str) -> None:
    with pytest.raises(InvalidOrder) as caught:
        spot().check_price(D(price))
    error = caught.value
    assert (error.field, error.rule, error.value) == ("Price", rule, price)
    assert error.nearest == f"{nearest} USDT"
    assert str(error) == f"Price {price}: {rule}. Nearest legal value: {nearest} USDT."


@pytest.mark.parametrize(
    ("price", "limit", "word"),
    [("500.01", "500", "above"), ("19.99", "20", "below"), ("1000", "500", "above")],
)
def test_a_price_too_far_from_the_market_is_refused(price: str, limit: str, word: str) -> None:
    with pytest.raises(InvalidOrder, match=f"too far {word} the market") as caught:
        spot().check_price(D(price), BAND, D(100))
    assert nearest_of(caught.value) == D(limit)
    spot().check_price(D(limit), BAND, D(100))


@pytest.mark.parametrize("reference", [None, ZERO])
def test_without_a_reference_the_percent_rule_rests(reference: Decimal | None) -> None:
    spot().check_price(D(999_999), BAND, reference)


def test_a_market_order_obeys_both_size_rules() -> None:
    rules = spot()
    rules.check_quantity(D(200), is_market=False)
    with pytest.raises(InvalidOrder) as caught:
        rules.check_quantity(D(200), is_market=True)
    # 120.26813736 is the venue's figure, but no multiple of its step.
    assert nearest_of(caught.value) == D("120.26813")
    with pytest.raises(InvalidOrder, match="multiple"):
        rules.check_quantity(D("0.000015"), is_market=True)


@given(VALUES, STEPS, VALUES, VALUES, st.booleans())
def test_the_nearest_legal_value_passes(
    value: Decimal, step: Decimal, minimum: Decimal, maximum: Decimal, is_market: bool
) -> None:
    lot = StepRange(minimum, maximum, step)
    assume(lot.most is None or lot.most >= lot.least)
    rules = replace(instrument(), price=lot, quantity=lot, market_quantity=lot)
    size_check = partial(rules.check_quantity, is_market=is_market)
    for check in (rules.check_price, size_check):
        error = refusal(partial(check, value))
        if error is None:
            assert value % step == ZERO
            assert minimum <= value
            continue
        assert error.value == plain(value)
        assert error.rule
        check(nearest_of(error))


@given(VALUES, st.decimals("0.00001", 10**6, places=8))
def test_too_small_a_value_names_the_least_size(quantity: Decimal, price: Decimal) -> None:
    rules = spot()
    error = refusal(partial(rules.check_notional, quantity, price))
    if error is None:
        assert quantity * price >= rules.notional.minimum
        return
    least = nearest_of(error)
    assert error.field == "Size"
    assert error.rule.startswith("an order must be worth at least 5 USDT")
    rules.check_notional(least, price)
    assert least % rules.step_size == ZERO
    assert least >= rules.quantity.minimum


@given(VALUES, st.decimals("0.00001", 10**6, places=8))
def test_too_great_a_value_names_the_greatest_size(quantity: Decimal, price: Decimal) -> None:
    rules = replace(spot(), notional=NotionalRule(ZERO, D(9_000)))
    rules.check_notional(quantity, price, is_market=True)
    error = refusal(partial(rules.check_notional, quantity, price))
    if error is None:
        assert quantity * price <= 9_000
        return
    most = nearest_of(error)
    assert error.rule.startswith("an order must be worth at most 9000 USDT")
    assert most < quantity
    rules.check_notional(most, price)


def test_a_market_order_is_bound_by_a_value_only_where_the_rule_says_so() -> None:
    rules = replace(spot(), notional=NotionalRule(D(5), D(50), False, True))
    rules.check_notional(D("0.01"), D(100), is_market=True)
    assert refusal(partial(rules.check_notional, D("0.01"), D(100)))
    assert refusal(partial(rules.check_notional, D(1), D(100), is_market=True))


def test_the_worth_of_a_refused_order_does_not_read_as_enough() -> None:
    with pytest.raises(InvalidOrder, match=r"this one is worth 4\.99"):
        spot().check_notional(D("0.04999"), D(100))


@pytest.mark.parametrize(("status", "trades"), [("TRADING", True), ("BREAK", False), ("", False)])
def test_only_one_status_takes_orders(status: str, trades: bool) -> None:
    assert replace(spot(), status=status).is_trading is trades
