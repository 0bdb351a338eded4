"""What every venue owes the program, asked of each market of the practice exchange."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from terminal_app.domain.credentials import Credentials
from terminal_app.domain.instrument import Instrument, Market, Rounding
from terminal_app.domain.market import BestPrices, Candle, Interval, MarkPrice, Side, Ticker, Trade
from terminal_app.domain.order import (
    OrderRequest,
    OrderStatus,
    OrderType,
    OrderUpdate,
    TimeInForce,
)
from terminal_app.domain.order_book import OrderBook
from terminal_app.venues.base import (
    AccountEvent,
    AccountStreamReady,
    BalancesChanged,
    BookChanged,
    BookLoaded,
    BookLost,
    ConnectionChanged,
    ConnectionState,
    ExecutionClient,
    Feed,
    FeedKind,
    MarketEvent,
    OutcomeKind,
    PositionChanged,
    Venue,
)
from terminal_app.venues.binance import endpoints_for, environment_named, open_venue
from tests.helpers.eventually import eventually
from tests.helpers.practice import PracticeProcess

SYMBOL = "BTCUSDT"
MARKETS = pytest.mark.parametrize("market", list(Market))


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticeProcess]:
    """Serve one exchange to all tests of this file."""
    with PracticeProcess(seed=7) as process:
        yield process


class Opened:
    """Hold an open venue and all it told."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self.connections: list[ConnectionChanged] = []
        self.account: list[AccountEvent] = []

    @property
    def execution(self) -> ExecutionClient:
        """Return what trades."""
        assert self.venue.execution is not None
        return self.venue.execution

    def state(self, name: str) -> ConnectionState | None:
        """Return the newest state of a connection."""
        found = [change.state for change in self.connections if change.name == name]
        return found[-1] if found else None

    def updates(self, client_order_id: str) -> list[OrderUpdate]:
        """Return the order updates streamed for an id."""
        return [
            event
            for event in self.account
            if isinstance(event, OrderUpdate) and event.client_order_id == client_order_id
        ]

    async def instrument(self) -> Instrument:
        """Return the rules of the symbol under test."""
        instruments = await self.venue.market_data.instruments()
        return next(one for one in instruments if one.symbol == SYMBOL)


def _build(practice: PracticeProcess, market: Market, credentials: Credentials | None) -> Venue:
    environment = environment_named("practice")
    endpoints = endpoints_for(environment, practice.ready)[market]
    return open_venue(environment, market, endpoints, credentials)


@asynccontextmanager
async def _opened(practice: PracticeProcess, market: Market) -> AsyncIterator[Opened]:
    credentials = Credentials(practice.ready["api_key"], practice.ready["api_secret"])
    opened = Opened(_build(practice, market, credentials))
    await opened.venue.open(opened.connections.append, opened.account.append)
    try:
        await eventually(lambda: AccountStreamReady() in opened.account, 10)
        yield opened
    finally:
        await opened.venue.close()


def _id() -> str:
    return f"test-{uuid4().hex[:20]}"


def _order(market: Market, side: Side, quantity: Decimal, price: Decimal | None) -> OrderRequest:
    order_type = OrderType.MARKET if price is None else OrderType.LIMIT
    return OrderRequest(market, SYMBOL, side, order_type, quantity, price)


async def _far_price(opened: Opened, instrument: Instrument) -> Decimal:
    ticker = await opened.venue.market_data.ticker(SYMBOL)
    return instrument.round_price(ticker.last_price * Decimal("0.8"), Rounding.DOWN)


@MARKETS
async def test_connections_clock_and_latency(practice: PracticeProcess, market: Market) -> None:
    async with _opened(practice, market) as opened:
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
    venue = _build(practice, market, None)
    opened = Opened(venue)
    await venue.open(opened.connections.append, opened.account.append)
    try:
        assert venue.execution is None
        assert (await venue.market_data.ticker(SYMBOL)).last_price > 0
    finally:
        await venue.close()


@MARKETS
async def test_instruments_have_usable_rules(practice: PracticeProcess, market: Market) -> None:
    async with _opened(practice, market) as opened:
        instrument = await opened.instrument()
        assert instrument.market is market
        assert instrument.is_trading
        assert (instrument.base_asset, instrument.quote_asset) == ("BTC", "USDT")
        assert instrument.tick_size > 0
        assert instrument.step_size > 0
        assert instrument.min_notional > 0


@MARKETS
async def test_history_is_in_order(practice: PracticeProcess, market: Market) -> None:
    async with _opened(practice, market) as opened:
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
    async with _opened(practice, market) as opened:
        has_mark = opened.venue.capabilities.has_mark_price
        kinds = [
            k for k in FeedKind if k is not FeedKind.BOOK and (k is not FeedKind.MARK or has_mark)
        ]
        heard: dict[FeedKind, list[MarketEvent]] = {kind: [] for kind in kinds}
        ends = [
            opened.venue.market_data.subscribe(
                Feed(kind, SYMBOL, Interval.M1 if kind is FeedKind.CANDLES else None),
                heard[kind].append,
            )
            for kind in kinds
        ]
        await eventually(lambda: all(heard.values()), 20)
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
    async with _opened(practice, market) as opened:
        data = opened.venue.market_data
        first, second = _Book(), _Book()
        best: dict[int, BestPrices] = {}

        def on_best(event: MarketEvent) -> None:
            if isinstance(event, BestPrices):
                best[event.update_id] = event

        end_best = data.subscribe(Feed(FeedKind.BEST, SYMBOL), on_best)
        end_first = data.subscribe(Feed(FeedKind.BOOK, SYMBOL), first.hear)
        await eventually(lambda: first.changes >= 5, 20)
        end_second = data.subscribe(Feed(FeedKind.BOOK, SYMBOL), second.hear)
        await eventually(lambda: second.loaded and second.changes >= 5, 20)
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
        await eventually(lambda: second.changes >= 20, 20)
        assert first.changes == changes
        end_second()
        end_best()


@MARKETS
async def test_a_limit_order_rests_is_found_and_cancelled(
    practice: PracticeProcess, market: Market
) -> None:
    async with _opened(practice, market) as opened:
        execution, instrument = opened.execution, await opened.instrument()
        client_order_id, price = _id(), await _far_price(opened, instrument)
        request = _order(market, Side.BUY, Decimal("0.002"), price)
        placed = await execution.place(request, client_order_id)
        assert placed.kind is OutcomeKind.OK, placed.detail
        assert placed.update is not None
        assert placed.update.status is OrderStatus.NEW
        order_id = placed.update.order_id
        await eventually(lambda: opened.updates(client_order_id))
        resting = [update.client_order_id for update in await execution.open_orders()]
        assert client_order_id in resting
        again = await execution.place(request, client_order_id)
        assert again.kind is OutcomeKind.EXISTS
        for known_id in (order_id, None):
            found = await execution.query(SYMBOL, known_id, client_order_id)
            assert found.update is not None
            assert (found.update.order_id, found.update.price) == (order_id, price)
        cancelled = await execution.cancel(SYMBOL, order_id, client_order_id)
        assert cancelled.kind is OutcomeKind.OK, cancelled.detail
        assert cancelled.update is not None
        assert cancelled.update.client_order_id == client_order_id
        assert cancelled.update.status is OrderStatus.CANCELED
        await eventually(lambda: opened.updates(client_order_id)[-1].status is OrderStatus.CANCELED)
        assert client_order_id not in [u.client_order_id for u in await execution.open_orders()]


@MARKETS
async def test_a_market_order_fills_and_is_counted_once(
    practice: PracticeProcess, market: Market
) -> None:
    async with _opened(practice, market) as opened:
        execution = opened.execution
        for side in (Side.BUY, Side.SELL):
            client_order_id = _id()
            request = _order(market, side, Decimal("0.01"), None)
            placed = await execution.place(request, client_order_id)
            assert placed.kind is OutcomeKind.OK, placed.detail

            def is_filled(client_order_id: str = client_order_id) -> bool:
                updates = opened.updates(client_order_id)
                return bool(updates) and updates[-1].status is OrderStatus.FILLED

            await eventually(is_filled)
            fills = [u.fill for u in opened.updates(client_order_id) if u.fill is not None]
            assert sum(fill.quantity for fill in fills) == Decimal("0.01")
            assert len({fill.key for fill in fills}) == len(fills)
            assert all(fill.commission >= 0 and fill.commission_asset for fill in fills)
            order_id = opened.updates(client_order_id)[-1].order_id
            own = await execution.fills(SYMBOL)
            assert {f.key for f in own if f.order_id == order_id} == {f.key for f in fills}
            told = {fill.key for fill in placed.fills}
            assert told <= {fill.key for fill in fills}
            found = await execution.query(SYMBOL, None, client_order_id)
            assert found.update is not None
            paid = sum(fill.price * fill.quantity for fill in fills)
            assert found.update.executed_quote is not None
            assert abs(found.update.executed_quote - paid) < Decimal("0.1")


@MARKETS
async def test_account_and_its_changes(practice: PracticeProcess, market: Market) -> None:
    async with _opened(practice, market) as opened:
        execution = opened.execution
        before = await execution.account()
        dollars = next(balance for balance in before.balances if balance.asset == "USDT")
        assert dollars.total > 1000
        assert before.taker_rate > 0
        placed = await execution.place(_order(market, Side.BUY, Decimal("0.01"), None), _id())
        assert placed.kind is OutcomeKind.OK, placed.detail
        await eventually(lambda: any(isinstance(e, BalancesChanged) for e in opened.account))
        changed = next(e for e in opened.account if isinstance(e, BalancesChanged))
        assert changed.is_complete is (market is Market.SPOT)
        held = await execution.account()
        if opened.venue.capabilities.has_positions:
            await eventually(lambda: any(isinstance(e, PositionChanged) for e in opened.account))
            position = next(p for p in held.positions if p.symbol == SYMBOL)
            assert position.amount == Decimal("0.01")
            assert position.leverage == dict(held.leverages)[SYMBOL]
            assert position.margin_mode == "cross"
            assert position.initial_margin > 0
        placed = await execution.place(_order(market, Side.SELL, Decimal("0.01"), None), _id())
        assert placed.kind is OutcomeKind.OK, placed.detail


@MARKETS
async def test_post_only_never_takes(practice: PracticeProcess, market: Market) -> None:
    async with _opened(practice, market) as opened:
        instrument = await opened.instrument()
        ticker = await opened.venue.market_data.ticker(SYMBOL)
        high = instrument.round_price(ticker.last_price * Decimal("1.02"), Rounding.DOWN)
        low = await _far_price(opened, instrument)
        for price, kind in ((high, OutcomeKind.REJECTED), (low, OutcomeKind.OK)):
            client_order_id = _id()
            request = OrderRequest(
                market,
                SYMBOL,
                Side.BUY,
                OrderType.LIMIT,
                Decimal("0.002"),
                price,
                time_in_force=TimeInForce.POST_ONLY,
            )
            placed = await opened.execution.place(request, client_order_id)
            assert placed.kind is kind, placed.detail
            if placed.update is not None:
                assert placed.update.time_in_force is TimeInForce.POST_ONLY
                await opened.execution.cancel(SYMBOL, placed.update.order_id, client_order_id)


async def test_a_market_order_for_an_amount_of_money(practice: PracticeProcess) -> None:
    async with _opened(practice, Market.SPOT) as opened:
        assert opened.venue.capabilities.has_market_by_quote
        request = OrderRequest(
            Market.SPOT, SYMBOL, Side.BUY, OrderType.MARKET, None, quote_quantity=Decimal(100)
        )
        placed = await opened.execution.place(request, _id())
        assert placed.update is not None, placed.detail
        assert placed.update.executed_quote is not None
        assert Decimal(90) < placed.update.executed_quote <= Decimal(100)


async def test_reduce_only_needs_a_position(practice: PracticeProcess) -> None:
    async with _opened(practice, Market.USDM) as opened:
        request = OrderRequest(
            Market.USDM, SYMBOL, Side.SELL, OrderType.MARKET, Decimal("0.01"), reduce_only=True
        )
        placed = await opened.execution.place(request, _id())
        assert (placed.kind, placed.code) == (OutcomeKind.REJECTED, -2022)


@MARKETS
async def test_refusals_keep_the_venues_words(practice: PracticeProcess, market: Market) -> None:
    async with _opened(practice, market) as opened:
        execution = opened.execution
        unknown = await execution.query(SYMBOL, None, "never-sent")
        assert (unknown.kind, unknown.code) == (OutcomeKind.REJECTED, -2013)
        gone = await execution.cancel(SYMBOL, 123456789, "never-sent")
        assert (gone.kind, gone.code) == (OutcomeKind.REJECTED, -2011)
        huge = _order(market, Side.BUY, Decimal(100), None)
        refused = await execution.place(huge, _id())
        assert refused.kind is OutcomeKind.REJECTED
        assert refused.message


async def test_an_order_the_market_cannot_express_is_not_sent(practice: PracticeProcess) -> None:
    for market in Market:
        async with _opened(practice, market) as opened:
            nothing = OrderRequest(market, SYMBOL, Side.BUY, OrderType.MARKET, None)
            assert (await opened.execution.place(nothing, _id())).kind is OutcomeKind.NOT_SENT
            strange = OrderRequest(market, SYMBOL, Side.BUY, OrderType.OTHER, Decimal(1))
            assert (await opened.execution.place(strange, _id())).kind is OutcomeKind.NOT_SENT


@MARKETS
async def test_a_venue_that_dies_and_returns(market: Market, tmp_path: Path) -> None:
    with PracticeProcess(seed=3, credentials=tmp_path / "key.json") as process:
        async with _opened(process, market) as opened:
            follower = _Book()
            end = opened.venue.market_data.subscribe(Feed(FeedKind.BOOK, SYMBOL), follower.hear)
            await eventually(lambda: follower.changes >= 3, 20)
            again = _same_ports(process, tmp_path / "key.json")
            process.kill()
            await eventually(lambda: opened.state("market") is ConnectionState.STALE)
            await eventually(lambda: opened.state("account") is ConnectionState.STALE)
            assert follower.lost == 1
            request = _order(market, Side.BUY, Decimal("0.01"), None)
            assert (await opened.execution.place(request, _id())).kind is OutcomeKind.NOT_SENT
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
        async with _opened(practice, market) as opened:
            opened.venue.market_data.subscribe(Feed(FeedKind.BOOK, SYMBOL), lambda event: None)
    await eventually(lambda: len(asyncio.all_tasks()) == before)
