"""What leaving a position brings, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.domain.exit import (
    Holding,
    break_even_price,
    costs_paid,
    exit_profit,
    holding_of,
)
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill
from tests.helpers.account_values import LONG, SHORT

D = Decimal
RATE = D("0.0005")


def _fill(side: Side, price: str, quantity: str, fee: str = "0", asset: str = "BNB") -> Fill:
    return Fill(Market.SPOT, "BTCUSDT", 1, 1, side, D(price), D(quantity), D(fee), asset, False, 7)


def test_what_closing_brings_after_its_fee() -> None:
    assert exit_profit(D("0.25"), D(61000), D(63000), RATE) == D("492.125")
    assert exit_profit(D("-0.25"), D(61000), D(63000), RATE) == D("-507.875")
    assert exit_profit(D("0.25"), D(61000), D(63000), None) is None


def test_break_even_earns_back_opening_closing_and_funding() -> None:
    # 1 bought at 100 for a fee of 0.1, 0.2 of funding paid, closed for 1 %: (100 + 0.3) / 0.99.
    assert break_even_price(D(1), D(100), D("0.3"), D("0.01")) == D("100.3") / D("0.99")
    assert break_even_price(D(-1), D(100), D("0.3"), D("0.01")) == D("99.7") / D("1.01")
    assert break_even_price(D(0), D(100), D(1), RATE) == 0
    assert break_even_price(D(1), D(1), D(-50), RATE) == 0


@given(
    st.decimals("-50", "50", places=3).filter(bool),
    st.decimals("1", "90000", places=2),
    st.decimals("-5", "5", places=4),
)
def test_closing_at_break_even_gives_back_exactly_what_was_paid(
    amount: Decimal, entry: Decimal, paid: Decimal
) -> None:
    price = break_even_price(amount, entry, paid, RATE)
    profit = exit_profit(amount, entry, price, RATE)
    assert profit is not None
    if price > 0:
        assert float(profit) == pytest.approx(float(paid), abs=1e-9)


def test_what_was_paid_so_far_is_read_from_the_venues_break_even() -> None:
    assert costs_paid(LONG) == D("0.25") * (D(61020) - D("61000.05"))
    assert costs_paid(replace(SHORT, break_even_price=D(60980))) == D("5.0125")
    assert costs_paid(replace(LONG, break_even_price=D(0))) == 0


def test_a_holding_is_what_trades_left_at_what_it_cost() -> None:
    buys = [_fill(Side.BUY, "100", "1"), _fill(Side.BUY, "110", "1")]
    assert holding_of(buys, "BTC", "USDT") == Holding(D(2), D(105), 7)
    sold = [*buys, _fill(Side.SELL, "200", "0.5")]
    assert holding_of(sold, "BTC", "USDT") == Holding(D("1.5"), D(105), 7)
    assert holding_of([*sold, _fill(Side.SELL, "1", "5")], "BTC", "USDT") is None
    assert holding_of([], "BTC", "USDT") is None


def test_fees_make_a_holding_smaller_or_dearer() -> None:
    in_base = [_fill(Side.BUY, "100", "1", "0.1", "BTC")]
    assert holding_of(in_base, "BTC", "USDT") == Holding(D("0.9"), D(100) / D("0.9"), 7)
    in_quote = [_fill(Side.BUY, "100", "1", "2", "USDT")]
    assert holding_of(in_quote, "BTC", "USDT") == Holding(D(1), D(102), 7)
