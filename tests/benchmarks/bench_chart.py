"""Measure the terminal's chart beside vnpy's, finplot's and pyqtgraph's candlestick example.

``python -m tests.benchmarks.bench_chart [--bars 1000 100000 1000000] [--rounds 1]`` gives each
contender a process of its own, one after the other; the others run in the environments of
``packaging/dev_venv.py``, unchanged. All show 1,000 bars of the same seeded walk in a window of
1200 × 700, and every step ends when the screen holds it (``charts/chart_meter.py``). What a bar
takes of memory is the resident memory above that of the fewest bars.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.helpers.foreign_client import environment_of

_HERE = Path(__file__).parent
_LIMIT_S = 600
_ENVIRONMENT = {
    **os.environ, "PYTHONPATH": str(_HERE.parents[1]), "QT_QPA_PLATFORM": "offscreen",
}  # fmt: skip
STEPS = ("tick", "append", "pan", "load")

Result = dict[str, float]


@dataclass(frozen=True)
class Contender:
    """Name whose chart is measured, in which environment, by which script, on which way."""

    name: str
    environment: str
    script: str
    way: str = ""

    def run(self, bars: int) -> Result:
        """Measure with so many bars in memory, in a new process with an empty home."""
        python = environment_of(self.environment) if self.environment else sys.executable
        command = [str(python), str(_HERE / "charts" / self.script)]
        with TemporaryDirectory() as home:
            done = subprocess.run(
                [*command, json.dumps({"bars": bars, "way": self.way})], cwd=home,
                capture_output=True, timeout=_LIMIT_S, check=False,
                env={**_ENVIRONMENT, "HOME": home},
            )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{self.name}: {done.stderr.decode()[-2000:]}")
        result: Result = json.loads(done.stdout)
        return result


BARE = Contender("this chart, bare", "", "our_chart.py", "bare")
EVERYTHING = Contender("this chart, everything on", "", "our_chart.py", "everything")
FLOW = (
    Contender("this chart, heatmap", "", "our_chart.py", "heatmap"),
    Contender("this chart, footprint", "", "our_chart.py", "footprint"),
)
PEERS = (
    Contender("vnpy ChartWidget", "chart-vnpy", "vnpy_chart.py"),
    Contender("finplot", "chart-finplot", "finplot_chart.py"),
    Contender("pyqtgraph's example", "chart-pyqtgraph", "pyqtgraph_chart.py"),
)
# Not measured here, for it needs Chromium: an earlier measurement with 1,000 of 100,000 bars in
# sight, and of 10,000.
LIGHTWEIGHT = {"tick": 71.0, "append": 71.0, "pan": 4.0, "load": 575.0}
LIGHTWEIGHT_TICK_10K = 5.6
_LIGHTWEIGHT = "lightweight-charts"


def measure(
    contenders: Sequence[Contender], sizes: Sequence[int], rounds: int
) -> dict[tuple[str, int], Result]:
    """Return the medians of each contender with each number of bars in memory."""
    found = {}
    for bars in sorted(sizes):
        _say(f"\n{bars:,} bars in memory, processor ms (load {os.getloadavg()[0]:.1f})\n")
        _say(f"  {'':<28}" + "".join(f"{step:>10}" for step in (*STEPS, "B a bar")) + "\n")
        for one in contenders:
            runs = [one.run(bars) for _ in range(rounds)]
            result = {key: statistics.median(run[key] for run in runs) for key in (*STEPS, "bytes")}
            found[one.name, bars] = result
            fewest = min(sizes)
            more = result["bytes"] - found[one.name, fewest]["bytes"]
            result["a bar"] = more / (bars - fewest) if bars > fewest else float("nan")
            figures = "".join(_figure(result[key]) for key in (*STEPS, "a bar"))
            _say(f"  {one.name:<28}{figures}\n")
    return found


def goals(found: dict[tuple[str, int], Result], sizes: Sequence[int]) -> list[tuple[str, bool]]:
    """Return what is aimed at and whether it was reached, as far as it was measured."""
    full = {bars: found[EVERYTHING.name, bars] for bars in sizes}
    growth = full[max(sizes)]["tick"] / full[min(sizes)]["tick"]
    aims = [
        _at_most("tick with everything on, ms", _worst(full, "tick"), 0.5),
        _at_most("append with everything on, ms", _worst(full, "append"), 1.5),
        _at_most("pan with everything on, ms", _worst(full, "pan"), 1.5),
        _at_most("tick with the most bars in memory beside the fewest, times", growth, 1.3),
    ]
    million = found.get((BARE.name, 1_000_000))
    if million is not None and min(sizes) < max(sizes):
        aims += [
            _at_most("1,000,000 bars loaded and painted, ms", million["load"], 150),
            _at_most("bytes a bar", million["a bar"], 60),
        ]
    return aims + _beside_others(found)


def _beside_others(found: dict[tuple[str, int], Result]) -> list[tuple[str, bool]]:
    full = found.get((EVERYTHING.name, 100_000))
    if full is None:
        return []
    aims = [
        _times_cheaper("tick", f"{_LIGHTWEIGHT}' at 10k", LIGHTWEIGHT_TICK_10K / full["tick"], 10),
        _times_cheaper("pan", f"{_LIGHTWEIGHT}'", LIGHTWEIGHT["pan"] / full["pan"], 3),
    ]
    vnpy = found.get((PEERS[0].name, 100_000))
    if vnpy is not None:
        aims.insert(0, _times_cheaper("tick", "vnpy's", vnpy["tick"] / full["tick"], 100))
    return aims


def _at_most(what: str, value: float, most: float) -> tuple[str, bool]:
    return f"{what}: {value:.2f}, at most {most:g}", value <= most


def _times_cheaper(step: str, other: str, ratio: float, least: float) -> tuple[str, bool]:
    text = f"{step} with everything on beside {other}: {ratio:.0f} × cheaper, at least {least:g}"
    return text, ratio >= least


def _worst(full: dict[int, Result], step: str) -> float:
    return max(result[step] for result in full.values() if not math.isnan(result[step]))


def _figure(value: float) -> str:
    return f"{'—':>10}" if math.isnan(value) else f"{value:>10,.2f}"


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def main() -> None:
    """Print a table for each number of bars, then the aims."""
    parser = argparse.ArgumentParser(prog="packaging/dev.py bench chart")
    parser.add_argument("--bars", type=int, nargs="+", default=[1000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--alone", action="store_true", help="leave the others out")
    options = parser.parse_args()
    contenders = (BARE, EVERYTHING, *FLOW, *(() if options.alone else PEERS))
    found = measure(contenders, options.bars, options.rounds)
    figures = "".join(_figure(LIGHTWEIGHT[step]) for step in STEPS[:4])
    _say(f"\n  {'lightweight-charts, 100,000':<28}{figures}{'—':>10}  (not measured here)\n\n")
    for what, is_reached in goals(found, options.bars):
        _say(f"  {'reached' if is_reached else 'MISSED':<9}{what}\n")


if __name__ == "__main__":
    main()
