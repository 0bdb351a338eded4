"""How the ways to a venue stand, and since when."""

from __future__ import annotations

import time
from dataclasses import dataclass

from terminal_app.observers import Observers
from terminal_app.venues.base import ClockReading, ConnectionChanged, ConnectionState
from terminal_app.venues.sleep import SleepWatch

# More than what makes the connections themselves notice: they always do as well.
SLEPT_SECONDS = 7.0
SLEPT = "this computer slept or its clock was set"
MARKET = "market"
ACCOUNT = "account"
ORDERS = "orders"
CLOCK_MOVED_MS = 2000


@dataclass(frozen=True, slots=True)
class Link:
    """Hold one connection's state; ``since`` is monotonic seconds."""

    state: ConnectionState
    since: float
    reason: str = ""

    @property
    def is_live(self) -> bool:
        """Say whether what comes through it is the present."""
        return self.state is ConnectionState.LIVE

    def age_seconds(self) -> int:
        """Return for how many whole seconds it has been in this state."""
        return int(time.monotonic() - self.since)


def clock_problem(reading: ClockReading | None) -> str:
    """Return why no order can be stamped with the venue's time, or nothing."""
    if reading is None:
        return "The exchange's clock has not been measured yet."
    if abs(reading.moved_ms) > CLOCK_MOVED_MS:
        return (
            f"This computer's clock has moved by {abs(reading.moved_ms) / 1000:.1f} s;"
            " the exchange's is measured anew."
        )
    return ""


class ConnectionService:
    """Keep the state of each connection to a venue. Key told: the connection's name.

    After this computer slept nothing counts as live, whoever asks first, until the venue's own
    connections have noticed and are made anew.
    """

    def __init__(self, sleep: SleepWatch | None = None) -> None:
        self.observers = Observers()
        self._sleep = sleep or SleepWatch(SLEPT_SECONDS)
        now = time.monotonic()
        self._links = {
            name: Link(ConnectionState.CLOSED, now) for name in (MARKET, ACCOUNT, ORDERS)
        }

    def link(self, name: str) -> Link:
        """Return a connection's state."""
        self.notice_sleep()
        return self._links[name]

    def notice_sleep(self) -> None:
        """Call everything stale if this computer slept or its clock was set."""
        if not self._sleep.slept():
            return
        for name, link in self._links.items():
            if link.is_live:
                self.apply(ConnectionChanged(name, ConnectionState.STALE, SLEPT))

    def apply(self, change: ConnectionChanged) -> None:
        """Take a change in; trying again while already stale does not reset the age."""
        link = self._links[change.name]
        was_cut = link.state in (ConnectionState.STALE, ConnectionState.CONNECTING)
        is_cut = change.state in (ConnectionState.STALE, ConnectionState.CONNECTING)
        since = link.since if was_cut and is_cut else time.monotonic()
        self._links[change.name] = Link(change.state, since, change.reason)
        self.observers.notify(change.name)
