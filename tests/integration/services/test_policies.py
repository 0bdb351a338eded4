"""Policies over the real exchange: time-out with the rest at market, a chase, and their ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.domain.policy import Chase, Then, TimeOut
from terminal_app.services.notifications import Notifications
from terminal_app.storage.ledger import EventKind, Ledger
from tests.helpers.eventually import eventually
from tests.helpers.practice import PracticeProcess
from tests.helpers.sessions import live, opened_session, order, placed, request

S = OrderStatus
MARKETS = pytest.mark.parametrize("market", list(Market))


@MARKETS
async def test_an_order_out_of_time_ends_and_its_rest_goes_at_market(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    async with opened_session(practice.ready, market, ledger_path) as session:
        await live(session)
        key = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
        session.policies.attach(key, TimeOut(0.5, Then.MARKET))
        await eventually(lambda: order(session, key).status is S.CANCELED)
        await eventually(lambda: not session.policies.running)
        rest = [
            one for one in session.orders.store.orders.values() if one is not order(session, key)
        ]
        assert len(rest) == 1
        await eventually(lambda: order(session, rest[0].client_order_id).status is S.FILLED)
        assert order(session, rest[0].client_order_id).executed_quantity == rest[0].quantity


@MARKETS
async def test_a_chase_moves_an_order_to_the_best_price(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    async with opened_session(practice.ready, market, ledger_path) as session:
        await live(session)
        key = await placed(session, request(session, Side.BUY, "0.002", at="0.99"))
        await eventually(lambda: order(session, key).status is S.NEW)
        low = order(session, key).price
        best = session.market_data.book.bids.best()
        assert best is not None
        session.policies.attach(key, Chase(best.price * 2, pause_s=0.2))
        await eventually(
            lambda: any(
                one.price > low or one.status is S.FILLED
                for one in session.orders.store.orders.values()
            )
        )
        session.policies.detach(key)
        await eventually(lambda: not session.policies.running)


async def test_a_touch_by_hand_ends_a_policy_and_the_ledger_tells_of_it(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    notices = Notifications()
    async with opened_session(practice.ready, Market.USDM, ledger_path, notices) as session:
        await live(session)
        key = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
        await eventually(lambda: order(session, key).status is S.NEW)
        session.policies.attach(key, TimeOut(60, Then.MARKET))
        await session.orders.cancel(key)
        await eventually(lambda: not session.policies.running)
        await eventually(lambda: order(session, key).status is S.CANCELED)
        assert len(session.orders.store.orders) == 1
    ledger = Ledger(ledger_path, "after")
    await ledger.open()
    kinds = [event.kind for event in await ledger.events("practice/usdm", key)]
    await ledger.close()
    assert kinds.count(EventKind.POLICY) == 2
