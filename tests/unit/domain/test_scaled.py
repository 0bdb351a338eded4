"""One size over a range of prices: legal prices and sizes, never more than the whole."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.domain.instrument import ZERO
from terminal_app.domain.scaled import Scale, Shape, average_price, spread
from terminal_app.errors import InvalidOrder
from tests.helpers.market_values import instrument

D = Decimal
RULES = instrument()


def test_equal_sizes_at_equal_distances() -> None:
    levels = spread(RULES, D("0.5"), Scale(D(100), D(110), D(5)))
    assert [(str(price), str(size)) for price, size in levels] == [
        ("100.0", "0.100"), ("102.5", "0.100"), ("105.0", "0.100"), ("107.5", "0.100"),
        ("110.0", "0.100"),
    ]  # fmt: skip
    assert average_price(levels) == D(105)


@pytest.mark.parametrize(
    ("shape", "sizes"),
    [(Shape.RISING, ["1.000", "2.000", "3.000"]), (Shape.FALLING, ["3.000", "2.000", "1.000"])],
)
def test_sizes_rise_or_fall_from_the_first_price_to_the_last(
    shape: Shape, sizes: list[str]
) -> None:
    levels = spread(RULES, D(6), Scale(D(110), D(100), D(3), shape))
    assert [str(level.quantity) for level in levels] == sizes
    assert [level.price for level in levels] == [D(110), D(105), D(100)]


@given(
    st.decimals(D("0.001"), D(50), places=3), st.integers(2, 50), st.sampled_from(list(Shape)),
    st.integers(-5000, 5000).filter(lambda ticks: abs(ticks) >= 50),
)  # fmt: skip
def test_what_is_spread_is_all_of_it_in_steps(
    total: Decimal, count: int, shape: Shape, ticks: int
) -> None:
    last = D(1000) + ticks * RULES.tick_size
    levels = spread(RULES, total, Scale(D(1000), last, D(count), shape))
    assert len(levels) == count
    assert sum((level.quantity for level in levels), ZERO) == total
    assert all(level.quantity % RULES.step_size == 0 for level in levels)
    assert all(level.price % RULES.tick_size == 0 for level in levels)
    assert (levels[0].price, levels[-1].price) == (D(1000), last)


@pytest.mark.parametrize(
    ("scale", "field", "nearest"),
    [
        (Scale(None, D(100), D(5)), "From", None),
        (Scale(D(100), None, D(5)), "To", None),
        (Scale(D(100), D(100), D(5)), "To", None),
        (Scale(D("100.05"), D(110), D(5)), "From", "100 USDT"),
        (Scale(D(100), D(110), None), "Orders", "2"),
        (Scale(D(100), D(110), D(1)), "Orders", "2"),
        (Scale(D(100), D(110), D(51)), "Orders", "50"),
        (Scale(D(100), D(110), D("2.5")), "Orders", "2"),
        (Scale(D(100), D("100.3"), D(9)), "Orders", "4"),
    ],
)
def test_a_range_that_is_none_is_refused(scale: Scale, field: str, nearest: str | None) -> None:
    with pytest.raises(InvalidOrder) as caught:
        spread(RULES, D(1), scale)
    assert (caught.value.field, caught.value.nearest) == (field, nearest)


def test_nothing_has_no_average() -> None:
    assert average_price([]) is None
