"""Order lists: who ends whom, what is set aside, what is told and what outlives a restart."""

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.practice.engine.kinds import (
    ExpiryReason,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)
from terminal_app.practice.engine.order_list import (
    ListKind,
    ListRequest,
    ListStatusType,
)
from terminal_app.practice.errors import ExchangeError
from tests.helpers.engine import limit, market, quiet_spot
from tests.helpers.order_lists import (
    BUY_OCO,
    SELL_OCO,
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


def test_an_oco_sets_the_money_of_one_order_aside() -> None:
    desk = quiet_spot()
    desk.market.place_list(SELL_OCO)
    assert funds(desk, "BTC") == (D("0.4"), D("0.1"))
    assert funds(desk, "USDT") == (D(10_000), D(0))


def test_a_buy_oco_sets_aside_what_its_dearer_order_needs() -> None:
    desk = quiet_spot()
    placed = desk.market.place_list(BUY_OCO)
    assert funds(desk, "USDT") == (D(4750), D(5250))
    desk.hit(SELL, "0.04")
    assert statuses(desk, placed) == [OrderStatus.EXPIRED, OrderStatus.PARTIALLY_FILLED]
    assert funds(desk, "USDT") == (D(10_000) - 4800, D(48_000) * D("0.06"))


def test_a_fill_ends_the_stop_order_after_it_and_then_the_list() -> None:
    desk = quiet_spot()
    placed = desk.market.place_list(SELL_OCO)
    assert told(desk) == [
        "STOP_LOSS NEW NEW",
        "LIMIT_MAKER NEW NEW",
        "list EXEC_STARTED EXECUTING",
    ]
    desk.hit(BUY, "0.1")
    assert told(desk) == [
        "LIMIT_MAKER TRADE FILLED",
        "STOP_LOSS EXPIRED EXPIRED",
        "list ALL_DONE ALL_DONE",
    ]
    stop_loss, other = now(desk, placed)
    assert (stop_loss.expiry_reason, other.status) == (
        ExpiryReason.OCO_TRIGGER,
        OrderStatus.FILLED,
    )
    assert funds(desk, "BTC") == (D("0.4"), D(0))


def test_a_trigger_ends_the_limit_order_before_the_stop_order_works() -> None:
    desk = quiet_spot()
    placed = desk.market.place_list(SELL_OCO)
    desk.offer(BUY, "47000", "1")
    told(desk)
    trade_at(desk, "48000")
    assert told(desk) == [
        "LIMIT_MAKER EXPIRED EXPIRED",
        "STOP_LOSS NEW NEW",
        "STOP_LOSS TRADE FILLED",
        "list ALL_DONE ALL_DONE",
    ]
    assert statuses(desk, placed) == [OrderStatus.FILLED, OrderStatus.EXPIRED]
    assert funds(desk, "BTC") == (D("0.4"), D(0))


def test_two_waiting_orders_of_a_pair_end_one_another_too() -> None:
    desk = quiet_spot()
    pair = (leg(OrderType.TAKE_PROFIT, SELL, stop="52000"), sell_pair()[1])
    placed = desk.market.place_list(ListRequest(ListKind.OCO, pair))
    assert funds(desk, "BTC") == (D("0.4"), D("0.1"))
    desk.offer(BUY, "51000", "1")
    trade_at(desk, "52000")
    assert statuses(desk, placed) == [OrderStatus.EXPIRED, OrderStatus.FILLED]


@pytest.mark.parametrize("position", [0, 1])
def test_the_cancel_of_one_order_cancels_its_list(position: int) -> None:
    desk = quiet_spot()
    placed = desk.market.place_list(SELL_OCO)
    told(desk)
    number = placed.order_list.order_ids[position]
    answer = desk.market.cancel("BTCUSDT", number, new_client_order_id="why")
    assert (answer.order_id, answer.status) == (number, OrderStatus.CANCELED)
    assert {order.client_order_id for order in now(desk, placed)} == {"why"}
    assert told(desk) == [
        "STOP_LOSS CANCELED CANCELED",
        "LIMIT_MAKER CANCELED CANCELED",
        "list ALL_DONE ALL_DONE",
    ]
    assert funds(desk, "BTC") == (D("0.5"), D(0))


def test_cancel_all_takes_lists_with_it() -> None:
    desk = quiet_spot()
    desk.market.place(limit(BUY, "40000", "0.01"))
    desk.market.place_list(SELL_OCO)
    cancelled = desk.market.cancel_all("BTCUSDT")
    assert [order.status for order in cancelled] == [OrderStatus.CANCELED] * 3
    assert funds(desk, "BTC") == (D("0.5"), D(0))


def test_a_list_is_found_and_cancelled_by_either_id() -> None:
    desk = quiet_spot()
    number = desk.market.place_list(SELL_OCO).order_list.order_list_id
    assert desk.market.order_list(None, "pair") == desk.market.order_list(number, "pair")
    for ids in ((number, "other"), (number + 1, None), (None, "other")):
        with pytest.raises(ExchangeError, match=r"^-2011: Unknown order sent\.$"):
            desk.market.cancel_list("BTCUSDT", *ids)
        with pytest.raises(ExchangeError, match=r"^-2013: Order does not exist\.$"):
            desk.market.order_list(*ids)
    done = desk.market.cancel_list("BTCUSDT", number, "pair").order_list
    assert (done.status_type, done.is_open) == (ListStatusType.ALL_DONE, False)
    with pytest.raises(ExchangeError, match=r"^-2011: Unknown order sent\.$"):
        desk.market.cancel_list("BTCUSDT", number, None)


def test_a_pending_order_waits_for_the_whole_fill_of_the_working_one() -> None:
    desk = quiet_spot()
    request = starting(ListKind.OTO, limit(SELL, "55000", "0.2"))
    placed = desk.market.place_list(request)
    assert [each.order.status for each in placed.placed] == [
        OrderStatus.NEW,
        OrderStatus.PENDING_NEW,
    ]
    assert funds(desk, "BTC") == (D("0.5"), D(0))
    desk.hit(SELL, "0.06")
    assert statuses(desk, placed)[1] == OrderStatus.PENDING_NEW
    told(desk)
    desk.hit(SELL, "0.04")
    assert told(desk) == ["LIMIT TRADE FILLED", "LIMIT NEW NEW"]
    pending = now(desk, placed)[1]
    assert (pending.status, pending.working_time_ms >= 0) == (OrderStatus.NEW, True)
    assert funds(desk, "BTC")[1] == D("0.2")
    assert desk.market.order_list(1).order_list.is_open
    desk.hit(BUY, "0.2")
    assert told(desk) == ["LIMIT TRADE FILLED", "list ALL_DONE ALL_DONE"]


def test_an_answer_is_older_than_what_an_instant_fill_starts() -> None:
    desk = quiet_spot()
    desk.offer(SELL, "48500", "1")
    placed = desk.market.place_list(starting(ListKind.OTO, market(SELL, "0.05")))
    assert [each.order.status for each in placed.placed] == [
        OrderStatus.FILLED,
        OrderStatus.PENDING_NEW,
    ]
    assert statuses(desk, placed) == [OrderStatus.FILLED, OrderStatus.EXPIRED]
    assert now(desk, placed)[1].expiry_reason is ExpiryReason.INSUFFICIENT_LIQUIDITY


def test_a_working_order_that_expires_takes_the_pending_ones_along() -> None:
    desk = quiet_spot()
    working = replace(limit(BUY, "49000", "0.1"), time_in_force=TimeInForce.IOC)
    request = ListRequest(ListKind.OTOCO, (working, *sell_pair()))
    placed = desk.market.place_list(request)
    assert statuses(desk, placed) == [OrderStatus.EXPIRED] * 3
    reasons = {order.expiry_reason for order in now(desk, placed)[1:]}
    assert reasons == {ExpiryReason.OTO_PHASE_ONE_EXPIRED}
    assert placed.order_list.status_type is ListStatusType.EXEC_STARTED
    assert told(desk)[-1] == "list ALL_DONE ALL_DONE"


def test_the_pair_of_an_otoco_lives_as_an_oco_once_it_began() -> None:
    desk = quiet_spot()
    placed = desk.market.place_list(starting(ListKind.OTOCO, *sell_pair("0.2")))
    desk.hit(SELL, "0.1")
    assert statuses(desk, placed) == [OrderStatus.FILLED, OrderStatus.NEW, OrderStatus.NEW]
    assert funds(desk, "BTC")[1] == D("0.2")
    desk.offer(BUY, "47000", "1")
    trade_at(desk, "47500")
    assert statuses(desk, placed) == [
        OrderStatus.FILLED,
        OrderStatus.FILLED,
        OrderStatus.EXPIRED,
    ]
    assert funds(desk, "BTC")[1] == D(0)


def test_a_pending_order_that_may_not_begin_expires_as_rejected_with_its_twin() -> None:
    desk = quiet_spot()
    pair = (sell_pair()[0], leg(OrderType.STOP_LOSS, SELL, stop="49500"))
    placed = desk.market.place_list(starting(ListKind.OTOCO, *pair))
    desk.hit(SELL, "0.1")
    assert statuses(desk, placed) == [
        OrderStatus.FILLED,
        OrderStatus.EXPIRED,
        OrderStatus.EXPIRED,
    ]
    reasons = {order.expiry_reason for order in now(desk, placed)[1:]}
    assert reasons == {ExpiryReason.REJECTED}
    assert funds(desk, "BTC")[1] == D(0)


def test_the_cancel_of_a_working_order_cancels_the_pending_one() -> None:
    desk = quiet_spot()
    placed = desk.market.place_list(starting(ListKind.OTO, market(SELL, "0.1")))
    desk.market.cancel("BTCUSDT", placed.order_list.first_order_id)
    assert statuses(desk, placed) == [OrderStatus.CANCELED] * 2


@pytest.mark.parametrize("kind", [ListKind.OPO, ListKind.OPOCO])
def test_what_an_opo_bought_is_set_aside_and_sold_in_whole_lots(kind: ListKind) -> None:
    desk = quiet_spot()
    pending = sell_pair(None)
    placed = desk.market.place_list(starting(kind, *pending[: 1 + (kind is ListKind.OPOCO)]))
    desk.hit(SELL, "0.04")
    assert funds(desk, "BTC") == (D("0.5"), D("0.04") * D("0.999"))
    desk.hit(SELL, "0.06")
    order = now(desk, placed)[-1]
    assert (order.status, order.quantity) == (OrderStatus.NEW, D("0.0999"))
    assert funds(desk, "BTC") == (D("0.5"), D("0.0999"))
    assert {each.quantity for each in now(desk, placed)[1:]} == {D("0.0999")}


def test_an_opo_that_bought_too_little_to_sell_ends_as_rejected() -> None:
    desk = quiet_spot()
    rules = desk.listing.rules
    placed = desk.market.place_list(starting(ListKind.OPO, sell_pair(None)[0]))
    desk.listing.rules = replace(rules, min_notional=D(52_000) * D("0.1"))
    desk.hit(SELL, "0.1")
    order = now(desk, placed)[1]
    assert (order.status, order.expiry_reason) == (OrderStatus.EXPIRED, ExpiryReason.REJECTED)
    assert funds(desk, "BTC") == (D("0.5999"), D(0))


def test_a_cancelled_opo_frees_what_it_bought_so_far() -> None:
    desk = quiet_spot()
    placed = desk.market.place_list(starting(ListKind.OPO, sell_pair(None)[0]))
    desk.hit(SELL, "0.04")
    desk.market.cancel_list("BTCUSDT", placed.order_list.order_list_id, None)
    assert funds(desk, "BTC") == (D("0.5") + D("0.04") * D("0.999"), D(0))
