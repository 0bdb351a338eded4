"""Each feed says its state, for how long, why, and how old its last event is."""

from __future__ import annotations

from terminal_app.domain.market import Interval
from terminal_app.gui.feed_words import feed_lines
from terminal_app.venues.base import ConnectionState, Feed, FeedKind
from terminal_app.venues.stream_health import FeedStatus

BOOK = Feed(FeedKind.BOOK, "BTCUSDT")
CANDLES = Feed(FeedKind.CANDLES, "BTCUSDT", Interval.M1)


def test_every_feed_has_a_line() -> None:
    lines = feed_lines(
        [
            FeedStatus(BOOK, ConnectionState.STALE, 12.4, 22.1, "its stream is silent"),
            FeedStatus(CANDLES, ConnectionState.LIVE, 90.0, 1.2),
            FeedStatus(BOOK, ConnectionState.CONNECTING, 2.0, None),
        ]
    )
    assert lines.splitlines() == [
        "BTCUSDT book: stale for 12 s (its stream is silent) last 22 s ago",
        "BTCUSDT candles 1m: live last 1 s ago",
        "BTCUSDT book: connecting for 2 s",
    ]
