"""How the feeds stand, looked at every second."""

from __future__ import annotations

import asyncio

from terminal_app.observers import Observers
from terminal_app.services.connection import ConnectionService
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.venues.base import Venue
from terminal_app.venues.stream_health import StreamHealth

FEEDS = "feeds"
LOOK_SECONDS = 1.0


class StreamService:
    """Keep what a venue tells of its streams. Key told: feeds, when one changes its state."""

    def __init__(
        self, venue: Venue, connection: ConnectionService, notifications: Notifications
    ) -> None:
        self._venue = venue
        self._connection = connection
        self._notifications = notifications
        self.observers = Observers()
        self.health = StreamHealth()

    async def run(self) -> None:
        """Look every second for ever."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.look()

    def look(self) -> None:
        """Look now, and tell what changed."""
        self._connection.notice_sleep()
        before, self.health = self.health, self._venue.stream_health()
        if self.health.unreadable_count > before.unreadable_count:
            self._notifications.tell(
                Severity.WARNING,
                "A message of the exchange could not be read; what it may have told is asked for.",
            )
        states = {status.feed: status.state for status in self.health.feeds}
        if states != {status.feed: status.state for status in before.feeds}:
            self.observers.notify(FEEDS)
