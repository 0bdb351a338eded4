"""Limits and bans over real sockets: nothing is asked before its time, cancels go first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Interval, Side
from terminal_app.domain.order import OrderStatus
from terminal_app.domain.order_request import OrderRef
from terminal_app.errors import NotConnected, Trouble
from terminal_app.services.connection import MARKET
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.session import Session
from terminal_app.tasks import TaskScope
from terminal_app.venues.traffic import LimitUse
from tests.helpers.eventually import eventually
from tests.helpers.fault_proxy import FaultProxy
from tests.helpers.markets import MARKETS, WORDS
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_control import Control
from tests.helpers.sessions import SYMBOL, live, opened_session, order, placed, request

S = OrderStatus
BAN_S = 3
# Long enough to open another session meanwhile.
LONG_BAN_S = 7
KLINES = "/api/v3/klines"


def banned(session: Session) -> bool:
    """Say whether the venue has banned us and that goes on."""
    return session.venue.traffic.figures().is_banned


def waits_s(session: Session) -> float:
    """Return for how long nothing may be asked."""
    return session.venue.traffic.figures().pause_s


async def run_into(session: Session) -> None:
    """Ask for something until the exchange says that it has banned us."""
    await session.orders.place(request(session, Side.BUY, "0.002", at="0.9"), "press", {})
    await eventually(lambda: banned(session))


async def quiet(session: Session, proxy: FaultProxy) -> int:
    """Return how much was asked, once what was on its way in that moment has arrived."""
    told_s = waits_s(session)
    await eventually(lambda: waits_s(session) < told_s - 0.5)
    return len(proxy.requests)


async def asked_during(goes_on: Callable[[], bool], proxy: FaultProxy) -> int:
    """Return how much was asked by the last moment at which something still went on."""
    asked = len(proxy.requests)

    def is_over() -> bool:
        nonlocal asked
        if goes_on():
            asked = len(proxy.requests)
            return False
        return True

    await eventually(is_over)
    return asked


@MARKETS
async def test_a_ban_halts_everything_and_trading_until_it_is_reviewed(
    practice: PracticeProcess,
    control: Control,
    ledger_path: Path,
    market: Market,
    expect_log: object,
) -> None:
    assert callable(expect_log)
    expect_log(r"HTTP 418: no requests for \d s")
    notices = Notifications()
    async with (
        FaultProxy(practice.ready[f"{WORDS[market]}_rest"]) as proxy,
        opened_session(practice.ready, market, ledger_path, notices, rest=proxy.address) as session,
    ):
        await live(session)
        control.call("POST", "ban", market=WORDS[market], seconds=BAN_S)
        await run_into(session)
        asked = await quiet(session, proxy)
        assert "banned this address" in session.orders.closed_because
        told = [one for one in notices.notices if "until you review" in one.text]
        assert [(one.severity, one.count) for one in told] == [(Severity.DANGER, 1)]
        for key in list(session.orders.store.orders):
            await session.orders.cancel(key)
        with pytest.raises(NotConnected, match="banned this address"):
            await session.orders.place(request(session, Side.BUY, "0.002", at="0.9"), "next", {})
        # The first who waited asks in the very moment it is over.
        assert await asked_during(lambda: banned(session), proxy) == asked
        # It is over, and still nothing is traded: the person has not looked at it.
        assert "until you have reviewed" in session.orders.closed_because
        session.orders.bans.review()
        await live(session)
        key = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
        await eventually(lambda: order(session, key).status is S.NEW)
        assert session.venue.traffic.figures().troubles[Trouble.BANNED] >= 1


async def test_a_ban_outlives_a_restart_and_so_does_its_review(
    practice: PracticeProcess, control: Control, ledger_path: Path, expect_log: object
) -> None:
    assert callable(expect_log)
    expect_log(r"HTTP 418: no requests for \d s")
    async with opened_session(practice.ready, Market.SPOT, ledger_path) as session:
        await live(session)
        control.call("POST", "ban", market="spot", seconds=LONG_BAN_S)
        await run_into(session)
    async with (
        FaultProxy(practice.ready["spot_rest"]) as proxy,
        opened_session(practice.ready, Market.SPOT, ledger_path, rest=proxy.address) as session,
    ):
        assert banned(session)
        assert "has banned" in session.orders.closed_because
        session.orders.bans.review()
        await eventually(lambda: bool(proxy.requests), LONG_BAN_S + 10)
        assert not banned(session)
        await live(session)
    async with opened_session(practice.ready, Market.SPOT, ledger_path) as session:
        assert not session.orders.bans.needs_review
        await live(session)


async def test_a_handshake_that_tells_of_a_ban_binds_everything(
    practice: PracticeProcess, control: Control, ledger_path: Path, expect_log: object
) -> None:
    assert callable(expect_log)
    expect_log(r"HTTP 418: no requests for \d s")
    async with opened_session(practice.ready, Market.SPOT, ledger_path) as session:
        await live(session)
        control.call("POST", "ban", market="spot", seconds=BAN_S)
        control.call("POST", "sockets", market="spot", action="socket.reset")
        await eventually(lambda: banned(session))
        assert "has banned this address" in session.orders.closed_because
        assert not session.connection.link(MARKET).is_live
        assert session.venue.traffic.figures().lost_connections >= 3


@MARKETS
async def test_nothing_is_asked_before_the_time_a_429_names(
    practice: PracticeProcess,
    control: Control,
    ledger_path: Path,
    market: Market,
    expect_log: object,
) -> None:
    assert callable(expect_log)
    expect_log("HTTP 429: no requests for 2 s")
    async with (
        FaultProxy(practice.ready[f"{WORDS[market]}_rest"]) as proxy,
        opened_session(practice.ready, market, ledger_path, rest=proxy.address) as session,
    ):
        await live(session)
        fields = {"status": 429, "code": -1003, "msg": "Too many requests", "retry_after": 2}
        # Nobody but the test asks for an order here.
        control.fault(
            "reply.error", market=WORDS[market], method="GET", path="*/order", count=1, **fields
        )
        ask, execution = session.venue.market_data.candles, session.venue.execution
        assert execution is not None
        refused = await execution.query(OrderRef(SYMBOL, 1, "nobody"))
        assert "Too many requests" in refused.message
        asked = await quiet(session, proxy)
        # History waits for its turn; a cancel is told at once that it was not sent.
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(ask(SYMBOL, Interval.M1, limit=1, end_ms=2 * 10**12))
            assert await asked_during(lambda: waits_s(session) > 0, proxy) == asked
            assert not session.orders.closed_because
            await waiting
        assert len(proxy.requests) > asked


async def test_cancels_and_orders_pass_reads_that_wait(ledger_path: Path) -> None:
    with PracticeProcess(seed=11, limit_factor=0.1) as practice:
        async with (
            FaultProxy(practice.ready["spot_rest"]) as proxy,
            opened_session(practice.ready, Market.SPOT, ledger_path, rest=proxy.address) as session,
        ):
            await live(session)
            assert _weight(session).limit == 600
            async with TaskScope("reads") as reads:
                for _ in range(400):
                    reads.spawn(_read_old_candle(session), "read")
                # Half of the window is for history: what remains waits for the next one.
                await eventually(lambda: _weight(session).used >= 299)
                key = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
                await eventually(lambda: order(session, key).status is S.NEW)
                await session.orders.cancel(key)
                await eventually(lambda: order(session, key).status is S.CANCELED)
            # At most one window followed the first meanwhile: the rest never left.
            assert proxy.count("GET", KLINES) <= 300


async def test_new_orders_end_before_the_venue_refuses_them(ledger_path: Path) -> None:
    with PracticeProcess(seed=11, limit_factor=0.1) as practice:
        async with opened_session(practice.ready, Market.SPOT, ledger_path) as session:
            await live(session)
            keys = [
                await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
                for _ in range(40)
            ]
            sent = [key for key in keys if order(session, key).status is not S.NOT_SENT]
            await eventually(
                lambda: all(order(session, key).status in (S.NEW, S.NOT_SENT) for key in keys)
            )
            left = [key for key in keys if order(session, key).status is S.NOT_SENT]
            # 9 of 10 orders in 10 s, and a window or three meanwhile.
            assert len(left) >= 4
            assert len(sent) >= 9
            assert all("wait" in order(session, key).reason for key in left)
            for key in keys:
                if order(session, key).status is S.NEW:
                    await session.orders.cancel(key)
            await eventually(lambda: all(order(session, key).status.is_final for key in keys))
            assert Trouble.RATE_LIMITED not in session.venue.traffic.figures().troubles


async def _read_old_candle(session: Session) -> None:
    await session.venue.market_data.candles(SYMBOL, Interval.M1, limit=1, end_ms=2 * 10**12)


def _weight(session: Session) -> LimitUse:
    limits = session.venue.traffic.figures().limits
    return next(one for one in limits if one.name == "weight")
