"""Check that an order's events become steps in the order of their time, with nothing left out."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

from terminal_app.domain.order_request import OrderType
from terminal_app.services.order_bodies import intent_body, state_body
from terminal_app.services.order_trail import Stage, trail_steps
from terminal_app.storage.ledger import Body, EventKind, LedgerEvent
from tests.helpers.account_values import LIMIT

D = Decimal
START_MS = LIMIT.created_ms


def event(seq: int, after_ms: int, kind: EventKind, body: Body) -> LedgerEvent:
    """Return an event of the order."""
    return LedgerEvent(
        seq, "run", START_MS + after_ms, 0, "practice/usdm", kind, "t-run-1", dict(body), "", ""
    )


INTENT = {**intent_body(LIMIT), "seen_bid": "61000.1", "seen_ask": "61000.2", "seen_is_fresh": True}
REQUEST: Body = {
    "way": "socket",
    "request": "order.place?symbol=BTCUSDT&signature=…",
    "status": 200,
    "answer": '{"orderId":7}',
    "latency_us": 12_300,
}
REPLY: Body = {"kind": "ok", "code": None, "message": "", "detail": ""}
EVENTS = [
    event(1, 1, EventKind.INTENT, INTENT),
    event(2, 1, EventKind.SEND_STARTED, {}),
    event(3, 14, EventKind.STREAM, {"raw": '{"c":"t-run-1"}'}),
    event(4, 14, EventKind.ORDER, state_body(LIMIT)),
    event(5, 16, EventKind.REQUEST, REQUEST),
    event(6, 16, EventKind.REPLY, REPLY),
]


def test_the_way_from_the_click_to_the_book() -> None:
    steps = trail_steps(EVENTS)
    assert [(step.stage, step.time_ms - START_MS) for step in steps] == [
        (Stage.WANTED, 0),
        (Stage.SENT, 4),
        (Stage.HEARD, 14),
        (Stage.RESTING, 14),
        (Stage.ANSWERED, 16),
        (Stage.ANSWERED, 16),
    ]
    assert "buy 1.5 BTCUSDT at 61000 (limit, GTC)" in steps[0].sentence
    assert "61000.1 / 61000.2" in steps[0].sentence
    assert "12.3 ms" in steps[4].sentence
    assert json.loads(steps[4].raw) == {"orderId": 7}
    assert json.loads(steps[2].raw) == {"c": "t-run-1"}


def test_an_order_without_a_price_of_its_own_is_at_market() -> None:
    stop = replace(LIMIT, type=OrderType.STOP_MARKET, price=D(0))
    (step,) = trail_steps([event(1, 1, EventKind.INTENT, intent_body(stop))])
    assert "buy 1.5 BTCUSDT at market (stop market, GTC)" in step.sentence


def test_a_lost_answer_says_what_is_done_about_it() -> None:
    lost: Body = {**REQUEST, "status": None, "answer": "TimeoutError"}
    mute: Body = {"kind": "unknown", "code": None, "message": "no answer in 5 s", "detail": ""}
    steps = trail_steps(
        [event(1, 9, EventKind.REQUEST, lost), event(2, 9, EventKind.NO_REPLY, mute)]
    )
    assert [step.title for step in steps] == ["Signed and sent", "No answer", "UNKNOWN"]
    assert "never sent again" in steps[2].sentence
    assert "TimeoutError" in steps[1].sentence


def test_fills_changes_and_the_end() -> None:
    fill: Body = {
        "quantity": "0.5", "price": "61000", "is_maker": True, "commission": "6.1",
        "commission_asset": "USDT", "source": "stream",
    }  # fmt: skip
    ended: Body = {**state_body(LIMIT), "status": "CANCELED", "reason": "asked by hand"}
    change: Body = {"price": "60000", "quantity": None}
    steps = trail_steps(
        [
            event(1, 1, EventKind.FILL, fill),
            event(2, 2, EventKind.AMEND_INTENT, change),
            event(3, 3, EventKind.CANCEL_INTENT, {}),
            event(4, 4, EventKind.ENDED, ended),
        ]
    )
    assert [step.stage for step in steps] == [
        Stage.FILLED, Stage.CHANGED, Stage.CHANGED, Stage.ENDED,
    ]  # fmt: skip
    assert "0.5 at 61000 as maker" in steps[0].sentence
    assert "price 60000" in steps[1].sentence
    assert "asked by hand" in steps[3].sentence


def test_an_order_that_nobody_wrote_of_has_no_steps() -> None:
    assert trail_steps([]) == []
