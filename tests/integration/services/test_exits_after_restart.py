"""Exits that the program itself sends, when it is killed or left and started again."""

from __future__ import annotations

import asyncio
import signal
from decimal import Decimal
from pathlib import Path

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import Amendment
from terminal_app.services.notifications import Notifications
from terminal_app.services.session import Session
from tests.helpers.crashes import crash
from tests.helpers.eventually import eventually
from tests.helpers.practice import PracticeProcess
from tests.helpers.sessions import (
    SYMBOL,
    live,
    opened_session,
    order,
    placed_with_exits,
    request,
)

S = OrderStatus
LIMIT_S = 40.0


def exits(session: Session) -> list[Order]:
    """Return the orders that wait to close, without those of unknown fate."""
    working = session.orders.store.working()
    return [one for one in working if one.side is Side.SELL and one.status is not S.UNKNOWN]


async def resting(session: Session) -> list[str]:
    """Return the names of what rests at the exchange, as it says itself."""
    assert session.venue.execution is not None
    told = await session.venue.execution.open_orders()
    return sorted(one.client_order_id for one in told)


def both_rest(session: Session) -> bool:
    """Say whether two exits stand."""
    return [one.status for one in exits(session)] == [S.NEW] * 2


def lost_take_profit(session: Session) -> bool:
    """Say whether the stop loss stands and of the take profit nobody knows."""
    known = session.orders.store.orders
    lost = [one for watch in session.exits.doubtful for one in watch.plan.unclear(known)]
    return len(exits(session)) == 1 and [one.status for one in lost] == [S.UNKNOWN]


def far_above(session: Session) -> Decimal:
    """Return a price at which a purchase trades at once."""
    best = session.market_data.book.asks.best()
    assert best is not None
    return session.instruments[SYMBOL].price.nearest(best.price * Decimal("1.01"))


@pytest.mark.parametrize(
    ("market", "point"),
    [
        # The entry filled, and no exit was meant yet.
        (Market.USDM, "after FILL"),
        (Market.SPOT, "after FILL"),
        # The stop loss was sent and nobody read the answer: the exchange is asked.
        (Market.USDM, "before REPLY 2"),
        # All was sent.
        (Market.USDM, "after REPLY 3"),
    ],
)
async def test_after_a_crash_each_exit_is_sent_once(
    practice: PracticeProcess, ledger_path: Path, market: Market, point: str
) -> None:
    code = await asyncio.to_thread(crash, "exits", market, ledger_path, practice.ready, point)
    assert code == -signal.SIGKILL
    async with opened_session(practice.ready, market, ledger_path) as session:
        await live(session)
        await eventually(lambda: both_rest(session) or lost_take_profit(session), LIMIT_S)
        if lost_take_profit(session):
            # Its intent was on disk when the answer to the other came: it may have left, too.
            assert point == "before REPLY 2"
            session.exits.doubtful[0].send_anyway()
        await eventually(lambda: both_rest(session), LIMIT_S)
        await eventually(lambda: not session.exits.doubtful, LIMIT_S)
        assert len({one.type for one in exits(session)}) == 2
        # At the exchange there is nothing more: what was sent is not sent again.
        assert await resting(session) == sorted(one.client_order_id for one in exits(session))


@pytest.mark.parametrize("point", ["after INTENT 2", "after INTENT 3"])
async def test_what_may_have_left_before_a_crash_is_not_sent_again_but_asked(
    practice: PracticeProcess, ledger_path: Path, point: str
) -> None:
    code = await asyncio.to_thread(crash, "exits", Market.USDM, ledger_path, practice.ready, point)
    assert code == -signal.SIGKILL
    notices = Notifications()
    async with opened_session(practice.ready, Market.USDM, ledger_path, notices) as session:
        await live(session)
        # One of unknown fate and, for the later point, the stop loss that was sent before it.
        before = int(point[-1]) - 2
        await eventually(lambda: session.exits.doubtful, LIMIT_S)
        assert len(exits(session)) == before
        (watch,) = session.exits.doubtful
        assert watch.doubt is not None
        assert "nobody knows yet" in watch.doubt.reason
        assert any("NOT PROTECTED as planned" in one.text for one in notices.notices)
        # The person knows of it and wants them all the same.
        watch.send_anyway()
        await eventually(lambda: both_rest(session), LIMIT_S)
        assert len(await resting(session)) == 2


async def test_a_plan_goes_on_at_the_next_start_until_its_entry_has_ended(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    first, second, third = Notifications(), Notifications(), Notifications()
    async with opened_session(practice.ready, Market.USDM, ledger_path, first) as session:
        await live(session)
        key = await placed_with_exits(session, at="0.95")
        await eventually(lambda: order(session, key).status is S.NEW)
    assert any("Nobody looks after take profit" in one.text for one in first.notices)
    async with opened_session(practice.ready, Market.USDM, ledger_path, second) as session:
        await live(session)
        assert any("it is looked after again" in one.text for one in second.notices)
        # It fills in this run: its exits are sent as if nothing had been.
        await session.orders.amend(key, Amendment(price=far_above(session)))
        await eventually(lambda: both_rest(session), LIMIT_S)
        assert not session.exits.doubtful
        for one in exits(session):
            await session.orders.cancel(session.orders.store.key_of(one))
        await eventually(lambda: not session.exits.watched, LIMIT_S)
    async with opened_session(practice.ready, Market.USDM, ledger_path, third) as session:
        await live(session)
        assert not session.exits.watched
    assert not any("looked after again" in one.text for one in third.notices)


async def test_exits_of_a_position_that_is_gone_are_not_sent_but_told(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    code = await asyncio.to_thread(
        crash, "exits", Market.USDM, ledger_path, practice.ready, "after FILL"
    )
    assert code == -signal.SIGKILL
    other = ledger_path.with_name("other.sqlite")
    async with opened_session(practice.ready, Market.USDM, other) as elsewhere:
        await live(elsewhere)
        closing = request(elsewhere, Side.SELL, "0.01", reduce_only=True)
        await elsewhere.orders.place(closing, "closed elsewhere", elsewhere.seen())
        await eventually(lambda: not elsewhere.account.held(SYMBOL))
    async with opened_session(practice.ready, Market.USDM, ledger_path) as session:
        await live(session)
        await eventually(lambda: session.exits.doubtful, LIMIT_S)
        (watch,) = session.exits.doubtful
        assert watch.doubt is not None
        assert watch.doubt.reason == "nothing of 0.01 is held"
        assert not watch.doubt.can_send
        assert await resting(session) == []
        session.exits.leave_to_person(watch.plan.key)
        await eventually(lambda: not session.exits.watched)
    async with opened_session(practice.ready, Market.USDM, ledger_path) as session:
        await live(session)
        assert not session.exits.watched
