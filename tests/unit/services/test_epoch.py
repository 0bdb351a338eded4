"""A reset is recognised by what the venue has forgotten, and by nothing less."""

from __future__ import annotations

from decimal import Decimal

import pytest

from terminal_app.domain.instrument import ZERO, Market
from terminal_app.domain.market import DAY_MS, Side
from terminal_app.domain.order import Fill
from terminal_app.services.epoch import FULL_ANSWER, is_reset

NOW_MS = 100 * DAY_MS
AGE_MS = 60_000
OLDER_MS = NOW_MS - 2 * AGE_MS


def fill(trade_id: int, time_ms: int = NOW_MS - AGE_MS, symbol: str = "BTCUSDT") -> Fill:
    """Return one execution."""
    return Fill(
        Market.SPOT, symbol, trade_id, trade_id, Side.BUY, Decimal(1), Decimal(1), ZERO, "BTC",
        True, time_ms,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("known", "told", "expected"),
    [
        ([fill(1), fill(2)], {"BTCUSDT": []}, True),
        ([fill(1), fill(2)], {"BTCUSDT": [fill(3)]}, True),
        ([fill(1), fill(2)], {"BTCUSDT": [fill(2)]}, False),
        ([fill(1), fill(2, symbol="A")], {"BTCUSDT": [], "A": [fill(2, symbol="A")]}, False),
        ([], {"BTCUSDT": []}, False),
        # A lagging answer may not know the youngest, an old one need not be told any more.
        ([fill(1, NOW_MS - AGE_MS + 1)], {"BTCUSDT": []}, False),
        ([fill(1, NOW_MS - 7 * DAY_MS)], {"BTCUSDT": []}, False),
        # Not asked for, or more than one answer holds.
        ([fill(1)], {}, False),
        ([fill(1)], {"BTCUSDT": [fill(n) for n in range(5, FULL_ANSWER + 5)]}, False),
        # Who traded on after a reset is told of the newer alone, however old they have become.
        ([fill(1, OLDER_MS), fill(2)], {"BTCUSDT": [fill(2)]}, True),
        ([fill(1), fill(2, OLDER_MS)], {"BTCUSDT": [fill(2, OLDER_MS)]}, False),
        # An empty answer for one symbol beside a full one for another proves nothing.
        ([fill(1, OLDER_MS, "A"), fill(2)], {"A": [], "BTCUSDT": [fill(2)]}, False),
    ],
)
def test_all_that_must_be_remembered_is_forgotten(
    known: list[Fill], told: dict[str, list[Fill]], expected: bool
) -> None:
    assert is_reset(known, told, NOW_MS, AGE_MS) is expected


def test_an_order_that_rests_from_before_speaks_against_a_reset() -> None:
    traded_on = [fill(1, OLDER_MS), fill(2)], {"BTCUSDT": [fill(2)]}
    assert is_reset(*traded_on, NOW_MS, AGE_MS, [OLDER_MS + 1])
    assert not is_reset(*traded_on, NOW_MS, AGE_MS, [OLDER_MS])
    assert is_reset([fill(1)], {"BTCUSDT": []}, NOW_MS, AGE_MS, [NOW_MS])
    assert not is_reset([fill(1)], {"BTCUSDT": []}, NOW_MS, AGE_MS, [OLDER_MS])
