"""A book whose differences are lost, late, doubled, swapped or wrong is the market's or marked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from types import SimpleNamespace
from typing import Any, cast

from terminal_app.domain.instrument import Market
from terminal_app.domain.order_book import OrderBook
from terminal_app.errors import NotConnected
from terminal_app.services.market_data import MarketDataService
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import ConnectionState, Feed, FeedKind, Venue
from terminal_app.venues.binance.depth_sync import DepthSnapshot
from terminal_app.venues.market_events import MarketSink
from tests.faults.bench import silent_logs
from tests.faults.feeds import SYMBOL, Feeds
from tests.faults.virtual_time import run_virtually
from tests.helpers.market_values import instrument

FEED = Feed(FeedKind.BOOK, SYMBOL)
# What becomes of a difference, and how often.
FATES = {
    "once": 900, "twice": 20, "lost": 1, "late": 3, "swapped": 3, "cut": 1, "crossed": 1,
    "connection": 1,
}  # fmt: skip
# How many of the newest books are kept: a snapshot may be old, a difference late.
REMEMBERED = 40
EVERY_S = 0.1
MIDDLE = 10_000
Levels = dict[tuple[str, str], str]


@dataclass
class _Truth:
    """Hold the venue's book: one change a number, and the newest books by their numbers."""

    random: Random
    levels: Levels = field(default_factory=dict)
    number: int = 0
    books: dict[int, Levels] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for away in range(1, 20):
            self.levels["b", str(MIDDLE - away)] = self.levels["a", str(MIDDLE + away)] = "1"
        self.books[0] = dict(self.levels)

    def change(self) -> dict[str, Any]:
        """Change some levels, now and then very many, and return the difference."""
        first, previous = self.number + 1, self.number
        changed: Levels = {}
        for _ in range(self.random.choice((1, 2, 3, 5, 5, 200))):
            side, sign = self.random.choice((("b", -1), ("a", 1)))
            key = side, str(MIDDLE + sign * self.random.randint(1, 60))
            size = self.random.choice(("0", "0", "1", "2.5"))
            changed[key] = size
            if size == "0":
                self.levels.pop(key, None)
            else:
                self.levels[key] = size
            self.number += 1
        self.books[self.number] = dict(self.levels)
        for number in list(self.books)[:-REMEMBERED]:
            del self.books[number]
        sides = {side: [[p, q] for (s, p), q in changed.items() if s == side] for side in "ba"}
        return {"e": "depthUpdate", "E": 5, "T": 5, "s": SYMBOL, "U": first, "u": self.number,
                "pu": previous, **sides}  # fmt: skip

    def snapshot(self) -> DepthSnapshot:
        """Return the book as it is or was a while ago; now and then there is no answer."""
        if self.random.random() < 0.1:
            raise NotConnected("no answer")
        number = list(self.books)[-min(len(self.books), self.random.choice((1, 1, 2, 5, 30)))]
        rows = self.books[number].items()
        bids = sorted(((p, q) for (s, p), q in rows if s == "b"), key=_price, reverse=True)
        asks = sorted(((p, q) for (s, p), q in rows if s == "a"), key=_price)
        return DepthSnapshot(bids, asks, number, 5)


def _price(level: tuple[str, str]) -> Decimal:
    return Decimal(level[0])


class _OneMarket:
    """Be of a venue what the service of the market's data asks for."""

    capabilities = SimpleNamespace(has_mark_price=False)

    def __init__(self, feeds: Feeds) -> None:
        self._feeds = feeds
        self.market_data = self

    def subscribe(self, feed: Feed, sink: MarketSink) -> Callable[[], None]:
        return self._feeds.hub.subscribe(feed, sink)

    def renew_book(self, symbol: str, reason: str) -> None:
        self._feeds.hub.renew_book(symbol, reason)

    async def ticker(self, symbol: str) -> None:
        raise NotConnected("no ticker here")

    trades = ticker


class _Run:
    def __init__(self, market: Market, seed: int) -> None:
        self._random = Random(f"{market} {seed} differences")
        self._truth = _Truth(self._random)
        self._market = market
        self._late: list[bytes] = []
        self.wrong: list[str] = []
        self.gaps = 0
        self.compared = 0

    async def run(self, differences: int) -> None:
        """Tell so many differences, each with a fate of its own."""

        async def fetch(_: str) -> DepthSnapshot:
            await asyncio.sleep(self._random.choice((0.0, 0.05, 0.4)))
            return self._truth.snapshot()

        async with TaskScope("books") as scope:
            feeds = Feeds(self._market, scope, fetch)
            service = MarketDataService(cast(Venue, _OneMarket(feeds)), scope)
            service.select(instrument())
            fates = self._random.choices([*FATES], [*FATES.values()], k=differences)
            for number, fate in enumerate(fates):
                self._tell(feeds, fate)
                self._compare(service, f"difference {number}, {fate}")
                await asyncio.sleep(EVERY_S)
                self._compare(service, f"after difference {number}, {fate}")
            service.leave()

    def _tell(self, feeds: Feeds, fate: str) -> None:
        event = self._truth.change()
        frame = json.dumps(feeds.enveloped(FEED, event)).encode()
        self.gaps += fate not in ("once", "twice")
        frames: list[bytes]
        match fate:
            case "lost":
                frames = []
            case "late" | "swapped":
                # One that is swapped comes right after the next, one that is late much later.
                self._late.append(frame)
                frames = []
            case "twice":
                frames = [frame, frame]
            case "cut":
                frames = [frame[: self._random.randrange(len(frame))]]
            case "crossed":
                event["b"] = [*event["b"], [str(MIDDLE * 2), "1"]]
                frames = [json.dumps(feeds.enveloped(FEED, event)).encode()]
            case "connection":
                self._late.clear()
                frames = []
                feeds.hub.on_socket_state(feeds.table.book_route, ConnectionState.CONNECTING)
                feeds.hub.on_socket_state(feeds.table.book_route, ConnectionState.LIVE)
            case _:
                frames = [frame]
        if self._late and fate in ("once", "twice") and self._random.random() < 0.5:
            frames.append(self._late.pop(0))
        for one in frames:
            feeds.tell(FEED, one)

    def _compare(self, service: MarketDataService, when: str) -> None:
        book = service.book
        if service.book_problem or not book.update_id:
            return
        self.compared += 1
        if book.is_crossed:
            self.wrong.append(f"{when}: the book is crossed and not marked")
        if _levels(book) != self._truth.books.get(book.update_id):
            self.wrong.append(f"{when}: the book is not that of {book.update_id} and not marked")


def _levels(book: OrderBook) -> Levels:
    sides = (("b", book.bids), ("a", book.asks))
    return {
        (name, format(level.price, "f")): format(level.quantity, "f")
        for name, side in sides
        for level in side.levels()
    }


def keep_book(market: Market, seed: int, differences: int) -> list[str]:
    """Keep a book through so many differences and say when it was wrong and not marked."""

    async def run() -> list[str]:
        one = _Run(market, seed)
        await one.run(differences)
        if one.compared < differences / 2:
            one.wrong.append(f"whole at only {one.compared} of {2 * differences} looks")
        if not one.gaps:
            one.wrong.append("nothing went wrong with any difference")
        return one.wrong

    with silent_logs():
        return run_virtually(lambda _clock: run(), seed)
