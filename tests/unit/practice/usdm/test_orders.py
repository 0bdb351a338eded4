"""Futures orders: modifications, dates, countdowns, price matching, what is forgotten."""

from decimal import Decimal

import pytest

from terminal_app.practice.engine.events import OrderEvent
from terminal_app.practice.engine.kinds import (
    ExecutionType,
    OrderStatus,
    OrderType,
    PriceMatch,
    SelfTradePrevention,
    Side,
    TimeInForce,
)
from terminal_app.practice.engine.model import Order, OrderRequest
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.usdm.modify import ModifyRequest
from tests.helpers.engine import START_MS, QuietUsdm, limit, market, quiet_usdm

D = Decimal
BTC = "BTCUSDT"
DAY_MS = 86_400_000


def _desk() -> QuietUsdm:
    desk = quiet_usdm()
    desk.offer(Side.BUY, "49990", "1")
    desk.offer(Side.SELL, "50010", "1")
    return desk


def _change(order: Order, price: str, quantity: str, modify_id: str = "") -> ModifyRequest:
    return ModifyRequest(
        BTC, order.side, D(quantity), D(price), order.order_id, modify_id=modify_id
    )


def _kinds(desk: QuietUsdm) -> list[ExecutionType]:
    return [e.execution_type for e in desk.recorder.events if isinstance(e, OrderEvent)]


def _now(desk: QuietUsdm, order: Order) -> Order:
    return desk.market.order(BTC, order.order_id)


def test_a_modified_order_goes_to_the_end_of_the_queue() -> None:
    desk = _desk()
    first = desk.market.place(limit(Side.BUY, "49900", "0.1")).order
    second = desk.market.place(limit(Side.BUY, "49900", "0.1")).order
    changed = desk.market.modify(_change(first, "49900", "0.2", "42"))
    assert (changed.quantity, changed.modify_id, changed.modify_count) == (D("0.2"), "42", 1)
    assert changed.self_trade_prevention is SelfTradePrevention.NONE
    assert _kinds(desk)[-1] is ExecutionType.AMENDMENT
    desk.hit(Side.SELL, "1.1")
    assert _now(desk, second).status is OrderStatus.FILLED
    assert _now(desk, first).status is OrderStatus.NEW


def test_a_modified_order_may_meet_the_book() -> None:
    desk = _desk()
    order = desk.market.place(limit(Side.BUY, "49900", "0.1")).order
    desk.market.modify(_change(order, "50010", "0.1"))
    assert _now(desk, order).status is OrderStatus.FILLED
    assert desk.market.position(BTC).amount == D("0.1")


def test_modifications_are_listed_newest_first() -> None:
    desk = _desk()
    order = desk.market.place(limit(Side.BUY, "49900", "0.1")).order
    desk.market.modify(_change(order, "49800", "0.1"))
    desk.market.modify(_change(order, "49800", "0.3"))
    rows = desk.market.modifications(BTC, order.order_id, None, 50)
    assert [(r.count, r.price_before, r.price_after, r.quantity_after) for r in rows] == [
        (2, D(49_800), D(49_800), D("0.3")),
        (1, D(49_900), D(49_800), D("0.1")),
    ]


def test_a_modification_cancels_what_has_filled_as_much_or_would_take() -> None:
    desk = _desk()
    part = desk.market.place(limit(Side.BUY, "49990", "0.5")).order
    desk.hit(Side.SELL, "1.3")
    assert _now(desk, part).executed_quantity == D("0.3")
    assert desk.market.modify(_change(part, "49990", "0.3")).status is OrderStatus.CANCELED
    maker = desk.market.place(limit(Side.BUY, "49900", "0.1", TimeInForce.GTX)).order
    assert desk.market.modify(_change(maker, "50010", "0.1")).status is OrderStatus.CANCELED


@pytest.mark.parametrize(
    ("price", "quantity", "code"),
    [
        ("49900", "0.1", -5027),
        ("49900", "0.001", -5029),
        ("49900.05", "0.1", -4014),
        ("99000", "0.1", -4016),
        ("49900", "90", -2019),
    ],
)
def test_a_refused_modification_leaves_the_order(price: str, quantity: str, code: int) -> None:
    desk = _desk()
    order = desk.market.place(limit(Side.BUY, "49900", "0.1")).order
    with pytest.raises(ExchangeError, match=str(code)):
        desk.market.modify(_change(order, price, quantity))
    assert _now(desk, order) == order


def test_modifications_that_name_the_wrong_order() -> None:
    desk = _desk()
    order = desk.market.place(limit(Side.BUY, "49900", "0.1")).order
    for request, code in (
        (ModifyRequest(BTC, Side.BUY, D("0.2"), D(49_900), 99), -2013),
        (ModifyRequest(BTC, Side.SELL, D("0.2"), D(49_900), order.order_id), -1117),
        (
            ModifyRequest(BTC, Side.BUY, D("0.2"), D(49_900), order.order_id, reduce_only=True),
            -5047,
        ),
    ):
        with pytest.raises(ExchangeError, match=str(code)):
            desk.market.modify(request)


def test_an_order_with_a_date_expires_by_the_clock_of_the_market() -> None:
    desk = _desk()
    late = START_MS + 3_600_000

    def until(date_ms: int) -> OrderRequest:
        return OrderRequest(
            BTC,
            Side.BUY,
            OrderType.LIMIT,
            TimeInForce.GTD,
            D("0.1"),
            price=D(49_900),
            good_till_date_ms=date_ms,
        )

    for bad in (START_MS + 600_000, 253_402_300_799_000):
        with pytest.raises(ExchangeError, match="-5040"):
            desk.market.place(until(bad))
    order = desk.market.place(until(late)).order
    desk.timeline.advance(late - 1)
    desk.mark("50000")
    assert _now(desk, order).status is OrderStatus.NEW
    desk.timeline.advance(late)
    desk.mark("50000")
    assert _now(desk, order).status is OrderStatus.EXPIRED
    assert desk.listing.book.levels(Side.BUY, 5) == [(499_900, 1_000)]


def test_a_countdown_cancels_unless_renewed() -> None:
    desk = _desk()
    order = desk.market.place(limit(Side.BUY, "49900", "0.1")).order
    desk.market.start_countdown(BTC, 1_000)
    desk.timeline.advance(START_MS + 900)
    desk.market.start_countdown(BTC, 1_000)
    desk.timeline.advance(START_MS + 1_899)
    assert _now(desk, order).status is OrderStatus.NEW
    desk.timeline.advance(START_MS + 1_900)
    assert _now(desk, order).status is OrderStatus.CANCELED
    kept = desk.market.place(limit(Side.BUY, "49900", "0.1")).order
    desk.market.start_countdown(BTC, 1_000)
    desk.market.start_countdown(BTC, 0)
    desk.timeline.advance(START_MS + 10_000)
    assert _now(desk, kept).status is OrderStatus.NEW


@pytest.mark.parametrize(
    ("match", "price"), [(PriceMatch.QUEUE, 49_990), (PriceMatch.OPPONENT, 50_010)]
)
def test_an_order_takes_the_price_of_a_level(match: PriceMatch, price: int) -> None:
    desk = _desk()
    request = OrderRequest(BTC, Side.BUY, OrderType.LIMIT, quantity=D("0.1"), price_match=match)
    order = desk.market.place(request).order
    assert (order.price, order.price_match) == (D(price), match)


def test_a_level_that_is_not_there_has_no_price() -> None:
    desk = _desk()
    request = OrderRequest(
        BTC,
        Side.BUY,
        OrderType.LIMIT,
        quantity=D("0.1"),
        price_match=PriceMatch.OPPONENT_5,
    )
    with pytest.raises(ExchangeError, match="-5041"):
        desk.market.place(request)


def test_unfilled_orders_are_forgotten_after_three_days_and_all_after_ninety() -> None:
    desk = _desk()
    filled = desk.market.place(market(Side.BUY, "0.1")).order
    gone = desk.market.place(limit(Side.BUY, "49900", "0.1")).order
    desk.market.cancel(BTC, gone.order_id)
    desk.timeline.advance(START_MS + 3 * DAY_MS + 1)
    with pytest.raises(ExchangeError, match="-2013"):
        _now(desk, gone)
    assert [order.order_id for order in desk.market.all_orders(BTC, 10)] == [filled.order_id]
    desk.timeline.advance(START_MS + 90 * DAY_MS + 1)
    with pytest.raises(ExchangeError, match="-2013"):
        _now(desk, filled)
