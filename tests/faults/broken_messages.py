"""Messages that are broken in every way: the reader lives, books are marked, accounts asked for.

Each piece takes a seed and says in sentences what did not hold.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Interval
from terminal_app.domain.order_book import OrderBook
from terminal_app.tasks import TaskScope
from terminal_app.venues.account_events import AccountEvent, AccountStreamReady
from terminal_app.venues.base import Feed, FeedKind
from terminal_app.venues.binance.depth_sync import DepthSnapshot
from terminal_app.venues.binance.kept_socket import KeptSocket
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.binance.signing import HmacSigner
from terminal_app.venues.binance.spot.user_stream import SpotUserStream
from terminal_app.venues.binance.usdm.user_stream import UsdmUserStream
from terminal_app.venues.market_events import BookChanged, BookLoaded, BookLost, MarketEvent
from terminal_app.venues.reconnect import ConnectionBudget
from tests.faults.feeds import NOWHERE, SYMBOL, Feeds, ignore, tell
from tests.helpers.broken_frames import broken
from tests.helpers.shared import SHARED

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
CASES = [(market, kind) for market, events in EVENTS.items() for kind in events]
ACCOUNT_CASES = [(market, name) for market, names in ACCOUNT_EVENTS.items() for name in names]


async def _snapshot(symbol: str) -> DepthSnapshot:
    return DepthSnapshot([("10", "1")], [("11", "1")], 100, 0)


async def break_events(market: Market, kind: FeedKind, seed: int, frames: int) -> list[str]:
    """Tell a feed so many broken events, each of them put aside or told, then a good one."""
    random, heard = Random(f"{market} {kind} {seed}"), list[MarketEvent]()
    interval = Interval.M1 if kind is FeedKind.CANDLES else None
    feed = Feed(kind, SYMBOL, interval)
    async with TaskScope("broken events") as scope:
        feeds = Feeds(market, scope, _snapshot)
        good = feeds.enveloped(feed, EVENTS[market][kind])
        for _ in range(frames):
            leave = feeds.hub.subscribe(feed, heard.append)
            feeds.tell(feed, broken(good, random))
            leave()
        unreadable, known = feeds.unreadable, len(heard)
        feeds.hub.subscribe(feed, heard.append)
        feeds.tell(feed, json.dumps(good).encode())
        if unreadable <= frames / 10:
            return [f"only {unreadable} of {frames} were put aside"]
        if (feeds.unreadable, len(heard)) != (unreadable, known + 1):
            return ["a good event after the broken ones was not told"]
    return []


async def break_books(market: Market, seed: int, frames: int) -> list[str]:
    """Tell a book so many broken differences, each of a book of its own."""
    random, feed = Random(f"book of {market} {seed}"), Feed(FeedKind.BOOK, SYMBOL)
    wrong: list[str] = []
    async with TaskScope("broken books") as scope:
        feeds = Feeds(market, scope, _snapshot)
        first = json.dumps(feeds.enveloped(feed, {**DEPTH, "U": 1, "u": 9, "pu": 0})).encode()
        marked = 0
        for number in range(frames):
            follower = _Follower()
            leave = feeds.hub.subscribe(feed, follower)
            # The first difference is older than the snapshot, and lets it be fetched at once.
            feeds.tell(feed, first)
            await follower.told.wait()
            before = feeds.unreadable
            feeds.tell(feed, broken(feeds.enveloped(feed, DEPTH), random))
            is_marked = isinstance(follower.events[-1], BookLost)
            if feeds.unreadable > before:
                marked += 1
                if not is_marked:
                    wrong.append(f"frame {number} was put aside and the book is not marked")
            elif not follower.has_only_sizes:
                wrong.append(f"frame {number} left a level without a size")
            leave()
    return wrong if marked > frames / 10 else [*wrong, f"only {marked} of {frames} were put aside"]


class _Follower:
    """Hold a book as its events tell it."""

    def __init__(self) -> None:
        self.book = OrderBook()
        self.events: list[MarketEvent] = []
        self.told = asyncio.Event()

    @property
    def has_only_sizes(self) -> bool:
        sides = (self.book.bids, self.book.asks)
        return all(level.quantity > 0 for side in sides for level in side)

    def __call__(self, event: MarketEvent) -> None:
        self.events.append(event)
        self.told.set()
        if isinstance(event, BookLoaded):
            self.book.load(event.bids, event.asks, event.update_id)
        elif isinstance(event, BookChanged):
            self.book.apply(event.bids, event.asks, event.update_id)


def account_samples(market: Market, name: str) -> list[Any]:
    """Return the recorded account events of a name."""
    return [event for kind, event in _account_samples(market) if kind == name]


def _account_samples(market: Market) -> Iterator[tuple[str, Any]]:
    folder = SHARED / "fixtures" / ("spot" if market is Market.SPOT else "futures")
    for path in sorted(folder.glob("*.json")):
        value = json.loads(path.read_text(encoding="utf-8"))
        for one in value if isinstance(value, list) else [value]:
            event = one.get("event", one) if isinstance(one, dict) else None
            if isinstance(event, dict) and event.get("e") in ACCOUNT_EVENTS[market]:
                yield event["e"], event


def _account_socket(
    market: Market, rest: RestClient, events: list[AccountEvent], signer: HmacSigner
) -> KeptSocket:
    budget = ConnectionBudget()
    if market is Market.SPOT:
        return SpotUserStream(NOWHERE, signer, rest, events.append, ignore, budget)
    return UsdmUserStream(NOWHERE, rest, events.append, ignore, budget)


async def break_account_events(market: Market, name: str, seed: int, frames: int) -> list[str]:
    """Tell so many broken events of an account: one put aside lets the account be asked for."""
    samples, wrong = account_samples(market, name), list[str]()
    random, events = Random(f"{market} {name} {seed}"), list[AccountEvent]()
    signer = HmacSigner("the key", "the secret")
    rest = RestClient(market, "http://127.0.0.1:9", signer)
    socket = _account_socket(market, rest, events, signer)
    for number in range(frames):
        sample = random.choice(samples)
        wrapped = {"subscriptionId": 0, "event": sample} if market is Market.SPOT else sample
        events.clear()
        count = socket.quarantine.count
        line = tell(socket, broken(wrapped, random))
        was_put_aside = socket.quarantine.count > count
        if was_put_aside and events[-1:] != [AccountStreamReady()]:
            wrong.append(f"frame {number} was put aside and the account is not asked for")
        if was_put_aside and line.given_up:
            wrong.append(f"frame {number} was put aside and ended its connection")
    if not socket.quarantine.count:
        wrong.append("nothing was put aside")
    if len(socket.quarantine.frames) > (socket.quarantine.frames.maxlen or 0):
        wrong.append("too many frames are kept")
    await rest.close()
    return wrong
