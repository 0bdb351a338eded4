"""One symbol's candles in one interval: history, then live, without a gap between."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from terminal_app.domain.market import Candle, Interval, Trade
from terminal_app.errors import VenueError
from terminal_app.observers import Observers, Subscriptions
from terminal_app.services.candle_history import PAGE, CandleHistory
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import Feed, FeedKind, Venue
from terminal_app.venues.market_events import MarketEvent


class CandlesState(StrEnum):
    """Name how far the candles are."""

    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


class CandleService:
    """Keep the candles of a symbol and interval. Keys told: loaded, older, repaired, updated.

    ``candles`` is sorted by open time; an open time stands in it once. After "repaired" every
    candle from ``repaired_from_ms`` on may differ; else only the newest ones do.
    """

    def __init__(self, venue: Venue, history: CandleHistory, scope: TaskScope) -> None:
        self._venue = venue
        self._history = history
        self._scope = scope
        self.observers = Observers()
        self.symbol = ""
        self.interval = Interval.M1
        self.candles: list[Candle] = []
        self.state = CandlesState.LOADING
        self.problem = ""
        self.reached_listing = False
        self.repaired_from_ms = 0
        self._pending: list[Candle] = []
        self._subscriptions = Subscriptions()
        self._generation = 0
        self._loading_older = False
        self._repairing = False
        # Since when candles may be missing or open, because the venue could not be asked.
        self._hole_ms: int | None = None

    @property
    def has_hole(self) -> bool:
        """Say whether candles may be missing that could not be asked for yet."""
        return self._hole_ms is not None

    def select(self, symbol: str, interval: Interval) -> None:
        """Follow another symbol or interval from now on."""
        self.leave()
        self._generation += 1
        self.symbol, self.interval = symbol, interval
        self.candles, self._pending = [], []
        self.state, self.problem = CandlesState.LOADING, ""
        self.reached_listing = self._loading_older = self._repairing = False
        self._hole_ms = None
        subscribe = self._venue.market_data.subscribe
        for feed in (Feed(FeedKind.CANDLES, symbol, interval), Feed(FeedKind.TRADES, symbol)):
            self._subscriptions.own(subscribe(feed, self._on_event))
        self._scope.spawn(self._load(self._generation), f"candles {symbol} {interval}")
        self.observers.notify("loaded")

    def leave(self) -> None:
        """Follow nothing any more."""
        self._subscriptions.leave()

    def reload(self) -> None:
        """Ask again from the last closed candle on, after a gap or a failure."""
        if not self.symbol or self._repairing:
            return
        if self.state is not CandlesState.READY:
            self.select(self.symbol, self.interval)
            return
        self._repairing = True
        self._scope.spawn(self._repair(self._generation), f"repair candles {self.symbol}")

    def want_older(self) -> None:
        """Fetch one page of history before the first candle, if there is any."""
        if self._loading_older or self.reached_listing or self.state is not CandlesState.READY:
            return
        self._loading_older = True
        self._scope.spawn(self._load_older(self._generation), f"older candles {self.symbol}")

    async def _load(self, generation: int) -> None:
        kept = await self._history.newest_kept(self.symbol, self.interval)
        if kept and generation == self._generation:
            # Something to look at while the venue is asked.
            self.candles = kept
            self.observers.notify("loaded")
        try:
            page = await self._history.newest(self.symbol, self.interval)
        except VenueError as error:
            if generation == self._generation:
                self.state, self.problem = CandlesState.FAILED, str(error)
                self.observers.notify("loaded")
            return
        if generation != self._generation:
            return
        self.candles = page.candles
        self.reached_listing = page.reached_listing
        self.state = CandlesState.READY
        pending, self._pending = self._pending, []
        for candle in pending:
            self._put(candle)
        self.observers.notify("loaded")

    async def _load_older(self, generation: int) -> None:
        try:
            page = await self._history.older(
                self.symbol, self.interval, self.candles[0].open_time_ms, PAGE
            )
        except VenueError:
            # Dragging further asks again.
            page = None
        if generation != self._generation:
            return
        self._loading_older = False
        if page is None:
            return
        self.reached_listing = page.reached_listing
        self.candles[:0] = page.candles
        self.observers.notify("older")

    async def _repair(self, generation: int) -> None:
        start_ms = self._hole_ms
        if start_ms is None and self.candles:
            start_ms = self.candles[-1].open_time_ms
        hole_ms = None
        try:
            missed = await self._venue.market_data.candles(
                self.symbol, self.interval, limit=PAGE, start_ms=start_ms
            )
        except VenueError:
            # The next reconnect, or the next candle that leaves a gap, asks again.
            missed, hole_ms = [], start_ms
        if generation != self._generation:
            return
        self._repairing, self._hole_ms = False, hole_ms
        if len(missed) == PAGE:
            # More was missed than one page holds: what lies between is not known.
            self.select(self.symbol, self.interval)
            return
        pending, self._pending = self._pending, []
        for candle in [*missed, *pending]:
            self._put(candle)
        self._tell_repaired(start_ms or 0)

    def _on_event(self, event: MarketEvent) -> None:
        if isinstance(event, Trade):
            self._move_forming(event)
            return
        if not isinstance(event, Candle):
            return
        if self.state is not CandlesState.READY or self._repairing:
            self._pending.append(event)
            return
        if self._leaves_gap(event):
            self._pending.append(event)
            self.reload()
            return
        newest_ms = self.candles[-1].open_time_ms if self.candles else 0
        self._put(event)
        if event.open_time_ms < newest_ms:
            self._tell_repaired(event.open_time_ms)
        else:
            self.observers.notify("updated")

    def _move_forming(self, trade: Trade) -> None:
        # Candle messages come every second or two; between them trades move the price. Volume
        # and count wait for the venue's own figures.
        last = self.candles[-1] if self.candles else None
        if last is None or last.closed:
            return
        if not last.open_time_ms <= trade.time_ms <= last.close_time_ms:
            return
        if trade.price != last.close:
            self.candles[-1] = _moved(last, trade.price)
            self.observers.notify("updated")

    def _tell_repaired(self, from_ms: int) -> None:
        self.repaired_from_ms = from_ms
        self.observers.notify("repaired")

    def _leaves_gap(self, candle: Candle) -> bool:
        last = self.candles[-1] if self.candles else None
        if last is None or candle.open_time_ms <= last.open_time_ms:
            return False
        # A bar closes when the venue says so, not when the next one begins.
        is_next = candle.open_time_ms == last.close_time_ms + 1
        return not is_next or not last.closed or self._hole_ms is not None

    def _put(self, candle: Candle) -> None:
        if not self.candles or candle.open_time_ms > self.candles[-1].open_time_ms:
            self.candles.append(candle)
        elif candle.open_time_ms == self.candles[-1].open_time_ms:
            # A late frame must not open a bar again, nor take trades out of it.
            last = self.candles[-1]
            if candle.closed or (not last.closed and candle.trade_count >= last.trade_count):
                self.candles[-1] = candle
        else:
            self._put_earlier(candle)

    def _put_earlier(self, candle: Candle) -> None:
        for index in range(len(self.candles) - 1, -1, -1):
            known = self.candles[index]
            if known.open_time_ms == candle.open_time_ms:
                if candle.closed or not known.closed:
                    self.candles[index] = candle
                return
            if known.open_time_ms < candle.open_time_ms:
                self.candles.insert(index + 1, candle)
                return


def _moved(candle: Candle, price: Decimal) -> Candle:
    # Made field by field: ``replace`` takes twice as long, and this is done at every trade.
    return Candle(
        open_time_ms=candle.open_time_ms,
        close_time_ms=candle.close_time_ms,
        open=candle.open,
        high=max(candle.high, price),
        low=min(candle.low, price),
        close=price,
        volume=candle.volume,
        quote_volume=candle.quote_volume,
        trade_count=candle.trade_count,
        taker_buy_volume=candle.taker_buy_volume,
        closed=False,
    )
