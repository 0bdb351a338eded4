"""The book equals a plain dictionary under any updates."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.domain.market import Level, Side
from terminal_app.domain.order_book import BookSide, OrderBook
from tests.helpers.market_values import book, rows

D = Decimal
PRICES = st.integers(1, 40).map(lambda ticks: ticks * D("0.1"))
SIZES = st.integers(0, 3).map(D)
LEVELS = st.lists(st.builds(Level, PRICES, SIZES))
STEPS = st.lists(st.tuples(st.sampled_from(["load", "apply", "clear"]), LEVELS), max_size=8)


def expect(side: BookSide, model: dict[Decimal, Decimal], *, best_is_highest: bool) -> None:
    """Compare a side with its model in every way it can be read."""
    wanted = [Level(price, model[price]) for price in sorted(model, reverse=best_is_highest)]
    assert side.levels() == list(side) == wanted
    assert side.levels(2) == wanted[:2]
    assert side.best() == (wanted[0] if wanted else None)
    assert len(side) == len(wanted)
    for ticks in range(1, 41):
        price = ticks * D("0.1")
        assert side.quantity_at(price) == model.get(price, D(0))


@given(st.sampled_from(Side), STEPS)
def test_a_side_equals_a_dictionary(which: Side, steps: list[tuple[str, list[Level]]]) -> None:
    side, model = BookSide(which), dict[Decimal, Decimal]()
    for action, levels in steps:
        if action == "clear":
            side.clear()
            model.clear()
        elif action == "load":
            side.load(rows(levels))
            model = {level.price: level.quantity for level in levels if level.quantity}
        else:
            side.apply(rows(levels))
            for level in levels:
                model[level.price] = level.quantity
                if not level.quantity:
                    del model[level.price]
        expect(side, model, best_is_highest=which is Side.BUY)


@given(LEVELS, LEVELS)
def test_the_best_prices_say_crossed_and_empty(bids: list[Level], asks: list[Level]) -> None:
    made = OrderBook()
    made.apply(rows(bids), rows(asks), 7)
    best_bid, best_ask = made.side(Side.BUY).best(), made.side(Side.SELL).best()
    assert made.is_empty == (best_bid is None or best_ask is None)
    if best_bid is None or best_ask is None:
        assert not made.is_crossed
        assert made.middle() is None
    else:
        assert made.is_crossed == (best_bid.price >= best_ask.price)
        assert made.middle() == (best_bid.price + best_ask.price) / 2


def test_an_unknown_level_is_removed_without_an_error() -> None:
    made = book([("100.0", "1")], [("100.2", "2")])
    made.apply([("99.9", "0")], [("100.20", "0.000")], 2)
    assert made.bids.levels() == [Level(D(100), D(1))]
    assert made.asks.levels() == []
    assert made.update_id == 2


@pytest.mark.parametrize("level", [("1", "many"), ("dear", "1"), ("", "1")])
def test_what_is_no_number_is_refused(level: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="could not convert"):
        book([("100.0", "1"), level], [])


def test_a_size_below_nothing_is_refused() -> None:
    made = book([("100.0", "1")], [])
    with pytest.raises(ValueError, match="negative"):
        made.apply([("100.0", "-1")], [], 2)


def test_amounts_stay_as_they_were_written() -> None:
    made = book([("0.00000012", "123456789.12345678")], [("922327.12345678", "0.00000001")])
    assert made.bids.best() == Level(D("0.00000012"), D("123456789.12345678"))
    assert made.asks.best() == Level(D("922327.12345678"), D("0.00000001"))


def test_a_cleared_book_knows_nothing() -> None:
    made = book([("100", "1")], [("101", "1")])
    made.time_ms = 5
    made.clear()
    assert made.is_empty
    assert (made.update_id, made.time_ms) == (0, 0)
