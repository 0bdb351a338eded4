"""A person's own rules, panic and the dead-man switch, against the practice exchange."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.domain.order_request import Amendment
from terminal_app.domain.safety import AGAIN, SafetyRules
from terminal_app.errors import InvalidOrder, NeedsYes, NotConnected
from terminal_app.services.order_entry import closing_request
from terminal_app.services.safety.daily_loss import UNLOCK_WORD
from terminal_app.services.safety.panic_report import LineState
from terminal_app.services.session import Session
from tests.helpers.eventually import eventually
from tests.helpers.practice import PracticeProcess
from tests.helpers.sessions import SYMBOL, live, opened_session, order, placed, request

WAIT_S = 30.0


async def filled(session: Session, side: Side, size: str) -> None:
    """Trade at market and wait until it is filled."""
    key = await placed(session, request(session, side, size))
    await eventually(lambda: order(session, key).status is OrderStatus.FILLED, WAIT_S)


async def flat(session: Session) -> None:
    """Close what is held, whatever rules hold."""
    for position in list(session.account.positions.values()):
        await session.orders.place(closing_request(position), uuid4().hex, session.seen())
    await eventually(lambda: not session.account.positions, WAIT_S)


async def test_limits_hold_in_every_way_an_order_can_leave(
    practice: PracticeProcess, tmp_path: Path
) -> None:
    async with opened_session(practice.ready, Market.USDM, tmp_path / "ledger.sqlite") as session:
        await live(session)
        guard, orders = session.safety.guard, session.orders
        resting = await placed(session, request(session, Side.BUY, "0.01", at="0.98"))
        await eventually(lambda: order(session, resting).status is OrderStatus.NEW, WAIT_S)
        guard.set_rules(SafetyRules(most_quantity={SYMBOL: Decimal("0.02")}, duplicate_ms=60_000))
        large = request(session, Side.BUY, "0.03", at="0.98")
        with pytest.raises(InvalidOrder, match=r"your limit for one order of BTCUSDT is 0\.02 BTC"):
            await orders.place(large, uuid4().hex, session.seen())
        with pytest.raises(InvalidOrder, match="your limit"):
            await orders.replace(resting, large, uuid4().hex, session.seen())
        with pytest.raises(InvalidOrder, match="your limit"):
            await orders.amend(resting, Amendment(quantity=Decimal("0.03")))
        small = request(session, Side.BUY, "0.02", at="0.98")
        await orders.place(small, uuid4().hex, session.seen())
        with pytest.raises(NeedsYes, match="the very same order was taken"):
            await orders.place(small, uuid4().hex, session.seen())
        await orders.place(small, uuid4().hex, session.seen(), (AGAIN,))
        assert len(session.orders.store.working()) == 3
        await orders.cancel_all(SYMBOL)
        await eventually(lambda: not session.orders.store.working(), WAIT_S)


async def test_panic_cancels_first_then_closes_even_while_the_account_is_not_told(
    practice: PracticeProcess, tmp_path: Path
) -> None:
    async with opened_session(practice.ready, Market.USDM, tmp_path / "ledger.sqlite") as session:
        await live(session)
        await filled(session, Side.BUY, "0.05")
        for share in ("0.98", "0.97"):
            await placed(session, request(session, Side.BUY, "0.01", at=share))
        await eventually(lambda: session.account.held(SYMBOL) == Decimal("0.05"), WAIT_S)
        # As when the account's events are lost: no new risk is taken, but a way out is.
        session.reconciliation.lose_touch()
        buying = request(session, Side.BUY, "0.01")
        with pytest.raises(NotConnected, match="being compared"):
            await session.orders.place(buying, uuid4().hex, session.seen())
        report = session.safety.panic.begin()
        await session.safety.panic.run(report)
        states = [(line.what.split()[0], line.state) for line in report.lines.values()]
        done = LineState.DONE
        assert states == [("Cancel", done), ("Cancel", done), ("Close", done)]
        assert (report.is_clean, report.is_running) == (True, False)
        closing = list(session.orders.store.orders.values())[-1]
        assert (closing.reduce_only, closing.status) == (True, OrderStatus.FILLED)
        execution = session.orders.fate.execution
        assert await execution.open_orders() == []
        snapshot = await execution.account()
        assert all(position.is_flat for position in snapshot.positions)
        again = session.safety.panic.begin()
        await session.safety.panic.run(again)
        assert again.summary.endswith("nothing to cancel and nothing to close.")


async def test_a_daily_loss_locks_new_risk_lets_out_and_outlives_a_restart(
    practice: PracticeProcess, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.sqlite"
    rules = SafetyRules(most_daily_loss=Decimal("0.01"))
    async with opened_session(practice.ready, Market.USDM, path) as session:
        await live(session)
        loss = session.safety.loss
        await filled(session, Side.BUY, "0.05")
        await eventually(lambda: session.account.held(SYMBOL) == Decimal("0.05"), WAIT_S)
        session.safety.guard.set_rules(rules)
        # The fee of opening alone is more than that.
        await eventually(lambda: loss.lock.is_locked, WAIT_S)
        assert loss.result.total < Decimal("-0.01")
        with pytest.raises(InvalidOrder, match="your daily loss lock is closed") as refused:
            await placed(session, request(session, Side.BUY, "0.01"))
        assert refused.value.field == "Daily loss"
        await flat(session)
        session.safety.guard.set_rules(replace(rules, most_daily_loss=None))
        assert loss.lock.is_locked
    async with opened_session(practice.ready, Market.USDM, path) as session:
        await live(session)
        loss = session.safety.loss
        assert loss.lock.is_locked
        with pytest.raises(InvalidOrder, match="your daily loss lock is closed"):
            await placed(session, request(session, Side.BUY, "0.01"))
        assert not loss.unlock("unlock")
        assert loss.unlock(UNLOCK_WORD)
        session.safety.guard.set_rules(rules)
        assert not loss.lock.is_locked
        await filled(session, Side.BUY, "0.01")
        # As much again closes it anew, and the way out stays open.
        await eventually(lambda: loss.lock.is_locked, WAIT_S)
        await flat(session)


async def test_the_exchange_cancels_when_the_countdown_ends(
    practice: PracticeProcess, tmp_path: Path
) -> None:
    async with opened_session(practice.ready, Market.USDM, tmp_path / "ledger.sqlite") as session:
        await live(session)
        switch = session.safety.dead_man
        switch.switch(True)
        assert (switch.is_offered, switch.covered, switch.seconds_left) == (True, (), None)
        key = await placed(session, request(session, Side.BUY, "0.01", at="0.98"))
        await eventually(lambda: switch.covered == (SYMBOL,), WAIT_S)
        assert 100 < (switch.seconds_left or 0) <= 120
        await session.orders.cancel(key)
        # Nothing rests any more: nothing has to be watched.
        await eventually(lambda: switch.covered == (), WAIT_S)
        switch.switch(False)
        key = await placed(session, request(session, Side.BUY, "0.01", at="0.98"))
        await eventually(lambda: order(session, key).status is OrderStatus.NEW, WAIT_S)
        assert session.venue.settings is not None
        await session.venue.settings.cancel_all_after(SYMBOL, 300)
        await eventually(lambda: order(session, key).status.is_final, WAIT_S)
        assert order(session, key).status is OrderStatus.CANCELED


async def test_spot_has_no_such_switch_and_panic_keeps_what_is_held(
    practice: PracticeProcess, tmp_path: Path
) -> None:
    async with opened_session(practice.ready, Market.SPOT, tmp_path / "ledger.sqlite") as session:
        await live(session)
        session.safety.dead_man.switch(True)
        assert not session.safety.dead_man.is_on
        await placed(session, request(session, Side.BUY, "0.01", at="0.98"))
        report = session.safety.panic.begin(SYMBOL)
        await session.safety.panic.run(report)
        states = [line.state for line in report.lines.values()]
        assert states == [LineState.DONE, LineState.KEPT]
        assert report.is_clean


async def test_panic_in_one_spot_symbol_sells_what_is_free_of_it_where_that_was_chosen(
    practice: PracticeProcess, tmp_path: Path
) -> None:
    async with opened_session(practice.ready, Market.SPOT, tmp_path / "ledger.sqlite") as session:
        await live(session)
        await filled(session, Side.BUY, "0.02")
        await eventually(lambda: bool(session.account.available("BTC")), WAIT_S)
        # In all symbols nothing is sold, whatever was chosen.
        everything = session.safety.panic.begin(sells=True)
        await session.safety.panic.run(everything)
        assert [line.state for line in everything.lines.values()] == [LineState.KEPT]
        # What an order locks is free once it was cancelled.
        resting = await placed(session, request(session, Side.SELL, "0.01", at="1.02"))
        await eventually(lambda: order(session, resting).status is OrderStatus.NEW, WAIT_S)
        report = session.safety.panic.begin(SYMBOL, sells=True)
        await session.safety.panic.run(report)
        cancelled, sold = report.lines.values()
        assert (cancelled.state, sold.state) == (LineState.DONE, LineState.DONE)
        assert sold.what.startswith("Sell ")
        execution = session.orders.fate.execution
        assert await execution.open_orders() == []
        step = session.instruments[SYMBOL].step_size
        balances = (await execution.account()).balances
        assert not [one for one in balances if one.asset == "BTC" and one.total >= step]
