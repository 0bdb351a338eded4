"""Check the rows of the tape."""

from decimal import Decimal

import pytest

from terminal_app.domain.market import Trade
from terminal_app.gui.panels.tape_rows import KEPT_ROWS, TapeRows, range_text

D = Decimal


def prints(*sizes: str, first: int = 1, time_ms: int = 1000) -> list[Trade]:
    """Return the prints of one buying taker, a tick apart."""
    return [
        Trade(first + number, D(100) + number, D(size), time_ms, False)
        for number, size in enumerate(sizes)
    ]


def test_the_prints_of_one_order_are_one_row_even_when_they_come_apart() -> None:
    rows, sweep = TapeRows(), prints("1", "2", "3")
    rows.add(sweep[:1])
    rows.add(sweep[1:])
    (row,) = rows.shown
    assert (row.quantity, row.prints, row.first_price, row.last_price) == (D(6), 3, D(100), D(102))


def test_a_row_passes_the_filter_once_it_is_large_enough() -> None:
    rows = TapeRows()
    rows.set_least(D(3))
    rows.add(prints("1", "1"))
    assert not rows.shown
    rows.add(prints("1", "1", "1", "1")[2:])
    assert [row.quantity for row in rows.shown] == [D(4)]


def test_merging_can_be_turned_off_and_on_again() -> None:
    rows = TapeRows()
    rows.add(prints("1", "2"))
    rows.set_merging(merges=False)
    assert [row.quantity for row in rows.shown] == [D(2), D(1)]
    rows.set_merging(merges=True)
    assert [row.quantity for row in rows.shown] == [D(3)]


def test_big_is_ten_times_the_median() -> None:
    rows = TapeRows()
    for number in range(30):
        rows.add(prints("2", first=number * 10, time_ms=number))
    assert rows.big == D(20)


def test_only_the_newest_are_kept() -> None:
    rows = TapeRows()
    for number in range(KEPT_ROWS + 9):
        rows.add(prints("1", first=number * 10, time_ms=number))
    assert len(rows.shown) == KEPT_ROWS


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ("61842.3", "61842.3", "61\u202f842.3"),
        ("61842.3", "61842.7", "61\u202f842.3–2.7"),
        ("61842.3", "61845.1", "61\u202f842.3–5.1"),
        ("61999.9", "62000.1", "61\u202f999.9–2\u202f000.1"),
        ("999.9", "1000.1", "999.9–1\u202f000.1"),
    ],
)
def test_a_range_says_of_its_end_only_what_differs(first: str, last: str, text: str) -> None:
    assert range_text(D(first), D(last), 1) == text
