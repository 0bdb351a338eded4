"""A day of a million trades, with midnight, gaps and a reconnect: every bar is the exchange's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import HOUR_MS, MINUTE_MS, Candle, Interval, Trade
from terminal_app.domain.period import Period, built, period_of
from terminal_app.errors import NotConnected
from terminal_app.gui.chart.compared import ComparedSeries
from terminal_app.gui.chart.series import CandleSeries
from terminal_app.gui.chart_feed import HOLE_WORDS, ChartFeed
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.practice.engine.candles import CandleSeries as ExchangeCandles
from terminal_app.practice.engine.market_values import Candle as ExchangeCandle
from terminal_app.practice.sources.catalogue import spot_rules
from terminal_app.services.candle_history import CandleHistory
from terminal_app.services.candles import CandleService, CandlesState
from terminal_app.storage.candle_cache import CandleCache
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import Feed, Venue
from terminal_app.venues.market_events import MarketEvent, MarketSink
from tests.helpers.eventually import eventually

SYMBOL = "BTCUSDT"
TICKS = 1_000_000
START_MS = int(datetime(2026, 3, 28, 20, tzinfo=UTC).timestamp()) * 1000
DAY_MS = 24 * HOUR_MS
MIDNIGHT_MS = START_MS + 4 * HOUR_MS
KLINE_PACE_MS = 2_000
# A frame every so many trades: about a minute of this day.
FRAME_TICKS = 701
BUILT = ("45m", "2h", "7h")


class Exchange:
    """Be the market side of a venue: the practice engine's own klines, a line that can be cut."""

    def __init__(self) -> None:
        self.rules = spot_rules((SYMBOL,))[0]
        self.klines = ExchangeCandles(self.rules, ("1m", "2h"), None)
        self.environment = SimpleNamespace(name="practice")
        self.capabilities = SimpleNamespace(market=Market.SPOT)
        self.clock = SimpleNamespace(offset_ms=0)
        self.is_cut = False
        self.now_ms = START_MS
        self._sinks: list[MarketSink] = []

    @property
    def market_data(self) -> Exchange:
        """Return itself."""
        return self

    def subscribe(self, _feed: Feed, sink: MarketSink) -> Callable[[], None]:
        """Tell a sink everything there is, once however many feeds it wants."""
        if sink not in self._sinks:
            self._sinks.append(sink)
        return lambda: None

    async def candles(
        self,
        _symbol: str,
        interval: Interval,
        *,
        limit: int,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> list[Candle]:
        """Return klines as REST does."""
        await asyncio.sleep(0)
        if self.is_cut:
            raise NotConnected("cut")
        found = self.klines.query(interval.value, limit, start_ms, end_ms)
        return [self.candle(one, is_closed=one.close_time_ms < self.now_ms) for one in found]

    def candle(self, kline: ExchangeCandle, *, is_closed: bool) -> Candle:
        """Return a kline as the terminal reads it."""
        return Candle(
            open_time_ms=kline.open_time_ms,
            close_time_ms=kline.close_time_ms,
            open=kline.open,
            high=kline.high,
            low=kline.low,
            close=kline.close,
            volume=kline.volume,
            quote_volume=kline.quote_volume,
            trade_count=kline.trade_count,
            taker_buy_volume=kline.taker_buy_volume,
            closed=is_closed,
        )

    def tell(self, event: MarketEvent) -> None:
        """Send an event down the line, unless it is cut."""
        if not self.is_cut:
            for sink in self._sinks:
                sink(event)

    def tell_forming(self) -> None:
        """Send the kline of this minute as the stream does."""
        bar = self.klines.forming("1m")
        assert bar is not None
        self.tell(self.candle(self.klines.candle("1m", bar), is_closed=False))

    def whole(self, interval: str) -> list[Candle]:
        """Return every kline of the day, oldest first."""
        found = self.klines.query(interval, 5_000, None, None)
        return [self.candle(one, is_closed=one.close_time_ms < self.now_ms) for one in found]


class Day:
    """Let trades happen at the exchange, in order, and frames pass at the terminal."""

    def __init__(self, exchange: Exchange, flush: Callable[[], None]) -> None:
        random = np.random.default_rng(20)
        self._exchange, self._flush = exchange, flush
        steps = random.integers(-2, 3, TICKS)
        self._ticks = (6_000_000 + np.cumsum(steps)).tolist()
        self._lots = random.integers(1, 50, TICKS).tolist()
        self._sellers = (random.random(TICKS) < 0.5).tolist()
        self.times: list[int] = (
            START_MS + np.sort(random.integers(0, DAY_MS + 5 * MINUTE_MS, TICKS))
        ).tolist()
        self._at = 0
        self._next_kline_ms = 0
        exchange.klines.start(START_MS, self._ticks[0], 1)

    def until(self, time_ms: int) -> None:
        """Let everything happen that happens before a time."""
        exchange, klines, rules = self._exchange, self._exchange.klines, self._exchange.rules
        end = int(np.searchsorted(self.times, time_ms))
        for at in range(self._at, end):
            now_ms, ticks, lots = self.times[at], self._ticks[at], self._lots[at]
            exchange.now_ms = now_ms
            for name, bar in klines.roll(now_ms):
                if name == "1m":
                    exchange.tell(exchange.candle(klines.candle(name, bar), is_closed=True))
                    self._next_kline_ms = now_ms
            is_seller = self._sellers[at]
            klines.add(at + 1, ticks, lots, is_seller)
            if now_ms >= self._next_kline_ms:
                exchange.tell_forming()
                self._next_kline_ms = now_ms + KLINE_PACE_MS
            price, quantity = rules.price(ticks), rules.quantity(lots)
            exchange.tell(Trade(at + 1, price, quantity, now_ms, is_seller))
            if at % FRAME_TICKS == 0:
                self._flush()
        self._at = end


def columns(series: CandleSeries) -> list[tuple[float, ...]]:
    """Return what a chart shows: times and figures of every bar."""
    values = (series.open, series.high, series.low, series.close, series.volume, series.bought)
    return list(zip(series.open_time_ms.tolist(), *(each.tolist() for each in values), strict=True))


def shown(candles: list[Candle]) -> list[tuple[float, ...]]:
    """Return what a chart has to show of candles."""
    return [
        (
            one.open_time_ms,
            *map(float, (one.open, one.high, one.low, one.close, one.volume, one.taker_buy_volume)),
        )
        for one in candles
    ]


Views = dict[str, tuple[ComparedSeries, ChartFeed, Period]]


def charts(service: CandleService) -> Views:
    """Return what follows the service in its own bars and in longer ones."""
    made = {}
    for text in ("1m", *BUILT):
        view, period = ComparedSeries(SYMBOL), period_of(text)
        feed = ChartFeed(view, lambda: None)
        feed.follow(service, period)
        made[text] = (view, feed, period)
    return made


def are_built_of(views: Views, klines: list[Candle]) -> None:
    """Check that bars of other lengths hold what the exchange's minutes make."""
    for text in BUILT:
        view, _, period = views[text]
        wanted = built(klines, period, is_first_whole=True)
        assert [row[:5] for row in columns(view.series)] == [row[:5] for row in shown(wanted)]


@pytest.mark.slow
async def test_every_bar_of_a_million_trades_is_the_exchanges(tmp_path: Path) -> None:
    exchange, cache = Exchange(), CandleCache(tmp_path / "candles.sqlite")
    venue = cast(Venue, exchange)
    await cache.open()
    async with TaskScope("day") as scope:
        service = CandleService(venue, CandleHistory(venue, cache), scope)
        views = charts(service)

        def flush() -> None:
            for _, feed, _ in views.values():
                feed.flush()

        day = Day(exchange, flush)
        day.until(START_MS + 90_000)
        service.select(SYMBOL, Interval.M1)
        await eventually(lambda: service.state is CandlesState.READY, 30)
        day.until(MIDNIGHT_MS - 20 * MINUTE_MS)
        forming = service.candles[-1]
        assert exchange.whole("1m")[-1].close == forming.close
        # Cut over midnight; trades go on while the way back is found.
        exchange.is_cut = True
        day.until(MIDNIGHT_MS + 25 * MINUTE_MS)
        service.reload()
        await eventually(lambda: service.has_hole, 30)
        flush()
        view = views["1m"][0]
        assert (view.state, view.problem) == (ViewState.STALE, HOLE_WORDS)
        exchange.is_cut = False
        service.reload()
        day.until(MIDNIGHT_MS + 27 * MINUTE_MS)
        await eventually(lambda: not service.has_hole, 30)
        # Minutes that are lost without a word are missed by what comes next.
        day.until(MIDNIGHT_MS + 6 * HOUR_MS)
        exchange.is_cut = True
        day.until(MIDNIGHT_MS + 6 * HOUR_MS + 7 * MINUTE_MS)
        exchange.is_cut = False
        day.until(MIDNIGHT_MS + 6 * HOUR_MS + 9 * MINUTE_MS)
        await eventually(lambda: len(service.candles) == len(exchange.whole("1m")), 30)
        day.until(START_MS + 2 * DAY_MS)
        exchange.tell_forming()
        flush()
    await cache.close()
    klines = exchange.whole("1m")
    assert sum(one.trade_count for one in klines) == TICKS
    assert [one for one in service.candles if one.closed] == klines[:-1]
    assert len(klines) == 24 * 60 + 5
    assert columns(views["1m"][0].series) == shown(klines)
    assert columns(views["2h"][0].series) == shown(exchange.whole("2h"))
    are_built_of(views, klines)
