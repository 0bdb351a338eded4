"""What streams tell arrives once, in order, and never looks live when it is not."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Interval, Side, Trade
from terminal_app.domain.order import OrderStatus
from terminal_app.services.connection import ACCOUNT, MARKET, ORDERS
from terminal_app.services.notifications import Notifications
from terminal_app.services.session import Session
from terminal_app.venues.base import ConnectionState, Feed, FeedKind
from terminal_app.venues.market_events import MarketEvent
from tests.helpers.eventually import eventually
from tests.helpers.fault_proxy import StreamGate
from tests.helpers.markets import MARKETS, WORDS
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient
from tests.helpers.practice_control import Control
from tests.helpers.sessions import (
    ORDER_PATHS,
    SYMBOL,
    live,
    opened_session,
    order,
    own_keys,
    placed,
    request,
)

S = OrderStatus
LINKS = (MARKET, ACCOUNT, ORDERS)
DEAD_LINK_LIMIT_S = 16.0
GAPS = ("event.drop", "event.corrupt")
UNREADABLE = "a frame was left out"


class Watched:
    """Collect what a session was told of trades and links from now on."""

    def __init__(self, session: Session) -> None:
        self.trades: list[int] = []
        self.states: list[tuple[str, ConnectionState]] = []
        self.problems: list[str] = []
        self._session = session
        subscribe = session.venue.market_data.subscribe
        self.leave = subscribe(Feed(FeedKind.TRADES, SYMBOL), self._on_event)
        session.connection.observers.add(self._on_link)
        session.market_data.observers.add(self._on_market)

    def _on_event(self, event: MarketEvent) -> None:
        if isinstance(event, Trade):
            self.trades.append(event.trade_id)

    def _on_link(self, name: object) -> None:
        self.states.append((str(name), self._session.connection.link(str(name)).state))

    def _on_market(self, _: object) -> None:
        problem = self._session.market_data.book_problem
        if problem and problem not in self.problems:
            self.problems.append(problem)


async def called(control: Control, method: str, name: str, **fields: Any) -> Any:
    """Call the control face without holding the loop up."""
    return await asyncio.to_thread(control.call, method, name, **fields)


async def ready(session: Session) -> None:
    """Wait until the symbol is followed and every way to the venue is open."""
    await live(session)
    await eventually(lambda: all(session.connection.link(name).is_live for name in LINKS))


def is_consecutive(trades: list[int]) -> bool:
    """Say whether nothing is missing and nothing is there twice."""
    return all(after == before + 1 for before, after in pairwise(trades))


async def sockets(control: Control) -> int:
    """Return how many sockets the exchange has open."""
    count: int = (await called(control, "POST", "sockets", action="release"))["sockets"]
    return count


async def shut_down(control: Control) -> None:
    """Tell every socket that its server restarts, and wait until others have taken over."""
    before = await sockets(control)
    await called(control, "POST", "server-shutdown")
    async with asyncio.timeout(10):
        counts = [before]
        while counts[-1] > before or max(counts) < 2 * before:
            counts.append(await sockets(control))


@MARKETS
async def test_a_restart_of_the_venues_servers_loses_and_doubles_nothing(
    practice: PracticeProcess, control: Control, ledger_path: Path, market: Market
) -> None:
    async with opened_session(practice.ready, market, ledger_path) as session:
        await ready(session)
        await called(control, "POST", "speed", speed=5)
        watched, keys = Watched(session), list[str]()
        for _ in range(2):
            async with asyncio.TaskGroup() as group:
                restart = group.create_task(shut_down(control))
                while not restart.done():
                    wanted = request(session, Side.BUY, "0.002", at="0.9")
                    keys.append(await placed(session, wanted))
                    await asyncio.sleep(0.05)
        await eventually(lambda: all(order(session, key).status is S.NEW for key in keys))
        watched.leave()
        assert watched.states == []
        assert watched.problems == []
        assert len(watched.trades) > 10
        assert is_consecutive(watched.trades)
        assert own_keys(session) == set(keys)
        assert not session.orders.closed_because


async def test_a_frozen_connection_is_found_and_marked(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    async with (
        StreamGate(practice.ready["futures_stream"]) as gate,
        opened_session(practice.ready, Market.USDM, ledger_path, stream=gate.address) as session,
    ):
        await ready(session)
        frozen = (MARKET, ACCOUNT)
        started_s = time.monotonic()
        gate.shut()
        await eventually(
            lambda: not any(session.connection.link(name).is_live for name in frozen), 20
        )
        assert time.monotonic() - started_s <= DEAD_LINK_LIMIT_S
        assert not session.is_fresh
        gate.open()
        await ready(session)


async def test_a_stream_that_is_alive_and_silent_is_found(
    practice: PracticeProcess, control: Control, ledger_path: Path
) -> None:
    async with opened_session(practice.ready, Market.SPOT, ledger_path) as session:
        await ready(session)
        data = session.market_data
        fault = control.fault("event.drop", stream="btcusdt@depth@100ms", count=1_000_000)
        await eventually(lambda: data.book_problem)
        assert data.book_problem == "its stream is silent"
        assert not session.is_fresh
        assert session.connection.link(MARKET).is_live
        feed = Feed(FeedKind.BOOK, SYMBOL)
        statuses = {status.feed: status for status in session.venue.stream_health().feeds}
        assert statuses[feed].state is ConnectionState.STALE
        assert statuses[Feed(FeedKind.TRADES, SYMBOL)].state is ConnectionState.LIVE
        control.call("DELETE", f"faults/{fault}")
        await eventually(lambda: session.is_fresh)
        statuses = {status.feed: status for status in session.venue.stream_health().feeds}
        assert statuses[feed].state is ConnectionState.LIVE


@MARKETS
async def test_a_book_is_whole_or_marked_whatever_becomes_of_a_frame(
    practice: PracticeProcess,
    control: Control,
    ledger_path: Path,
    expect_log: Any,
    market: Market,
) -> None:
    expect_log(UNREADABLE)
    notices = Notifications()
    async with opened_session(practice.ready, market, ledger_path, notices) as session:
        await ready(session)
        for hook in ("event.drop", "event.corrupt", "event.swap", "event.duplicate"):
            problems = await struck(session, control, hook)
            await equal(session, practice, control)
            assert problems == [] or hook != "event.duplicate"
        (frame,) = session.venue.stream_health().unreadable
        assert frame.raw
        session.streams.look()
        assert any("could not be read" in notice.text for notice in notices.notices)


async def struck(session: Session, control: Control, hook: str) -> list[str]:
    """Break one frame of the book, wait until the book is whole; return what was said of it."""
    watched, book = Watched(session), session.market_data.book
    fault = control.fault(hook, event="depthUpdate", stream="btcusdt@*", count=1)
    await eventually(lambda: fired(control, fault))
    if hook in GAPS:
        await eventually(lambda: watched.problems)
    await eventually(lambda: session.is_fresh)
    known = book.update_id
    await eventually(lambda: book.update_id > known)
    watched.leave()
    return watched.problems


async def equal(session: Session, practice: PracticeProcess, control: Control) -> None:
    """Hold the market still and compare the book with the exchange's."""
    root = ORDER_PATHS[session.market].removesuffix("/order")
    book = session.market_data.book
    await called(control, "POST", "pause")
    async with PracticeClient(practice.ready, WORDS[session.market]) as client:
        depth = await client.get(f"{root}/depth", symbol=SYMBOL, limit=20)
    await eventually(lambda: book.update_id == depth["lastUpdateId"])
    for side, levels in (("bids", book.bids), ("asks", book.asks)):
        shown = [[str(level.price), str(level.quantity)] for level in levels.levels(20)]
        assert shown == depth[side]
    await called(control, "POST", "resume")


def fired(control: Control, fault: int) -> bool:
    """Say whether a fault has struck."""
    (row,) = [row for row in control.call("GET", "faults")["faults"] if row["id"] == fault]
    return bool(row["fired"])


@MARKETS
async def test_an_account_event_that_cannot_be_read_is_asked_for(
    practice: PracticeProcess,
    control: Control,
    ledger_path: Path,
    expect_log: Any,
    market: Market,
) -> None:
    expect_log(UNREADABLE)
    event = "executionReport" if market is Market.SPOT else "ORDER_TRADE_UPDATE"
    async with opened_session(practice.ready, market, ledger_path) as session:
        await ready(session)
        control.fault("event.corrupt", event=event, count=1)
        price = request(session, Side.BUY, "0.002", at="0.9").price
        made = control.call(
            "POST", "actor/order", market=WORDS[market], symbol=SYMBOL, side="BUY", type="LIMIT",
            timeInForce="GTC", quantity="0.002", price=str(price),
        )  # fmt: skip
        await eventually(lambda: session.orders.store.orders)
        (found,) = session.orders.store.orders.values()
        assert found.order_id == made["orderId"]
        assert session.connection.link(ACCOUNT).is_live


async def test_an_expired_listen_key_is_replaced_and_what_was_missed_is_asked_for(
    practice: PracticeProcess, control: Control, ledger_path: Path
) -> None:
    async with opened_session(practice.ready, Market.USDM, ledger_path) as session:
        await ready(session)
        price = request(session, Side.BUY, "0.002", at="0.9").price
        control.call("POST", "actor/expire-listen-key")
        control.call(
            "POST", "actor/order", market="futures", symbol=SYMBOL, side="BUY", type="LIMIT",
            timeInForce="GTC", quantity="0.002", price=str(price),
        )  # fmt: skip
        await eventually(lambda: session.orders.store.orders)
        await ready(session)
        key = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
        await eventually(lambda: order(session, key).status is S.NEW)


async def test_after_a_sleep_everything_is_stale_before_anything_is_shown(
    practice: PracticeProcess, ledger_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened_session(practice.ready, Market.USDM, ledger_path) as session:
        await ready(session)
        watched, wall, slept_s = Watched(session), time.time, 3600.0
        clock = session.venue.clock
        assert clock is not None
        monkeypatch.setattr(time, "time", lambda: wall() + slept_s)
        # Whoever paints first asks first: nothing had a chance to notice before.
        assert not session.is_fresh
        assert not any(session.connection.link(name).is_live for name in LINKS)
        await ready(session)
        assert {name for name, _ in watched.states} == set(LINKS)
        reading = session.venue.clock
        assert reading is not None
        assert abs(reading.offset_ms - clock.offset_ms + slept_s * 1000) < 1000
        key = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
        await eventually(lambda: order(session, key).status is S.NEW)


async def test_a_crossed_book_is_marked_and_fetched_anew(
    practice: PracticeProcess, control: Control, ledger_path: Path
) -> None:
    async with opened_session(practice.ready, Market.SPOT, ledger_path) as session:
        await ready(session)
        watched = Watched(session)
        control.fault(
            "event.edit",
            event="depthUpdate",
            stream="btcusdt@*",
            set={"data.b": [["9999999.00", "1.00000"]]},
            count=1,
        )
        await eventually(lambda: watched.problems)
        assert watched.problems == ["the best bid reaches the best ask"]
        await eventually(lambda: session.is_fresh)
        await equal(session, practice, control)


@MARKETS
async def test_a_break_leaves_no_hole_in_trades_and_candles(
    practice: PracticeProcess, control: Control, ledger_path: Path, market: Market
) -> None:
    interval = Interval.S1 if market is Market.SPOT else Interval.M1
    async with opened_session(practice.ready, market, ledger_path) as session:
        await live(session, interval)
        await called(control, "POST", "speed", speed=20)
        data, bars = session.market_data, session.candles
        await eventually(lambda: data.trade_count > 120)
        for action in ("socket.reset", "socket.half_close"):
            await broken_off(session, control, action)
        await called(control, "POST", "speed", speed=1)
        numbers = [trade.trade_id for trade in data.trades]
        holes = [pair for pair in pairwise(numbers) if pair[1] != pair[0] + 1]
        assert holes == []
        opened = [bar.open_time_ms for bar in bars.candles]
        assert opened == sorted(set(opened))
        assert all(
            after.open_time_ms == before.close_time_ms + 1
            for before, after in pairwise(bars.candles)
        )
        assert all(bar.closed for bar in bars.candles[:-1])


async def broken_off(session: Session, control: Control, action: str) -> None:
    """End the market's connections and wait until trades flow again."""
    data = session.market_data
    known = data.trade_count
    control.call("POST", "sockets", action=action, path="*/stream*")
    await eventually(lambda: not session.connection.link(MARKET).is_live)
    await ready(session)
    await eventually(lambda: data.trade_count > known + 20)
