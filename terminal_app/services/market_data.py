"""What one symbol's market shows now: book, trades, ticker, mark price."""

from __future__ import annotations

import asyncio
import time
from collections import deque

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.market import MarkPrice, Side, Ticker, Trade
from terminal_app.domain.order_book import OrderBook
from terminal_app.domain.traded_volume import TradedVolume
from terminal_app.errors import VenueError
from terminal_app.observers import Observers, Subscriptions
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import Feed, FeedKind, Venue
from terminal_app.venues.market_events import (
    BookChanged,
    BookLoaded,
    BookLost,
    MarketEvent,
)

TRADES_KEPT = 500
# How often a hole in the numbers of trades may be asked for: the answer weighs.
GAP_PACE_S = 5.0
ATTEMPTS = 3
TAKEN_BACK_MS = 60_000

CROSSED = "the best bid reaches the best ask"
BOOK, TRADES, TICKER, MARK, SYMBOL = "book", "trades", "ticker", "mark", "symbol"


class MarketDataService:
    """Keep the market of the chosen symbol. Keys told: book, trades, ticker, mark, symbol."""

    def __init__(self, venue: Venue, scope: TaskScope) -> None:
        self._venue = venue
        self._scope = scope
        self.observers = Observers()
        self.instrument: Instrument | None = None
        self.book = OrderBook()
        self.book_problem = ""
        self.ticker: Ticker | None = None
        self.mark: MarkPrice | None = None
        self.trades: deque[Trade] = deque(maxlen=TRADES_KEPT)
        self.trade_count = 0
        self.traded = TradedVolume()
        # Trades that came while older ones are being asked for.
        self._waiting: list[Trade] | None = None
        self._gap_s = -GAP_PACE_S
        self._is_renewing = False
        self._subscriptions = Subscriptions()
        self._generation = 0

    @property
    def last_trade(self) -> Trade | None:
        """Return the newest trade."""
        return self.trades[-1] if self.trades else None

    @property
    def last_side(self) -> Side:
        """Return the side that crossed the spread last."""
        trade = self.last_trade
        return trade.taker_side if trade is not None else Side.BUY

    def newest_trades(self, seen: int) -> list[Trade]:
        """Return the trades that came after the first ``seen`` ones, as far as they are kept."""
        new = min(self.trade_count - seen, len(self.trades))
        return list(self.trades)[-new:] if new > 0 else []

    def select(self, instrument: Instrument) -> None:
        """Follow another symbol from now on; what was shown is forgotten at once."""
        self.leave()
        self._generation += 1
        self.instrument = instrument
        self._forget()
        # No best prices: the book has them, and no other stream says so much.
        kinds = [FeedKind.TRADES, FeedKind.BOOK, FeedKind.TICKER]
        if self._venue.capabilities.has_mark_price:
            kinds.append(FeedKind.MARK)
        for kind in kinds:
            feed = Feed(kind, instrument.symbol)
            self._subscriptions.own(self._venue.market_data.subscribe(feed, self._on_event))
        self._scope.spawn(self._load(instrument, self._generation), f"load {instrument.symbol}")
        self.observers.notify(SYMBOL)

    def leave(self) -> None:
        """Follow nothing any more."""
        self._subscriptions.leave()

    def reload(self) -> None:
        """Ask again for what streams do not repeat, after a gap."""
        if self.instrument is not None and self._waiting is None:
            self._waiting = []
            load = self._load(self.instrument, self._generation)
            self._scope.spawn(load, f"reload {self.instrument.symbol}")

    def lose_touch(self) -> None:
        """Expect a hole: what comes next does not follow what came last."""
        self._gap_s = -GAP_PACE_S

    def _forget(self) -> None:
        self.book.clear()
        self.book_problem = ""
        self.ticker = self.mark = None
        self.trades.clear()
        self.trade_count = 0
        self.traded.clear()
        self._waiting = []
        self.lose_touch()

    async def _load(self, instrument: Instrument, generation: int) -> None:
        trades: list[Trade] = []
        try:
            ticker = await self._venue.market_data.ticker(instrument.symbol)
            if generation == self._generation:
                self._put_ticker(ticker)
            for _ in range(ATTEMPTS):
                trades = await self._venue.market_data.trades(instrument.symbol, TRADES_KEPT)
                if generation != self._generation or self._joins(trades):
                    break
        except VenueError:
            # The connection service shows that the venue is away; streams bring both later.
            pass
        if generation == self._generation:
            self._put_missed(trades)

    def _put_ticker(self, ticker: Ticker) -> None:
        if self.ticker is None or self.ticker.time_ms < ticker.time_ms:
            self.ticker = ticker
            self.observers.notify(TICKER)

    def _joins(self, trades: list[Trade]) -> bool:
        """Say whether nothing is missing between an answer and what came since it was asked for."""
        if not trades or not self._waiting:
            return True
        return self._waiting[0].trade_id <= trades[-1].trade_id + 1

    def _put_missed(self, missed: list[Trade]) -> None:
        """Take in the trades that came before the ones that waited."""
        waiting, self._waiting = self._waiting or [], None
        for trade in [*missed, *waiting]:
            if not self.trades or trade.trade_id > self.trades[-1].trade_id:
                self._keep(trade)
        self.observers.notify(TRADES)

    def _on_event(self, event: MarketEvent) -> None:
        match event:
            case Trade():
                self._on_trade(event)
            case BookChanged():
                self.book.apply(event.bids, event.asks, event.update_id)
                self._on_book(event.time_ms, "")
            case BookLoaded():
                self.book.load(event.bids, event.asks, event.update_id)
                self._on_book(event.time_ms, "")
            case BookLost():
                self._on_book(self.book.time_ms, event.reason)
            case Ticker():
                self.ticker = event
                self.observers.notify(TICKER)
            case MarkPrice():
                self.mark = event
                self.observers.notify(MARK)

    def _on_trade(self, trade: Trade) -> None:
        if self._waiting is None and self._leaves_gap(trade):
            self._gap_s = time.monotonic()
            self.reload()
        if self._waiting is not None:
            self._waiting.append(trade)
            return
        last = self.last_trade
        if last is not None and trade.trade_id <= last.trade_id:
            if last.time_ms - trade.time_ms < TAKEN_BACK_MS:
                # An answer told it before the stream did.
                return
            # A recorded market was taken back in time.
            self.trades.clear()
            self.trade_count = 0
            self.traded.clear()
        self._keep(trade)
        self.observers.notify(TRADES)

    def _keep(self, trade: Trade) -> None:
        self.trades.append(trade)
        self.trade_count += 1
        self.traded.add(trade)

    def _leaves_gap(self, trade: Trade) -> bool:
        # Both markets number a symbol's trades without gaps but for a few that nobody may see.
        last = self.last_trade
        is_paced = time.monotonic() - self._gap_s > GAP_PACE_S
        return last is not None and trade.trade_id > last.trade_id + 1 and is_paced

    def _on_book(self, time_ms: int, problem: str) -> None:
        self.book.time_ms = time_ms
        if not problem and self.book.is_crossed:
            problem = CROSSED
            if not self._is_renewing:
                self._is_renewing = True
                # Not at once: whoever tells of this book is in the middle of it.
                asyncio.get_running_loop().call_soon(self._renew_book, self._generation)
        self.book_problem = problem
        self.observers.notify(BOOK)

    def _renew_book(self, generation: int) -> None:
        self._is_renewing = False
        instrument = self.instrument if generation == self._generation else None
        if instrument is not None and self.book_problem == CROSSED:
            self._venue.market_data.renew_book(instrument.symbol, CROSSED)
