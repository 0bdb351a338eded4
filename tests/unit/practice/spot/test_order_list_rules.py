"""Order lists: what they may not hold, how they count, and what outlives a restart."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from terminal_app.practice.engine.kinds import (
    OrderStatus,
    OrderType,
    Side,
)
from terminal_app.practice.engine.model import OrderRequest
from terminal_app.practice.engine.order_list import (
    ListKind,
    ListRequest,
)
from terminal_app.practice.errors import ExchangeError
from tests.helpers.engine import limit, market, quiet_spot
from tests.helpers.order_lists import (
    SELL_OCO,
    buy_pair,
    funds,
    leg,
    now,
    sell_pair,
    starting,
    statuses,
    told,
    trade_at,
)

BUY, SELL = Side.BUY, Side.SELL
D = Decimal
ABOVE, BELOW = sell_pair()
STOP_ABOVE, LIMIT_BELOW = buy_pair()


@pytest.mark.parametrize(
    ("code", "legs", "kind"),
    [
        (-1158, (limit(SELL, "52000", "0.1"), BELOW), ListKind.OCO),
        (-1168, (ABOVE, leg(OrderType.LIMIT_MAKER, SELL, price="48000")), ListKind.OCO),
        (-1165, (leg(OrderType.LIMIT_MAKER, BUY, price="52000"), STOP_ABOVE), ListKind.OCO),
        (-1166, (leg(OrderType.STOP_LOSS, SELL, stop="52000"), ABOVE), ListKind.OCO),
        (-1196, (STOP_ABOVE, leg(OrderType.STOP_LOSS, BUY, stop="48000")), ListKind.OCO),
        (-1197, (leg(OrderType.STOP_LOSS, SELL, stop="52000"), BELOW), ListKind.OCO),
        (-1198, (leg(OrderType.TAKE_PROFIT, BUY, stop="52000"), LIMIT_BELOW), ListKind.OCO),
        (-1199, (ABOVE, leg(OrderType.TAKE_PROFIT, SELL, stop="48000")), ListKind.OCO),
        (-1014, (market(BUY, "0.1"), market(SELL, "0.1")), ListKind.OTO),
        (-1222, (limit(SELL, "52000", "0.1"), market(SELL, "0.1")), ListKind.OPO),
        (-1223, (limit(BUY, "49000", "0.1"), market(BUY, "0.1")), ListKind.OPO),
        (-2010, (ABOVE, leg(OrderType.STOP_LOSS, SELL, stop="50000")), ListKind.OCO),
        (-2010, (leg(OrderType.LIMIT_MAKER, SELL, price="49000"), BELOW), ListKind.OCO),
        (-2010, tuple(replace(each, client_order_id="x") for each in sell_pair()), ListKind.OCO),
        (-2010, tuple(replace(each, quantity=D(1)) for each in sell_pair()), ListKind.OCO),
    ],
)
def test_what_a_list_may_not_hold(
    code: int, legs: tuple[OrderRequest, ...], kind: ListKind
) -> None:
    desk = quiet_spot()
    with pytest.raises(ExchangeError) as refusal:
        desk.market.place_list(ListRequest(kind, legs))
    assert refusal.value.code == code
    assert desk.recorder.events == []


def test_open_lists_are_counted_and_bear_different_ids() -> None:
    desk = quiet_spot()
    small = tuple(replace(each, quantity=D("0.001")) for each in sell_pair())
    rules = desk.listing.rules
    desk.listing.rules = replace(rules, spot=replace(rules.spot, max_num_order_lists=2))
    desk.market.place_list(ListRequest(ListKind.OCO, small, "pair"))
    with pytest.raises(ExchangeError, match=r"^-2010: Duplicate order sent\.$"):
        desk.market.place_list(ListRequest(ListKind.OCO, small, "pair"))
    desk.market.place_list(ListRequest(ListKind.OCO, small))
    with pytest.raises(ExchangeError, match=r"^-1013: Filter failure: MAX_NUM_ORDER_LISTS$"):
        desk.market.place_list(ListRequest(ListKind.OCO, small))


def test_the_orders_of_a_list_count_one_by_one() -> None:
    desk = quiet_spot()
    rules = desk.listing.rules
    desk.listing.rules = replace(rules, max_num_orders=2)
    with pytest.raises(ExchangeError, match=r"^-1013: Filter failure: MAX_NUM_ORDERS$"):
        desk.market.place_list(starting(ListKind.OTOCO, *sell_pair()))


def test_lists_outlive_the_program(tmp_path: Path) -> None:
    path = tmp_path / "account.sqlite"
    desk = quiet_spot(account_file=path)
    desk.market.place_list(SELL_OCO)
    opo = desk.market.place_list(starting(ListKind.OPO, sell_pair(None)[0]))
    desk.hit(SELL, "0.04")
    before = [desk.market.order_list(number) for number in (1, 2)]
    amounts = desk.market.balances()
    desk.close()

    again = quiet_spot(account_file=path)
    assert [again.market.order_list(number) for number in (1, 2)] == before
    assert again.market.balances() == amounts
    again.hit(SELL, "0.06")
    assert statuses(again, opo) == [OrderStatus.FILLED, OrderStatus.NEW]
    again.offer(BUY, "47000", "1")
    trade_at(again, "48000")
    assert not again.market.order_list(1).order_list.is_open
    again.close()


def test_a_fresh_account_has_no_lists() -> None:
    desk = quiet_spot()
    desk.market.place_list(SELL_OCO)
    desk.market.reset_account()
    assert desk.market.order_lists(desk.market.lists) == []
    assert funds(desk, "BTC") == (D("0.5"), D(0))
    assert desk.market.place_list(SELL_OCO).order_list.order_list_id == 2


def test_the_amendment_of_one_order_of_a_pair_changes_both() -> None:
    desk = quiet_spot()
    placed = desk.market.place_list(SELL_OCO)
    told(desk)
    desk.market.amend("BTCUSDT", placed.order_list.first_order_id, None, D("0.04"), "smaller")
    assert told(desk) == [
        "STOP_LOSS REPLACED NEW",
        "LIMIT_MAKER REPLACED NEW",
        "list UPDATED EXECUTING",
    ]
    assert {order.quantity for order in now(desk, placed)} == {D("0.04")}
    desk.market.amend("BTCUSDT", None, "smaller", D("0.03"), "smaller")
    assert told(desk) == ["STOP_LOSS REPLACED NEW", "LIMIT_MAKER REPLACED NEW"]
    assert funds(desk, "BTC") == (D("0.47"), D("0.03"))
    desk.hit(BUY, "0.1")
    assert funds(desk, "BTC") == (D("0.47"), D(0))


def test_a_pending_order_of_an_opo_is_not_amended_before_it_begins() -> None:
    desk = quiet_spot()
    placed = desk.market.place_list(starting(ListKind.OPO, sell_pair(None)[0]))
    number = placed.order_list.second_order_id
    with pytest.raises(ExchangeError, match=r"^-2038: Order amend \(pending OPO order\)"):
        desk.market.amend("BTCUSDT", number, None, D("0.04"))
    desk.hit(SELL, "0.1")
    assert desk.market.amend("BTCUSDT", number, None, D("0.04")).order.quantity == D("0.04")
