"""Order lists: who ends whom, what is set aside, what is told and what outlives a restart."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from terminal_app.practice.engine.events import OrderEvent, OrderListEvent
from terminal_app.practice.engine.kinds import (
    ExpiryReason,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)
from terminal_app.practice.engine.model import Order, OrderRequest
from terminal_app.practice.engine.order_list import (
    ListKind,
    ListRequest,
    ListStatusType,
    PlacedList,
)
from terminal_app.practice.errors import ExchangeError
from tests.helpers.engine import QuietSpot, limit, market, quiet_spot

BUY, SELL = Side.BUY, Side.SELL
D = Decimal


def leg(
    order_type: OrderType,
    side: Side,
    *,
    price: str | None = None,
    stop: str | None = None,
    delta: int = 0,
    quantity: str | None = "0.1",
    client_order_id: str = "",
) -> OrderRequest:
    return OrderRequest(
        "BTCUSDT",
        side,
        order_type,
        quantity=None if quantity is None else D(quantity),
        price=None if price is None else D(price),
        stop_price=None if stop is None else D(stop),
        trailing_delta=delta,
        client_order_id=client_order_id,
    )


def sell_pair(quantity: str | None = "0.1") -> tuple[OrderRequest, OrderRequest]:
    above = leg(OrderType.LIMIT_MAKER, SELL, price="52000", quantity=quantity)
    return above, leg(OrderType.STOP_LOSS, SELL, stop="48000", quantity=quantity)


def buy_pair() -> tuple[OrderRequest, OrderRequest]:
    above = leg(OrderType.STOP_LOSS_LIMIT, BUY, price="52500", stop="52000")
    return above, leg(OrderType.LIMIT_MAKER, BUY, price="48000")


SELL_OCO = ListRequest(ListKind.OCO, sell_pair(), "pair")
BUY_OCO = ListRequest(ListKind.OCO, buy_pair())


def starting(kind: ListKind, *pending: OrderRequest) -> ListRequest:
    return ListRequest(kind, (limit(BUY, "49000", "0.1"), *pending))


def now(desk: QuietSpot, placed: PlacedList) -> list[Order]:
    return [desk.market.order("BTCUSDT", number) for number in placed.order_list.order_ids]


def statuses(desk: QuietSpot, placed: PlacedList) -> list[str]:
    return [order.status for order in now(desk, placed)]


def funds(desk: QuietSpot, asset: str) -> tuple[Decimal, Decimal]:
    row = next(row for row in desk.market.balances() if row.asset == asset)
    return row.free, row.locked


def trade_at(desk: QuietSpot, price: str) -> None:
    """Let somebody trade the smallest lot at a price, and leave the book as it was."""
    desk.offer(SELL, price, "0.00001")
    desk.hit(BUY, "0.00001")


def told(desk: QuietSpot) -> list[str]:
    """Return what was told of orders and lists, in order, and forget it."""
    words: list[str] = []
    for event in desk.recorder.events:
        if isinstance(event, OrderEvent):
            words.append(f"{event.order.order_type} {event.execution_type} {event.order.status}")
        elif isinstance(event, OrderListEvent):
            words.append(f"list {event.status_type} {event.state.order_list.order_status}")
    desk.recorder.events.clear()
    return words


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
    pair = (ABOVE, leg(OrderType.STOP_LOSS, SELL, stop="49500"))
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
