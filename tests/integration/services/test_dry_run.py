"""A dry run does everything with an order but send it, and nobody takes it for one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.domain.order_request import Amendment, OrderType, Trigger
from terminal_app.domain.policy import TimeOut
from terminal_app.errors import NotConnected
from terminal_app.services.notifications import Notifications
from terminal_app.storage.ledger import EventKind, Ledger
from terminal_app.venues.base import OutcomeKind
from tests.helpers.eventually import eventually
from tests.helpers.markets import MARKETS
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_control import Control
from tests.helpers.sessions import (
    ORDER_PATHS,
    live,
    opened_session,
    order,
    own_keys,
    placed,
    request,
)


@MARKETS
async def test_an_order_is_rehearsed_and_never_sent(
    practice: PracticeProcess, control: Control, ledger_path: Path, market: Market
) -> None:
    notices = Notifications()
    async with opened_session(practice.ready, market, ledger_path, notices) as session:
        await live(session)
        session.dry_run.switch(True)
        wanted = request(session, Side.BUY, "0.002", at="0.9")
        rehearsal = await session.dry_run.rehearse(wanted, session.seen())
        assert rehearsal.outcome.kind is OutcomeKind.OK
        assert "Dry run, not sent: buy 0.002 BTCUSDT" in rehearsal.sentence
        assert notices.notices[-1].text == rehearsal.sentence
        assert "order.place?symbol=BTCUSDT&side=BUY&type=LIMIT" in rehearsal.would_send
        assert "signature=…" in rehearsal.would_send
        assert practice.ready["api_key"] not in rehearsal.would_send
        assert session.orders.store.orders == {}
        # What the exchange would refuse is said, and not sent either.
        too_fine = replace(wanted, quantity=Decimal("0.0020000001"))
        refused = await session.dry_run.rehearse(too_fine, session.seen())
        assert refused.outcome.kind is OutcomeKind.REJECTED
        assert "The exchange's test refuses it" in refused.sentence
    rows = control.call("GET", "journal")["rows"]
    asked = {(row.get("method"), row.get("path")) for row in rows}
    assert asked & {("order.test", "/ws-api/v3"), ("POST", "/fapi/v1/order/test")}
    assert not any(method == "order.place" for method, _ in asked)
    assert ("POST", ORDER_PATHS[market]) not in asked
    async with opened_session(practice.ready, market, ledger_path) as session:
        await live(session)
        assert session.orders.store.orders == {}
    ledger = Ledger(ledger_path, "after")
    await ledger.open()
    scope = f"practice/{market.value}"
    written = await ledger.events_of(scope, EventKind.DRY_RUN)
    assert [event.body["quantity"] for event in written] == ["0.002", "0.0020000001"]
    assert all(str(event.body["would_send"]).startswith("order.place?") for event in written)
    assert all(event.client_order_id.startswith("dry-t1-") for event in written)
    assert await ledger.events_of(scope, EventKind.INTENT) == []
    await ledger.close()


async def test_a_waiting_order_is_tested_in_the_words_it_once_had(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    async with opened_session(practice.ready, Market.USDM, ledger_path) as session:
        await live(session)
        session.dry_run.switch(True)
        plain = request(session, Side.SELL, "0.002", at="0.97")
        waiting = replace(
            plain, type=OrderType.STOP_MARKET, price=None, trigger=Trigger(plain.price)
        )
        rehearsal = await session.dry_run.rehearse(waiting, session.seen())
        assert "The exchange's test accepts it" in rehearsal.sentence
        assert "algoOrder.place?" in rehearsal.would_send
        assert session.orders.store.orders == {}


async def test_while_it_is_on_nothing_leaves_but_a_cancel(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    notices = Notifications()
    async with opened_session(practice.ready, Market.USDM, ledger_path, notices) as session:
        await live(session)
        wanted = request(session, Side.BUY, "0.002", at="0.9")
        key = await placed(session, wanted)
        await eventually(lambda: order(session, key).status is OrderStatus.NEW)
        session.policies.attach(key, TimeOut(60))
        session.dry_run.switch(True)
        assert "waits: A dry run is on." in session.policies.words[key]
        session.policies.detach(key)
        await eventually(lambda: not session.policies.running)
        orders = session.orders
        with pytest.raises(NotConnected, match="dry run"):
            await orders.place(wanted, uuid4().hex, session.seen())
        with pytest.raises(NotConnected, match="dry run"):
            await orders.replace(key, wanted, uuid4().hex, session.seen())
        with pytest.raises(NotConnected, match="dry run"):
            await orders.amend(key, Amendment(Decimal("0.003"), wanted.price))
        with pytest.raises(NotConnected, match="dry run"):
            session.policies.attach(key, TimeOut(60))
        assert own_keys(session) == {key}
        await orders.cancel(key)
        await eventually(lambda: order(session, key).status is OrderStatus.CANCELED)
        session.dry_run.switch(False)
        again = await placed(session, wanted)
        await eventually(lambda: order(session, again).status is OrderStatus.NEW)
