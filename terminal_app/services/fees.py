"""What trading each symbol costs the account, discounts among it."""

from __future__ import annotations

import time

from terminal_app.domain.account import FeeTerms
from terminal_app.errors import VenueError
from terminal_app.observers import Observers
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import Venue

FEES = "fees"
# The answers weigh, and terms change seldom.
KEPT_SECONDS = 900.0


class FeeService:
    """Know the terms of symbols that somebody wants to know of. Key told: fees."""

    def __init__(self, venue: Venue, tasks: TaskScope) -> None:
        self._venue = venue
        self._tasks = tasks
        self._known: dict[str, FeeTerms] = {}
        self._asked_s: dict[str, float] = {}
        self.observers = Observers()

    def terms(self, symbol: str) -> FeeTerms | None:
        """Return the terms of a symbol, None while they are not known."""
        return self._known.get(symbol)

    def want(self, symbol: str) -> None:
        """Ask for the terms of a symbol where they are not known, or old; costs nothing else."""
        now = time.monotonic()
        since = now - self._asked_s.get(symbol, -KEPT_SECONDS)
        is_closed = self._venue.execution is None or self._tasks.closed
        if is_closed or since < KEPT_SECONDS:
            return
        self._asked_s[symbol] = now
        self._tasks.spawn(self._load(symbol), f"fees {symbol}")

    async def _load(self, symbol: str) -> None:
        execution = self._venue.execution
        if execution is None:
            return
        try:
            self._known[symbol] = await execution.fees(symbol)
        except VenueError:
            # The account's general rates are shown meanwhile.
            return
        self.observers.notify(FEES)
