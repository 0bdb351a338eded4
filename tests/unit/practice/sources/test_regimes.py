"""What each kind of day promises, and that spot and futures belong together."""

import math
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import mean, median

import pytest

from terminal_app.practice.engine.events import BookTicker, Event, MarkPrice, TradePrinted
from terminal_app.practice.engine.intervals import HOUR_MS
from terminal_app.practice.engine.kinds import MarketName
from terminal_app.practice.exchange import Exchange
from terminal_app.practice.sources.fair_price import STEP_MS, FairPrice
from terminal_app.practice.sources.regimes import TRAITS, Mood, Regime
from terminal_app.practice.store.account_store import AccountStore
from tests.helpers.engine import SetClock

SECONDS = 45


@dataclass
class Day:
    """Sum up a while of one market of bitcoin."""

    orders: set[int] = field(default_factory=set)
    prints: Counter[bool] = field(default_factory=Counter)
    spreads_bp: list[float] = field(default_factory=list)
    depths: list[float] = field(default_factory=list)


def _live(exchange: Exchange, seconds: int) -> dict[MarketName, Day]:
    days = {name: Day() for name in MarketName}

    def listen(event: Event) -> None:
        if isinstance(event, TradePrinted):
            days[event.market].orders.add(event.trade.time_ms)
            days[event.market].prints[event.trade.is_buyer_maker] += 1

    exchange.add_listener(listen)
    for _ in range(seconds * 2):
        exchange.step(500)
        for name, market in ((MarketName.SPOT, exchange.spot), (MarketName.USDM, exchange.usdm)):
            book = market.data.depth("BTCUSDT", 1000)
            bid, ask = book.bids[0][0], book.asks[0][0]
            days[name].spreads_bp.append(float((ask - bid) / bid) * 10_000)
            near = [price * lots for price, lots in book.bids if price > bid * Decimal("0.999")]
            days[name].depths.append(float(sum(near)))
    return days


@pytest.fixture(scope="module")
def days() -> dict[Regime, dict[MarketName, Day]]:
    found = {}
    for regime in Regime:
        exchange = Exchange(SetClock(), 21, symbols=("BTCUSDT",), regime=regime)
        found[regime] = _live(exchange, SECONDS)
        exchange.close()
    return found


def _path(regime: Regime, seed: int, steps: int) -> list[float]:
    """Return the moves of the fair price, in logarithms."""
    fair = FairPrice(Random(seed), 1.0, 0.0001, Mood(seed, regime))
    prices = [fair.price]
    for step in range(steps):
        fair.step(step * STEP_MS)
        prices.append(fair.price)
    return [math.log(b / a) for a, b in pairwise(prices)]


@pytest.mark.parametrize("regime", Regime)
def test_drift_and_volatility_are_multiples_of_a_calm_day(regime: Regime) -> None:
    calm, other = _path(Regime.CALM, 4, 3_000), _path(regime, 4, 3_000)
    mood, traits = Mood(4, regime), TRAITS[regime]
    drift = mood.drift_per_second * STEP_MS / 1000
    for one, two in zip(calm, other, strict=True):
        assert two == pytest.approx(one * traits.volatility + drift, abs=1e-12)
    if regime is Regime.CRASH:
        assert sum(other) - traits.volatility * sum(calm) == pytest.approx(-0.005 * 5)


def test_a_trend_rises_or_falls_as_the_seed_has_it() -> None:
    directions = Counter(Mood(seed, Regime.TREND).direction for seed in range(40))
    assert min(directions[1], directions[-1]) >= 8
    rising = next(mood for s in range(40) if (mood := Mood(s, Regime.TREND)).direction > 0)
    assert rising.drift_per_second > 0
    assert rising.sell_share < 0.5


@pytest.mark.parametrize("name", MarketName)
@pytest.mark.parametrize("regime", [Regime.TREND, Regime.CRASH, Regime.THIN_WEEKEND])
def test_the_market_is_as_busy_as_the_day_promises(
    days: dict[Regime, dict[MarketName, Day]], regime: Regime, name: MarketName
) -> None:
    share = len(days[regime][name].orders) / len(days[Regime.CALM][name].orders)
    assert 0.5 < share / TRAITS[regime].trades < 2


@pytest.mark.parametrize("name", MarketName)
def test_the_book_is_as_thin_and_wide_as_the_day_promises(
    days: dict[Regime, dict[MarketName, Day]], name: MarketName
) -> None:
    calm = days[Regime.CALM][name]
    assert median(calm.spreads_bp) < 0.02
    for regime in (Regime.CRASH, Regime.THIN_WEEKEND):
        day, traits = days[regime][name], TRAITS[regime]
        assert traits.spread_bp * 0.8 < median(day.spreads_bp) < traits.spread_bp * 3
        assert 0.4 < mean(day.depths) / mean(calm.depths) / traits.depth < 2.5
    assert days[Regime.CRASH][name].prints[True] > days[Regime.CRASH][name].prints[False]


def test_the_day_changes_while_the_market_lives() -> None:
    exchange = Exchange(SetClock(), 21, symbols=("BTCUSDT",))
    before = _live(exchange, 10)[MarketName.USDM]
    exchange.mood.set(Regime.THIN_WEEKEND)
    exchange.step(3_000)
    thin = _live(exchange, 10)[MarketName.USDM]
    assert mean(thin.depths) < mean(before.depths) * 0.6
    assert median(thin.spreads_bp) > 0.5
    exchange.mood.set(Regime.CALM)
    exchange.step(10_000)
    after = _live(exchange, 10)[MarketName.USDM]
    assert median(after.spreads_bp) < 0.02
    exchange.close()


def test_mark_index_and_funding_follow_the_two_markets() -> None:
    symbols = ("BTCUSDT", "ARBUSDT", "WLDUSDT")
    exchange = Exchange(SetClock(), 8, symbols=symbols)
    marks: dict[str, MarkPrice] = {}
    best: dict[tuple[MarketName, str], Decimal] = {}

    def listen(event: Event) -> None:
        if isinstance(event, BookTicker):
            best[event.market, event.symbol] = (event.bid_price + event.ask_price) / 2
        if isinstance(event, MarkPrice):
            marks[event.symbol] = event

    exchange.add_listener(listen)
    premiums = []
    for _ in range(90):
        exchange.step(1_000)
        mark = marks["BTCUSDT"]
        spot, usdm = (best[name, "BTCUSDT"] for name in (MarketName.SPOT, MarketName.USDM))
        assert abs(spot / mark.index_price - 1) < Decimal("0.0008")
        assert abs(usdm / mark.mark_price - 1) < Decimal("0.0008")
        premiums.append(mark.mark_price / mark.index_price - 1)
    assert max(map(abs, premiums)) < Decimal("0.001")
    for symbol, hours in zip(symbols, (8, 4, 1), strict=True):
        mark = marks[symbol]
        assert mark.next_funding_time_ms % (hours * HOUR_MS) == 0
        assert 0 < mark.next_funding_time_ms - exchange.usdm.now_ms <= hours * HOUR_MS
        assert abs(mark.funding_rate) < Decimal("0.001") * hours / 8
    exchange.close()


def test_a_coin_that_is_worth_few_ticks_still_has_a_book(tmp_path: Path) -> None:
    path = tmp_path / "account.db"
    store = AccountStore(path)
    store.past.save_prices({"TIA": 0.0303})
    store.close()
    exchange = Exchange(SetClock(), 2, account_file=path, symbols=("TIAUSDT",), regime=Regime.CRASH)
    for _ in range(60):
        exchange.step(1_000)
        book = exchange.spot.data.depth("TIAUSDT", 100)
        assert 0 < book.bids[-1][0] <= book.bids[0][0] < book.asks[0][0]
    exchange.mood.set(Regime.CALM)
    exchange.step(5_000)
    exchange.close()
