"""A little of each line of the catalogue; its own numbers are run by command."""

from __future__ import annotations

import pytest

from terminal_app.domain.instrument import Market
from tests.faults.bench import run_schedule
from tests.faults.book_gaps import keep_book
from tests.faults.full_disk import DISK_BYTES, fill_disks, small_disk
from tests.faults.themes import THEMES, themed_schedule
from tests.faults.world import MEMORY
from tests.helpers.markets import MARKETS


@MARKETS
def test_a_book_is_the_markets_or_marked_whatever_becomes_of_its_differences(
    market: Market,
) -> None:
    assert keep_book(market, 1, 600) == []


@pytest.mark.parametrize("theme", [name for name in THEMES if name != "disk"])
def test_a_schedule_of_every_theme_breaks_no_invariant(theme: str) -> None:
    for seed in range(2):
        assert run_schedule(themed_schedule(theme, seed)).violations == []


def test_on_a_full_disk_no_schedule_breaks_an_invariant() -> None:
    try:
        small_disk(MEMORY, DISK_BYTES)
    except OSError as error:
        pytest.skip(str(error))
    assert fill_disks(0, 4) == []
