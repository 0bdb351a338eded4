"""How late is a 16 ms timer in the loop while the real window takes 2,000 messages a second?

``python -m tests.benchmarks.bench_loop [--seconds 60] [--rate 2000] [--all-panels]``
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"

import numpy as np
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from terminal_app.app.arguments import parse_arguments
from terminal_app.domain.instrument import Market
from terminal_app.venues.base import Feed, FeedKind
from terminal_app.venues.market_events import MarketEvent
from tests.helpers.practice import PracticeProcess
from tests.helpers.terminal import ready, running_terminal

TIMER_SECONDS = 0.016
WARM_UP_SECONDS = 3.0


async def measure(folder: Path, seconds: float, words: list[str], *, all_panels: bool) -> None:
    """Open the terminal on what is prepared in a folder and print what was measured."""
    async with running_terminal(folder, *words) as program:
        session = await ready(program, Market.USDM)
        if all_panels:
            for dock in program.window.area.docks.values():
                dock.show()
        received = 0

        def count(_: MarketEvent) -> None:
            nonlocal received
            received += 1

        leave = [
            session.venue.market_data.subscribe(Feed(kind, "BTCUSDT"), count)
            for kind in (FeedKind.TRADES, FeedKind.BEST, FeedKind.BOOK)
        ]
        await asyncio.sleep(WARM_UP_SECONDS)
        before, used = received, time.process_time()
        late_ms, started = [], time.monotonic()
        while time.monotonic() - started < seconds:
            asked = time.monotonic()
            await asyncio.sleep(TIMER_SECONDS)
            late_ms.append((time.monotonic() - asked - TIMER_SECONDS) * 1000)
        took = time.monotonic() - started
        cpu = (time.process_time() - used) / took * 100
        for end in leave:
            end()
        print_result(late_ms, (received - before) / took, cpu, took)


def print_result(late_ms: list[float], rate: float, cpu: float, took: float) -> None:
    """Write the figures."""
    p50, p99, p999 = np.percentile(late_ms, [50, 99, 99.9])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{took:.0f} s, {rate:.0f} messages/s reached the services; 16 ms timer late by"
        f" p50 {p50:.1f}, p99 {p99:.1f}, p99.9 {p999:.1f}, max {max(late_ms):.1f} ms;"
        f" CPU {cpu:.0f} % of one core; {memory:.0f} MB\n"
    )


def main() -> None:
    """Start exchange, load and window, and measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=int, default=2000)
    parser.add_argument("--all-panels", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, PracticeProcess() as practice:
        ends = practice.ready
        command = [
            sys.executable, "-m", "tests.benchmarks.load_exchange",
            ends["futures_rest"], ends["futures_stream"], str(options.rate),
        ]  # fmt: skip
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as load:
            assert load.stdout is not None
            port = load.stdout.readline().strip()
            folder = Path(name)
            prepare(folder, {**ends, "futures_rest": f"http://127.0.0.1:{port}",
                             "futures_stream": f"ws://127.0.0.1:{port}"})  # fmt: skip
            application = QApplication([])
            application.setQuitOnLastWindowClosed(False)
            with asyncio.Runner(loop_factory=lambda: QEventLoop(application)) as runner:
                words = ["--market", "usdm"]
                runner.run(measure(folder, options.seconds, words, all_panels=options.all_panels))
            assert load.stdin is not None
            load.stdin.close()


def prepare(folder: Path, ends: dict[str, object]) -> None:
    """Leave the note by which the terminal takes over a running exchange."""
    data = folder / "data"
    data.mkdir()
    arguments = parse_arguments([], ["practice"]).practice_options(data).arguments()
    ready_line = {key: str(value) for key, value in ends.items()}
    note = {"arguments": arguments, "ready": ready_line}
    (data / "practice-process.json").write_text(json.dumps(note))


if __name__ == "__main__":
    main()
