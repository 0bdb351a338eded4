"""Read a market: what both markets answer in the same way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence

from terminal_app.domain.contract_statistics import StatisticKind, StatisticPoint
from terminal_app.domain.instrument import Instrument
from terminal_app.domain.market import BestPrices, Candle, Interval, Ticker, Trade
from terminal_app.venues.base import Feed
from terminal_app.venues.binance import mapping, wire
from terminal_app.venues.binance.depth_sync import DepthSnapshot
from terminal_app.venues.binance.feeds import FeedHub
from terminal_app.venues.binance.limits import Priority
from terminal_app.venues.binance.listing import ExchangeInfo, Listing, ReadInstrument
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.market_events import MarketSink
from terminal_app.venues.stream_health import FeedStatus

SNAPSHOT_LEVELS = "1000"
MOST_CANDLES = 1000


class BinanceMarketData(ABC):
    """Read one market over REST and streams."""

    info_params: Sequence[tuple[str, str]] = ()

    def __init__(self, rest: RestClient, prefix: str, read: ReadInstrument) -> None:
        self._rest = rest
        self._prefix = prefix
        self._listing = Listing(read)
        self._hub: FeedHub | None = None

    def attach(self, hub: FeedHub) -> None:
        """Give the streams; they need this client's snapshots, so they come after it."""
        self._hub = hub

    async def watch(self) -> None:
        """Look for ever for feeds that are silent while their socket lives."""
        assert self._hub is not None
        await self._hub.watch()

    def feeds(self) -> tuple[FeedStatus, ...]:
        """Return how every feed stands."""
        return self._hub.statuses() if self._hub is not None else ()

    def renew_book(self, symbol: str, reason: str) -> None:
        """Fetch a book anew, for the one that was told cannot be the market's."""
        assert self._hub is not None
        self._hub.renew_book(symbol, reason)

    async def instruments(self) -> list[Instrument]:
        """Return all symbols with their rules."""
        path = f"{self._prefix}/exchangeInfo"
        info = await self._rest.get(ExchangeInfo, path, self.info_params)
        self._rest.limits.learn(info.rate_limits)
        return await self._listing.instruments(info.symbols)

    @abstractmethod
    async def trades(self, symbol: str, limit: int) -> list[Trade]:
        """Return the newest public trades, oldest first."""

    async def statistics(
        self, symbol: str, kind: StatisticKind, interval: Interval, start_ms: int
    ) -> list[StatisticPoint]:
        """Return a figure of a contract from a time on: nothing, where there are no contracts."""
        return []

    async def candles(
        self,
        symbol: str,
        interval: Interval,
        *,
        limit: int = MOST_CANDLES,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> list[Candle]:
        """Return candles, oldest first; the last may be still forming.

        With an end they wait behind everything else, however long that takes.
        """
        params = [("symbol", symbol), ("interval", interval.value)]
        if start_ms is not None:
            params.append(("startTime", str(start_ms)))
        if end_ms is not None:
            params.append(("endTime", str(end_ms)))
        params.append(("limit", str(min(limit, MOST_CANDLES))))
        # What has an end is history: it may wait, and never takes what the present needs.
        priority = Priority.READ if end_ms is None else Priority.HISTORY
        rows = await self._rest.get(list[wire.KlineRow], f"{self._prefix}/klines", params, priority)
        now_ms = self._rest.clock.now_ms()
        # One that another follows is closed, whatever the clocks say.
        followed_ms = rows[-1].open_time_ms if rows else 0
        return [mapping.candle_from_row(row, max(now_ms, followed_ms)) for row in rows]

    async def ticker(self, symbol: str) -> Ticker:
        """Return the statistics of the last 24 hours."""
        row = await self._rest.get(
            wire.TickerRow, f"{self._prefix}/ticker/24hr", [("symbol", symbol)]
        )
        return mapping.ticker_from_row(row)

    async def tickers(self) -> Mapping[str, Ticker]:
        """Return the statistics of the last 24 hours of every symbol."""
        path = f"{self._prefix}/ticker/24hr"
        rows = await self._rest.get(list[wire.SymbolTickerRow], path, (), Priority.HISTORY)
        return mapping.tickers_from_rows(rows)

    async def best_prices(self) -> Mapping[str, BestPrices]:
        """Return the best prices of every symbol whose book is not empty."""
        path = f"{self._prefix}/ticker/bookTicker"
        rows = await self._rest.get(list[wire.BookTickerRow], path, (), Priority.HISTORY)
        return mapping.best_prices_from_rows(rows)

    async def snapshot(self, symbol: str) -> DepthSnapshot:
        """Return the book a local one begins with."""
        params = [("symbol", symbol), ("limit", SNAPSHOT_LEVELS)]
        reply = await self._rest.get(wire.DepthReply, f"{self._prefix}/depth", params)
        return mapping.snapshot(reply, self._rest.clock.now_ms())

    def subscribe(self, feed: Feed, sink: MarketSink) -> Callable[[], None]:
        """Send a feed's events to a sink from now on and return what ends that."""
        assert self._hub is not None
        return self._hub.subscribe(feed, sink)
