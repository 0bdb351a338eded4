"""Funding and open interest of a contract: their past once, then what is new."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from terminal_app.domain.contract_statistics import StatisticKind, StatisticPoint
from terminal_app.domain.market import Interval
from terminal_app.errors import VenueError
from terminal_app.observers import Observers
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import Venue

POINTS = "points"
PACE_S = 60.0


class ContractStatistic:
    """Keep one figure of a contract from a time on, until it is left. Key told: points.

    ``problem`` says why the last question had no answer; ``is_loaded`` whether any had one.
    """

    def __init__(
        self,
        venue: Venue,
        scope: TaskScope,
        symbol: str,
        kind: StatisticKind,
        interval: Interval,
        pace_s: float = PACE_S,
    ) -> None:
        self._venue = venue
        self._interval = interval
        self._pace_s = pace_s
        self.symbol = symbol
        self.kind = kind
        self.observers = Observers()
        self.points: list[StatisticPoint] = []
        self.problem = ""
        self.is_loaded = False
        self._from_ms: int | None = None
        self._known_from_ms: int | None = None
        self._is_left = False
        self._wake = asyncio.Event()
        scope.spawn(self._run(), f"{kind} {symbol}")

    def reach(self, from_ms: int) -> None:
        """Have every point from a time on; what is known already is not asked for again."""
        if self._from_ms is None or from_ms < self._from_ms:
            self._from_ms = from_ms
            self._wake.set()

    def leave(self) -> None:
        """Ask no more; a question on its way comes to its end."""
        self._is_left = True
        self._wake.set()

    async def _run(self) -> None:
        while not self._is_left:
            self._wake.clear()
            if self._from_ms is not None:
                await self._renew(self._from_ms)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._pace_s)

    async def _renew(self, from_ms: int) -> None:
        is_whole = self._known_from_ms is not None and self._known_from_ms <= from_ms
        start_ms = self.points[-1].time_ms + 1 if is_whole and self.points else from_ms
        statistics = self._venue.market_data.statistics
        try:
            points = await statistics(self.symbol, self.kind, self._interval, start_ms)
        except VenueError as error:
            self.problem = str(error)
        else:
            self.points = [*self.points, *points] if is_whole else points
            self._known_from_ms = from_ms
            self.problem, self.is_loaded = "", True
        if not self._is_left:
            self.observers.notify(POINTS)
