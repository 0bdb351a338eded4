"""How each feed stands, in words."""

from __future__ import annotations

from collections.abc import Iterable

from terminal_app.venues.base import ConnectionState
from terminal_app.venues.stream_health import FeedStatus


def feed_lines(feeds: Iterable[FeedStatus]) -> str:
    """Return every feed in a line of its own, with the age of what it told last."""
    return "\n".join(_line(status) for status in feeds)


def _line(status: FeedStatus) -> str:
    interval = f" {status.feed.interval.value}" if status.feed.interval is not None else ""
    words = [f"{status.feed.symbol} {status.feed.kind.value}{interval}: {status.state.value}"]
    if status.state is not ConnectionState.LIVE:
        words.append(f"for {status.age_s:.0f} s")
    if status.reason:
        words.append(f"({status.reason})")
    if status.event_age_s is not None:
        words.append(f"last {status.event_age_s:.0f} s ago")
    return " ".join(words)
