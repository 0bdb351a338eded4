"""Replies, streams and queries of an order find each other, and its fills count once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest

from terminal_app.domain.instrument import ZERO, Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill, Order, OrderStatus, OrderUpdate, order_from_request
from terminal_app.domain.order_request import OrderRequest, OrderType, TimeInForce
from terminal_app.services.order_store import FILLS, ORDERS, OrderStore

D = Decimal
S = OrderStatus
OURS = "t1-run-000001-abc"
REQUEST = OrderRequest(Market.SPOT, "BTCUSDT", Side.BUY, OrderType.LIMIT, D(2), D(100))


def update(
    status: OrderStatus, executed: str = "0", *, order_id: int = 7, name: str = OURS
) -> OrderUpdate:
    """Return what the venue says of an order."""
    return OrderUpdate(
        market=Market.SPOT,
        symbol="BTCUSDT",
        client_order_id=name,
        order_id=order_id,
        side=Side.BUY,
        type=OrderType.LIMIT,
        time_in_force=TimeInForce.GTC,
        price=D(100),
        quantity=D(2),
        status=status,
        executed_quantity=D(executed),
        executed_quote=D(executed) * 100,
        time_ms=2000,
    )


def fill(trade_id: int, order_id: int = 7) -> Fill:
    """Return one execution."""
    return Fill(
        Market.SPOT, "BTCUSDT", trade_id, order_id, Side.BUY, D(100), D(1), ZERO, "BTC", True, 0
    )


class Ended(list[Order]):
    """Keep which orders ended."""

    def hear(self, before: Order | None, after: Order) -> None:
        """Take one move in."""
        if before is None:
            return
        assert before.status is not after.status
        if after.status.is_final and not before.status.is_final:
            self.append(after)


@pytest.fixture
def ended() -> Ended:
    """Return what hears of ends."""
    return Ended()


@pytest.fixture
def store(ended: Ended) -> OrderStore:
    """Return a store with one order on its way."""
    made = OrderStore(ended.hear, lambda *_: None)
    made.add(order_from_request(REQUEST, OURS, 1000))
    return made


REPLY = update(S.NEW)
STREAM = (
    replace(update(S.PARTIALLY_FILLED, "1"), fill=fill(1)),
    replace(update(S.FILLED, "2"), fill=fill(2)),
)


@pytest.mark.parametrize("arrived", list(permutations([REPLY, *STREAM, STREAM[1]])))
def test_reply_and_stream_in_any_order_are_one_order(
    store: OrderStore, ended: Ended, arrived: tuple[OrderUpdate, ...]
) -> None:
    for said in arrived:
        store.apply(said)
    (order,) = store.orders.values()
    assert (order.status, order.order_id, order.executed_quantity) == (S.FILLED, 7, D(2))
    assert not order.from_elsewhere
    assert sorted(one.trade_id for one in store.fills.values()) == [1, 2]
    assert [one.client_order_id for one in ended] == [OURS]
    assert store.working() == []


def test_a_fill_counts_once_but_for_each_of_two_own_orders(store: OrderStore) -> None:
    assert store.add_fill(fill(5))
    assert not store.add_fill(fill(5))
    # Both sides of a trade may be ours.
    assert store.add_fill(fill(5, order_id=8))
    assert len(store.fills) == 2


def test_an_id_used_again_elsewhere_is_another_order(store: OrderStore) -> None:
    for number in (20, 21):
        store.apply(update(S.FILLED, "2", order_id=number, name="web_1"))
    store.apply(update(S.NEW, order_id=7))
    store.apply(update(S.NEW, order_id=9))
    numbers = {order.order_id: order.from_elsewhere for order in store.orders.values()}
    assert numbers == {20: True, 21: True, 7: False, 9: True}
    for order in store.orders.values():
        assert store.orders[store.key_of(order)] is order


def test_what_is_known_is_known(store: OrderStore) -> None:
    assert store.knows(REPLY)
    assert not store.knows(update(S.NEW, order_id=8, name="web_1"))
    store.apply(update(S.NEW, order_id=8, name="web_1"))
    # A cancel may carry another client order id: the number decides.
    assert store.knows(update(S.CANCELED, order_id=8, name="other"))


def test_an_answer_does_not_overrule_what_the_venue_told(store: OrderStore) -> None:
    store.apply(update(S.FILLED, "2"))
    for status in (S.UNKNOWN, S.NOT_SENT, S.REJECTED):
        assert store.settle(OURS, status, "late").status is S.FILLED
    assert store.orders[OURS].reason == ""


def test_an_unknown_order_stays_so_until_the_venue_speaks(store: OrderStore, ended: Ended) -> None:
    assert store.settle(OURS, S.UNKNOWN, "no answer").status is S.UNKNOWN
    assert store.settle(OURS, S.UNKNOWN, "asked 3 times").reason == "asked 3 times"
    assert [one.client_order_id for one in store.unknown("BTCUSDT", Side.BUY)] == [OURS]
    assert store.unknown("BTCUSDT", Side.SELL) == store.unknown("ETHUSDT", Side.BUY) == []
    assert store.working()
    assert ended == []
    store.apply(REPLY)
    assert store.unknown("BTCUSDT", Side.BUY) == []


def test_an_order_thought_unsent_that_appears_is_shown(store: OrderStore) -> None:
    store.settle(OURS, S.NOT_SENT, "no connection")
    assert store.apply(REPLY).status is S.NEW
    assert store.working()


def test_a_cancel_is_marked_only_while_it_can_matter(store: OrderStore) -> None:
    store.apply(REPLY)
    store.mark_cancel(OURS, True)
    assert store.orders[OURS].cancel_pending
    store.apply(update(S.CANCELED))
    assert not store.orders[OURS].cancel_pending
    store.mark_cancel(OURS, True)
    assert not store.orders[OURS].cancel_pending


def test_only_a_change_is_told(store: OrderStore) -> None:
    told: list[Hashable] = []
    store.observers.add(told.append)
    store.apply(STREAM[0])
    assert told == [FILLS, ORDERS]
    store.apply(STREAM[0])
    assert told == [FILLS, ORDERS]


def test_after_a_reset_only_ours_that_somebody_may_work_with_are_left(store: OrderStore) -> None:
    ended, unknown = "t1-run-000002-abc", "t1-run-000003-abc"
    for name in (ended, unknown):
        store.add(order_from_request(REQUEST, name, 1000))
    store.apply(update(S.NEW))
    store.apply(replace(update(S.FILLED, "2", order_id=8, name=ended), fill=fill(1, 8)))
    store.apply(update(S.NEW, order_id=9, name="web_1"))
    store.settle(unknown, S.UNKNOWN, "")
    store.forget()
    assert {key: order.status for key, order in store.orders.items()} == {
        OURS: S.CANCELED,
        unknown: S.UNKNOWN,
    }
    assert store.fills == {}
    # The venue gives its numbers again.
    assert store.apply(update(S.NEW, order_id=7, name="web_2")).from_elsewhere
    assert store.orders[OURS].status is S.CANCELED
