"""Measure a market, recorded or synthetic, by the same rules.

A sample is fed level changes and prints in order of time and says at the end what the market was
like: spreads, depth, sizes, waiting times, how volatility clusters, how often levels grow or
shrink.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
DISTANCES_BP = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
HORIZONS_S = (1, 2, 5, 10, 30)
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
    order_prints: list[int] = field(default_factory=list)
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
        if self._last_order == (time_ms, is_buyer_maker):
            self.order_quotes[-1] += price * quantity
            self.order_prints[-1] += 1
            return
        self._last_order = time_ms, is_buyer_maker
        self.order_quotes.append(price * quantity)
        self.order_prints.append(1)
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
    """Hold what a market was like; sizes in quote units, times in seconds.

    The fields of `curves` are pairs of arrays to plot.
    """

    figures: dict[str, float]
    curves: dict[str, tuple[FloatArray, FloatArray]]


def facts(samples: Sequence[MarketSample]) -> MarketFacts:
    """Sum up samples of one market, each of a stretch of its own."""
    seconds = sum(sample.last_ms - sample.first_ms for sample in samples) / 1000
    spreads, sizes = _joined(s.spreads for s in samples), _joined(s.order_quotes for s in samples)
    prints, depths = _joined(s.order_prints for s in samples), np.array(_all_depths(samples))
    waits = _joined(np.diff(s.order_times_ms) / 1000 for s in samples)
    moves = [np.diff(np.log(s.mids)) / _BASIS_POINT for s in samples]
    scaled = np.concatenate([move / move.std() for move in moves])
    volatility = [_volatility(samples, horizon) for horizon in HORIZONS_S]
    correlations = np.mean([autocorrelation(np.abs(move), 21) for move in moves], axis=0)
    depth = np.median(depths, axis=0)
    figures = {
        "share of seconds with a spread of one tick": float(np.mean(spreads < 1.5)),
        "median spread, ticks": float(np.median(spreads)),
        **{f"depth within {d:g} bp": float(v) for d, v in zip(DISTANCES_BP, depth, strict=True)},
        "order size, 10 %": float(np.quantile(sizes, 0.1)),
        "order size, median": float(np.median(sizes)),
        "order size, 90 %": float(np.quantile(sizes, 0.9)),
        "order size, 99 %": float(np.quantile(sizes, 0.99)),
        "order size, mean": float(sizes.mean()),
        "market orders a second": len(sizes) / seconds,
        "prints per market order": float(prints.mean()),
        "variation of waits (deviation / mean)": float(waits.std() / waits.mean()),
        **{f"volatility over {h} s, bp/√s": v for h, v in zip(HORIZONS_S, volatility, strict=True)},
        "kurtosis of seconds": float(np.mean(scaled**4)),
        "autocorrelation of absolute moves, 1-20 s": float(correlations[1:].mean()),
        "level changes a second": sum(s.grown + s.shrunk for s in samples) / seconds,
        "share of changes that grow": sum(s.grown for s in samples)
        / max(1, sum(s.grown + s.shrunk for s in samples)),
    }
    curves = {
        "spread": _tail(spreads),
        "depth": (np.array(DISTANCES_BP), depth),
        "volatility": (np.array(HORIZONS_S, dtype=np.float64), np.array(volatility)),
        "moves": _tail(np.abs(scaled)),
        "size": _tail(sizes),
        "wait": _tail(waits),
        "prints": _tail(prints),
    }
    return MarketFacts(figures, curves)


def autocorrelation(values: FloatArray, lags: int) -> FloatArray:
    """Return the autocorrelation at lags 0 to `lags` - 1."""
    centred = values - values.mean()
    power = float(np.dot(centred, centred))
    size = len(centred)
    products = [float(np.dot(centred[: size - lag], centred[lag:])) for lag in range(lags)]
    return np.array(products) / power


def _joined(parts: Iterable[Any]) -> FloatArray:
    return np.concatenate([np.asarray(part, dtype=np.float64) for part in parts])


def _all_depths(samples: Iterable[MarketSample]) -> list[list[float]]:
    return [depth for sample in samples for depth in sample.depths]


def _volatility(samples: Iterable[MarketSample], horizon: int) -> float:
    """Return the typical size of a move over a horizon, for each root of a second."""
    moves = [np.log(s.mids)[horizon:] - np.log(s.mids)[:-horizon] for s in samples]
    return float(np.sqrt(np.mean(np.concatenate(moves) ** 2) / horizon) / _BASIS_POINT)


def _tail(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return which share of values is at least as large, thinned out for a plot."""
    ordered = np.sort(values)
    share = 1 - np.arange(len(ordered)) / len(ordered)
    picked = np.unique(np.concatenate([
        np.linspace(0, len(ordered) - 1, 60).astype(int),
        len(ordered) - np.geomspace(1, len(ordered), 60).astype(int),
    ]))  # fmt: skip
    return ordered[picked], share[picked]


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
