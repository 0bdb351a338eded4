"""Messages that are broken in every way: the reader lives, books are marked, accounts asked for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Interval
from terminal_app.domain.order_book import OrderBook
from terminal_app.tasks import TaskScope
from terminal_app.venues.account_events import AccountEvent, AccountStreamReady
from terminal_app.venues.base import ConnectionState, Feed, FeedKind
from terminal_app.venues.binance.books import BookKeeper
from terminal_app.venues.binance.depth_sync import DepthSnapshot, continues_spot, continues_usdm
from terminal_app.venues.binance.feeds import FeedHub, FeedTable
from terminal_app.venues.binance.kept_socket import KeptSocket
from terminal_app.venues.binance.line import Line
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.binance.signing import HmacSigner
from terminal_app.venues.binance.spot import mapping as spot
from terminal_app.venues.binance.spot.user_stream import SpotUserStream
from terminal_app.venues.binance.stream import StreamSocket
from terminal_app.venues.binance.usdm import mapping as usdm
from terminal_app.venues.binance.usdm.user_stream import UsdmUserStream
from terminal_app.venues.market_events import (
    BookChanged,
    BookLoaded,
    BookLost,
    MarketEvent,
)
from terminal_app.venues.reconnect import ConnectionBudget
from tests.helpers.broken_frames import broken
from tests.helpers.shared import SHARED

FRAMES = 2000
SYMBOL = "BTCUSDT"
NOWHERE = "ws://127.0.0.1:9"
KLINE = {
    "t": 60000, "T": 119999, "s": SYMBOL, "i": "1m", "f": 1, "L": 9, "o": "10", "c": "11",
    "h": "12", "l": "9", "v": "5", "n": 9, "x": False, "q": "50", "V": "2", "Q": "20", "B": "0",
}  # fmt: skip
TICKER = {
    "e": "24hrTicker", "E": 5, "s": SYMBOL, "p": "1", "P": "1", "w": "1", "x": "1", "c": "11",
    "Q": "1", "b": "10", "B": "1", "a": "11", "A": "1", "o": "10", "h": "12", "l": "9", "v": "5",
    "q": "50", "O": 0, "C": 5, "F": 1, "L": 9, "n": 9,
}  # fmt: skip
BEST = {"e": "bookTicker", "u": 7, "E": 5, "T": 5, "s": SYMBOL, "b": "10", "B": "1", "a": "11",
        "A": "2"}  # fmt: skip
TRADE = {"e": "trade", "E": 5, "s": SYMBOL, "t": 12345, "p": "10", "q": "1", "T": 5, "m": True,
         "M": True}  # fmt: skip
AGGREGATE = {"e": "aggTrade", "E": 5, "s": SYMBOL, "a": 5, "p": "10", "q": "1", "f": 1, "l": 2,
             "T": 5, "m": False}  # fmt: skip
MARK = {"e": "markPriceUpdate", "E": 5, "s": SYMBOL, "p": "10", "P": "10", "i": "10",
        "r": "0.0001", "T": 9}  # fmt: skip
DEPTH = {"e": "depthUpdate", "E": 5, "T": 5, "s": SYMBOL, "U": 101, "u": 105, "pu": 100,
         "b": [["10.5", "2"], ["10.0", "0"]], "a": [["11.5", "3"]]}  # fmt: skip
EVENTS: Mapping[Market, Mapping[FeedKind, Mapping[str, Any]]] = {
    Market.SPOT: {
        FeedKind.TRADES: TRADE,
        FeedKind.BEST: BEST,
        FeedKind.TICKER: TICKER,
        FeedKind.CANDLES: {"e": "kline", "E": 5, "s": SYMBOL, "k": KLINE},
    },
    Market.USDM: {
        FeedKind.TRADES: AGGREGATE,
        FeedKind.BEST: BEST,
        FeedKind.TICKER: TICKER,
        FeedKind.CANDLES: {"e": "kline", "E": 5, "s": SYMBOL, "k": KLINE},
        FeedKind.MARK: MARK,
    },
}
TABLES: Mapping[Market, FeedTable] = {Market.SPOT: spot.FEEDS, Market.USDM: usdm.FEEDS}
MARKETS = pytest.mark.parametrize("market", list(Market))
CASES = [(market, kind) for market, events in EVENTS.items() for kind in events]


def _ignore(state: ConnectionState, reason: str) -> None:
    return


async def _snapshot(symbol: str) -> DepthSnapshot:
    return DepthSnapshot([("10", "1")], [("11", "1")], 100, 0)


class _Feeds:
    """Hold a market's feeds without a network: frames are told as a connection would."""

    def __init__(self, market: Market, scope: TaskScope) -> None:
        table = TABLES[market]
        routes = {rule.route for rule in table.rules.values()} | {table.book_route}
        self.table = table
        self.sockets = {
            route: StreamSocket(route, NOWHERE, _ignore, ConnectionBudget(), spacing_s=0.0)
            for route in routes
        }
        continues = continues_spot if market is Market.SPOT else continues_usdm
        self.hub = FeedHub(table, self.sockets, BookKeeper(scope, continues, _snapshot))

    @property
    def unreadable(self) -> int:
        """Return how many frames could not be read."""
        return sum(socket.quarantine.count for socket in self.sockets.values())

    def tell(self, feed: Feed, frame: bytes) -> None:
        """Tell a frame of a feed."""
        _tell(self.sockets[self.table.stream(feed)[0]], frame)

    def enveloped(self, feed: Feed, event: Any) -> Any:
        return {"stream": self.table.stream(feed)[1], "data": event}


def _tell(socket: KeptSocket, frame: bytes) -> Line:
    line = Line(socket, lambda: None, holds=True)
    line.keep_back(frame)
    line.speak_up()
    return line


@pytest.mark.parametrize(("market", "kind"), CASES)
async def test_a_broken_event_is_put_aside_or_told(
    market: Market, kind: FeedKind, expect_log: Any
) -> None:
    expect_log("a frame was left out")
    random, heard = Random(f"{market} {kind}"), list[MarketEvent]()
    interval = Interval.M1 if kind is FeedKind.CANDLES else None
    feed = Feed(kind, SYMBOL, interval)
    async with TaskScope("test") as scope:
        feeds = _Feeds(market, scope)
        good = feeds.enveloped(feed, EVENTS[market][kind])
        for _ in range(FRAMES):
            leave = feeds.hub.subscribe(feed, heard.append)
            feeds.tell(feed, broken(good, random))
            leave()
        unreadable, known = feeds.unreadable, len(heard)
        assert unreadable > FRAMES / 10
        feeds.hub.subscribe(feed, heard.append)
        feeds.tell(feed, json.dumps(good).encode())
        assert (feeds.unreadable, len(heard)) == (unreadable, known + 1)


@MARKETS
async def test_a_broken_difference_never_leaves_a_book_unmarked(
    market: Market, expect_log: Any
) -> None:
    expect_log("a frame was left out")
    random, feed = Random(f"book of {market}"), Feed(FeedKind.BOOK, SYMBOL)
    async with TaskScope("test") as scope:
        feeds = _Feeds(market, scope)
        first = json.dumps(feeds.enveloped(feed, {**DEPTH, "U": 1, "u": 9, "pu": 0})).encode()
        marked = 0
        for _ in range(FRAMES):
            follower = _Follower()
            leave = feeds.hub.subscribe(feed, follower)
            # The first difference is older than the snapshot, and lets it be fetched at once.
            feeds.tell(feed, first)
            await follower.told.wait()
            before = feeds.unreadable
            feeds.tell(feed, broken(feeds.enveloped(feed, DEPTH), random))
            if feeds.unreadable > before:
                assert isinstance(follower.events[-1], BookLost)
                marked += 1
            else:
                sizes = [
                    level.quantity
                    for side in (follower.book.bids, follower.book.asks)
                    for level in side
                ]
                assert all(size > 0 for size in sizes)
            leave()
        assert marked > FRAMES / 10


class _Follower:
    """Hold a book as its events tell it."""

    def __init__(self) -> None:
        self.book = OrderBook()
        self.events: list[MarketEvent] = []
        self.told = asyncio.Event()

    def __call__(self, event: MarketEvent) -> None:
        self.events.append(event)
        self.told.set()
        if isinstance(event, BookLoaded):
            self.book.load(event.bids, event.asks, event.update_id)
        elif isinstance(event, BookChanged):
            self.book.apply(event.bids, event.asks, event.update_id)


def _account_samples(market: Market) -> Iterator[tuple[str, Any]]:
    folder = SHARED / "fixtures" / ("spot" if market is Market.SPOT else "futures")
    for path in sorted(folder.glob("*.json")):
        value = json.loads(path.read_text(encoding="utf-8"))
        for one in value if isinstance(value, list) else [value]:
            event = one.get("event", one) if isinstance(one, dict) else None
            if isinstance(event, dict) and event.get("e") in ACCOUNT_EVENTS[market]:
                yield event["e"], event


ACCOUNT_EVENTS = {
    Market.SPOT: (
        "executionReport", "outboundAccountPosition", "balanceUpdate", "listStatus",
        "externalLockUpdate",
    ),
    Market.USDM: (
        "ORDER_TRADE_UPDATE", "ACCOUNT_UPDATE", "ALGO_UPDATE", "ACCOUNT_CONFIG_UPDATE",
        "MARGIN_CALL", "CONDITIONAL_ORDER_TRIGGER_REJECT", "TRADE_LITE",
    ),
}  # fmt: skip
ACCOUNT_CASES = [(market, name) for market, names in ACCOUNT_EVENTS.items() for name in names]


def _account_socket(
    market: Market, rest: RestClient, events: list[AccountEvent], signer: HmacSigner
) -> KeptSocket:
    budget = ConnectionBudget()
    if market is Market.SPOT:
        return SpotUserStream(NOWHERE, signer, rest, events.append, _ignore, budget)
    return UsdmUserStream(NOWHERE, rest, events.append, _ignore, budget)


@pytest.mark.parametrize(("market", "name"), ACCOUNT_CASES)
async def test_a_broken_account_event_is_told_or_the_account_is_asked_for(
    market: Market, name: str, expect_log: Any
) -> None:
    samples = [event for kind, event in _account_samples(market) if kind == name]
    if not samples:
        pytest.skip(f"no recorded sample of {name}")
    expect_log("a frame was left out")
    random, events = Random(f"{market} {name}"), list[AccountEvent]()
    signer = HmacSigner("the key", "the secret")
    rest = RestClient(market, "http://127.0.0.1:9", signer)
    socket = _account_socket(market, rest, events, signer)
    for _ in range(FRAMES):
        sample = random.choice(samples)
        wrapped = {"subscriptionId": 0, "event": sample} if market is Market.SPOT else sample
        known, count = len(events), socket.quarantine.count
        line = _tell(socket, broken(wrapped, random))
        if socket.quarantine.count > count:
            assert events[known:][-1:] == [AccountStreamReady()]
        assert not line.given_up or socket.quarantine.count == count
    assert socket.quarantine.count > 0
    assert len(socket.quarantine.frames) == socket.quarantine.frames.maxlen
    await rest.close()
