"""What is held of a spot asset, and the sales that end it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill
from terminal_app.domain.order_request import OrderListKind, OrderType, Trigger
from terminal_app.services.holdings import (
    known_holding,
    pair_of,
    selling_request,
    standing_exit,
)
from tests.helpers.account_values import LIMIT
from tests.helpers.market_values import instrument

D = Decimal
RULES = instrument()
BUY = Fill(
    Market.SPOT, "BTCUSDT", 1, 1, Side.BUY, D(100), D("0.5004"), D(0), "BNB", False, 7
)  # fmt: skip
TAKE = replace(LIMIT, side=Side.SELL, price=D(110), quantity=D("0.5"))


def test_a_holding_is_no_more_than_the_balance_and_a_legal_size() -> None:
    held = known_holding([BUY], RULES, None)
    assert held is not None
    assert (held.quantity, held.average_price) == (D("0.500"), D(100))
    less = known_holding([BUY], RULES, D("0.2"))
    assert less is not None
    assert less.quantity == D("0.2")
    assert known_holding([BUY], RULES, D("0.0004")) is None
    assert known_holding([replace(BUY, symbol="ETHUSDT")], RULES, None) is None


def test_fills_that_come_late_are_counted_in_their_order() -> None:
    sale = replace(BUY, side=Side.SELL, trade_id=2, time_ms=9)
    again = replace(BUY, trade_id=3, time_ms=12, price=D(120))
    held = known_holding([again, sale, BUY], RULES, None)
    assert held is not None
    assert held.average_price == D(120)


def test_a_holding_is_sold_by_a_limit_above_and_a_stop_below() -> None:
    above = selling_request(RULES, D("0.5"), D(110), D(105))
    assert (above.side, above.type, above.price) == (Side.SELL, OrderType.LIMIT, D(110))
    below = selling_request(RULES, D("0.5"), D(95), D(105))
    assert (below.type, below.price, below.trigger) == (OrderType.STOP_MARKET, None, Trigger(D(95)))


def test_two_exits_of_one_holding_become_a_pair() -> None:
    stop = selling_request(RULES, D("0.5"), D(95), D(105))
    assert standing_exit(stop, [LIMIT, TAKE]) == TAKE
    pair = pair_of(stop, TAKE)
    assert pair.kind is OrderListKind.OCO
    above, below = pair.orders
    assert (above.type, above.price, above.quantity) == (OrderType.LIMIT, D(110), D("0.5"))
    assert below == stop


def test_only_a_sale_of_the_same_size_on_the_other_side_is_the_other_exit() -> None:
    stop = selling_request(RULES, D("0.5"), D(95), D(105))
    take = selling_request(RULES, D("0.5"), D(112), D(105))
    others = [replace(TAKE, quantity=D("0.4")), replace(TAKE, order_list_id=3)]
    assert standing_exit(stop, others) is None
    assert standing_exit(take, [TAKE]) is None
