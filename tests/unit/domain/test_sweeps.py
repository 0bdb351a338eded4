"""Check which prints are told to be one taker order's."""

from decimal import Decimal

import pytest

from terminal_app.domain.market import Side, Trade
from terminal_app.domain.sweeps import sweep_of

D = Decimal
FIRST = Trade(7, D("100.1"), D("0.5"), 1000, False)


def test_a_sweep_adds_up_and_keeps_first_and_last_price() -> None:
    sweep = sweep_of(FIRST)
    for number, price in ((8, "100.1"), (9, "100.3")):
        trade = Trade(number, D(price), D(2), 1000, False)
        assert sweep.takes(trade)
        sweep = sweep.with_trade(trade)
    assert sweep == (9, Side.BUY, D("100.1"), D("100.3"), D("4.5"), 3, 1000)


@pytest.mark.parametrize(
    "other",
    [
        Trade(9, D("100.1"), D(1), 1000, False),
        Trade(8, D("100.0"), D(1), 1000, False),
        Trade(8, D("100.1"), D(1), 1001, False),
        Trade(8, D("100.1"), D(1), 1000, True),
    ],
    ids=["a number is missing", "a better price", "another millisecond", "the other side"],
)
def test_what_cannot_be_one_order_is_not_merged(other: Trade) -> None:
    assert not sweep_of(FIRST).takes(other)


def test_a_seller_sweeps_downwards() -> None:
    sweep = sweep_of(Trade(1, D(100), D(1), 5, True))
    assert sweep.side is Side.SELL
    assert sweep.takes(Trade(2, D(99), D(1), 5, True))
    assert not sweep.takes(Trade(2, D(101), D(1), 5, True))
