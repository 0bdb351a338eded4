"""Feeds to sinks: each stream is subscribed once, however many look at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from terminal_app.errors import ConfigurationError
from terminal_app.venues.base import ConnectionState, Feed, FeedKind, MarketEvent, MarketSink
from terminal_app.venues.binance.books import BookKeeper
from terminal_app.venues.binance.depth_sync import DepthDiff
from terminal_app.venues.binance.stream import Handler, StreamSocket

DecodeEvent = Callable[[msgspec.Raw], MarketEvent]
DecodeDiff = Callable[[msgspec.Raw], DepthDiff]
_TICKING = frozenset({FeedKind.BOOK, FeedKind.BEST, FeedKind.TICKER, FeedKind.MARK})


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
    route: str
    stream: str
    sinks: list[MarketSink] = field(default_factory=list)

    def tell(self, event: MarketEvent) -> None:
        for sink in self.sinks:
            sink(event)


class FeedHub:
    """Share one stream among all sinks of a feed."""

    def __init__(
        self, table: FeedTable, sockets: Mapping[str, StreamSocket], books: BookKeeper
    ) -> None:
        self._table = table
        self._sockets = sockets
        self._books = books
        self._shared: dict[Feed, _Shared] = {}

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

    def on_socket_state(self, route: str, state: ConnectionState) -> None:
        """Give books up when their socket is lost, begin them when it is back."""
        if route != self._table.book_route:
            return
        if state is ConnectionState.LIVE:
            self._books.on_connect()
        else:
            self._books.on_disconnect()

    def _open(self, feed: Feed) -> _Shared:
        route, stream = self._table.stream(feed)
        shared = _Shared(route, stream)
        handler = self._book_handler(feed, shared) or self._event_handler(feed, shared)
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

    def _book_handler(self, feed: Feed, shared: _Shared) -> Handler | None:
        if feed.kind is not FeedKind.BOOK:
            return None
        on_diff = self._books.keep(feed.symbol, shared.tell)
        decode = self._table.decode_diff
        return lambda data: on_diff(decode(data))

    def _event_handler(self, feed: Feed, shared: _Shared) -> Handler:
        decode = self._table.rules[feed.kind].decode
        return lambda data: shared.tell(decode(data))
