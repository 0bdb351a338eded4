"""The last prices of the symbols that somebody looks at beside the one that is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from terminal_app.domain.market import Ticker
from terminal_app.observers import Observers
from terminal_app.services.connection import MARKET, ConnectionService
from terminal_app.venues.base import Feed, FeedKind, Venue
from terminal_app.venues.market_events import MarketEvent

PRICES = "prices"


class PriceService:
    """Follow a symbol's ticker while anybody wants its price. Key told: prices."""

    def __init__(self, venue: Venue, connection: ConnectionService) -> None:
        self._venue = venue
        self._connection = connection
        self._wanted: dict[str, frozenset[str]] = {}
        self._prices: dict[str, Decimal] = {}
        self._leave: dict[str, Callable[[], None]] = {}
        self.observers = Observers()

    def want(self, who: str, symbols: Iterable[str]) -> None:
        """Follow these symbols for somebody, and no longer those wanted before."""
        wanted = frozenset(symbols)
        if self._wanted.get(who) == wanted:
            return
        self._wanted[who] = wanted
        everything = frozenset().union(*self._wanted.values())
        for symbol in self._leave.keys() - everything:
            self._leave.pop(symbol)()
            self._prices.pop(symbol, None)
        for symbol in sorted(everything - self._leave.keys()):
            feed = Feed(FeedKind.TICKER, symbol)
            self._leave[symbol] = self._venue.market_data.subscribe(feed, self._taker(symbol))

    def price(self, symbol: str) -> Decimal | None:
        """Return the last price of a wanted symbol, None while it is not known or old."""
        return self._prices.get(symbol) if self._connection.link(MARKET).is_live else None

    def close(self) -> None:
        """Follow nothing any more."""
        for who in list(self._wanted):
            self.want(who, ())

    def _taker(self, symbol: str) -> Callable[[MarketEvent], None]:
        def take(event: MarketEvent) -> None:
            if isinstance(event, Ticker):
                self._prices[symbol] = event.last_price
                self.observers.notify(PRICES)

        return take
