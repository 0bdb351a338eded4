"""How late is a 16 ms timer in the loop while the real window takes thousands of messages a second?

``python -m tests.benchmarks.bench_loop [--seconds 60] [--rate 5000] [--symbols 20] [--all-panels]
[--profile]`` opens the window on the practice exchange, with six charts of six symbols and the
streams of twenty, and prints one line of figures. Then, for a few seconds that are not part of the
figures, it counts how often each view is painted between two frames. ``--profile`` says where the
processor's time goes instead of how much it is.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from terminal_app.app.program import Program
from terminal_app.domain.instrument import Market
from tests.benchmarks.loaded_window import (
    Heard,
    follow_all,
    loaded_exchange,
    open_everything,
    run_window,
)
from tests.benchmarks.paint_count import PaintCount
from tests.benchmarks.stack_samples import StackSamples
from tests.helpers.terminal import ready, running_terminal

TIMER_SECONDS = 0.016
WARM_UP_SECONDS = 3.0
COUNT_SECONDS = 4.0
AIM_LATE_MS, AIM_SHARE = 16, 60


async def measure(folder: Path, options: argparse.Namespace) -> None:
    """Open the terminal on what is prepared in a folder and print what was measured."""
    async with running_terminal(folder, "--market", "usdm") as program:
        session = await ready(program, Market.USDM)
        symbols = sorted(session.instruments)[: options.symbols]
        if options.all_panels:
            await open_everything(program, symbols)
        heard = follow_all(session, symbols)
        await asyncio.sleep(WARM_UP_SECONDS)
        if options.profile:
            samples = StackSamples()
            samples.start()
            await asyncio.sleep(options.seconds)
            samples.stop()
            samples.write()
            return
        await _measure_load(program, heard, options.seconds)
        counted = PaintCount(program.window.clock)
        await asyncio.sleep(COUNT_SECONDS)
        counted.stop()
        sys.stdout.write(counted.words())


async def _measure_load(program: Program, heard: Heard, seconds: float) -> None:
    frames = 0

    def on_frame() -> None:
        nonlocal frames
        frames += 1

    program.window.clock.framed.connect(on_frame)
    before, used = heard.count, time.process_time()
    late_ms, started = [], time.monotonic()
    while time.monotonic() - started < seconds:
        asked = time.monotonic()
        await asyncio.sleep(TIMER_SECONDS)
        late_ms.append((time.monotonic() - asked - TIMER_SECONDS) * 1000)
    took = time.monotonic() - started
    share = (time.process_time() - used) / took * 100
    program.window.clock.framed.disconnect(on_frame)
    p50, p99, p999 = np.percentile(late_ms, [50, 99, 99.9])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{took:.0f} s, {(heard.count - before) / took:.0f} messages/s, {frames / took:.1f}"
        f" frames/s; 16 ms timer late by p50 {p50:.1f}, p99 {p99:.1f} (aim: {AIM_LATE_MS}),"
        f" p99.9 {p999:.1f}, max {max(late_ms):.1f} ms; processor {share:.0f} % of one core"
        f" (aim: {AIM_SHARE}); {memory:.0f} MB\n"
    )


def main() -> None:
    """Start exchange, load and window, and measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=int, default=5000)
    parser.add_argument("--symbols", type=int, default=20)
    parser.add_argument("--all-panels", action="store_true")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with loaded_exchange(folder, options.rate, options.symbols):
            run_window(lambda: measure(folder, options))


if __name__ == "__main__":
    main()
