"""Plans over the real exchange: exits as far as an entry filled, ranges one by one, policies."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from terminal_app.domain.exits import Exits
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import Amendment, OrderType, TimeInForce
from terminal_app.domain.policy import TimeOut
from terminal_app.domain.scaled import Scale
from terminal_app.domain.sizing import walk_book
from terminal_app.services.notifications import Notifications
from terminal_app.services.order_entry import OrderDraft
from terminal_app.services.order_moves import moved_request
from terminal_app.services.order_plan import OrderPlan, TicketDraft, planner
from terminal_app.services.order_plans import Progress, carry_out, looked_after, rehearse
from terminal_app.services.session import Session
from tests.helpers.eventually import eventually
from tests.helpers.markets import MARKETS
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_control import Control
from tests.helpers.sessions import (
    SYMBOL,
    live,
    opened_session,
    order,
    own_keys,
    placed,
    placed_with_exits,
    request,
)

S = OrderStatus
D = Decimal
# Enough to take several levels of the book, and within the margin of the first account.
LARGE, LONG_S = D("2"), 30.0
BUY = OrderDraft(Side.BUY, OrderType.MARKET, None, D("0.01"), False, TimeInForce.GTC, False)


def price(session: Session, share: str) -> Decimal:
    """Return a legal price: a share of the best ask."""
    best = session.market_data.book.asks.best()
    assert best is not None
    return session.instruments[SYMBOL].price.nearest(best.price * D(share))


async def still(session: Session) -> None:
    """Wait until a paused market tells nothing any more."""
    seen, since_s = -1, time.monotonic()

    def is_still() -> bool:
        nonlocal seen, since_s
        if session.market_data.book.time_ms != seen:
            seen, since_s = session.market_data.book.time_ms, time.monotonic()
        return time.monotonic() - since_s > 0.3

    await eventually(is_still)


async def sent(session: Session, plan: OrderPlan, action_id: str = "action") -> Progress:
    """Carry a plan out."""
    progress = Progress(session.orders.store, plan.requests)
    await carry_out(session, plan, progress, action_id, session.seen())
    return progress


def others(session: Session, progress: Progress) -> list[Order]:
    """Return the orders placed here besides those of a plan, oldest first."""
    keys = others_of(session, progress)
    return [each for key, each in session.orders.store.orders.items() if key in keys]


def others_of(session: Session, progress: Progress) -> set[str]:
    """Return the keys of the orders placed here besides those of a plan."""
    return own_keys(session) - set(progress.keys)


@MARKETS
async def test_exits_close_what_has_filled_and_one_ends_the_other(
    practice: PracticeProcess, control: Control, ledger_path: Path, market: Market
) -> None:
    async with opened_session(practice.ready, market, ledger_path) as session:
        instrument = await live(session)
        # From now on only own orders move the market.
        control.call("POST", "pause")
        await still(session)
        reached = walk_book(session.market_data.book.asks, LARGE)
        assert reached is not None
        above = price(session, "1") + instrument.tick_size
        exits = Exits(max(reached.worst_price, above), price(session, "0.9"))
        progress = await sent(session, planner(session, instrument).plan(TicketDraft(BUY, exits)))
        await eventually(lambda: len(others_of(session, progress)) == 2)
        await eventually(lambda: {each.status for each in others(session, progress)} == {S.NEW})
        (entry,) = (each for each in progress.orders() if each is not None)
        for each in others(session, progress):
            assert each.side is Side.SELL
            assert D("0.009") <= each.quantity <= entry.executed_quantity
            assert each.reduce_only is (market is Market.USDM)
        exit_keys = others_of(session, progress)
        if market is Market.USDM:
            # Large enough to take the price to the take profit.
            await placed(session, request(session, Side.BUY, f"{LARGE}"))
            # A paused exchange looks at no trigger.
            control.call("POST", "resume")
            ended = {S.FILLED, S.CANCELED}
            await eventually(
                lambda: {order(session, key).status for key in exit_keys} == ended, LONG_S
            )
        await eventually(lambda: not session.exits.watched)


async def test_a_range_stops_at_the_first_order_that_is_refused(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    async with opened_session(practice.ready, Market.SPOT, ledger_path) as session:
        instrument = await live(session)
        draft = replace(BUY, type=OrderType.LIMIT, size=D("0.25"))
        scale = Scale(price(session, "0.96"), price(session, "0.92"), D(5))
        plan = planner(session, instrument).plan(TicketDraft(draft, scale=scale))
        progress = await sent(session, plan)
        known = [each.status if each is not None else None for each in progress.orders()]
        refused = known.index(S.REJECTED)
        assert set(known[:refused]) == {S.NEW}
        assert set(known[refused + 1 :]) == {None}
        assert progress.stopped_because == f"order {refused + 1} is rejected"
        assert len(own_keys(session)) == refused + 1


@MARKETS
async def test_a_dry_run_tests_every_order_and_sends_none(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    async with opened_session(practice.ready, market, ledger_path) as session:
        instrument = await live(session)
        draft = replace(BUY, type=OrderType.LIMIT, size=D("0.03"))
        scale = Scale(price(session, "0.96"), price(session, "0.95"), D(3))
        plan = planner(session, instrument).plan(TicketDraft(draft, scale=scale))
        found = await rehearse(session.dry_run, plan, session.seen())
        assert [each.sentence.split(". ")[-1] for each in found] == [
            "The exchange's test accepts it."
        ] * 3
        assert own_keys(session) == set()


async def test_an_entry_left_without_its_exits_is_told(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    notices = Notifications()
    async with opened_session(practice.ready, Market.USDM, ledger_path, notices) as session:
        instrument = await live(session)
        draft = replace(BUY, type=OrderType.LIMIT, price=price(session, "0.9"))
        plan = planner(session, instrument).plan(
            TicketDraft(draft, Exits(stop_loss=price(session, "0.8")), policy=TimeOut(60))
        )
        progress = await sent(session, plan)
        await eventually(lambda: order(session, progress.keys[0]).status is S.NEW)
        assert session.policies.running == {progress.keys[0]: TimeOut(60)}
        assert list(session.exits.watched) == progress.keys
        words = looked_after(session)[progress.keys[0]]
        assert words.startswith("cancel after 60 s: nothing done yet; stop loss ")
        await session.orders.cancel(progress.keys[0])
        await eventually(lambda: not session.exits.watched)
        assert others_of(session, progress) == set()
        again = await sent(session, replace(plan, policy=None), "another action")
        await eventually(lambda: order(session, again.keys[0]).status is S.NEW)
    assert any("Nobody looks after stop loss" in notice.text for notice in notices.notices)


async def test_exits_end_with_the_position_they_were_for(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    async with opened_session(practice.ready, Market.USDM, ledger_path) as session:
        instrument = await live(session)
        exits = Exits(price(session, "1.1"), price(session, "0.9"))
        progress = await sent(session, planner(session, instrument).plan(TicketDraft(BUY, exits)))
        await eventually(lambda: len(others(session, progress)) == 2)
        await eventually(lambda: session.account.held(SYMBOL) == D("0.01"))
        exit_keys = others_of(session, progress)
        await eventually(lambda: {order(session, key).status for key in exit_keys} == {S.NEW})
        await placed(session, request(session, Side.SELL, "0.01", reduce_only=True))
        await eventually(
            lambda: {order(session, key).status for key in exit_keys} == {S.CANCELED}, LONG_S
        )
        await eventually(lambda: not session.exits.watched)


async def test_exits_stay_with_an_order_that_replaces_an_entry_or_an_exit(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    async with opened_session(practice.ready, Market.USDM, ledger_path) as session:
        await live(session)
        entry = await placed_with_exits(session, at="0.95")
        await eventually(lambda: order(session, entry).status is S.NEW)
        nearer = request(session, Side.BUY, "0.01", at="0.96")
        other = await session.orders.replace(entry, nearer, "nearer", session.seen())
        await eventually(lambda: list(session.exits.watched) == [other])
        await session.orders.amend(other, Amendment(price=price(session, "1.01")))
        await eventually(lambda: len(session.exits.watched[other].plan.keys) == 2)
        keys = session.exits.watched[other].plan.keys
        await eventually(lambda: {order(session, key).status for key in keys} == {S.NEW})
        # The stop loss is moved: the take profit still ends it, and the position both.
        (stop,) = [key for key in keys if order(session, key).type is OrderType.STOP_MARKET]
        moved = moved_request(order(session, stop), price(session, "0.9"))
        new_stop = await session.orders.replace(stop, moved, "moved", session.seen())
        await eventually(lambda: order(session, new_stop).status is S.NEW)
        assert not session.exits.doubtful
    async with opened_session(practice.ready, Market.USDM, ledger_path) as session:
        await live(session)
        (watch,) = session.exits.watched.values()
        assert new_stop in watch.plan.keys
        await placed(session, request(session, Side.SELL, "0.01", reduce_only=True))
        await eventually(lambda: order(session, new_stop).status is S.CANCELED, LONG_S)
        await eventually(lambda: not session.exits.watched)
