"""Measure a chart by the same lines, whoever made it; it runs in every contender's own process."""

from __future__ import annotations

import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

IN_SIGHT, WIDTH, HEIGHT = 1000, 1200, 700
START_MS, BAR_MS = 1_735_689_600_000, 60_000
PAN_BARS, PAN_SWEEP = 5, 40
MOST_STEPS, LEAST_STEPS, STEPS_S = 200, 3, 1.5


@dataclass(frozen=True)
class Bars:
    """Hold bars as columns, with prices on a tick of 0.1."""

    time_ms: npt.NDArray[np.int64]
    open: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    close: npt.NDArray[np.float64]
    volume: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.time_ms)


def walk(count: int, seed: int = 7) -> Bars:
    """Return a seeded walk of bars."""
    random = np.random.default_rng(seed)
    close = 600_000 + np.cumsum(random.integers(-60, 61, count))
    open_ = np.concatenate(([600_000], close[:-1]))
    high = np.maximum(open_, close) + random.integers(0, 41, count)
    low = np.minimum(open_, close) - random.integers(0, 41, count)
    times = START_MS + BAR_MS * np.arange(count, dtype=np.int64)
    volume = random.integers(1, 91, count).astype(np.float64)
    opens, highs, lows, closes = (np.round(column / 10, 1) for column in (open_, high, low, close))
    return Bars(times, opens, highs, lows, closes, volume)


class Chart(Protocol):
    """Hold a chart that is measured; every method but `prepare` ends when it is painted."""

    def prepare(self, bars: Bars) -> None:
        """Bring bars into the form that the chart takes, which is not measured."""

    def load(self) -> None:
        """Show the bars for the first time."""

    def tick(self, close: float) -> None:
        """Change the last bar."""

    def append(self, close: float) -> None:
        """Add a bar and follow it."""

    def pan(self, bars: int) -> None:
        """Go back by some bars, forth by less than none."""

    def screen(self) -> bytes:
        """Return the pixels that lie on the screen now, without painting."""


def measure(chart: Chart, bars: Bars) -> dict[str, float]:
    """Return processor milliseconds of the steps (medians), and how many bytes the bars brought.

    Processor time is what the wall shows where nothing else runs. A step that leaves
    the screen as it was has not painted, and raises.
    """
    gc.collect()
    before_bytes = _resident_bytes()
    chart.prepare(bars)
    gc.collect()
    started = time.process_time()
    chart.load()
    result = {"load": (time.process_time() - started) * 1000}
    gc.collect()
    result["bytes"] = _resident_bytes() - before_bytes
    # The next price is in sight and changes every time by pixels, but not the range that is shown.
    low, high = float(bars.low[-IN_SIGHT:].min()), float(bars.high[-IN_SIGHT:].max())
    closes = [
        round(low + (high - low) * (0.45 + 0.01 * (number % 5)), 1)
        for number in range(MOST_STEPS + LEAST_STEPS)
    ]
    result["tick"] = _median_ms(chart, lambda number: chart.tick(closes[number]))
    result["append"] = _median_ms(chart, lambda number: chart.append(closes[number]))
    # Some charts cannot go back beyond the first bar.
    result["pan"] = (
        _median_ms(chart, lambda number: chart.pan(_way(number)))
        if len(bars) > IN_SIGHT
        else float("nan")
    )
    return result


def _way(number: int) -> int:
    return -PAN_BARS if number // PAN_SWEEP % 2 else PAN_BARS


def _median_ms(chart: Chart, step: Callable[[int], None]) -> float:
    """Return the median of steps, after some that are not counted."""
    screens = [chart.screen()]
    for number in range(LEAST_STEPS - 1):
        step(number)
        screens.append(chart.screen())
    if any(one == other for one, other in pairwise(screens)):
        raise RuntimeError("a step was not painted")
    times: list[float] = []
    gc.collect()
    while len(times) < MOST_STEPS and (len(times) < LEAST_STEPS or sum(times) < STEPS_S):
        started = time.process_time()
        step(LEAST_STEPS - 1 + len(times))
        times.append(time.process_time() - started)
    return statistics.median(times) * 1000


def _resident_bytes() -> float:
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return float("nan")
    return float(int(pages) * os.sysconf("SC_PAGESIZE"))


def asked() -> Any:
    """Return what this process is asked to do: ``bars``, and ``way`` for our own chart."""
    return json.loads(sys.argv[1])


def tell(result: object) -> None:
    """Hand a result to who started this process, and end it: windows do not end by themselves."""
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()
    os._exit(0)
