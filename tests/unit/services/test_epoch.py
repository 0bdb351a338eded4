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
    ],
)
def test_all_that_must_be_remembered_is_forgotten(
    known: list[Fill], told: dict[str, list[Fill]], expected: bool
) -> None:
    assert is_reset(known, told, NOW_MS, AGE_MS) is expected
