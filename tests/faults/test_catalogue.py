"""A little of each line of the catalogue; its own numbers are run by command."""

from __future__ import annotations

import pytest

from terminal_app.domain.instrument import Market
from tests.faults.book_gaps import keep_book


@pytest.mark.parametrize("market", list(Market))
def test_a_book_is_the_markets_or_marked_whatever_becomes_of_its_differences(
    market: Market,
) -> None:
    assert keep_book(market, 1, 600) == []
