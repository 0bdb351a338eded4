"""The synthetic market: alive, consistent, the same for the same seed."""

import hashlib
from collections import Counter
from decimal import Decimal
from itertools import pairwise

import pytest

from terminal_app.practice.engine.events import (
    BookTicker,
    CandleClosed,
    DepthChanged,
    Event,
    MarkPrice,
    TradePrinted,
)
from terminal_app.practice.engine.intervals import (
    DAY_MS,
    MINUTE_MS,
    SPOT_INTERVALS,
    USDM_INTERVALS,
    bar_end,
    bar_start,
)
from terminal_app.practice.engine.kinds import MarketName, Side
from terminal_app.practice.engine.market_values import Candle
from terminal_app.practice.exchange import Exchange
from terminal_app.practice.streams.depth_batcher import DepthBatcher
from tests.helpers.engine import START_MS, SetClock, limit, market

D = Decimal


_FEW = ("BTCUSDT", "ETHUSDT", "SOLUSDT")


def _open(seed: int) -> Exchange:
    return Exchange(SetClock(), seed, symbols=_FEW)


def _run(exchange: Exchange, seconds: int, step_ms: int = 100) -> None:
    for passed in range(step_ms, seconds * 1000 + 1, step_ms):
        exchange.advance(START_MS + passed)


def _digest(seed: int, step_ms: int) -> tuple[str, int]:
    exchange = _open(seed)
    digest, count = hashlib.sha256(), 0

    def listen(event: Event) -> None:
        nonlocal count
        count += 1
        digest.update(repr(event).encode())

    exchange.add_listener(listen)
    _run(exchange, 20, step_ms)
    exchange.spot.place(market(Side.BUY, "0.05"))
    exchange.usdm.place(limit(Side.SELL, _near(exchange), "0.05"))
    _run_on(exchange, 20, 45, step_ms)
    exchange.close()
    return digest.hexdigest(), count


def _near(exchange: Exchange) -> str:
    return format(exchange.usdm.data.book_ticker("BTCUSDT").ask_price, "f")


def _run_on(exchange: Exchange, from_s: int, to_s: int, step_ms: int) -> None:
    for passed in range(from_s * 1000 + step_ms, to_s * 1000 + 1, step_ms):
        exchange.advance(START_MS + passed)


def test_same_seed_gives_the_same_events_whatever_the_steps() -> None:
    first, count = _digest(7, 20)
    assert count >= 10_000
    assert _digest(7, 20) == (first, count)
    assert _digest(7, 500) == (first, count)
    assert _digest(8, 20)[0] != first


def test_the_book_is_deep_never_crossed_and_its_ids_chain() -> None:
    exchange = _open(3)
    books: dict[tuple[MarketName, str], dict[tuple[str, Decimal], Decimal]] = {}
    last: dict[tuple[MarketName, str], int] = {}
    for name, each in ((MarketName.SPOT, exchange.spot), (MarketName.USDM, exchange.usdm)):
        for rules in each.data.symbols():
            depth = each.data.depth(rules.symbol, 1000)
            assert min(len(depth.bids), len(depth.asks)) >= 200
            last[name, rules.symbol] = depth.last_update_id
            books[name, rules.symbol] = {("b", p): q for p, q in depth.bids}
            books[name, rules.symbol] |= {("a", p): q for p, q in depth.asks}

    def listen(event: Event) -> None:
        if isinstance(event, DepthChanged):
            key = event.market, event.symbol
            assert event.first_update_id == last[key] + 1
            assert event.previous_final_update_id == last[key]
            last[key] = event.final_update_id
            books[key].update({("b", p): q for p, q in event.bids})
            books[key].update({("a", p): q for p, q in event.asks})
        elif isinstance(event, BookTicker):
            assert event.bid_price < event.ask_price

    exchange.add_listener(listen)
    _run(exchange, 30)
    for (name, symbol), book in books.items():
        data = exchange.spot.data if name is MarketName.SPOT else exchange.usdm.data
        depth = data.depth(symbol, 5000)
        shown = {("b", p): q for p, q in depth.bids} | {("a", p): q for p, q in depth.asks}
        assert {key: q for key, q in book.items() if q} == shown
        assert depth.last_update_id == last[name, symbol]


def test_btc_is_as_busy_as_promised() -> None:
    exchange = _open(5)
    seen: Counter[str] = Counter()
    spreads: Counter[Decimal] = Counter()

    def listen(event: Event) -> None:
        if isinstance(event, TradePrinted | DepthChanged) and event.symbol == "BTCUSDT":
            seen[f"{event.market} {type(event).__name__}"] += 1
        if isinstance(event, BookTicker) and event.symbol == "BTCUSDT":
            spreads[event.ask_price - event.bid_price] += 1
        if isinstance(event, MarkPrice):
            seen["marks"] += 1
            gap = abs(event.mark_price - event.index_price) / event.index_price
            assert gap < Decimal("0.005")

    exchange.add_listener(listen)
    _run(exchange, 120)
    for name in MarketName:
        assert 8 <= seen[f"{name} TradePrinted"] / 120 <= 120
        assert 60 <= seen[f"{name} DepthChanged"] / 120 <= 500
    assert seen["marks"] == len(_FEW) * 120
    assert spreads.most_common(1)[0][0] in (D("0.01"), D("0.10"))
    spot, usdm = (m.data.last_price("BTCUSDT") for m in (exchange.spot, exchange.usdm))
    assert abs(spot - usdm) / spot < D("0.003")


@pytest.mark.parametrize("interval", USDM_INTERVALS)
def test_there_is_history_for_every_interval(interval: str) -> None:
    exchange = _open(2)
    candles = exchange.usdm.data.candles("SOLUSDT", interval, 1500)
    enough = {"1w": 600, "1M": 140}.get(interval, 1500)
    assert len(candles) >= enough
    for before, after in pairwise(candles):
        assert after.open_time_ms == before.close_time_ms + 1
    for candle in candles:
        assert candle.open_time_ms == bar_start(interval, candle.open_time_ms)
        assert candle.low <= min(candle.open, candle.close)
        assert candle.high >= max(candle.open, candle.close)
        assert 0 <= candle.taker_buy_volume <= candle.volume
        assert bool(candle.volume) == bool(candle.trade_count)
    assert candles[-1].open_time_ms <= START_MS <= candles[-1].close_time_ms


def _merge(parts: list[Candle]) -> tuple[object, ...]:
    return (
        parts[0].open,
        max(part.high for part in parts),
        min(part.low for part in parts),
        parts[-1].close,
        sum(part.volume for part in parts),
        sum(part.quote_volume for part in parts),
        sum(part.trade_count for part in parts),
        sum(part.taker_buy_volume for part in parts),
        sum(part.taker_buy_quote_volume for part in parts),
    )


@pytest.mark.parametrize(
    ("fine", "coarse"),
    [("1s", "1m"), ("1m", "5m"), ("1m", "1h"), ("30m", "4h"), ("1h", "1d"), ("1d", "1w")],
)
def test_intervals_agree_across_history_and_live_trades(fine: str, coarse: str) -> None:
    exchange = _open(2)
    _run(exchange, 90)
    data = exchange.spot.data
    coarse_bars = data.candles("BTCUSDT", coarse, 30)
    fine_bars = data.candles("BTCUSDT", fine, 5_000)
    compared = 0
    for bar in coarse_bars:
        end = bar_end(coarse, bar.open_time_ms)
        parts = [f for f in fine_bars if bar.open_time_ms <= f.open_time_ms < end]
        if parts and parts[0].open_time_ms == bar.open_time_ms:
            compared += 1
            assert _merge([bar]) == _merge(parts)
    assert compared >= 10


def test_every_bar_is_closed_exactly_once_and_holds_its_trades() -> None:
    exchange = _open(4)
    closed: Counter[tuple[str, str, str, int]] = Counter()
    volumes: Counter[int] = Counter()
    bars: dict[int, Candle] = {}

    def listen(event: Event) -> None:
        if isinstance(event, CandleClosed):
            closed[event.market, event.symbol, event.interval, event.candle.open_time_ms] += 1
            if (event.market, event.symbol, event.interval) == ("spot", "BTCUSDT", "1s"):
                bars[event.candle.open_time_ms] = event.candle
        elif isinstance(event, TradePrinted) and (event.market, event.symbol) == (
            "spot",
            "BTCUSDT",
        ):
            volumes[bar_start("1s", event.trade.time_ms)] += int(event.trade.quantity * 100_000)

    exchange.add_listener(listen)
    _run(exchange, 130)
    assert set(closed.values()) == {1}
    minutes = [key for key in closed if key[:3] == ("usdm", "BTCUSDT", "1m")]
    assert len(minutes) == 2
    assert len(bars) >= 125
    for open_ms, candle in bars.items():
        assert int(candle.volume * 100_000) == volumes[open_ms]
        assert (candle.first_trade_id == -1) == (candle.trade_count == 0)
        if candle.trade_count:
            assert candle.last_trade_id - candle.first_trade_id + 1 == candle.trade_count


def test_the_day_statistics_are_those_of_its_minutes() -> None:
    exchange = _open(6)
    _run(exchange, 70)
    data = exchange.spot.data
    ticker = data.ticker_24h("ETHUSDT")
    minutes = data.candles("ETHUSDT", "1m", 1440)
    assert ticker.open_time_ms == ticker.close_time_ms - DAY_MS
    assert 0 < minutes[0].open_time_ms - ticker.open_time_ms <= MINUTE_MS
    merged = _merge(list(minutes))
    assert (ticker.open_price, ticker.high_price, ticker.low_price, ticker.last_price) == merged[:4]
    assert (ticker.volume, ticker.quote_volume, ticker.trade_count) == merged[4:7]
    assert ticker.last_trade_id - ticker.first_trade_id + 1 == ticker.trade_count
    assert ticker.price_change == ticker.last_price - ticker.open_price
    newest = data.recent_trades("ETHUSDT", 1)[0]
    assert newest.trade_id == ticker.last_trade_id
    average = data.average_price("ETHUSDT")
    assert ticker.low_price <= average.price <= ticker.high_price


def test_aggregate_trades_cover_every_print() -> None:
    exchange = _open(6)
    _run(exchange, 8)
    data = exchange.usdm.data
    trades = data.recent_trades("BTCUSDT", 1000)
    assert 100 < len(trades) < 1000
    merged = data.aggregate_trades("BTCUSDT", 1000)
    assert sum(t.quantity for t in trades) == sum(t.quantity for t in merged)
    for before, after in pairwise(merged):
        assert after.first_trade_id == before.last_trade_id + 1
        assert after.aggregate_id == before.aggregate_id + 1
    assert data.aggregate_trades("BTCUSDT", 2, merged[3].aggregate_id) == merged[3:5]
    assert data.recent_trades("BTCUSDT", 2, trades[3].trade_id) == trades[3:5]


def test_the_crowd_fills_a_resting_order() -> None:
    exchange = _open(9)
    best = exchange.spot.data.book_ticker("BTCUSDT").bid_price
    mine = exchange.spot.place(limit(Side.BUY, format(best, "f"), "0.001")).order
    _run(exchange, 120)
    order = exchange.spot.order("BTCUSDT", mine.order_id)
    assert order.executed_quantity == D("0.001")
    assert exchange.spot.fills("BTCUSDT", 1)[0].is_maker


def test_batches_merge_without_a_gap() -> None:
    exchange = _open(9)
    batcher, batches = DepthBatcher(), list[DepthChanged]()
    before = exchange.spot.data.depth("BTCUSDT", 5000)
    book = {("b", p): q for p, q in before.bids} | {("a", p): q for p, q in before.asks}

    def listen(event: Event) -> None:
        is_spot = isinstance(event, DepthChanged) and event.market is MarketName.SPOT
        if isinstance(event, DepthChanged) and is_spot and event.symbol == "BTCUSDT":
            batcher.add(event)

    exchange.add_listener(listen)
    assert batcher.flush() is None
    for passed in range(100, 5_001, 100):
        exchange.advance(START_MS + passed)
        batch = batcher.flush()
        if batch is not None:
            batches.append(batch)
            book.update({("b", p): q for p, q in batch.bids})
            book.update({("a", p): q for p, q in batch.asks})
    assert batches[0].first_update_id == before.last_update_id + 1
    for first, second in pairwise(batches):
        assert second.first_update_id == first.final_update_id + 1
    after = exchange.spot.data.depth("BTCUSDT", 5000)
    shown = {("b", p): q for p, q in after.bids} | {("a", p): q for p, q in after.asks}
    assert {key: q for key, q in book.items() if q} == shown


def test_pause_speed_and_a_long_sleep() -> None:
    exchange = _open(1)
    exchange.pace.paused = True
    exchange.advance(START_MS + 1_000)
    assert (exchange.pace.paused, exchange.spot.now_ms) == (True, START_MS)
    exchange.pace.paused = False
    exchange.pace.set_speed(10)
    exchange.advance(START_MS + 2_000)
    assert exchange.spot.now_ms == START_MS + 10_000
    exchange.pace.set_speed(1)
    exchange.advance(START_MS + 3_602_000)
    assert exchange.spot.now_ms == START_MS + 3_610_000
    candles = exchange.spot.data.candles("BTCUSDT", "1m", 40)
    assert all(b.open_time_ms - a.open_time_ms == 60_000 for a, b in pairwise(candles))
    with pytest.raises(ValueError, match="greater than 0"):
        exchange.pace.set_speed(0)


def test_spot_alone_has_second_candles() -> None:
    assert set(SPOT_INTERVALS) - set(USDM_INTERVALS) == {"1s"}
