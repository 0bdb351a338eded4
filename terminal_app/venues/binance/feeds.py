"""Feeds to sinks: each stream is subscribed once, however many look at it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

import msgspec

from terminal_app.errors import ConfigurationError
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import ConnectionState, Feed, FeedKind
from terminal_app.venues.binance.books import BookKeeper
from terminal_app.venues.binance.depth_sync import DepthDiff
from terminal_app.venues.binance.stream import Handler, StreamSocket
from terminal_app.venues.market_events import MarketEvent, MarketSink
from terminal_app.venues.stream_health import FeedStatus

DecodeEvent = Callable[[msgspec.Raw], MarketEvent]
DecodeDiff = Callable[[msgspec.Raw], DepthDiff]
CHECK_S = 1.0
SILENT_S = 10.0
SILENT = "its stream is silent"
UNREADABLE = "a message could not be read"
_TICKING = frozenset({FeedKind.BOOK, FeedKind.BEST, FeedKind.TICKER, FeedKind.MARK})
# A mark price comes every second; of a silent book the venue can be asked whether it moved on.
_RARE = frozenset({FeedKind.RULES})
_AUDITED = frozenset({FeedKind.BOOK, FeedKind.MARK})
# What orders a feed's events; candles and lists of tickers have nothing of the kind.
_NUMBERS: Mapping[FeedKind, Callable[[MarketEvent], int]] = {
    FeedKind.TRADES: attrgetter("trade_id"),
    FeedKind.BEST: attrgetter("update_id"),
    FeedKind.TICKER: attrgetter("time_ms"),
    FeedKind.MARK: attrgetter("time_ms"),
}


@dataclass(frozen=True, slots=True)
class FeedRule:
    """Say how a market serves a kind of feed: stream suffix, route, and how it is read."""

    suffix: str
    route: str
    decode: DecodeEvent


@dataclass(frozen=True, slots=True)
class FeedTable:
    """Hold all of a market's rules; the book is apart, for its frames are differences."""

    rules: Mapping[FeedKind, FeedRule]
    book_suffix: str
    book_route: str
    decode_diff: DecodeDiff

    def stream(self, feed: Feed) -> tuple[str, str]:
        """Return a feed's route and stream name; symbols are lower-case there."""
        symbol = feed.symbol.lower()
        if feed.kind is FeedKind.BOOK:
            return self.book_route, symbol + self.book_suffix
        rule = self.rules.get(feed.kind)
        if rule is None:
            raise ConfigurationError(f"This market has no {feed.kind} feed.")
        interval = feed.interval.value if feed.interval is not None else ""
        return rule.route, symbol + rule.suffix.format(interval=interval)


@dataclass(slots=True)
class _Shared:
    feed: Feed
    route: str
    stream: str
    since_s: float
    sinks: list[MarketSink] = field(default_factory=list)
    newest: int = -1
    event_s: float | None = None
    checked_s: float = 0.0
    problem: str = ""
    problem_s: float = 0.0

    def hear(self) -> None:
        self.event_s = time.monotonic()
        self.problem = ""

    def tell(self, event: MarketEvent) -> None:
        for sink in self.sinks:
            sink(event)

    def tell_heard(self, event: MarketEvent) -> None:
        self.event_s = time.monotonic()
        self.problem = ""
        for sink in self.sinks:
            sink(event)

    def begin_anew(self) -> None:
        self.newest, self.since_s, self.problem = -1, time.monotonic(), ""

    def silent_s(self, now_s: float) -> float:
        return now_s - max(self.since_s, self.checked_s, self.event_s or 0.0)


class FeedHub:
    """Share one stream among all sinks of a feed, and know how each feed stands."""

    def __init__(
        self, table: FeedTable, sockets: Mapping[str, StreamSocket], books: BookKeeper
    ) -> None:
        self._table = table
        self._sockets = sockets
        self._books = books
        self._shared: dict[Feed, _Shared] = {}
        self._checked: set[Feed] = set()
        # A frame that cannot be read at all may have been of any book.
        sockets[table.book_route].on_broken = lambda: books.lose_all(UNREADABLE)

    def subscribe(self, feed: Feed, sink: MarketSink) -> Callable[[], None]:
        """Send a feed's events to a sink and return what ends that."""
        shared = self._shared.get(feed)
        if shared is None:
            shared = self._open(feed)
        elif feed.kind is FeedKind.BOOK:
            # Whoever comes later needs a whole book too: the next snapshot serves all.
            self._books.load_again(feed.symbol)
        # Sinks are replaced, never changed in place: one may end its feed while it is told.
        shared.sinks = [*shared.sinks, sink]
        ended = False

        def unsubscribe() -> None:
            nonlocal ended
            if not ended:
                ended = True
                self._leave(feed, sink)

        return unsubscribe

    def renew_book(self, symbol: str, reason: str) -> None:
        """Fetch a book anew, for the one that was told cannot be the market's."""
        self._books.lose(symbol, reason)

    def statuses(self) -> tuple[FeedStatus, ...]:
        """Return how every feed stands."""
        now_s = time.monotonic()
        return tuple(self._status(shared, now_s) for shared in self._shared.values())

    def on_socket_state(self, route: str, state: ConnectionState) -> None:
        """Give books up when their socket is lost, begin them when it is back."""
        for shared in self._shared.values():
            if shared.route == route:
                shared.begin_anew()
        if route != self._table.book_route:
            return
        if state is ConnectionState.LIVE:
            self._books.on_connect()
        else:
            self._books.on_disconnect()

    async def watch(self) -> None:
        """Look for ever for feeds that are silent while their socket lives."""
        async with TaskScope("feeds") as scope:
            while True:
                await asyncio.sleep(CHECK_S)
                now_s = time.monotonic()
                for feed, shared in self._shared.items():
                    if feed not in self._checked and self._is_suspect(shared, now_s):
                        self._checked.add(feed)
                        scope.spawn(self._check(feed, shared), f"check {shared.stream}")

    def _is_suspect(self, shared: _Shared, now_s: float) -> bool:
        is_live = self._sockets[shared.route].state is ConnectionState.LIVE
        return is_live and shared.feed.kind in _AUDITED and shared.silent_s(now_s) > SILENT_S

    async def _check(self, feed: Feed, shared: _Shared) -> None:
        """Ask whether a silent feed has something to tell, and connect anew if it has."""
        try:
            if feed.kind is FeedKind.BOOK and not await self._books.is_behind(feed.symbol):
                self._sockets[shared.route].restart_silence()
            elif self._shared.get(feed) is shared and self._is_suspect(shared, time.monotonic()):
                if not shared.problem:
                    shared.problem, shared.problem_s = SILENT, time.monotonic()
                if feed.kind is FeedKind.BOOK:
                    self._books.lose(feed.symbol, SILENT, is_silent=True)
                self._sockets[shared.route].renew(f"{shared.stream}: {SILENT}")
        finally:
            shared.checked_s = time.monotonic()
            self._checked.discard(feed)

    def _status(self, shared: _Shared, now_s: float) -> FeedStatus:
        socket = self._sockets[shared.route]
        state, reason, since_s = socket.state, socket.reason, shared.since_s
        if state is ConnectionState.LIVE:
            if shared.problem:
                state, reason, since_s = ConnectionState.STALE, shared.problem, shared.problem_s
            elif shared.feed.kind in _RARE:
                # Nothing to tell for days is no sign of trouble.
                state = ConnectionState.LIVE
            elif shared.event_s is None or shared.event_s < shared.since_s:
                state = ConnectionState.CONNECTING
        event_age_s = now_s - shared.event_s if shared.event_s is not None else None
        return FeedStatus(shared.feed, state, now_s - since_s, event_age_s, reason)

    def _open(self, feed: Feed) -> _Shared:
        route, stream = self._table.stream(feed)
        shared = _Shared(feed, route, stream, time.monotonic())
        is_book = feed.kind is FeedKind.BOOK
        handler = self._book_handler(shared) if is_book else self._event_handler(shared)
        self._shared[feed] = shared
        self._sockets[route].add(stream, handler, ticks=feed.kind in _TICKING)
        return shared

    def _leave(self, feed: Feed, sink: MarketSink) -> None:
        shared = self._shared[feed]
        sinks = list(shared.sinks)
        sinks.remove(sink)
        shared.sinks = sinks
        if not sinks:
            del self._shared[feed]
            self._sockets[shared.route].remove(shared.stream)
            if feed.kind is FeedKind.BOOK:
                self._books.forget(feed.symbol)

    def _book_handler(self, shared: _Shared) -> Handler:
        symbol = shared.feed.symbol
        on_diff = self._books.keep(symbol, shared.tell)
        decode = self._table.decode_diff

        def on_data(data: msgspec.Raw) -> None:
            try:
                diff = decode(data)
                shared.hear()
                on_diff(diff)
            except Exception:
                # Whatever it told is missing in the book from now on.
                self._books.lose(symbol, UNREADABLE)
                raise

        return on_data

    def _event_handler(self, shared: _Shared) -> Handler:
        decode = self._table.rules[shared.feed.kind].decode
        number_of = _NUMBERS.get(shared.feed.kind)
        if number_of is None:
            return lambda data: shared.tell_heard(decode(data))

        def on_data(data: msgspec.Raw) -> None:
            # Two connections may tell the same: what is older than another, or it again, is not.
            event = decode(data)
            number = number_of(event)
            if number > shared.newest:
                shared.newest = number
                shared.tell_heard(event)

        return on_data
