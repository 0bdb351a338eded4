"""A little of each line of the catalogue; its own numbers are run by command."""

from __future__ import annotations

import pytest

from terminal_app.domain.instrument import Market
from tests.faults.bench import run_schedule
from tests.faults.book_gaps import keep_book
from tests.faults.themes import THEMES, themed_schedule


@pytest.mark.parametrize("market", list(Market))
def test_a_book_is_the_markets_or_marked_whatever_becomes_of_its_differences(
    market: Market,
) -> None:
    assert keep_book(market, 1, 600) == []


@pytest.mark.parametrize("theme", THEMES)
def test_a_schedule_of_every_theme_breaks_no_invariant(theme: str) -> None:
    for seed in range(2):
        assert run_schedule(themed_schedule(theme, seed)).violations == []
