"""Take profit and stop loss stand on their side of the entry and close what was opened."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.account import PositionSide
from terminal_app.domain.exits import (
    Exits,
    check_exits,
    exit_list,
    exit_orders,
    left_after_fee,
    with_exits,
)
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderListKind, OrderRequest, OrderType, PriceKind
from terminal_app.errors import InvalidOrder
from tests.helpers.market_values import instrument

D = Decimal
SPOT = replace(instrument(), market=Market.SPOT)
PERPETUAL = replace(instrument(), contract="PERPETUAL")
BUY = OrderRequest(Market.SPOT, "BTCUSDT", Side.BUY, OrderType.LIMIT, D(1), D(100))
SELL = replace(BUY, side=Side.SELL)
BOTH = Exits(D(110), D(95))


@pytest.mark.parametrize(
    ("side", "exits", "field", "nearest"),
    [
        (Side.BUY, Exits(take_profit=D(100)), "TP", "100.1 USDT"),
        (Side.BUY, Exits(stop_loss=D("100.1")), "SL", "99.9 USDT"),
        (Side.SELL, Exits(take_profit=D(101)), "TP", "99.9 USDT"),
        (Side.SELL, Exits(stop_loss=D(99)), "SL", "100.1 USDT"),
        (Side.BUY, Exits(take_profit=D("110.03")), "TP", "110 USDT"),
    ],
)
def test_an_exit_on_the_wrong_side_is_refused(
    side: Side, exits: Exits, field: str, nearest: str
) -> None:
    with pytest.raises(InvalidOrder) as caught:
        check_exits(SPOT, side, D(100), exits)
    assert (caught.value.field, caught.value.nearest) == (field, nearest)


def test_legal_exits_pass() -> None:
    check_exits(SPOT, Side.BUY, D(100), BOTH)
    check_exits(SPOT, Side.SELL, D(100), Exits(D(95), D(110)))
    check_exits(SPOT, Side.BUY, D(100), Exits())


def test_on_spot_a_limit_and_a_stop_of_which_one_ends_the_other() -> None:
    orders = exit_orders(SPOT, BUY, D("0.9"), BOTH)
    assert [(each.side, each.type, each.quantity) for each in orders] == [
        (Side.SELL, OrderType.LIMIT, D("0.9")), (Side.SELL, OrderType.STOP_MARKET, D("0.9")),
    ]  # fmt: skip
    above, below = exit_list(orders).orders
    assert (above.price, below.trigger and below.trigger.price) == (D(110), D(95))
    above, below = exit_list(exit_orders(SPOT, SELL, D(1), Exits(D(95), D(110)))).orders
    assert (above.trigger and above.trigger.price, below.price) == (D(110), D(95))


def test_exits_wait_on_their_entry() -> None:
    both = with_exits(BUY, exit_orders(SPOT, BUY, D(1), BOTH))
    assert both.kind is OrderListKind.OTOCO
    assert both.orders[0] is BUY
    one = with_exits(BUY, exit_orders(SPOT, BUY, D(1), Exits(stop_loss=D(95))))
    assert (one.kind, len(one.orders)) == (OrderListKind.OTO, 2)


def test_with_margin_exits_wait_for_their_trigger_and_only_reduce() -> None:
    entry = replace(BUY, market=Market.USDM, position_side=PositionSide.LONG)
    orders = exit_orders(PERPETUAL, entry, D(1), replace(BOTH, kind=PriceKind.MARK))
    assert [each.type for each in orders] == [
        OrderType.TAKE_PROFIT_MARKET, OrderType.STOP_MARKET,
    ]  # fmt: skip
    assert all(each.only_reduces and each.reduce_only for each in orders)
    assert {each.position_side for each in orders} == {PositionSide.LONG}
    assert {each.trigger.kind for each in orders if each.trigger} == {PriceKind.MARK}


def test_what_the_fee_took_cannot_be_sold_again() -> None:
    assert left_after_fee(SPOT, D(1), D("0.001")) == D("0.999")
    assert left_after_fee(SPOT, D("0.01"), D("0.001")) == D("0.009")
    assert left_after_fee(PERPETUAL, D(1), D("0.001")) == D(1)


def test_exits_say_what_they_are() -> None:
    assert str(BOTH) == "take profit 110, stop loss 95"
    assert str(Exits(stop_loss=D(95))) == "stop loss 95"
    assert (Exits().is_empty, BOTH.is_pair, Exits(D(1)).is_pair) == (True, True, False)
