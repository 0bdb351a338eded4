"""What every venue owes the program, asked of each market of the practice exchange."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from terminal_app.domain.contract_statistics import StatisticKind
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import (
    DAY_MS,
    BestPrices,
    Candle,
    Interval,
    MarkPrice,
    Side,
    Ticker,
    Trade,
)
from terminal_app.domain.order_book import OrderBook
from terminal_app.venues.account_events import AccountStreamReady
from terminal_app.venues.base import (
    ConnectionState,
    Feed,
    FeedKind,
    OutcomeKind,
)
from terminal_app.venues.market_events import (
    BookChanged,
    BookLoaded,
    BookLost,
    MarketEvent,
)
from tests.helpers.eventually import eventually
from tests.helpers.markets import MARKETS
from tests.helpers.opened_venue import (
    SYMBOL,
    Opened,
    build,
    limit_or_market,
    new_id,
    opened_venue,
)
from tests.helpers.practice import PracticeProcess

# Books are checked below; rules of symbols change once in a while.
APART = frozenset({FeedKind.BOOK, FeedKind.RULES, FeedKind.ALL_TICKERS, FeedKind.ALL_MARKS})


@MARKETS
async def test_connections_clock_and_latency(practice: PracticeProcess, market: Market) -> None:
    async with opened_venue(practice, market) as opened:
        venue = opened.venue
        await eventually(lambda: opened.state("market") is ConnectionState.LIVE)
        await eventually(lambda: opened.state("account") is ConnectionState.LIVE)
        await eventually(lambda: venue.clock is not None)
        assert venue.clock is not None
        assert venue.clock.round_trip_ms < 1000
        assert venue.latency_ms is not None
        assert venue.capabilities.market is market
        assert venue.environment.name == "practice"
    assert opened.state("market") is ConnectionState.CLOSED
    assert opened.state("account") is ConnectionState.CLOSED


@MARKETS
async def test_without_a_key_the_market_is_seen_and_nothing_trades(
    practice: PracticeProcess, market: Market
) -> None:
    venue = build(practice, market, None)
    opened = Opened(venue)
    await venue.open(opened.connections.append, opened.account.append)
    try:
        assert venue.execution is None
        assert (await venue.market_data.ticker(SYMBOL)).last_price > 0
    finally:
        await venue.close()


@MARKETS
async def test_instruments_have_usable_rules(practice: PracticeProcess, market: Market) -> None:
    async with opened_venue(practice, market) as opened:
        instrument = await opened.instrument()
        assert instrument.market is market
        assert instrument.is_trading
        assert (instrument.base_asset, instrument.quote_asset) == ("BTC", "USDT")
        assert instrument.tick_size > 0
        assert instrument.step_size > 0
        assert instrument.notional.minimum > 0


@MARKETS
async def test_history_is_in_order(practice: PracticeProcess, market: Market) -> None:
    async with opened_venue(practice, market) as opened:
        data = opened.venue.market_data
        candles = await data.candles(SYMBOL, Interval.M1, limit=50)
        times = [candle.open_time_ms for candle in candles]
        assert len(candles) == 50
        assert times == sorted(set(times))
        assert all(candle.closed for candle in candles[:-1])
        assert all(candle.low <= candle.close <= candle.high for candle in candles)
        earlier = await data.candles(SYMBOL, Interval.M1, limit=5, end_ms=times[0] - 1)
        assert earlier[-1].close_time_ms < times[0]
        later = await data.candles(SYMBOL, Interval.M1, limit=5, start_ms=times[-5])
        assert later[0].open_time_ms == times[-5]
        trades = await data.trades(SYMBOL, 20)
        ids = [trade.trade_id for trade in trades]
        assert ids == sorted(set(ids))


@MARKETS
async def test_figures_of_a_contract_are_told_where_there_are_contracts(
    practice: PracticeProcess, market: Market
) -> None:
    async with opened_venue(practice, market) as opened:
        data, told = opened.venue.market_data, opened.venue.capabilities.statistics
        (newest,) = await data.candles(SYMBOL, Interval.M1, limit=1)
        start_ms = newest.open_time_ms - 3 * DAY_MS
        for kind in StatisticKind:
            points = await data.statistics(SYMBOL, kind, Interval.M1, start_ms)
            assert bool(points) is (kind in told)
            times = [point.time_ms for point in points]
            assert times == sorted(set(times))
            assert all(start_ms <= time_ms <= newest.close_time_ms + 60_000 for time_ms in times)
        if StatisticKind.OPEN_INTEREST in told:
            # More than one page, a point every five minutes, and not one is missing.
            assert {later - first for first, later in pairwise(times)} == {5 * 60_000}
            assert len(times) >= 3 * 288 - 1
            kept = await data.statistics(SYMBOL, kind, Interval.D1, start_ms - 90 * DAY_MS)
            assert 20 <= len(kept) <= 31


def _expected(kind: FeedKind) -> type[object]:
    return {
        FeedKind.TRADES: Trade,
        FeedKind.BEST: BestPrices,
        FeedKind.TICKER: Ticker,
        FeedKind.CANDLES: Candle,
        FeedKind.MARK: MarkPrice,
    }[kind]


@MARKETS
async def test_every_feed_delivers(practice: PracticeProcess, market: Market) -> None:
    async with opened_venue(practice, market) as opened:
        has_mark = opened.venue.capabilities.has_mark_price
        kinds = [k for k in FeedKind if k not in APART and (k is not FeedKind.MARK or has_mark)]
        heard: dict[FeedKind, list[MarketEvent]] = {kind: [] for kind in kinds}
        ends = [
            opened.venue.market_data.subscribe(
                Feed(kind, SYMBOL, Interval.M1 if kind is FeedKind.CANDLES else None),
                heard[kind].append,
            )
            for kind in kinds
        ]
        await eventually(lambda: all(heard.values()))
        for kind in kinds:
            assert all(type(event) is _expected(kind) for event in heard[kind])
        for end in ends:
            end()


class _Book:
    """Follow a book as the program does."""

    def __init__(self) -> None:
        self.book = OrderBook()
        self.loaded = 0
        self.changes = 0
        self.lost = 0

    def hear(self, event: MarketEvent) -> None:
        if isinstance(event, BookLoaded):
            self.loaded += 1
            self.book.load(event.bids, event.asks, event.update_id)
        elif isinstance(event, BookChanged):
            self.changes += 1
            self.book.apply(event.bids, event.asks, event.update_id)
        elif isinstance(event, BookLost):
            self.lost += 1
        assert not self.book.is_crossed


@MARKETS
async def test_a_book_is_whole_and_shared(practice: PracticeProcess, market: Market) -> None:
    async with opened_venue(practice, market) as opened:
        data = opened.venue.market_data
        first, second = _Book(), _Book()
        best: dict[int, BestPrices] = {}

        def on_best(event: MarketEvent) -> None:
            if isinstance(event, BestPrices):
                best[event.update_id] = event

        end_best = data.subscribe(Feed(FeedKind.BEST, SYMBOL), on_best)
        end_first = data.subscribe(Feed(FeedKind.BOOK, SYMBOL), first.hear)
        await eventually(lambda: first.changes >= 5)
        end_second = data.subscribe(Feed(FeedKind.BOOK, SYMBOL), second.hear)
        await eventually(lambda: second.loaded and second.changes >= 5)
        assert not first.book.is_empty
        assert first.book.update_id == second.book.update_id
        assert first.book.bids.levels() == second.book.bids.levels()
        agreed = best.get(first.book.update_id)
        if agreed is not None:
            assert first.book.bids.best() == agreed.bid
            assert first.book.asks.best() == agreed.ask
        end_first()
        end_first()
        changes = first.changes
        await eventually(lambda: second.changes >= 20)
        assert first.changes == changes
        end_second()
        end_best()


@MARKETS
async def test_a_venue_that_dies_and_returns(market: Market, tmp_path: Path) -> None:
    with PracticeProcess(seed=3, credentials=tmp_path / "key.json") as process:
        async with opened_venue(process, market) as opened:
            follower = _Book()
            end = opened.venue.market_data.subscribe(Feed(FeedKind.BOOK, SYMBOL), follower.hear)
            await eventually(lambda: follower.changes >= 3)
            again = _same_ports(process, tmp_path / "key.json")
            process.kill()
            await eventually(lambda: opened.state("market") is ConnectionState.STALE)
            await eventually(lambda: opened.state("account") is ConnectionState.STALE)
            assert follower.lost == 1
            request = limit_or_market(market, Side.BUY, Decimal("0.01"), None)
            assert (await opened.execution.place(request, new_id())).kind is OutcomeKind.NOT_SENT
            with again():
                await eventually(lambda: opened.state("market") is ConnectionState.LIVE, 30)
                await eventually(lambda: opened.account.count(AccountStreamReady()) >= 2, 30)
                await eventually(lambda: follower.loaded > 1 and follower.changes > 5, 30)
                end()


def _same_ports(process: PracticeProcess, credentials: Path) -> Callable[[], PracticeProcess]:
    ready = process.ready
    return lambda: PracticeProcess(
        seed=3,
        credentials=credentials,
        spot_port=int(ready["spot_rest"].rpartition(":")[2]),
        futures_port=int(ready["futures_rest"].rpartition(":")[2]),
    )


async def test_closing_leaves_no_task(practice: PracticeProcess) -> None:
    before = len(asyncio.all_tasks())
    for market in Market:
        async with opened_venue(practice, market) as opened:
            opened.venue.market_data.subscribe(Feed(FeedKind.BOOK, SYMBOL), lambda event: None)
    await eventually(lambda: len(asyncio.all_tasks()) == before)
