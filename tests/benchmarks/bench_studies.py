"""Measure what a tick costs each indicator, whatever the number of bars before it.

``python -m tests.benchmarks.bench_studies [--bars 1000 100000 1000000]`` prints microseconds of a
tick and milliseconds of the whole for every indicator, and how many times the longest series costs
a tick of the shortest one: as good as one, where only the last value is calculated.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from terminal_app.gui.chart.indicators.catalogue import KINDS
from terminal_app.gui.chart.indicators.values import IndicatorKind, Place
from terminal_app.gui.chart.series import CandleSeries
from tests.helpers.indicator_values import MINUTE_MS, study_of
from tests.helpers.market_values import START_MS

_TICKS = 200


def _walk(count: int) -> CandleSeries:
    """Return a seeded walk, put into the series' columns: candles would take minutes to make."""
    dice = np.random.default_rng(1)
    close = 10_000 + np.cumsum(dice.normal(0, 1, count))
    opened = np.concatenate((close[:1], close[:-1]))
    high, low = np.maximum(opened, close) + 1, np.minimum(opened, close) - 1
    volume = dice.uniform(1, 9, count)
    series = CandleSeries()
    times = START_MS + np.arange(count) * MINUTE_MS
    series._adopt(times, np.vstack((opened, high, low, close, volume, volume / 2)))
    return series


def _seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _measure(kind: IndicatorKind, series: CandleSeries) -> tuple[float, float]:
    """Return the milliseconds of the whole and the microseconds of a tick."""
    study = study_of(kind.key)
    whole = _seconds(lambda: study.follow(series))
    ticks = [_seconds(lambda: study.follow(series)) for _ in range(_TICKS)]
    return whole * 1e3, statistics.median(ticks) * 1e6


def main() -> None:
    """Print a line for each indicator."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bars", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    bars = parser.parse_args().bars
    every = [_walk(count) for count in bars]
    heads = "  ".join(f"whole {count:,} (ms)  tick (µs)" for count in bars)
    sys.stdout.write(f"indicator  {heads}  ratio\n")
    for kind in KINDS:
        if kind.place is Place.PROFILE:
            continue
        found = [_measure(kind, series) for series in every]
        figures = "  ".join(f"{whole:9.2f} {tick:7.1f}" for whole, tick in found)
        sys.stdout.write(f"{kind.key:12} {figures}  {found[-1][1] / found[0][1]:.2f}\n")


if __name__ == "__main__":
    main()
