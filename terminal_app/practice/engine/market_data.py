"""Public data of one market, as the faces ask for it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from terminal_app.practice.engine.events import BookTicker
from terminal_app.practice.engine.kinds import SymbolStatus
from terminal_app.practice.engine.listing import Listing, LiveListing
from terminal_app.practice.engine.market_values import (
    AggregateTrade,
    AveragePrice,
    Candle,
    DepthSnapshot,
    PublicTrade,
    ReferencePrice,
    WindowStatistics,
)
from terminal_app.practice.engine.model import SymbolRules
from terminal_app.practice.errors import ExchangeError


class MarketData:
    """Answer questions about a market; unknown symbols raise -1121, intervals -1120.

    `has_crowd` tells whether the other traders are made up, not recorded.
    """

    def __init__(self, listings: Mapping[str, Listing], intervals: Sequence[str]) -> None:
        self._listings = listings
        self.intervals = intervals
        self.has_crowd = all(isinstance(one, LiveListing) for one in listings.values())

    def symbols(self) -> Sequence[SymbolRules]:
        """Return the rules of every listed symbol."""
        return [listing.rules for listing in self._listings.values()]

    def rules(self, symbol: str) -> SymbolRules:
        """Return the rules of one symbol."""
        return self._listing(symbol).rules

    def status(self, symbol: str) -> SymbolStatus:
        """Tell whether the symbol trades."""
        return self._listing(symbol).status

    def depth(self, symbol: str, limit: int) -> DepthSnapshot:
        """Return the best `limit` levels of each side."""
        return self._listing(symbol).depth(limit)

    def book_ticker(self, symbol: str) -> BookTicker:
        """Return the best bid and ask."""
        return self._listing(symbol).book_ticker()

    def last_price(self, symbol: str) -> Decimal:
        """Return the price of the last trade, 0 before the first."""
        listing = self._listing(symbol)
        return listing.rules.price(listing.tape.last_ticks)

    def recent_trades(
        self, symbol: str, limit: int, from_id: int | None = None
    ) -> Sequence[PublicTrade]:
        """Return the newest prints, or the first ones from an id on, oldest first."""
        return self._listing(symbol).tape.recent(limit, from_id)

    def block_trades(self, symbol: str, from_ms: int) -> Sequence[PublicTrade]:
        """Return the block trades since a time, oldest first."""
        return self._listing(symbol).tape.block_trades(from_ms)

    def aggregate_trades(
        self,
        symbol: str,
        limit: int,
        from_id: int | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> Sequence[AggregateTrade]:
        """Return merged prints, oldest first."""
        return self._listing(symbol).tape.aggregates(limit, from_id, start_ms, end_ms)

    def candles(
        self,
        symbol: str,
        interval: str,
        limit: int,
        start_ms: int | None = None,
        end_ms: int | None = None,
        offset_ms: int = 0,
    ) -> Sequence[Candle]:
        """Return candles by open time, the forming one too; with a start the oldest from it.

        Days, weeks and what else depends on it begin at midnight `offset_ms` ahead of UTC.
        """
        listing = self._listing(symbol)
        self._check_interval(interval)
        series = listing.tape.candles()
        return series.query(interval, limit, start_ms, end_ms, offset_ms) if series else []

    def forming_candle(self, symbol: str, interval: str) -> Candle | None:
        """Return the candle of this moment (cheap), None before the first trade."""
        listing = self._listing(symbol)
        self._check_interval(interval)
        series = listing.tape.candles()
        bar = series.forming(interval) if series else None
        return series.candle(interval, bar) if series and bar else None

    def ticker_24h(self, symbol: str) -> WindowStatistics:
        """Return rolling statistics of the last 24 hours."""
        return self._listing(symbol).tape.ticker_24h()

    def statistics(self, symbol: str, first_ms: int) -> WindowStatistics:
        """Return statistics from the minute that opens at a time until now."""
        return self._listing(symbol).tape.statistics(first_ms)

    def time_ms(self, symbol: str) -> int:
        """Return the time of the market as the symbol's tape knows it."""
        return self._listing(symbol).tape.time_ms

    def reference_price(self, symbol: str) -> ReferencePrice | None:
        """Return the reference price, None where there is none."""
        return self._listing(symbol).tape.reference_price()

    def average_price(self, symbol: str) -> AveragePrice:
        """Return the volume-weighted price of the last five minutes."""
        return self._listing(symbol).tape.average_price()

    def _listing(self, symbol: str) -> Listing:
        listing = self._listings.get(symbol)
        if listing is None:
            raise ExchangeError(-1121, "Invalid symbol.")
        return listing

    def _check_interval(self, interval: str) -> None:
        if interval not in self.intervals:
            raise ExchangeError(-1120, "Invalid interval.")
