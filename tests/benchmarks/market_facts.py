"""Measure a market, recorded or synthetic, by the same rules.

A sample is fed level changes and prints in order of time and says at the end what the market was
like: spreads, depth, sizes, waiting times, how volatility clusters, how often levels grow or
shrink.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
DISTANCES_BP = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
BATCH_MS = 100
SAMPLE_MS = 1_000
_BASIS_POINT = 1e-4


@dataclass
class MarketSample:
    """Collect what a market did; prices and quantities are floats, only for statistics."""

    tick: float
    bids: dict[float, float] = field(default_factory=dict)
    asks: dict[float, float] = field(default_factory=dict)
    spreads: list[float] = field(default_factory=list)
    mids: list[float] = field(default_factory=list)
    depths: list[list[float]] = field(default_factory=list)
    order_quotes: list[float] = field(default_factory=list)
    order_times_ms: list[float] = field(default_factory=list)
    prints: int = 0
    grown: int = 0
    shrunk: int = 0
    first_ms: float = 0.0
    last_ms: float = 0.0
    _next_sample_ms: float = 0.0
    _last_order: tuple[float, bool] | None = None

    def change(self, time_ms: float, bids: Levels, asks: Levels, *, is_first: bool = False) -> None:
        """Apply level changes of one batch; the first picture does not count as changes."""
        self._pass(time_ms)
        for side, levels in ((self.bids, bids), (self.asks, asks)):
            for price, quantity in levels:
                before = side.get(price, 0.0)
                if quantity:
                    side[price] = quantity
                else:
                    side.pop(price, None)
                if not is_first:
                    self.grown += quantity > before
                    self.shrunk += quantity < before

    def trade(self, time_ms: float, price: float, quantity: float, is_buyer_maker: bool) -> None:
        """Count a print; prints of one moment and side are one market order."""
        self.prints += 1
        if self._last_order == (time_ms, is_buyer_maker):
            self.order_quotes[-1] += price * quantity
            return
        self._last_order = time_ms, is_buyer_maker
        self.order_quotes.append(price * quantity)
        self.order_times_ms.append(time_ms)

    def _pass(self, time_ms: float) -> None:
        if not self.first_ms:
            self.first_ms = time_ms
            self._next_sample_ms = time_ms + SAMPLE_MS
        self.last_ms = time_ms
        while self.bids and self.asks and time_ms >= self._next_sample_ms:
            self._next_sample_ms += SAMPLE_MS
            self._look()

    def _look(self) -> None:
        bid, ask = max(self.bids), min(self.asks)
        mid = (bid + ask) / 2
        self.mids.append(mid)
        self.spreads.append((ask - bid) / self.tick)
        if len(self.mids) % 5 == 0:
            self.depths.append(
                [self._within(mid, distance * _BASIS_POINT * mid) for distance in DISTANCES_BP]
            )

    def _within(self, mid: float, reach: float) -> float:
        bids = sum(p * q for p, q in self.bids.items() if p >= mid - reach)
        asks = sum(p * q for p, q in self.asks.items() if p <= mid + reach)
        return (bids + asks) / 2


Levels = Iterable[tuple[float, float]]


@dataclass(frozen=True)
class MarketFacts:
    """Hold what a market was like; sizes in quote units, times in seconds."""

    seconds: float
    one_tick_share: float
    spread_mean_ticks: float
    spread_q99_ticks: float
    depth: tuple[float, ...]
    size_quantiles: tuple[float, float, float]
    size_mean: float
    orders_per_second: float
    prints_per_order: float
    wait_variation: float
    volatility_bp: float
    kurtosis: float
    clustering: float
    changes_per_second: float
    grown_share: float


def facts(sample: MarketSample) -> MarketFacts:
    """Sum up a sample."""
    seconds = (sample.last_ms - sample.first_ms) / 1000
    spreads, sizes = np.array(sample.spreads), np.array(sample.order_quotes)
    waits = np.diff(sample.order_times_ms)
    moves = np.diff(np.log(sample.mids)) / _BASIS_POINT
    quantiles = np.quantile(sizes, (0.1, 0.5, 0.9))
    return MarketFacts(
        seconds=seconds,
        one_tick_share=float(np.mean(spreads < 1.5)),
        spread_mean_ticks=float(spreads.mean()),
        spread_q99_ticks=float(np.quantile(spreads, 0.99)),
        depth=tuple(float(value) for value in np.mean(sample.depths, axis=0)),
        size_quantiles=(float(quantiles[0]), float(quantiles[1]), float(quantiles[2])),
        size_mean=float(sizes.mean()),
        orders_per_second=len(sizes) / seconds,
        prints_per_order=sample.prints / len(sizes),
        wait_variation=float(waits.std() / waits.mean()),
        volatility_bp=float(moves.std()),
        kurtosis=float(np.mean((moves - moves.mean()) ** 4) / moves.var() ** 2),
        clustering=float(np.mean(autocorrelation(np.abs(moves), 20)[1:])),
        changes_per_second=(sample.grown + sample.shrunk) / seconds,
        grown_share=sample.grown / max(1, sample.grown + sample.shrunk),
    )


def autocorrelation(values: FloatArray, lags: int) -> FloatArray:
    """Return the autocorrelation at lags 0 to `lags` - 1."""
    centred = values - values.mean()
    power = float(np.dot(centred, centred))
    size = len(centred)
    products = [float(np.dot(centred[: size - lag], centred[lag:])) for lag in range(lags)]
    return np.array(products) / power


def recorded(paths: Iterable[Path], tick: float) -> MarketSample:
    """Read captures of combined streams: snapshot, depth differences and trades."""
    sample, waiting, last_id = MarketSample(tick), list[dict[str, Any]](), -1
    for message in _messages(paths):
        if "lastUpdateId" in message:
            last_id = message["lastUpdateId"]
            time_ms = waiting[-1]["E"] if waiting else 0
            sample.change(time_ms, *_levels(message["bids"], message["asks"]), is_first=True)
            for late in waiting:
                _difference(sample, late, last_id)
        elif message.get("e") == "depthUpdate":
            if last_id < 0:
                waiting.append(message)
            else:
                _difference(sample, message, last_id)
        elif (
            message.get("e") == "trade" and last_id >= 0 and message.get("X", "MARKET") == "MARKET"
        ):
            price, quantity = float(message["p"]), float(message["q"])
            sample.trade(message["T"], price, quantity, message["m"])
    return sample


def _difference(sample: MarketSample, message: dict[str, Any], after_id: int) -> None:
    if message["u"] > after_id:
        sample.change(message["E"], *_levels(message["b"], message["a"]))


def _levels(bids: list[list[str]], asks: list[list[str]]) -> tuple[Levels, Levels]:
    return [(float(p), float(q)) for p, q in bids], [(float(p), float(q)) for p, q in asks]


def _messages(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                body = json.loads(line[line.index(" ") + 1 :])
                yield body.get("data", body)
