"""Messages that are broken in every way: the reader lives, books are marked, accounts asked for."""

from __future__ import annotations

from typing import Any

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.venues.base import FeedKind
from tests.faults.broken_messages import (
    ACCOUNT_CASES,
    CASES,
    account_samples,
    break_account_events,
    break_books,
    break_events,
)
from tests.helpers.markets import MARKETS

FRAMES = 2000
SEED = 1
LEFT_OUT = "a frame was left out"


@pytest.mark.parametrize(("market", "kind"), CASES)
async def test_a_broken_event_is_put_aside_or_told(
    market: Market, kind: FeedKind, expect_log: Any
) -> None:
    expect_log(LEFT_OUT)
    assert await break_events(market, kind, SEED, FRAMES) == []


@MARKETS
async def test_a_broken_difference_never_leaves_a_book_unmarked(
    market: Market, expect_log: Any
) -> None:
    expect_log(LEFT_OUT)
    assert await break_books(market, SEED, FRAMES) == []


@pytest.mark.parametrize(("market", "name"), ACCOUNT_CASES)
async def test_a_broken_account_event_is_told_or_the_account_is_asked_for(
    market: Market, name: str, expect_log: Any
) -> None:
    if not account_samples(market, name):
        pytest.skip(f"no recorded sample of {name}")
    expect_log(LEFT_OUT)
    assert await break_account_events(market, name, SEED, FRAMES) == []
