"""Check a person's own limits, and that nothing that reduces a risk is ever refused by them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from terminal_app.domain.account import PositionSide
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderRequest, OrderType, Trigger
from terminal_app.domain.safety import (
    AGAIN,
    FAR,
    Placed,
    RiskSight,
    SafetyRules,
    check_limits,
    doubts,
    reduces_risk,
)
from terminal_app.errors import InvalidOrder
from tests.helpers.market_values import instrument

BTC = replace(instrument(), market=Market.USDM, contract="PERPETUAL")
FUTURES, SPOT = RiskSight(has_positions=True), RiskSight(has_positions=False)
AT_60 = replace(FUTURES, market=Decimal(60_000))
BUY = OrderRequest(
    Market.USDM, "BTCUSDT", Side.BUY, OrderType.LIMIT, Decimal("0.5"), Decimal(60_000)
)
STRICT = SafetyRules(
    most_notional=Decimal("0.01"),
    most_quantity={"BTCUSDT": Decimal("0.0001")},
    most_distance_percent=Decimal("0.01"),
    most_daily_loss=Decimal(1),
    duplicate_ms=10_000,
)
SIZES = st.decimals("0.001", "1000", places=3)
SIDES = st.sampled_from([Side.BUY, Side.SELL])
PRICES = st.one_of(st.none(), st.decimals("1", "200000", places=1))


@given(
    side=SIDES, size=SIZES, price=PRICES, held=st.decimals("-1000", "1000", places=3),
    market=PRICES, position_side=st.sampled_from(PositionSide), is_marked=st.booleans(),
    closes=st.booleans(), resting=st.decimals("0", "10", places=3), is_spot=st.booleans(),
)  # fmt: skip
def test_nothing_that_reduces_a_risk_is_ever_refused(
    side: Side, size: Decimal, price: Decimal | None, held: Decimal, market: Decimal | None,
    position_side: PositionSide, is_marked: bool, closes: bool, resting: Decimal, is_spot: bool,
) -> None:  # fmt: skip
    request = OrderRequest(
        Market.USDM, "BTCUSDT", side, OrderType.LIMIT if price else OrderType.MARKET, size, price,
        reduce_only=is_marked, close_position=closes, position_side=position_side,
    )  # fmt: skip
    sight = RiskSight(not is_spot, held, resting, market, market)
    assume(reduces_risk(request, sight))
    check_limits(BTC, request, STRICT, sight)


@given(side=SIDES, size=SIZES, held=st.decimals("-1000", "1000", places=3), resting=SIZES)
def test_what_counts_as_reducing_never_makes_a_position_larger_or_turns_it(
    side: Side, size: Decimal, held: Decimal, resting: Decimal
) -> None:
    request = replace(BUY, side=side, quantity=size)
    if not reduces_risk(request, replace(FUTURES, held=held, resting=resting)):
        return
    sign = 1 if side is Side.BUY else -1
    after = held + sign * (size + resting)
    assert abs(after) < abs(held)
    assert after == 0 or (after > 0) is (held > 0)


def test_a_sale_of_what_is_held_reduces_and_a_purchase_does_not() -> None:
    assert reduces_risk(replace(BUY, side=Side.SELL), SPOT)
    assert not reduces_risk(BUY, SPOT)
    assert not reduces_risk(replace(BUY, side=Side.SELL), FUTURES)


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (
            SafetyRules(most_quantity={"BTCUSDT": Decimal("0.25")}),
            "Size 0.5 BTC: your limit for one order of BTCUSDT is 0.25 BTC."
            " Nearest legal value: 0.25 BTC.",
        ),
        (
            SafetyRules(most_notional=Decimal(10_000)),
            "Size 0.5 BTC: your limit for one order is 10000 USDT, this one is worth 30000 USDT."
            " Nearest legal value: 0.166 BTC.",
        ),
    ],
)
def test_a_refusal_names_field_rule_value_and_the_nearest(
    rules: SafetyRules, sentence: str
) -> None:
    with pytest.raises(InvalidOrder) as refused:
        check_limits(BTC, BUY, rules, AT_60)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(("price", "nearest"), [(63_001, "63000"), (56_999, "57000")])
def test_a_price_too_far_away_on_either_side(price: int, nearest: str) -> None:
    rules = SafetyRules(most_distance_percent=Decimal(5))
    with pytest.raises(InvalidOrder, match="your limit is 5 %") as refused:
        check_limits(BTC, replace(BUY, price=Decimal(price)), rules, AT_60)
    assert (refused.value.field, refused.value.nearest) == ("Price", f"{nearest} USDT")
    check_limits(BTC, replace(BUY, price=Decimal(nearest)), rules, AT_60)


def test_the_last_part_of_a_market_order_counts_and_so_does_a_trigger() -> None:
    rules = SafetyRules(most_distance_percent=Decimal(1))
    at_once = replace(BUY, type=OrderType.MARKET, price=None)
    check_limits(BTC, at_once, rules, replace(AT_60, worst=Decimal(60_600)))
    with pytest.raises(InvalidOrder, match="the last part would trade there"):
        check_limits(BTC, at_once, rules, replace(AT_60, worst=Decimal(60_601)))
    stop = replace(BUY, type=OrderType.STOP_MARKET, price=None, trigger=Trigger(Decimal(61_000)))
    with pytest.raises(InvalidOrder, match="Trigger price"):
        check_limits(BTC, stop, rules, AT_60)


def test_what_cannot_be_judged_is_refused_where_a_limit_is_set() -> None:
    at_once = replace(BUY, type=OrderType.MARKET, price=None)
    with pytest.raises(InvalidOrder, match="no price tells what the order is worth"):
        check_limits(BTC, at_once, SafetyRules(most_notional=Decimal(1)), FUTURES)
    with pytest.raises(InvalidOrder, match="nobody knows the market now"):
        check_limits(BTC, BUY, SafetyRules(most_distance_percent=Decimal(1)), FUTURES)
    check_limits(BTC, at_once, SafetyRules(), FUTURES)


def test_the_same_order_again_is_doubted_within_the_time_alone() -> None:
    rules = SafetyRules(duplicate_ms=600)

    def names(request: OrderRequest, age_ms: int) -> list[str]:
        found = doubts(BTC, request, rules, AT_60, [Placed(BUY, age_ms)])
        return [doubt.name for doubt in found]

    assert names(BUY, 599) == [AGAIN]
    assert names(BUY, 600) == []
    for other in (
        replace(BUY, side=Side.SELL), replace(BUY, price=Decimal(59_999)),
        replace(BUY, quantity=Decimal("0.4")), replace(BUY, type=OrderType.MARKET),
        replace(BUY, symbol="ETHUSDT"),
    ):  # fmt: skip
        assert names(other, 1) == []
    reducing = replace(BUY, reduce_only=True)
    again = doubts(BTC, reducing, rules, AT_60, [Placed(reducing, 1)])
    assert list(again) == []


@pytest.mark.parametrize(
    ("side", "price", "is_doubted"),
    [
        (Side.BUY, 63_001, True), (Side.BUY, 63_000, False), (Side.BUY, 30_000, False),
        (Side.SELL, 56_999, True), (Side.SELL, 57_000, False), (Side.SELL, 120_000, False),
    ],
)  # fmt: skip
def test_a_price_that_gives_much_away_needs_a_yes(side: Side, price: int, is_doubted: bool) -> None:
    request = replace(BUY, side=side, price=Decimal(price))
    found = list(doubts(BTC, request, SafetyRules(), AT_60, []))
    assert [doubt.name for doubt in found] == ([FAR] if is_doubted else [])
