"""Conditional futures orders: what is refused, what triggers, what it becomes."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from terminal_app.practice.engine.algo_order import AlgoOrder, AlgoRequest
from terminal_app.practice.engine.events import AlgoOrderEvent, Event, OrderEvent
from terminal_app.practice.engine.kinds import (
    AlgoOrderType,
    AlgoStatus,
    MarketName,
    OrderStatus,
    Side,
    TimeInForce,
    WorkingType,
)
from terminal_app.practice.engine.model import Order
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.store.account_store import AccountStore
from tests.helpers.engine import START_MS, QuietUsdm, limit, market, quiet_usdm

D = Decimal
BTC = "BTCUSDT"


def _desk() -> QuietUsdm:
    desk = quiet_usdm()
    desk.offer(Side.BUY, "49990", "1")
    desk.offer(Side.BUY, "49900", "1")
    desk.offer(Side.BUY, "49000", "10")
    desk.offer(Side.SELL, "50010", "1")
    desk.offer(Side.SELL, "51000", "10")
    return desk


def _request(side: Side, kind: AlgoOrderType, **values: Any) -> AlgoRequest:
    prices = ("trigger_price", "price", "quantity", "activate_price", "callback_rate")
    made: dict[str, Any] = {n: D(v) if n in prices else v for n, v in values.items()}
    return AlgoRequest(BTC, side, kind, **made)


def _stop(side: Side, trigger: str, quantity: str = "0.1", **values: Any) -> AlgoRequest:
    kind = AlgoOrderType.STOP_MARKET
    return _request(side, kind, trigger_price=trigger, quantity=quantity, **values)


def _closing(side: Side, trigger: str) -> AlgoRequest:
    kind = AlgoOrderType.STOP_MARKET
    return _request(side, kind, trigger_price=trigger, close_position=True)


def _pass(desk: QuietUsdm, seconds: int = 0) -> None:
    desk.timeline.advance(desk.timeline.now_ms + 1_000 * seconds)


def _statuses(desk: QuietUsdm) -> list[str]:
    """Return the states of algo orders and of orders in the order they were told."""
    told = []
    for event in desk.recorder.events:
        if isinstance(event, AlgoOrderEvent):
            told.append(f"algo {event.algo.status}")
        elif isinstance(event, OrderEvent):
            told.append(f"order {event.order.status}")
    return told


def _now(desk: QuietUsdm, algo: AlgoOrder) -> AlgoOrder:
    return desk.market.algos.book.order(algo.algo_id, None)


def test_a_stop_becomes_a_market_order_of_the_same_client_id() -> None:
    desk = _desk()
    algo = desk.market.algos.place(_stop(Side.SELL, "49950", client_algo_id="guard"))
    assert (algo.status, algo.order_id) == (AlgoStatus.NEW, 0)
    desk.hit(Side.SELL, "1")
    assert _now(desk, algo).is_waiting
    desk.hit(Side.SELL, "0.1")
    _pass(desk)
    assert _statuses(desk) == [
        "algo NEW",
        "algo TRIGGERING",
        "order NEW",
        "order FILLED",
        "algo TRIGGERED",
        "algo FINISHED",
    ]
    done = _now(desk, algo)
    child = desk.market.order(BTC, done.order_id)
    assert (child.client_order_id, child.status) == ("guard", OrderStatus.FILLED)
    assert (done.average_price, done.executed_quantity) == (D("49900"), D("0.1"))
    assert done.trigger_time_ms == START_MS


class _FileAtEachEvent(list[Event]):
    """Keep what a kill would leave on disk at each event."""

    def __init__(self, store: AccountStore) -> None:
        super().__init__()
        self._store = store
        self.statuses: list[set[str]] = []
        self.children: list[int] = []

    def append(self, event: Event) -> None:
        super().append(event)
        market = MarketName.USDM
        self.statuses.append({row.status for row in self._store.load(market, AlgoOrder)})
        self.children.append(len(self._store.load(market, Order)))


def test_no_account_file_has_a_trigger_without_what_it_became() -> None:
    desk = _desk()
    desk.market.algos.place(_stop(Side.SELL, "49950"))
    seen = _FileAtEachEvent(desk.store)
    desk.recorder.events = seen
    desk.hit(Side.SELL, "1.1")
    _pass(desk)
    assert _statuses(desk)[0] == "algo TRIGGERING"
    assert (seen.statuses[-1], seen.children[-1]) == ({"NEW"}, 0)
    assert set(map(frozenset, seen.statuses)) == {frozenset({"NEW"})}
    (algo,) = desk.store.load(MarketName.USDM, AlgoOrder)
    (child,) = desk.store.load(MarketName.USDM, Order)
    assert (algo.status, algo.order_id) == (AlgoStatus.FINISHED, child.order_id)


def test_an_order_that_waits_is_found_again_and_triggers_once(tmp_path: Path) -> None:
    path = tmp_path / "account.db"
    first = quiet_usdm(account_file=path)
    first.market.algos.place(_stop(Side.SELL, "49950", client_algo_id="guard"))
    first.market.place(limit(Side.BUY, "49000", "0.1"))
    first.market.start_countdown(BTC, 1_000)
    first.close()
    second = quiet_usdm(account_file=path)
    second.offer(Side.BUY, "49900", "1")
    (waiting,) = second.market.algos.book.open_orders(BTC)
    assert waiting.client_algo_id == "guard"
    second.hit(Side.SELL, "0.1")
    second.timeline.advance(START_MS + 1_000)
    assert _now(second, waiting).status is AlgoStatus.FINISHED
    assert second.market.open_orders() == []
    second.close()
    third = quiet_usdm(account_file=path)
    assert third.market.algos.book.open_orders(None) == []
    assert [order.client_order_id == "guard" for order in third.market.all_orders(BTC, 9)] == [
        False,
        True,
    ]
    third.close()


@pytest.mark.parametrize(
    ("kind", "side", "trigger", "moves_to"),
    [
        (AlgoOrderType.STOP_MARKET, Side.BUY, "50100", "50100"),
        (AlgoOrderType.STOP_MARKET, Side.SELL, "49900", "49900"),
        (AlgoOrderType.TAKE_PROFIT_MARKET, Side.BUY, "49900", "49900"),
        (AlgoOrderType.TAKE_PROFIT_MARKET, Side.SELL, "50100", "50100"),
    ],
)
def test_the_mark_triggers_in_its_direction(
    kind: AlgoOrderType, side: Side, trigger: str, moves_to: str
) -> None:
    desk = _desk()
    algo = desk.market.algos.place(
        _request(
            side, kind, trigger_price=trigger, quantity="0.1", working_type=WorkingType.MARK_PRICE
        )
    )
    opposite = {"50100": "49900", "49900": "50100"}[moves_to]
    for price, is_waiting in ((opposite, True), (moves_to, False)):
        desk.mark(price)
        _pass(desk)
        assert _now(desk, algo).is_waiting is is_waiting


def test_a_limit_child_rests_and_finishes_with_its_cancel() -> None:
    desk = _desk()
    algo = desk.market.algos.place(
        _request(
            Side.SELL, AlgoOrderType.STOP, trigger_price="49950", price="49995", quantity="0.1"
        )
    )
    desk.hit(Side.SELL, "1.1")
    _pass(desk)
    triggered = _now(desk, algo)
    assert triggered.status is AlgoStatus.TRIGGERED
    with pytest.raises(ExchangeError, match="-2011"):
        desk.market.algos.cancel(algo.algo_id, None)
    desk.market.cancel(BTC, triggered.order_id)
    finished = _now(desk, algo)
    assert (finished.status, finished.executed_quantity) == (AlgoStatus.FINISHED, D(0))


def test_margin_is_checked_when_it_triggers() -> None:
    desk = _desk()
    algo = desk.market.algos.place(_stop(Side.SELL, "49950", "90"))
    desk.hit(Side.SELL, "1.1")
    _pass(desk)
    rejected = _now(desk, algo)
    assert (rejected.status, rejected.reject_reason) == (
        AlgoStatus.REJECTED,
        "Margin is insufficient.",
    )
    assert desk.market.open_orders() == []


def test_a_closing_order_takes_the_whole_position_of_that_moment() -> None:
    desk = _desk()
    desk.market.place(market(Side.BUY, "0.1"))
    algo = desk.market.algos.place(_closing(Side.SELL, "49950"))
    desk.market.place(market(Side.BUY, "0.2"))
    desk.hit(Side.SELL, "1.1")
    _pass(desk)
    assert desk.market.position(BTC).amount == 0
    assert _now(desk, algo).executed_quantity == D("0.3")


def test_a_closing_order_without_a_position_is_rejected() -> None:
    desk = _desk()
    algo = desk.market.algos.place(_closing(Side.SELL, "49950"))
    desk.hit(Side.SELL, "1.1")
    _pass(desk)
    rejected = _now(desk, algo)
    assert (rejected.status, rejected.reject_reason) == (AlgoStatus.REJECTED, "Reduce Only reject")


def test_an_order_bound_to_the_position_expires_with_it() -> None:
    desk = _desk()
    with pytest.raises(ExchangeError, match="-4509"):
        desk.market.algos.place(
            _stop(Side.SELL, "49000", time_in_force=TimeInForce.GTE_GTC, reduce_only=True)
        )
    desk.market.place(market(Side.BUY, "0.1"))
    algo = desk.market.algos.place(
        _stop(Side.SELL, "49000", time_in_force=TimeInForce.GTE_GTC, reduce_only=True)
    )
    desk.market.place(market(Side.SELL, "0.1"))
    assert _now(desk, algo).status is AlgoStatus.EXPIRED


def test_a_trailing_order_follows_the_best_price_since_its_activation() -> None:
    desk = _desk()
    algo = desk.market.algos.place(
        _request(
            Side.SELL,
            AlgoOrderType.TRAILING_STOP_MARKET,
            quantity="0.1",
            activate_price="50500",
            callback_rate="1",
            working_type=WorkingType.MARK_PRICE,
        )
    )
    for price, is_activated, is_waiting in (
        ("50000", False, True),
        ("50400", False, True),
        ("50500", True, True),
        ("52000", True, True),
        ("51480.01", True, True),
        ("51480", True, False),
    ):
        desk.mark(price)
        _pass(desk)
        seen = _now(desk, algo)
        assert (seen.is_activated, seen.is_waiting) == (is_activated, is_waiting), price
    told = [e.algo for e in desk.recorder.events if isinstance(e, AlgoOrderEvent)]
    assert [(a.status, a.is_activated) for a in told[:2]] == [
        (AlgoStatus.NEW, False),
        (AlgoStatus.NEW, True),
    ]


def test_a_protected_order_waits_while_last_and_mark_are_apart() -> None:
    desk = _desk()
    algo = desk.market.algos.place(
        _stop(Side.SELL, "49000", price_protect=True, working_type=WorkingType.MARK_PRICE)
    )
    desk.mark("47000")
    _pass(desk)
    assert _now(desk, algo).is_waiting
    desk.mark("48900")
    _pass(desk)
    assert not _now(desk, algo).is_waiting


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (_stop(Side.SELL, "50100"), -2021),
        (_stop(Side.BUY, "49900"), -2021),
        (_stop(Side.SELL, "49000", "0.0001"), -1111),
        (_stop(Side.SELL, "49000.05"), -4014),
        (_stop(Side.SELL, "0"), -4006),
        (_stop(Side.SELL, "10000000"), -4007),
        (_stop(Side.SELL, "20000"), -4211),
        (_stop(Side.BUY, "90000"), -4210),
        (_stop(Side.SELL, "49000", "0.001"), -4164),
        (_stop(Side.SELL, "49000", "100000"), -4005),
        (_stop(Side.SELL, "49000", "0"), -4003),
        (
            _request(
                Side.BUY, AlgoOrderType.STOP, trigger_price="50100", price="90000", quantity="0.1"
            ),
            -4183,
        ),
        (
            _request(
                Side.SELL, AlgoOrderType.STOP, trigger_price="49000", price="10000", quantity="0.1"
            ),
            -4184,
        ),
        (
            _request(
                Side.SELL, AlgoOrderType.TRAILING_STOP_MARKET, quantity="0.1", callback_rate="25"
            ),
            -2007,
        ),
        (
            _request(
                Side.SELL,
                AlgoOrderType.TRAILING_STOP_MARKET,
                quantity="0.1",
                callback_rate="1",
                activate_price="49000",
            ),
            -2021,
        ),
        (
            _request(
                Side.SELL,
                AlgoOrderType.STOP,
                trigger_price="49000",
                price="49000",
                close_position=True,
            ),
            -4136,
        ),
        (
            _request(
                Side.SELL,
                AlgoOrderType.STOP_MARKET,
                trigger_price="49000",
                quantity="1",
                close_position=True,
            ),
            -4137,
        ),
    ],
)
def test_refused(request_: AlgoRequest, code: int) -> None:
    desk = _desk()
    with pytest.raises(ExchangeError, match=str(code)):
        desk.market.algos.place(request_)
    assert _statuses(desk) == []


def test_one_closing_order_of_a_family_and_direction() -> None:
    desk = _desk()
    algo = desk.market.algos.place(_closing(Side.SELL, "49000"))
    with pytest.raises(ExchangeError, match="-4130"):
        desk.market.algos.place(_closing(Side.SELL, "48000"))
    desk.market.algos.place(_closing(Side.BUY, "52000"))
    desk.market.algos.cancel(None, algo.client_algo_id)
    desk.market.algos.place(_closing(Side.SELL, "48000"))


def test_no_more_than_two_hundred_wait() -> None:
    desk = _desk()
    for _ in range(200):
        desk.market.algos.place(_stop(Side.SELL, "49000"))
    with pytest.raises(ExchangeError, match="-4045"):
        desk.market.algos.place(_stop(Side.SELL, "49000"))
    assert len(desk.market.algos.cancel_all(BTC)) == 200
    assert desk.market.algos.book.open_orders(BTC) == []


def test_a_client_id_is_unique_among_those_that_wait() -> None:
    desk = _desk()
    desk.market.algos.place(_stop(Side.SELL, "49000", client_algo_id="one"))
    with pytest.raises(ExchangeError, match="-4116"):
        desk.market.algos.place(_stop(Side.SELL, "48000", client_algo_id="one"))
    desk.market.algos.cancel(None, "one")
    desk.market.algos.place(_stop(Side.SELL, "48000", client_algo_id="one"))


def test_cancelling_everything_takes_the_waiting_ones_too() -> None:
    desk = _desk()
    waiting = desk.market.algos.place(_stop(Side.BUY, "52000"))
    resting = desk.market.place(limit(Side.BUY, "49000", "0.1")).order
    desk.market.cancel_everything()
    assert _now(desk, waiting).status is AlgoStatus.CANCELED
    assert desk.market.order(BTC, resting.order_id).status is OrderStatus.CANCELED
