"""Count messages and their cost, and say when orders left; standard library only.

It runs inside every contender's own process, so that all are measured by the same code.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.request import urlopen


class Meter:
    """Measure what the messages after a warm-up cost this process."""

    def __init__(self, warm_up: int, measured: int) -> None:
        self.seen = 0
        self.done = asyncio.Event()
        self._first, self._last = warm_up, warm_up + measured
        self._measured = measured
        self._cpu_s = self._wall_s = 0.0

    def tick(self, _: object = None) -> None:
        """Count one message."""
        self.seen += 1
        if self.seen == self._first:
            gc.collect()
            self._cpu_s, self._wall_s = time.process_time(), time.perf_counter()
        elif self.seen == self._last:
            self._cpu_s = time.process_time() - self._cpu_s
            self._wall_s = time.perf_counter() - self._wall_s
            self.done.set()

    def result(self) -> dict[str, float]:
        """Return processor microseconds a message, and messages a second of the wall clock."""
        return {
            "cpu_us": self._cpu_s / self._measured * 1e6,
            "per_second": self._measured / self._wall_s,
        }


class Clicks:
    """Hold when each order was wanted, and what of its way is to be named apart."""

    def __init__(self) -> None:
        self._clicked_ns: dict[str, int] = {}
        self._apart_ns: dict[str, int] = {}
        self._cpu_s = time.process_time()

    def click(self, client_order_id: str, clicked_ns: int, apart_ns: int = 0) -> None:
        """Note the moment before the first line of an order's call ran."""
        self._clicked_ns[client_order_id] = clicked_ns
        self._apart_ns[client_order_id] = apart_ns

    def result(self, address: str, warm_up: int) -> dict[str, float]:
        """Ask the server when it had read each order; return microseconds, and CPU for each."""
        cpu_s = time.process_time() - self._cpu_s
        with urlopen(f"{address}/stamps") as answer:
            read_ns: dict[str, int] = json.load(answer)
        ids = list(self._clicked_ns)
        way_us = [
            (read_ns[one] - self._clicked_ns[one] - self._apart_ns[one]) / 1e3
            for one in ids[warm_up:]
        ]
        apart_us = [self._apart_ns[one] / 1e3 for one in ids[warm_up:]]
        return {
            "p50_us": statistics.median(way_us),
            "p99_us": statistics.quantiles(way_us, n=100)[98],
            "apart_p50_us": statistics.median(apart_us),
            "cpu_us": cpu_s / len(ids) * 1e6,
        }


def book_input(task: Mapping[str, Any]) -> tuple[Any, list[str]]:
    """Return the book to begin with, and the messages that change it."""
    lines = Path(task["messages"]).read_text(encoding="utf-8").splitlines()
    start = json.loads(Path(task["snapshot"]).read_text(encoding="utf-8"))
    return start, lines[: task["warm_up"] + task["measured"]]


def asked() -> Any:
    """Return what this process is asked to do."""
    return json.loads(sys.argv[1])


def tell(result: object) -> None:
    """Hand a result to who started this process, and end it: some clients do not end."""
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()
    os._exit(0)
