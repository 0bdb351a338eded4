"""Check which sizes stand out."""

from decimal import Decimal

from terminal_app.domain.large_sizes import large_from

D = Decimal


def test_a_large_size_is_four_times_the_median() -> None:
    assert large_from(D(size) for size in (1, 9, 2, 3, 2)) == D(8)


def test_one_giant_does_not_hide_another() -> None:
    least = large_from(D(size) for size in (1, 1, 1, 1, 1, 500, 5000))
    assert least == D(4)


def test_among_few_nothing_stands_out() -> None:
    assert large_from([D(1), D(100)]) is None
