"""Compare the synthetic bitcoin market with recorded minutes of Binance's.

``python -m tests.benchmarks.compare_markets`` reads ../shared/data, prints the table that
docs/practice-market.md holds and draws docs/pictures/market-{spot,usdm}.png.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from random import Random

import numpy as np

from terminal_app.practice.engine.events import DepthChanged, Event, TradePrinted
from terminal_app.practice.engine.kinds import MarketName
from terminal_app.practice.exchange import Exchange
from terminal_app.practice.sources.coins import find_coin
from terminal_app.practice.sources.fair_price import STEP_MS, FairPrice
from terminal_app.practice.sources.flow_profile import flow_profile
from terminal_app.practice.sources.regimes import Mood, Regime
from tests.benchmarks.market_facts import (
    FloatArray,
    Levels,
    MarketFacts,
    MarketSample,
    autocorrelation,
    facts,
    recorded,
)
from tests.benchmarks.market_pictures import draw
from tests.helpers.engine import SHARED, START_MS, SetClock

SYMBOL = "BTCUSDT"
TICKS = {MarketName.SPOT: 0.01, MarketName.USDM: 0.1}
DATA = SHARED / "data"
CANDLES = DATA / "candles/BTCUSDT-spot-1m-2024-12.csv.gz"
PICTURES = Path(__file__).resolve().parents[2] / "docs/pictures"
MINUTES = 3 * 1440
LAGS = 241
# By which factor the synthetic figure may differ; one row has a difference instead.
FACTORS = {
    "share of seconds": 1.05, "median spread": 1.05, "depth within": 1.6, "order size": 1.5,
    "market orders": 1.25, "prints per": 1.4, "variation": 1.3, "volatility": 1.35,
    "kurtosis": 2.0, "share of changes": 1.1, "level changes": 1.5,
}  # fmt: skip
CLUSTERING_DIFFERENCE = 0.04


def synthetic(seed: int, seconds: int) -> Mapping[MarketName, MarketSample]:
    """Let a synthetic market live and watch it as a client would."""
    exchange = Exchange(SetClock(), seed, symbols=(SYMBOL,))
    samples = {name: MarketSample(tick) for name, tick in TICKS.items()}
    for name, market in ((MarketName.SPOT, exchange.spot), (MarketName.USDM, exchange.usdm)):
        depth = market.data.depth(SYMBOL, 5000)
        samples[name].change(START_MS, _floats(depth.bids), _floats(depth.asks), is_first=True)

    def listen(event: Event) -> None:
        if isinstance(event, DepthChanged):
            bids, asks = _floats(event.bids), _floats(event.asks)
            samples[event.market].change(event.time_ms, bids, asks)
        elif isinstance(event, TradePrinted):
            trade = event.trade
            samples[event.market].trade(
                trade.time_ms, float(trade.price), float(trade.quantity), trade.is_buyer_maker
            )

    exchange.add_listener(listen)
    for passed in range(100, seconds * 1000 + 1, 100):
        exchange.advance(START_MS + passed)
    exchange.close()
    return samples


def _floats(levels: object) -> Levels:
    assert isinstance(levels, tuple)
    return [(float(price), float(quantity)) for price, quantity in levels]


def recorded_minutes() -> FloatArray:
    """Return how volatility clusters in a recorded month of minutes."""
    with gzip.open(CANDLES, "rt", encoding="utf-8") as lines:
        closes = [float(row["close"]) for row in csv.DictReader(lines)]
    return autocorrelation(np.abs(np.diff(np.log(closes))), LAGS)


def synthetic_minutes() -> FloatArray:
    """Return how volatility clusters in days of the synthetic fair price."""
    volatility = flow_profile("BTC", find_coin("BTC").liquidity, False).volatility
    fair = FairPrice(Random(3), 1.0, volatility, Mood(1, Regime.CALM))
    closes = []
    for step in range(MINUTES * 60_000 // STEP_MS):
        if step % (60_000 // STEP_MS) == 0:
            closes.append(fair.price)
        fair.step(step * STEP_MS)
    return autocorrelation(np.abs(np.diff(np.log(closes))), LAGS)


def table(real: MarketFacts, made: MarketFacts) -> list[str]:
    """Return the rows of a Markdown table."""
    rows = ["| fact | recorded | synthetic | tolerance | |", "|---|---:|---:|---|---|"]
    for name, value in real.figures.items():
        other = made.figures[name]
        if name.startswith("autocorrelation"):
            limit = f"± {CLUSTERING_DIFFERENCE}"
            is_met = abs(other - value) <= CLUSTERING_DIFFERENCE
        else:
            factor = next(f for start, f in FACTORS.items() if name.startswith(start))
            limit, is_met = f"× or ÷ {factor:g}", 1 / factor <= other / value <= factor
        rows.append(
            f"| {name} | {value:,.4g} | {other:,.4g} | {limit} | {'' if is_met else 'off'} |"
        )
    return rows


def main() -> None:
    """Print the tables and draw the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--seconds", type=int, default=200)
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    PICTURES.mkdir(parents=True, exist_ok=True)
    made = [synthetic(seed, options.seconds) for seed in range(1, options.seeds + 1)]
    minutes = recorded_minutes(), synthetic_minutes()
    for name, tick in TICKS.items():
        real = facts([recorded(sorted((DATA / "market" / name).glob("*.gz")), tick)])
        ours = facts([samples[name] for samples in made])
        lines = [f"\n### {name}\n", *table(real, ours), ""]
        sys.stdout.write("\n".join(lines))
        draw(PICTURES / f"market-{name}.png", real, ours, minutes)


if __name__ == "__main__":
    main()
