"""Amendments that keep their place, refused replacements, and the price range of takers."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from terminal_app.practice.engine.kinds import (
    ExecutionType,
    ExpiryReason,
    OrderStatus,
    OrderType,
    RejectReason,
    SelfTradePrevention,
    Side,
    TimeInForce,
)
from terminal_app.practice.errors import ExchangeError
from tests.helpers.engine import QuietSpot, limit, market, quiet_spot

BUY, SELL = Side.BUY, Side.SELL
D = Decimal
BTC = "BTCUSDT"


def locked(desk: QuietSpot, asset: str = "USDT") -> Decimal:
    return next(row.locked for row in desk.market.balances() if row.asset == asset)


def test_an_amended_order_keeps_its_place_in_the_queue() -> None:
    desk = quiet_spot()
    desk.offer(BUY, "49000", "0.1")
    placed = desk.market.place(limit(BUY, "49000", "0.03", client_order_id="mine")).order
    desk.offer(BUY, "49000", "0.1")

    amended = desk.market.amend(BTC, placed.order_id, None, D("0.02"), "renamed")
    assert amended.order.quantity == D("0.02")
    assert (amended.order.client_order_id, amended.order.orig_client_order_id) == (
        "renamed",
        "mine",
    )
    assert locked(desk) == D("980")
    assert desk.listing.book.levels(BUY, 1)[0][1] == 22_000
    report = desk.recorder.orders()[-1]
    assert (report.execution_type, report.execution_id) == (
        ExecutionType.REPLACED,
        amended.execution_id,
    )

    desk.hit(SELL, "0.11")
    now = desk.market.order(BTC, placed.order_id)
    assert (now.executed_quantity, now.orig_client_order_id) == (D("0.01"), "")
    desk.hit(SELL, "0.02")
    now = desk.market.order(BTC, placed.order_id)
    assert (now.status, now.executed_quantity) == (OrderStatus.FILLED, D("0.02"))
    assert locked(desk) == 0


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        ("0.02", "The requested action would change no state; rejecting."),
        ("0.03", "Order amend (quantity increase) is not supported."),
        ("0", "Filter failure: LOT_SIZE"),
        ("0.000015", "Filter failure: LOT_SIZE"),
        ("0.00001", "Filter failure: NOTIONAL"),
    ],
)
def test_an_amendment_that_may_not_be_is_refused(quantity: str, text: str) -> None:
    desk = quiet_spot()
    placed = desk.market.place(limit(BUY, "49000", "0.02")).order
    with pytest.raises(ExchangeError) as refusal:
        desk.market.amend(BTC, placed.order_id, None, D(quantity))
    assert (refusal.value.code, refusal.value.message) == (-2038, text)
    assert desk.market.order(BTC, placed.order_id).quantity == D("0.02")


def test_an_amendment_needs_an_open_order_and_a_free_name() -> None:
    desk = quiet_spot()
    desk.market.place(limit(BUY, "48000", "0.01", client_order_id="taken"))
    placed = desk.market.place(limit(BUY, "49000", "0.02", client_order_id="mine")).order
    for order_id, client_order_id, name, code, text in (
        (99, None, "", -2038, "Unknown order sent."),
        (placed.order_id, None, "taken", -2038, "Duplicate order sent."),
        (placed.order_id, "x", "", -2039, "Client order ID is not correct for this order ID."),
    ):
        with pytest.raises(ExchangeError) as refusal:
            desk.market.amend(BTC, order_id, client_order_id, D("0.01"), name)
        assert (refusal.value.code, refusal.value.message) == (code, text)
    same = desk.market.amend(BTC, None, "mine", D("0.01"), "mine").order
    assert same.client_order_id == same.orig_client_order_id == "mine"


def test_an_order_is_amended_ten_times_at_most_and_all_are_told() -> None:
    desk = quiet_spot()
    placed = desk.market.place(limit(BUY, "49000", "0.02")).order
    for step in range(1, 11):
        desk.market.amend(BTC, placed.order_id, None, D("0.02") - D("0.001") * step)
    with pytest.raises(ExchangeError) as refusal:
        desk.market.amend(BTC, placed.order_id, None, D("0.005"))
    assert refusal.value.message == "Filter failure: MAX_NUM_ORDER_AMENDS"
    rows = desk.market.amendments(BTC, placed.order_id, 500)
    assert [row.new_quantity for row in rows] == [D("0.02") - D("0.001") * n for n in range(1, 11)]
    names = [(row.orig_client_order_id, row.new_client_order_id) for row in rows]
    assert all(one[1] == next_[0] for one, next_ in pairwise(names))
    assert len({row.new_client_order_id for row in rows}) == 10
    third = rows[2].execution_id
    assert list(desk.market.amendments(BTC, placed.order_id, 2, third)) == list(rows[2:4])


def test_an_order_amended_to_what_it_has_traded_expires() -> None:
    desk = quiet_spot()
    placed = desk.market.place(limit(BUY, "49000", "0.02")).order
    desk.hit(SELL, "0.01")
    amended = desk.market.amend(BTC, placed.order_id, None, D("0.005")).order
    assert (amended.status, amended.quantity) == (OrderStatus.EXPIRED, D("0.01"))
    assert [event.execution_type for event in desk.recorder.orders()[-2:]] == [
        "REPLACED",
        "EXPIRED",
    ]
    assert desk.market.open_orders() == []
    assert locked(desk) == 0


def test_an_order_that_waits_for_its_price_is_amended_too() -> None:
    desk = quiet_spot()
    stop = replace(limit(SELL, "44000", "0.02"), stop_price=D(45_000))
    placed = desk.market.place(replace(stop, order_type=OrderType.STOP_LOSS_LIMIT)).order
    desk.market.amend(BTC, placed.order_id, None, D("0.01"))
    assert locked(desk, "BTC") == D("0.01")
    desk.offer(BUY, "45000", "1")
    desk.hit(SELL, "0.5")
    assert desk.market.order(BTC, placed.order_id).executed_quantity == D("0.01")


def test_amendments_and_prevented_matches_outlive_the_program(tmp_path: Path) -> None:
    desk = quiet_spot(account_file=tmp_path / "account.db")
    placed = desk.market.place(limit(BUY, "49000", "0.02")).order
    desk.market.amend(BTC, placed.order_id, None, D("0.01"), "again")
    desk.market.place(
        replace(
            limit(SELL, "49000", "0.01"), self_trade_prevention=SelfTradePrevention.EXPIRE_TAKER
        )
    )
    desk.close()
    ledger = desk.market.ledger
    assert len(ledger.amendments) == len(ledger.prevented) == 1

    again = quiet_spot(account_file=tmp_path / "account.db")
    assert again.market.ledger.amendments == ledger.amendments
    assert again.market.ledger.prevented == ledger.prevented
    again.market.amend(BTC, None, "again", D("0.005"))
    again.close()
    third = quiet_spot(account_file=tmp_path / "account.db")
    assert [row.new_quantity for row in third.market.ledger.amendments] == [D("0.01"), D("0.005")]
    third.close()


def test_a_rejected_replacement_is_reported_and_not_kept() -> None:
    desk = quiet_spot()
    error = ExchangeError(-2010, "Account has insufficient balance for requested action.")
    desk.market.reject(limit(BUY, "49000", "10", client_order_id="new"), error)
    event = desk.recorder.orders()[-1]
    assert (event.execution_type, event.order.status) == ("REJECTED", OrderStatus.REJECTED)
    assert event.reject_reason is RejectReason.INSUFFICIENT_BALANCES
    assert desk.market.all_orders(BTC, 10) == []


@pytest.fixture
def ranged() -> QuietSpot:
    """Open a market at 50,000 whose takers may trade at most a tenth away from that."""
    desk = quiet_spot()
    tape = desk.listing.tape
    tape.roll(tape.time_ms + 2_000)
    desk.recorder.events.clear()
    return desk


def test_a_taker_trades_within_the_price_range_and_the_rest_expires(ranged: QuietSpot) -> None:
    ranged.offer(SELL, "54000", "0.01")
    ranged.offer(SELL, "55000", "0.01")
    ranged.offer(SELL, "55000.01", "1")
    placed = ranged.market.place(market(BUY, "0.03"))
    assert [fill.price for fill in placed.fills] == [54_000, 55_000]
    assert placed.order.status is OrderStatus.EXPIRED
    assert placed.order.expiry_reason is ExpiryReason.PRICE_RANGE


@pytest.mark.parametrize("time_in_force", [TimeInForce.GTC, TimeInForce.FOK])
def test_a_limit_beyond_the_range_expires_only_where_it_would_trade(
    ranged: QuietSpot, time_in_force: TimeInForce
) -> None:
    ranged.offer(SELL, "56000", "1")
    placed = ranged.market.place(limit(BUY, "57000", "0.01", time_in_force)).order
    assert placed.expiry_reason is ExpiryReason.PRICE_RANGE
    resting = ranged.market.place(limit(BUY, "55900", "0.01")).order
    assert resting.status is OrderStatus.NEW


def test_a_price_that_is_too_good_is_out_of_range_as_well(ranged: QuietSpot) -> None:
    ranged.offer(BUY, "55000.01", "1")
    placed = ranged.market.place(market(SELL, "0.01")).order
    assert (placed.executed_quantity, placed.expiry_reason) == (D(0), ExpiryReason.PRICE_RANGE)
