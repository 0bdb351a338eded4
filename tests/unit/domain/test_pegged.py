"""A pegged order is held against the rules at the price of its peg."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.instrument import Market, NotionalRule
from terminal_app.domain.market import Side
from terminal_app.domain.order_checks import MarketNow, check_request, expected_price
from terminal_app.domain.order_request import OrderRequest, OrderType, Peg, PegKind
from terminal_app.errors import InvalidOrder
from tests.helpers.market_values import instrument

D = Decimal
NOW = MarketNow(bid=D("99.9"), ask=D("100.1"), last=D(100), mark=None)


def test_a_pegged_order_is_worth_what_its_peg_is() -> None:
    rules = replace(instrument(), market=Market.SPOT, notional=NotionalRule(D(5), D(10_000)))
    pegged = OrderRequest(
        Market.SPOT, rules.symbol, Side.BUY, OrderType.LIMIT, D(1), peg=Peg(PegKind.OWN_SIDE)
    )
    assert expected_price(pegged, NOW) == D("99.9")
    assert expected_price(replace(pegged, peg=Peg(PegKind.OTHER_SIDE)), NOW) == D("100.1")
    check_request(rules, pegged, NOW)
    with pytest.raises(InvalidOrder, match="worth at least 5"):
        check_request(rules, replace(pegged, quantity=D("0.01")), NOW)
