"""Check which prices the ladder shows and what rests there."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.domain.instrument import plain
from terminal_app.domain.market import Side
from terminal_app.gui.ladder.rows import LadderRows, OwnOrder, row_number
from terminal_app.gui.panels.book_rows import group_price
from tests.helpers.market_values import book, instrument

D = Decimal


def texts(start: int, way: int, count: int = 40) -> list[tuple[str, str]]:
    """Return levels a tick of 0.1 apart, of sizes 1, 2, 3 …"""
    return [(plain(D(start + way * number) / 10), str(number + 1)) for number in range(count)]


@pytest.fixture
def rows() -> LadderRows:
    """Show twenty rows of a book around 1000.0."""
    made = LadderRows()
    made.set_instrument(instrument())
    made.book = book(texts(10_000, -1), texts(10_001, 1))
    made.count = 20
    made.set_step(D("0.1"))
    made.take()
    return made


def own(key: str, price: str, side: Side = Side.BUY) -> OwnOrder:
    """Return an own order of size 1."""
    return OwnOrder(key, side, D(price), D(1), "", True, False, False)


@given(st.integers(1, 10**9), st.sampled_from(["0.1", "0.5", "10", "0.00001", "25"]))
def test_rows_are_those_of_the_book(units: int, step: str) -> None:
    price = D(units) * D(step) / 10
    for side in Side:
        assert row_number(price, D(step), side) * D(step) == group_price(price, D(step), side)


def test_the_market_is_in_the_middle(rows: LadderRows) -> None:
    assert (rows.bids.best, rows.asks.best) == (10_000, 10_001)
    assert rows.price(rows.number(9) or 0) == D("1000.1")
    assert rows.price(rows.number(10) or 0) == D("1000.0")
    assert rows.number(20) is None


def test_sizes_and_sums_are_those_of_the_book(rows: LadderRows) -> None:
    assert rows.bids.sizes[9_999] == D(2)
    assert rows.bids.totals[9_998] == D(6)
    assert rows.asks.sizes[10_003] == D(3)


def test_sums_reach_from_the_best_price_even_when_it_is_out_of_sight(rows: LadderRows) -> None:
    rows.scroll(-25)
    rows.take()
    assert rows.bids.totals[9_980] == sum(range(1, 22))


def test_coarser_rows_add_up_and_lose_nothing(rows: LadderRows) -> None:
    rows.set_step(D(1))
    rows.take()
    assert rows.bids.sizes[1000] == D(1)
    assert rows.bids.sizes[999] == sum(range(2, 12))
    assert rows.asks.sizes[1001] == sum(range(1, 11))
    assert not rows.is_auto_step


def test_auto_takes_the_step_at_which_rows_are_filled() -> None:
    rows = LadderRows()
    rows.set_instrument(instrument())
    rows.book = book(
        [(str(1000 - number), "1") for number in range(20)],
        [(str(1001 + number), "1") for number in range(20)],
    )
    rows.count = 20
    rows.centre()
    assert rows.step == D(2)


def test_the_market_is_off_centre_when_it_left_the_middle_half(rows: LadderRows) -> None:
    assert not rows.is_off_centre()
    rows.scroll(5)
    assert not rows.is_off_centre()
    rows.scroll(1)
    assert rows.is_off_centre()


def test_own_orders_stand_in_the_row_of_their_side(rows: LadderRows) -> None:
    rows.set_own([own("a", "999.7"), own("b", "999.9"), own("c", "1000.2", Side.SELL)])
    assert [order.key for order in rows.own[9_997, Side.BUY]] == ["a"]
    rows.set_step(D(1))
    assert [order.key for order in rows.own[999, Side.BUY]] == ["a", "b"]
    assert [order.key for order in rows.own[1001, Side.SELL]] == ["c"]


def test_a_row_is_another_one_when_its_price_side_or_own_orders_change(rows: LadderRows) -> None:
    before = rows.signatures()
    assert len(before) == rows.count
    rows.set_own([own("a", "999.7")])
    changed = [
        at
        for at, (one, other) in enumerate(zip(before, rows.signatures(), strict=True))
        if one != other
    ]
    assert changed == [13]
    rows.book = book(texts(9_999, -1), texts(10_001, 1))
    rows.take()
    assert rows.signatures()[10] != before[10]
    now = rows.signatures()
    rows.scroll(1)
    assert all(one != other for one, other in zip(now, rows.signatures(), strict=True))


def test_what_others_have_resting_does_not_make_it_another_row(rows: LadderRows) -> None:
    before = rows.signatures()
    rows.book = book([("1000.0", "55")], [("1000.1", "66")])
    rows.take()
    assert rows.signatures() == before


def test_a_new_instrument_shows_nothing_of_the_last(rows: LadderRows) -> None:
    rows.set_own([own("a", "999.7")])
    rows.set_instrument(instrument(tick="1"))
    assert (rows.top, rows.book, dict(rows.own)) == (None, None, {})
    assert rows.signatures() == []


def test_whatever_changed_is_read_and_what_was_forgotten_is_read_again(rows: LadderRows) -> None:
    shown = rows.book
    assert shown is not None
    shown.apply([("999.9", "7")], [], shown.update_id + 1)
    rows.take()
    assert rows.bids.sizes[9_999] == D(7)
    rows.count += 10
    rows.take()
    assert 9_985 in rows.bids.sizes
    top, count = rows.top, rows.count
    rows.set_instrument(instrument())
    rows.book, rows.top, rows.count = shown, top, count
    rows.set_step(D("0.1"))
    rows.top = top
    rows.take()
    assert rows.bids.sizes[9_999] == D(7)
