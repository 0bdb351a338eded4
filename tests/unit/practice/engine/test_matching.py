"""Price-time priority, partial fills and the life of an order."""

from decimal import Decimal
from itertools import pairwise

import pytest

from terminal_app.practice.engine.events import BookTicker, DepthChanged, SpotAccountChanged
from terminal_app.practice.engine.kinds import (
    ExecutionType,
    ExpiryReason,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)
from terminal_app.practice.errors import ExchangeError
from tests.helpers.engine import limit, market, quiet_spot, quiet_usdm


def test_orders_of_one_price_fill_in_the_order_they_came() -> None:
    desk = quiet_spot()
    desk.offer(Side.BUY, "50000", "0.010")
    mine = desk.market.place(limit(Side.BUY, "50000", "0.010")).order
    desk.offer(Side.BUY, "50000", "0.010")

    desk.hit(Side.SELL, "0.010")
    assert desk.market.order("BTCUSDT", mine.order_id).executed_quantity == 0
    desk.hit(Side.SELL, "0.004")
    partly = desk.market.order("BTCUSDT", mine.order_id)
    assert (partly.status, partly.executed_quantity) == (
        OrderStatus.PARTIALLY_FILLED,
        Decimal("0.004"),
    )
    desk.hit(Side.SELL, "0.010")
    assert desk.market.order("BTCUSDT", mine.order_id).status is OrderStatus.FILLED
    assert desk.market.data.depth("BTCUSDT", 5).bids == ((Decimal(50000), Decimal("0.006")),)


def test_a_better_price_fills_before_an_older_order() -> None:
    desk = quiet_spot()
    desk.offer(Side.BUY, "49999", "0.010")
    mine = desk.market.place(limit(Side.BUY, "50000", "0.010")).order
    desk.hit(Side.SELL, "0.010")
    assert desk.market.order("BTCUSDT", mine.order_id).status is OrderStatus.FILLED


def test_a_taker_walks_the_book_at_the_makers_prices() -> None:
    desk = quiet_spot()
    desk.offer(Side.SELL, "50001", "0.010")
    desk.offer(Side.SELL, "50002", "0.010")
    placed = desk.market.place(limit(Side.BUY, "50002", "0.030"))
    assert [(f.price, f.quantity, f.is_maker) for f in placed.fills] == [
        (Decimal(50001), Decimal("0.010"), False),
        (Decimal(50002), Decimal("0.010"), False),
    ]
    assert placed.order.status is OrderStatus.PARTIALLY_FILLED
    assert desk.market.data.book_ticker("BTCUSDT").bid_quantity == Decimal("0.010")


def test_events_of_a_market_order_come_in_the_documented_order() -> None:
    desk = quiet_spot()
    desk.offer(Side.SELL, "50001", "0.010")
    desk.offer(Side.SELL, "50002", "0.010")
    desk.recorder.events.clear()
    desk.market.place(market(Side.BUY, "0.015"))
    orders = desk.recorder.orders()
    assert [(e.execution_type, e.order.status) for e in orders] == [
        (ExecutionType.NEW, OrderStatus.NEW),
        (ExecutionType.TRADE, OrderStatus.PARTIALLY_FILLED),
        (ExecutionType.TRADE, OrderStatus.FILLED),
    ]
    ids = [e.execution_id for e in orders]
    assert ids == sorted(set(ids))
    kinds = [type(e) for e in desk.recorder.events]
    assert kinds.index(SpotAccountChanged) > max(
        index for index, event in enumerate(desk.recorder.events) if event in orders
    )


@pytest.mark.parametrize(
    ("time_in_force", "executed", "reason"),
    [
        (TimeInForce.IOC, "0.010", ExpiryReason.UNFILLED_IOC),
        (TimeInForce.FOK, "0", ExpiryReason.UNFILLED_FOK),
    ],
)
def test_what_cannot_fill_at_once_expires(
    time_in_force: TimeInForce, executed: str, reason: ExpiryReason
) -> None:
    desk = quiet_spot()
    desk.offer(Side.SELL, "50001", "0.010")
    order = desk.market.place(limit(Side.BUY, "50001", "0.020", time_in_force)).order
    assert order.status is OrderStatus.EXPIRED
    assert order.executed_quantity == Decimal(executed)
    assert order.expiry_reason is reason
    assert all(balance.locked == 0 for balance in desk.market.balances())


def test_a_market_order_beyond_the_book_expires() -> None:
    desk = quiet_spot()
    desk.offer(Side.SELL, "50001", "0.010")
    order = desk.market.place(market(Side.BUY, "0.020")).order
    assert (order.status, order.expiry_reason) == (
        OrderStatus.EXPIRED,
        ExpiryReason.INSUFFICIENT_LIQUIDITY,
    )


def test_post_only_is_refused_when_it_would_take() -> None:
    desk = quiet_spot()
    desk.offer(Side.SELL, "50001", "0.010")
    with pytest.raises(ExchangeError) as refusal:
        desk.market.place(limit(Side.BUY, "50001", "0.01", order_type=OrderType.LIMIT_MAKER))
    assert (refusal.value.code, refusal.value.message) == (
        -2010,
        "Order would immediately match and take.",
    )
    placed = desk.market.place(
        limit(Side.BUY, "50000.99", "0.01", order_type=OrderType.LIMIT_MAKER)
    )
    assert placed.order.status is OrderStatus.NEW


def test_an_own_order_in_the_way_expires_instead_of_trading() -> None:
    desk = quiet_spot()
    mine = desk.market.place(limit(Side.SELL, "50001", "0.010")).order
    desk.offer(Side.SELL, "50001", "0.010")
    placed = desk.market.place(limit(Side.BUY, "50001", "0.010"))
    assert placed.order.status is OrderStatus.FILLED
    prevented = desk.market.order("BTCUSDT", mine.order_id)
    assert prevented.status is OrderStatus.EXPIRED_IN_MATCH
    assert prevented.executed_quantity == 0
    btc = next(b for b in desk.market.balances() if b.asset == "BTC")
    assert btc.locked == 0


def test_a_client_id_is_unique_among_open_orders_only() -> None:
    desk = quiet_spot()
    first = desk.market.place(limit(Side.BUY, "49000", "0.01", client_order_id="same")).order
    with pytest.raises(ExchangeError, match="Duplicate order sent"):
        desk.market.place(limit(Side.BUY, "49000", "0.01", client_order_id="same"))
    desk.hit(Side.SELL, "0.01")
    second = desk.market.place(limit(Side.BUY, "49000", "0.01", client_order_id="same")).order
    assert second.order_id > first.order_id
    assert desk.market.order("BTCUSDT", client_order_id="same").order_id == second.order_id


def test_cancel_gives_spot_orders_the_id_of_the_request() -> None:
    desk = quiet_spot()
    desk.market.place(limit(Side.BUY, "49000", "0.01", client_order_id="mine"))
    cancelled = desk.market.cancel("BTCUSDT", client_order_id="mine", new_client_order_id="undo")
    assert (cancelled.client_order_id, cancelled.orig_client_order_id) == ("undo", "mine")
    assert desk.market.data.depth("BTCUSDT", 5).bids == ()
    with pytest.raises(ExchangeError) as refusal:
        desk.market.cancel("BTCUSDT", cancelled.order_id)
    assert (refusal.value.code, refusal.value.message) == (-2011, "Unknown order sent.")
    assert desk.market.order("BTCUSDT", client_order_id="mine").status is OrderStatus.CANCELED


def test_futures_cancels_keep_the_client_id() -> None:
    desk = quiet_usdm()
    desk.market.place(limit(Side.BUY, "49000", "0.01", client_order_id="mine"))
    assert desk.market.cancel("BTCUSDT", client_order_id="mine").client_order_id == "mine"
    assert desk.market.cancel_all("BTCUSDT") == []


def test_a_missing_client_id_is_made_up() -> None:
    desk = quiet_spot()
    ids = {
        desk.market.place(limit(Side.BUY, "49000", "0.01")).order.client_order_id for _ in range(20)
    }
    assert len(ids) == 20
    assert all(len(each) == 22 and each.isalnum() for each in ids)


def test_update_ids_chain_and_quantities_are_absolute() -> None:
    desk = quiet_spot()
    book: dict[tuple[str, Decimal], Decimal] = {}
    for step in range(60):
        desk.offer(Side.BUY, str(49_000 + step % 7), "0.010")
        desk.offer(Side.SELL, str(50_000 + step % 5), "0.010")
        desk.hit(Side.SELL if step % 2 else Side.BUY, "0.015")
    changes = [e for e in desk.recorder.events if isinstance(e, DepthChanged)]
    for before, after in pairwise(changes):
        assert after.first_update_id == before.final_update_id + 1
        assert after.previous_final_update_id == before.final_update_id
    for change in changes:
        for name, levels in (("bid", change.bids), ("ask", change.asks)):
            for price, quantity in levels:
                book[name, price] = quantity
    depth = desk.market.data.depth("BTCUSDT", 100)
    alive = {key: quantity for key, quantity in book.items() if quantity}
    shown = {("bid", p): q for p, q in depth.bids} | {("ask", p): q for p, q in depth.asks}
    assert alive == shown
    tickers = [e for e in desk.recorder.events if isinstance(e, BookTicker)]
    assert (tickers[-1].bid_price, tickers[-1].bid_quantity) == depth.bids[0]
