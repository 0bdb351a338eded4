"""Check the steps that rows may be apart."""

from decimal import Decimal

import pytest

from terminal_app.domain.instrument import plain
from terminal_app.domain.market import Side
from terminal_app.domain.order_book import BookSide
from terminal_app.domain.price_steps import beside, clean_steps, fitting_step

D = Decimal


@pytest.mark.parametrize(
    ("tick", "first"),
    [
        ("0.10", ["0.1", "0.2", "0.5", "1", "2"]),
        ("0.00000001", ["0.00000001", "0.00000002", "0.00000005", "0.0000001", "0.0000002"]),
        ("0.05", ["0.05", "0.1", "0.2", "0.5", "1"]),
        ("0.25", ["0.25", "0.5", "1", "2", "5"]),
        ("2", ["2", "10", "20", "50", "100"]),
    ],
)
def test_steps_are_clean_and_whole_ticks(tick: str, first: list[str]) -> None:
    steps = clean_steps(D(tick))
    assert list(steps[:5]) == [D(text) for text in first]
    assert all(step % D(tick) == 0 for step in steps)
    assert list(steps) == sorted(set(steps))


def test_a_tick_that_is_off_has_steps_as_well() -> None:
    assert clean_steps(D(0))[:2] == (D("0.01"), D("0.02"))


@pytest.mark.parametrize(("distance", "step"), [("0.1", "0.5"), ("0.6", "2"), ("300", "1000")])
def test_the_fitting_step_puts_a_few_levels_into_each_row(distance: str, step: str) -> None:
    side = BookSide(Side.BUY)
    side.load((plain(D(50_000) - number * D(distance)), "1") for number in range(90))
    assert fitting_step(clean_steps(D("0.1")), side, 10) == D(step)


def test_without_levels_the_tick_is_the_step() -> None:
    assert fitting_step(clean_steps(D("0.1")), BookSide(Side.SELL), 10) == D("0.1")


def test_the_next_step_stays_among_those_offered() -> None:
    steps = clean_steps(D("0.1"), 3)
    assert [beside(steps, D("0.2"), way) for way in (1, -1)] == [D("0.5"), D("0.1")]
    assert beside(steps, D("0.5"), 1) == D("0.5")
    assert beside(steps, D("0.1"), -1) == D("0.1")
