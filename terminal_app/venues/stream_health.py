"""How a venue's streams stand, in plain values."""

from __future__ import annotations

from dataclasses import dataclass

from terminal_app.venues.base import ConnectionState, Feed


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """Hold a feed's state, for how long it has it, and how old its newest event is."""

    feed: Feed
    state: ConnectionState
    age_s: float
    event_age_s: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UnreadableFrame:
    """Hold a message that could not be read, cut to a few kilobytes, and why."""

    connection: str
    time_ms: int
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class StreamHealth:
    """Hold every feed's status, the newest unreadable messages, and how many there were."""

    feeds: tuple[FeedStatus, ...] = ()
    unreadable: tuple[UnreadableFrame, ...] = ()
    unreadable_count: int = 0
