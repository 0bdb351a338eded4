"""What every symbol of a market does, for lists of symbols and for alerts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from terminal_app.domain.market import BestPrices, MarkPrice, Ticker
from terminal_app.errors import VenueError
from terminal_app.observers import Observers, Subscriptions
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import Feed, FeedKind, Venue
from terminal_app.venues.market_events import MarketEvent, MarksChanged, TickersChanged

OVERVIEW = "overview"
# No stream carries the best prices of all symbols on spot; asked for, they weigh 4 or 5.
BEST_PRICES_S = 10.0


class OverviewService:
    """Keep tickers, best prices and mark prices of all symbols while somebody looks.

    Key told: overview. What is kept outlives the looking; ``age_s`` says how old it is.
    """

    def __init__(self, venue: Venue, scope: TaskScope) -> None:
        self._venue = venue
        self._scope = scope
        self.observers = Observers()
        self.tickers: dict[str, Ticker] = {}
        self.best: dict[str, BestPrices] = {}
        self.marks: dict[str, MarkPrice] = {}
        self.problem = ""
        self._heard_s: float | None = None
        self._lookers = 0
        self._subscriptions = Subscriptions()
        self._asking: asyncio.Task[None] | None = None

    @property
    def age_s(self) -> float | None:
        """Return how long ago something came in, None before anything did."""
        return time.monotonic() - self._heard_s if self._heard_s is not None else None

    def look(self) -> Callable[[], None]:
        """Follow all symbols until the function that is returned is called."""
        self._lookers += 1
        if self._lookers == 1:
            self._begin()
        ended = False

        def look_away() -> None:
            nonlocal ended
            if not ended:
                ended = True
                self._lookers -= 1
                if not self._lookers:
                    self.close()

        return look_away

    def close(self) -> None:
        """Follow nothing any more."""
        self._subscriptions.leave()
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def reload(self) -> None:
        """Ask again for what streams tell of changed symbols alone, after a gap."""
        if self._asking is not None:
            self._asking.cancel()
            self._asking = self._scope.spawn(self._ask(), OVERVIEW)

    def _begin(self) -> None:
        kinds = [FeedKind.ALL_TICKERS]
        if self._venue.capabilities.has_mark_price:
            kinds.append(FeedKind.ALL_MARKS)
        data = self._venue.market_data
        for kind in kinds:
            self._subscriptions.own(data.subscribe(Feed(kind, ""), self._on_event))
        self._asking = self._scope.spawn(self._ask(), OVERVIEW)

    def _on_event(self, event: MarketEvent) -> None:
        match event:
            case TickersChanged():
                self.tickers.update(event.tickers)
            case MarksChanged():
                self.marks.update(event.marks)
        self._tell()

    async def _ask(self) -> None:
        has_tickers = False
        while True:
            try:
                if not has_tickers:
                    asked = await self._venue.market_data.tickers()
                    for symbol, ticker in asked.items():
                        known = self.tickers.get(symbol)
                        if known is None or known.time_ms < ticker.time_ms:
                            self.tickers[symbol] = ticker
                    has_tickers = True
                self.best.update(await self._venue.market_data.best_prices())
                self.problem = ""
                self._tell()
            except VenueError as error:
                self.problem = str(error)
                self.observers.notify(OVERVIEW)
            await asyncio.sleep(BEST_PRICES_S)

    def _tell(self) -> None:
        self._heard_s = time.monotonic()
        self.observers.notify(OVERVIEW)
