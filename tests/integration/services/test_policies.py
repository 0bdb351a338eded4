"""Policies over the real exchange: time-out with the rest sent anew, a chase, and their ends."""

from __future__ import annotations

import asyncio
import signal
from decimal import Decimal
from pathlib import Path

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.policy import Chase, Then, TimeOut
from terminal_app.errors import InvalidOrder
from terminal_app.services.notifications import Notifications
from terminal_app.services.session import Session
from terminal_app.storage.ledger import EventKind, Ledger, LedgerEvent
from tests.helpers.crashes import crash
from tests.helpers.eventually import eventually
from tests.helpers.fault_proxy import Fault, FaultProxy, StreamGate
from tests.helpers.markets import MARKETS, WORDS
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_control import Control
from tests.helpers.sessions import (
    SYMBOL,
    live,
    opened_session,
    order,
    own_keys,
    placed,
    request,
    told,
)

S = OrderStatus


def others(session: Session, key: str) -> list[Order]:
    """Return the orders placed here besides one."""
    return [order(session, one) for one in own_keys(session) - {key}]


async def resting(session: Session, at: str = "0.9") -> str:
    """Place an order that rests, and return its key."""
    await live(session)
    key = await placed(session, request(session, Side.BUY, "0.002", at=at))
    await eventually(lambda: order(session, key).status is S.NEW)
    return key


async def policy_events(path: Path, market: Market, key: str) -> list[LedgerEvent]:
    """Return what the ledger tells of an order's policy."""
    ledger = Ledger(path, "after")
    await ledger.open()
    events = await ledger.events(f"practice/{market.value}", key)
    await ledger.close()
    return [event for event in events if event.kind is EventKind.POLICY]


@MARKETS
@pytest.mark.parametrize("then", [Then.MARKET, Then.IOC])
async def test_an_order_out_of_time_ends_and_its_rest_is_sent_anew(
    practice: PracticeProcess, ledger_path: Path, market: Market, then: Then
) -> None:
    async with opened_session(practice.ready, market, ledger_path) as session:
        key = await resting(session)
        session.policies.attach(key, TimeOut(0.5, then))
        await eventually(lambda: not session.policies.running)
        assert order(session, key).status is S.CANCELED
        await eventually(lambda: all(rest.status.is_final for rest in others(session, key)))
        (rest,) = others(session, key)
        # At the old price nothing is there to be taken at once.
        assert rest.status is (S.FILLED if then is Then.MARKET else S.EXPIRED)
        assert rest.quantity == order(session, key).quantity
    steps = [event.body["step"] for event in await policy_events(ledger_path, market, key)]
    assert steps == ["BEGIN", "CANCEL", "SEND_REST", "END"]


async def test_what_was_filled_before_the_end_is_not_bought_again(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    async with opened_session(practice.ready, Market.USDM, ledger_path) as session:
        instrument = await live(session)
        asks = session.market_data.book.asks
        # No more than the account can pay for.
        await eventually(lambda: (best := asks.best()) is not None and best.quantity < 1)
        best = asks.best()
        assert best is not None
        size = best.quantity + instrument.quantity.least * 20
        wanted = request(session, Side.BUY, f"{size:f}", at="1.0")
        key = await placed(session, wanted)
        session.policies.attach(key, TimeOut(0.3, Then.MARKET))
        await eventually(lambda: not session.policies.running)
        await eventually(lambda: all(one.status.is_final for one in others(session, key)))
        done = [order(session, one).executed_quantity for one in own_keys(session)]
        assert sum(done, Decimal()) == wanted.quantity


@MARKETS
async def test_a_chase_moves_an_order_to_the_best_price(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    async with opened_session(practice.ready, market, ledger_path) as session:
        key = await resting(session, at="0.99")
        low, wanted = order(session, key).price, order(session, key).quantity
        most_working = 0

        def count_working(_: object) -> None:
            nonlocal most_working
            most_working = max(most_working, len(session.orders.store.working()))

        session.orders.store.observers.add(count_working)
        limit = session.instruments[SYMBOL].price.nearest(low * 2)
        session.policies.attach(key, Chase(limit, pause_s=0.1))
        await eventually(lambda: any(order(session, one).price > low for one in own_keys(session)))
        for one in list(session.policies.running):
            session.policies.detach(one)
        await eventually(lambda: not session.policies.running)
        # Never two orders at once, never more than was wanted.
        assert most_working == 1
        done = [order(session, one).executed_quantity for one in own_keys(session)]
        assert sum(done, Decimal()) <= wanted
    steps = [event.body["step"] for event in await policy_events(ledger_path, market, key)]
    assert steps[:2] == ["BEGIN", "MOVE" if market is Market.USDM else "CANCEL"]
    assert steps[-1] == "END"


@MARKETS
async def test_a_refused_move_ends_a_chase_and_is_said(
    practice: PracticeProcess, control: Control, ledger_path: Path, market: Market
) -> None:
    notices = Notifications()
    async with opened_session(practice.ready, market, ledger_path, notices) as session:
        key = await resting(session, at="0.99")
        control.fault(
            "reply.error",
            market=WORDS[market],
            method="WS",
            path="order.modify" if market is Market.USDM else "order.place",
            accepted=False,
            status=400,
            code=-4016 if market is Market.USDM else -2010,
            msg="not now",
        )
        limit = session.instruments[SYMBOL].price.nearest(order(session, key).price * 2)
        session.policies.attach(key, Chase(limit, pause_s=0.1))
        await eventually(lambda: told(notices, "Nothing looks after"))
        if market is Market.USDM:
            assert told(notices, "it stands at")
            assert order(session, key).status is S.NEW
            assert own_keys(session) == {key}
        else:
            assert told(notices, "its rest of 0.002 could not be sent anew")
            assert [one.status for one in others(session, key)] == [S.REJECTED]


async def test_a_touch_by_hand_ends_a_policy_and_the_ledger_tells_of_it(
    practice: PracticeProcess, control: Control, ledger_path: Path
) -> None:
    async with opened_session(practice.ready, Market.USDM, ledger_path) as session:
        key = await resting(session)
        control.call("POST", "latency", request=400)
        session.policies.attach(key, TimeOut(60, Then.MARKET))
        with pytest.raises(InvalidOrder, match="one policy"):
            session.policies.attach(key, TimeOut(60))
        await session.orders.cancel(key)
        await eventually(lambda: not session.policies.running)
        await eventually(lambda: order(session, key).status is S.CANCELED)
        assert own_keys(session) == {key}
    events = await policy_events(ledger_path, Market.USDM, key)
    assert [event.body["step"] for event in events] == ["BEGIN", "END"]
    assert events[0].body["policy"] == "cancel after 60 s, then the rest as MARKET"
    assert events[1].body["reason"] == "it was changed or cancelled by hand"


async def test_who_cancels_everything_gets_no_rest(
    practice: PracticeProcess, control: Control, ledger_path: Path
) -> None:
    notices = Notifications()
    async with opened_session(practice.ready, Market.SPOT, ledger_path, notices) as session:
        key = await resting(session)
        control.call("POST", "latency", request=400)
        session.policies.attach(key, TimeOut(0.1, Then.MARKET))
        # The policy has asked already when the person does.
        await eventually(lambda: order(session, key).cancel_pending)
        await session.orders.cancel_all(SYMBOL)
        await eventually(lambda: order(session, key).status is S.CANCELED)
        await eventually(lambda: not session.policies.running)
        assert own_keys(session) == {key}
        await eventually(lambda: told(notices, "any more: it was changed or cancelled"))


@MARKETS
async def test_no_policy_acts_on_an_unknown_order(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    notices = Notifications()
    way = "ws_api" if market is Market.SPOT else "stream"
    async with (
        FaultProxy(practice.ready[f"{WORDS[market]}_rest"]) as proxy,
        StreamGate(practice.ready[f"{WORDS[market]}_{way}"]) as gate,
        opened_session(
            practice.ready, market, ledger_path, notices, rest=proxy.address, **{way: gate.address}
        ) as session,
    ):
        await live(session)
        wanted = request(session, Side.BUY, "0.002", at="0.9")
        gate.shut()
        proxy.faults.update(POST=Fault.CUT, GET=Fault.CUT)
        key = await placed(session, wanted)
        session.policies.attach(key, TimeOut(0.1, Then.MARKET))
        await eventually(lambda: told(notices, "any more: nobody knows whether the order exists"))
        assert order(session, key).status is S.UNKNOWN
        assert not session.policies.running
        with pytest.raises(InvalidOrder, match="UNKNOWN"):
            session.policies.attach(key, TimeOut(60))
        proxy.faults.clear()
        gate.open()
        await eventually(lambda: order(session, key).status is S.NEW)
        assert proxy.count("DELETE", "/") == 0
        assert own_keys(session) == {key}


async def test_lost_touch_holds_a_policy_up_and_does_not_end_it(
    practice: PracticeProcess, control: Control, ledger_path: Path
) -> None:
    async with opened_session(practice.ready, Market.USDM, ledger_path) as session:
        key = await resting(session)
        session.policies.attach(key, TimeOut(60))
        seen: set[str] = set()
        session.orders.store.observers.add(lambda _: seen.update(session.policies.words.values()))
        control.call("POST", "sockets", action="socket.reset", market=WORDS[Market.USDM])
        await eventually(lambda: any("waits: The account is being compared" in one for one in seen))
        await live(session)
        assert session.policies.words[key] == "cancel after 60 s: nothing done yet"


@MARKETS
async def test_a_time_out_that_passed_between_two_runs_ends_the_order_in_the_next(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    first, second = Notifications(), Notifications()
    async with opened_session(practice.ready, market, ledger_path, first) as session:
        key = await resting(session)
        session.policies.attach(key, TimeOut(1))
    assert told(first, "until the program is back here: cancel after 1 s")
    async with opened_session(practice.ready, market, ledger_path, second) as session:
        assert told(second, "it is looked after again: buy 0.002 BTCUSDT")
        await eventually(lambda: order(session, key).status is S.CANCELED)
        await eventually(lambda: not session.policies.running)
        assert own_keys(session) == {key}
    steps = [event.body["step"] for event in await policy_events(ledger_path, market, key)]
    assert steps == ["BEGIN", "CANCEL", "END"]


@MARKETS
async def test_a_chase_goes_on_in_the_next_run_with_the_moves_it_has_left(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    async with opened_session(practice.ready, market, ledger_path) as session:
        key = await resting(session, at="0.99")
        low = order(session, key).price
        limit = session.instruments[SYMBOL].price.nearest(low * 2)
        # So slow that it has moved nothing yet when the session is left.
        session.policies.attach(key, Chase(limit, pause_s=2.5, moves=1))
    notices = Notifications()
    async with opened_session(practice.ready, market, ledger_path, notices) as session:
        await eventually(lambda: any(order(session, one).price > low for one in own_keys(session)))
        # Its end was asked for where it cannot be moved: never two orders that work.
        assert len(session.orders.store.working()) <= 1
        await eventually(lambda: not session.policies.running)
        done = [order(session, one).executed_quantity for one in own_keys(session)]
        assert sum(done, Decimal()) <= Decimal("0.002")


async def test_who_touched_an_order_in_the_moment_of_a_crash_has_it_to_himself(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    async with opened_session(practice.ready, Market.USDM, ledger_path) as session:
        key = await resting(session)
        session.policies.attach(key, TimeOut(60))
    ledger = Ledger(ledger_path, "between")
    await ledger.open()
    await ledger.append("practice/usdm", EventKind.CANCEL_INTENT, {}, key)
    await ledger.close()
    notices = Notifications()
    async with opened_session(practice.ready, Market.USDM, ledger_path, notices) as session:
        assert told(notices, "the order was changed or cancelled by hand")
        assert not session.policies.running
        await live(session)
        assert order(session, key).status is S.NEW


async def test_an_end_asked_for_in_the_moment_of_a_crash_is_asked_for_again(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    code = await asyncio.to_thread(
        crash, "policy", Market.USDM, ledger_path, practice.ready, "send 2"
    )
    assert code == -signal.SIGKILL
    async with opened_session(practice.ready, Market.USDM, ledger_path) as session:
        (key,) = session.policies.running
        await eventually(lambda: order(session, key).status is S.CANCELED)
        await eventually(lambda: not session.policies.running)
    steps = [event.body["step"] for event in await policy_events(ledger_path, Market.USDM, key)]
    assert steps == ["BEGIN", "CANCEL", "CANCEL", "END"]


async def test_a_policy_that_a_crash_ended_is_told_once(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    ledger = Ledger(ledger_path, "before")
    await ledger.open()
    body = {"step": "CANCEL", "policy": "cancel after 60 s", "order": "buy 1 BTCUSDT at 7"}
    await ledger.append("practice/usdm", EventKind.POLICY, body, "t1-gone")
    await ledger.close()
    for is_first in (True, False):
        notices = Notifications()
        async with opened_session(practice.ready, Market.USDM, ledger_path, notices):
            words = (
                "Nothing looks after buy 1 BTCUSDT at 7 (cancel after 60 s) since the program ended"
            )
            assert told(notices, words) is is_first
