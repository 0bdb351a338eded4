"""Values of the market say what the words of the field say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from terminal_app.domain.market import DAY_MS, MINUTE_MS, Interval, Side, Ticker
from tests.helpers.market_values import trade

D = Decimal


@pytest.mark.parametrize(
    ("text", "length_ms"),
    [
        ("1s", 1000),
        ("1m", MINUTE_MS),
        ("15m", 15 * MINUTE_MS),
        ("12h", 720 * MINUTE_MS),
        ("3d", 3 * DAY_MS),
        ("1w", 7 * DAY_MS),
        ("1M", 30 * DAY_MS),
    ],
)
def test_an_interval_has_a_length(text: str, length_ms: int) -> None:
    assert Interval(text).length_ms == length_ms


def test_intervals_stand_from_short_to_long() -> None:
    lengths = [interval.length_ms for interval in Interval]
    assert lengths == sorted(set(lengths))


@pytest.mark.parametrize("side", Side)
def test_the_opposite_of_the_opposite_is_the_side(side: Side) -> None:
    assert side.opposite is not side
    assert side.opposite.opposite is side


def test_the_taker_is_who_crossed_the_spread() -> None:
    assert trade(1, is_buy=True).taker_side is Side.BUY
    assert trade(1, is_buy=False).taker_side is Side.SELL


def test_a_ticker_tells_its_change() -> None:
    ticker = Ticker(D(110), D(100), D(120), D(90), D(1), D(100), 0)
    assert (ticker.change, ticker.change_percent) == (D(10), D(10))
    fresh = Ticker(D(110), D(0), D(120), D(90), D(1), D(100), 0)
    assert fresh.change_percent == 0


def test_values_are_frozen() -> None:
    with pytest.raises(AttributeError):
        trade(1).price = D(2)  # type: ignore[misc]  # what the test is about
