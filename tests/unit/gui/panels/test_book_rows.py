"""Check how levels become rows."""

from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.domain.market import Level, Side
from terminal_app.domain.order_book import BookSide
from terminal_app.gui.panels.book_rows import book_rows, group_levels, group_price
from tests.helpers.market_values import rows

PRICES = st.lists(
    st.integers(min_value=1, max_value=5000).map(lambda ticks: Decimal(ticks) / 10),
    unique=True,
    max_size=200,
)
STEPS = st.sampled_from([Decimal("0.1"), Decimal(1), Decimal(10), Decimal("2.5")])


def side_of(side: Side, prices: list[Decimal]) -> BookSide:
    """Return a side with a size of one at each price."""
    made = BookSide(side)
    made.load(rows(Level(price, Decimal(1)) for price in prices))
    return made


@pytest.mark.parametrize(
    ("price", "step", "side", "row"),
    [
        ("61842.3", "1", Side.BUY, "61842"),
        ("61842.3", "1", Side.SELL, "61843"),
        ("61842.0", "1", Side.SELL, "61842"),
        ("61842.3", "0.1", Side.BUY, "61842.3"),
        ("61842.3", "100", Side.SELL, "61900"),
    ],
)
def test_bids_go_down_and_asks_up(price: str, step: str, side: Side, row: str) -> None:
    assert group_price(Decimal(price), Decimal(step), side) == Decimal(row)


@given(PRICES, STEPS, st.sampled_from(Side))
def test_grouping_loses_nothing_and_keeps_the_order(
    prices: list[Decimal], step: Decimal, side: Side
) -> None:
    levels = side_of(side, prices).levels()
    groups = group_levels(levels, step, side)
    sums: dict[Decimal, int] = defaultdict(int)
    for price in prices:
        sums[group_price(price, step, side)] += 1
    assert {group.price: group.quantity for group in groups} == sums
    shown = [group.price for group in groups]
    assert shown == sorted(sums, reverse=side is Side.BUY)


@given(PRICES, STEPS, st.sampled_from(Side), st.integers(min_value=1, max_value=30))
def test_reading_few_levels_gives_the_same_rows_as_reading_all(
    prices: list[Decimal], step: Decimal, side: Side, count: int
) -> None:
    book_side = side_of(side, prices)
    rows = book_rows(book_side, side, step, count, {})
    whole = group_levels(book_side.levels(), step, side)[:count]
    assert [(row.price, row.quantity) for row in rows] == [(g.price, g.quantity) for g in whole]
    if rows:
        assert rows[-1].total == sum(row.quantity for row in rows)


def test_own_orders_stand_in_the_row_that_holds_them() -> None:
    bids = side_of(Side.BUY, [Decimal("99.9"), Decimal("99.1"), Decimal("98.0")])
    own = {
        Decimal("99.1"): (Side.BUY, Decimal("0.4")),
        Decimal("99.9"): (Side.BUY, Decimal("0.1")),
        Decimal("98.0"): (Side.SELL, Decimal(7)),
    }
    rows = book_rows(bids, Side.BUY, Decimal(1), 5, own)
    assert [(row.price, row.own_quantity) for row in rows] == [
        (Decimal(99), Decimal("0.5")),
        (Decimal(98), Decimal(0)),
    ]
