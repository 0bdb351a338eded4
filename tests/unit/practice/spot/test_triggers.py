"""Stop, take-profit and trailing orders: what triggers them, what they set aside, what is told."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from terminal_app.practice.engine.kinds import (
    ExecutionType,
    ExpiryReason,
    OrderStatus,
    OrderType,
    Side,
)
from terminal_app.practice.engine.model import Order, OrderRequest
from terminal_app.practice.errors import ExchangeError
from tests.helpers.engine import QuietSpot, limit, quiet_spot

BUY, SELL = Side.BUY, Side.SELL
D = Decimal
_KINDS = {
    "STOP_LOSS": OrderType.STOP_LOSS,
    "STOP_LOSS_LIMIT": OrderType.STOP_LOSS_LIMIT,
    "TAKE_PROFIT": OrderType.TAKE_PROFIT,
    "TAKE_PROFIT_LIMIT": OrderType.TAKE_PROFIT_LIMIT,
}


def _conditional(
    kind: str,
    side: Side,
    stop: str | None = None,
    *,
    price: str | None = None,
    delta: int = 0,
    quantity: str = "0.01",
) -> OrderRequest:
    return OrderRequest(
        "BTCUSDT",
        side,
        _KINDS[kind],
        quantity=D(quantity),
        price=D(price) if price else None,
        stop_price=D(stop) if stop else None,
        trailing_delta=delta,
    )


def _print(desk: QuietSpot, price: str) -> None:
    """Let somebody trade the smallest lot at a price, and leave the book as it was."""
    desk.offer(SELL, price, "0.00001")
    desk.hit(BUY, "0.00001")


def _now(desk: QuietSpot, order: Order) -> Order:
    return desk.market.order("BTCUSDT", order.order_id)


def _locked(desk: QuietSpot, asset: str) -> Decimal:
    return next(row for row in desk.market.balances() if row.asset == asset).locked


@pytest.mark.parametrize(
    ("kind", "side", "stop", "before", "at"),
    [
        ("STOP_LOSS_LIMIT", BUY, "51000", "50999.99", "51000"),
        ("STOP_LOSS_LIMIT", SELL, "49000", "49000.01", "49000"),
        ("TAKE_PROFIT_LIMIT", BUY, "49000", "49000.01", "48900"),
        ("TAKE_PROFIT_LIMIT", SELL, "51000", "50999.99", "51100"),
    ],
)
def test_it_works_from_the_print_that_reaches_its_stop(
    kind: str, side: Side, stop: str, before: str, at: str
) -> None:
    desk = quiet_spot()
    waiting = desk.market.place(_conditional(kind, side, stop, price="50000")).order
    assert (waiting.status, waiting.working_time_ms) == (OrderStatus.NEW, -1)
    depth = desk.market.data.depth("BTCUSDT", 5)
    assert depth.bids == depth.asks == ()
    _print(desk, before)
    assert not _now(desk, waiting).is_working
    _print(desk, at)
    working = _now(desk, waiting)
    assert (working.status, working.is_working) == (OrderStatus.NEW, True)
    best = desk.market.data.depth("BTCUSDT", 5)
    assert (best.bids if side is BUY else best.asks) == ((D(50_000), D("0.01")),)


@pytest.mark.parametrize(
    ("kind", "side", "stop"),
    [
        ("STOP_LOSS", BUY, "50000"),
        ("STOP_LOSS", SELL, "50000"),
        ("TAKE_PROFIT", BUY, "50000.01"),
        ("TAKE_PROFIT", SELL, "49999.99"),
    ],
)
def test_a_stop_that_is_reached_already_is_refused(kind: str, side: Side, stop: str) -> None:
    desk = quiet_spot()
    with pytest.raises(ExchangeError) as refusal:
        desk.market.place(_conditional(kind, side, stop))
    assert (refusal.value.code, refusal.value.message) == (
        -2010,
        "Order would trigger immediately.",
    )


@pytest.mark.parametrize(
    ("side", "start", "path", "delta", "trigger"),
    [
        (BUY, "45000", ["42000"], 500, "44100"),
        (SELL, "38000", ["41000"], 1000, "36900"),
        (BUY, "40000", ["37000"], 850, "40145"),
        (SELL, "45000", ["46500"], 750, "43012.5"),
        (SELL, "44000", ["45500"], 700, "42315"),
    ],
)
def test_a_trailing_order_works_once_the_price_comes_back_by_its_delta(
    side: Side, start: str, path: list[str], delta: int, trigger: str
) -> None:
    desk = quiet_spot(start)
    request = _conditional("STOP_LOSS_LIMIT", side, price=start, delta=delta, quantity="0.001")
    order = desk.market.place(request).order
    assert order.trailing_time_ms == desk.market.now_ms
    for price in path:
        _print(desk, price)
    tick = D("0.01")
    short = D(trigger) - tick if side is BUY else D(trigger) + tick
    _print(desk, format(short, "f"))
    assert not _now(desk, order).is_working
    _print(desk, trigger)
    assert _now(desk, order).is_working


def test_a_trailing_order_with_a_stop_follows_the_price_from_the_stop_on() -> None:
    # The price falls by more than the delta first: nothing follows it yet.
    desk = quiet_spot("40000")
    request = _conditional("STOP_LOSS_LIMIT", BUY, "44000", price="45000", delta=500)
    order = desk.market.place(request).order
    for price in ("37000", "39000", "43999"):
        _print(desk, price)
    assert _now(desk, order).trailing_time_ms == -1
    for price in ("44000", "45000", "42000", "44099.99"):
        _print(desk, price)
        assert not _now(desk, order).is_working
    assert _now(desk, order).trailing_time_ms == desk.market.now_ms
    _print(desk, "44100")
    assert _now(desk, order).is_working


def test_what_may_be_needed_is_set_aside_while_it_waits() -> None:
    desk = quiet_spot()
    orders = [
        desk.market.place(_conditional("STOP_LOSS_LIMIT", BUY, "51000", price="52000")).order,
        desk.market.place(_conditional("STOP_LOSS", BUY, "51000")).order,
        desk.market.place(_conditional("STOP_LOSS", BUY, delta=100)).order,
        desk.market.place(_conditional("STOP_LOSS", SELL, "49000")).order,
    ]
    assert _locked(desk, "USDT") == D(520) + D(510) + D(505)
    assert _locked(desk, "BTC") == D("0.01")
    for order in orders:
        desk.market.cancel("BTCUSDT", order.order_id)
    assert _locked(desk, "USDT") == _locked(desk, "BTC") == 0


def test_triggered_at_market_it_takes_and_what_is_left_expires() -> None:
    desk = quiet_spot()
    order = desk.market.place(_conditional("STOP_LOSS", SELL, "49000")).order
    desk.offer(BUY, "48500", "0.004")
    desk.recorder.events.clear()
    _print(desk, "49000")
    events = desk.recorder.orders()
    assert [(event.execution_type, event.order.status) for event in events] == [
        (ExecutionType.NEW, OrderStatus.NEW),
        (ExecutionType.TRADE, OrderStatus.PARTIALLY_FILLED),
        (ExecutionType.EXPIRED, OrderStatus.EXPIRED),
    ]
    assert events[0].order.is_working
    ended = _now(desk, order)
    assert ended.executed_quantity == D("0.004")
    assert ended.expiry_reason is ExpiryReason.INSUFFICIENT_LIQUIDITY
    assert _locked(desk, "BTC") == 0


def test_a_triggered_buy_that_cannot_be_paid_expires_as_rejected() -> None:
    desk = quiet_spot()
    order = desk.market.place(_conditional("STOP_LOSS", BUY, "51000", quantity="0.19")).order
    desk.offer(SELL, "60000", "1")
    _print(desk, "51000")
    ended = _now(desk, order)
    assert (ended.status, ended.expiry_reason) == (OrderStatus.EXPIRED, ExpiryReason.REJECTED)
    assert _locked(desk, "USDT") == 0


def test_one_trigger_may_cause_the_next() -> None:
    desk = quiet_spot()
    desk.offer(BUY, "48000", "0.01")
    desk.offer(BUY, "47000", "0.01")
    first = desk.market.place(_conditional("STOP_LOSS", SELL, "49000")).order
    second = desk.market.place(_conditional("STOP_LOSS", SELL, "48000")).order
    _print(desk, "49000")
    assert _now(desk, first).status is OrderStatus.FILLED
    assert _now(desk, second).status is OrderStatus.FILLED
    assert desk.market.fills("BTCUSDT", 10)[-1].price == D(47_000)


def test_an_own_taker_triggers_own_orders_after_it_has_done() -> None:
    desk = quiet_spot()
    desk.offer(BUY, "49000", "0.01")
    desk.offer(BUY, "48000", "0.01")
    stop = desk.market.place(_conditional("STOP_LOSS", SELL, "49000")).order
    placed = desk.market.place(limit(SELL, "48000", "0.01"))
    assert placed.order.status is OrderStatus.FILLED
    assert _now(desk, stop).status is OrderStatus.FILLED
    ids = [event.order.order_id for event in desk.recorder.orders()[-4:]]
    assert ids == [placed.order.order_id] * 2 + [stop.order_id] * 2


@pytest.mark.parametrize("delta", [9, 2_001])
def test_a_trailing_delta_out_of_bounds_is_refused(delta: int) -> None:
    with pytest.raises(ExchangeError, match="Filter failure: TRAILING_DELTA"):
        quiet_spot().market.place(_conditional("STOP_LOSS", SELL, delta=delta))


def test_the_stop_price_obeys_the_price_filter() -> None:
    with pytest.raises(ExchangeError, match="Filter failure: PRICE_FILTER"):
        quiet_spot().market.place(_conditional("STOP_LOSS", SELL, "49000.001"))


def test_five_conditional_orders_may_wait_for_a_symbol() -> None:
    desk = quiet_spot()
    request = _conditional("STOP_LOSS", SELL, "49000", quantity="0.001")
    for _ in range(5):
        desk.market.place(request)
    with pytest.raises(ExchangeError, match="Filter failure: MAX_NUM_ALGO_ORDERS"):
        desk.market.place(request)
    desk.market.place(limit(SELL, "60000", "0.001"))


def test_a_cancelled_order_is_no_longer_triggered() -> None:
    desk = quiet_spot()
    order = desk.market.place(_conditional("STOP_LOSS", SELL, "49000")).order
    desk.market.cancel("BTCUSDT", order.order_id)
    _print(desk, "48000")
    assert _now(desk, order).status is OrderStatus.CANCELED


def test_a_restart_keeps_the_trigger_and_what_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "account.db"
    desk = quiet_spot(account_file=path)
    stop = desk.market.place(_conditional("STOP_LOSS", SELL, "49000")).order
    trailing = replace(_conditional("STOP_LOSS", SELL, delta=1_000), quantity=D("0.02"))
    followed = desk.market.place(trailing).order
    desk.close()
    again = quiet_spot(account_file=path)
    assert _locked(again, "BTC") == D("0.03")
    assert _now(again, followed).trailing_extreme == D(50_000)
    again.offer(BUY, "44000", "1")
    _print(again, "49000")
    assert _now(again, stop).status is OrderStatus.FILLED
    again.close()
