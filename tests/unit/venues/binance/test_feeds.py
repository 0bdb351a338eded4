"""Feeds to sinks: told once and in order, whichever connection brings them; silence is noticed."""

from __future__ import annotations

import json
import time

from terminal_app.domain.market import BestPrices, Trade
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import ConnectionState, Feed, FeedKind
from terminal_app.venues.binance.books import BookKeeper
from terminal_app.venues.binance.depth_sync import DepthDiff, DepthSnapshot, continues_spot
from terminal_app.venues.binance.feeds import FeedHub
from terminal_app.venues.binance.line import Line
from terminal_app.venues.binance.spot import mapping
from terminal_app.venues.binance.stream import StreamSocket
from terminal_app.venues.market_events import (
    BookChanged,
    BookLoaded,
    BookLost,
    MarketEvent,
)
from terminal_app.venues.reconnect import ConnectionBudget
from tests.helpers.eventually import eventually

SYMBOL = "BTCUSDT"


class _Exchange:
    """Answer snapshots, as many as are asked for."""

    def __init__(self) -> None:
        self.last_id = 10
        self.asked = 0

    async def snapshot(self, symbol: str) -> DepthSnapshot:
        self.asked += 1
        return DepthSnapshot([("10", "1")], [("11", "1")], self.last_id, 0)


def _diff(first: int, last: int) -> DepthDiff:
    return DepthDiff((), (), first, last, first - 1, 0)


def _hub(scope: TaskScope, exchange: _Exchange) -> tuple[FeedHub, StreamSocket]:
    socket = StreamSocket(
        "test", "ws://127.0.0.1:9", lambda state, reason: None, ConnectionBudget(), spacing_s=0.0
    )
    books = BookKeeper(scope, continues_spot, exchange.snapshot)
    return FeedHub(mapping.FEEDS, {"market": socket}, books), socket


def _tell(socket: StreamSocket, *events: dict[str, object]) -> None:
    line = Line(socket, lambda: None, holds=True)
    for event in events:
        kind = "trade" if event["e"] == "trade" else "bookTicker"
        frame = {"stream": f"btcusdt@{kind}", "data": event}
        line.keep_back(json.dumps(frame).encode())
    line.speak_up()


def _trade(number: int) -> dict[str, object]:
    return {"e": "trade", "E": 5, "t": number, "p": "10", "q": "1", "T": 5, "m": True}


def _best(number: int) -> dict[str, object]:
    return {"e": "bookTicker", "u": number, "b": "10", "B": "1", "a": "11", "A": "1"}


async def test_what_was_told_already_is_no_news() -> None:
    heard = list[MarketEvent]()
    async with TaskScope("test") as scope:
        hub, socket = _hub(scope, _Exchange())
        for kind in (FeedKind.TRADES, FeedKind.BEST):
            hub.subscribe(Feed(kind, SYMBOL), heard.append)
        _tell(socket, _trade(4), _trade(5), _best(8), _best(8), _trade(4), _trade(5), _trade(6))
        _tell(socket, _best(7), _best(9))
    assert [event.trade_id for event in heard if isinstance(event, Trade)] == [4, 5, 6]
    assert [event.update_id for event in heard if isinstance(event, BestPrices)] == [8, 9]


async def test_after_a_break_numbers_may_begin_anew() -> None:
    heard = list[MarketEvent]()
    async with TaskScope("test") as scope:
        hub, socket = _hub(scope, _Exchange())
        hub.subscribe(Feed(FeedKind.TRADES, SYMBOL), heard.append)
        _tell(socket, _trade(50))
        hub.on_socket_state("market", ConnectionState.STALE)
        hub.on_socket_state("market", ConnectionState.LIVE)
        _tell(socket, _trade(3))
    assert [event.trade_id for event in heard if isinstance(event, Trade)] == [50, 3]


async def test_a_feed_has_a_state_and_an_age() -> None:
    async with TaskScope("test") as scope:
        hub, socket = _hub(scope, _Exchange())
        hub.subscribe(Feed(FeedKind.TRADES, SYMBOL), lambda event: None)
        (closed,) = hub.statuses()
        assert (closed.state, closed.event_age_s) == (ConnectionState.CLOSED, None)
        socket.state = ConnectionState.LIVE
        hub.on_socket_state("market", ConnectionState.LIVE)
        (waiting,) = hub.statuses()
        assert waiting.state is ConnectionState.CONNECTING
        _tell(socket, _trade(1))
        (live,) = hub.statuses()
        assert live.state is ConnectionState.LIVE
        assert live.event_age_s is not None
        assert live.event_age_s < 5


async def test_a_book_that_stands_still_is_compared_with_the_venues() -> None:
    exchange, events = _Exchange(), list[MarketEvent]()
    async with TaskScope("test") as scope:
        books = BookKeeper(scope, continues_spot, exchange.snapshot)
        on_diff = books.keep(SYMBOL, events.append)
        on_diff(_diff(5, 9))
        await eventually(lambda: any(isinstance(event, BookLoaded) for event in events))
        assert not await books.is_behind(SYMBOL)
        exchange.last_id = 20
        assert await books.is_behind(SYMBOL)
        on_diff(_diff(11, 20))
        assert not await books.is_behind(SYMBOL)
        assert isinstance(events[-1], BookChanged)


async def test_a_silent_book_stays_marked_until_it_is_told_of() -> None:
    exchange, events = _Exchange(), list[MarketEvent]()
    async with TaskScope("test") as scope:
        books = BookKeeper(scope, continues_spot, exchange.snapshot)
        on_diff = books.keep(SYMBOL, events.append)
        on_diff(_diff(5, 9))
        await eventually(lambda: events)
        books.lose(SYMBOL, "silent", is_silent=True)
        books.lose(SYMBOL, "silent", is_silent=True)
        assert events[-1] == BookLost("silent")
        # Another book that nobody tells of is fetched after a while: this one is not.
        other = list[MarketEvent]()
        books.keep("ETHUSDT", other.append)
        books.load_again("ETHUSDT")
        await eventually(lambda: other)
        books.lose("ETHUSDT", "crossed")
        await eventually(lambda: len(other) == 3)
        assert events[-1] == BookLost("silent")
        assert len(events) == 2
        on_diff(_diff(10, 12))
        await eventually(lambda: isinstance(events[-1], BookChanged))


async def test_a_book_that_is_lost_again_and_again_is_fetched_ever_more_seldom() -> None:
    exchange, events = _Exchange(), list[MarketEvent]()
    async with TaskScope("test") as scope:
        books = BookKeeper(scope, continues_spot, exchange.snapshot)
        on_diff = books.keep(SYMBOL, events.append)
        started_s = time.monotonic()
        on_diff(_diff(5, 9))

        def lose_again() -> bool:
            if isinstance(events[-1:][0] if events else None, BookLoaded):
                books.lose(SYMBOL, "crossed")
            return exchange.asked >= 4

        await eventually(lose_again)
        # Pauses of 0.25 and 0.5 s at least lie between the second and the fourth.
        assert exchange.asked == 4
        assert time.monotonic() - started_s > 0.7
