"""Count what a long run leaves behind: objects, memory, tasks, timers, widgets, threads, files."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
# Allowed from the first sample of the second half to the last: what caches and chance make.
MORE_MEMORY_MB = 12.0
MORE_OF_A_TYPE = 400
MORE_OF_A_COUNT = 3
# Connections come and go, and what they run with.
MORE_OF_WHAT_VARIES = {"timers that run": 6, "tasks": 40, "open files": 20}
# What is kept of each order on purpose, for as long as the program runs: types and their most.
OF_EACH_ORDER = 40


@dataclass(frozen=True, slots=True)
class Sample:
    """Hold what there was at one moment, at rest."""

    at_s: float
    messages: int
    orders: int
    memory_mb: float
    types: Counter[str]
    counts: dict[str, int]


def take_sample(window: QWidget, messages: int, orders: int) -> Sample:
    """Collect all garbage and count what is left."""
    gc.collect()
    types: Counter[str] = Counter()
    for thing in gc.get_objects():
        kind = type(thing)
        types[f"{kind.__module__}.{kind.__qualname__}"] += 1
    timers = window.findChildren(QTimer)
    counts = {
        "objects of Qt in the window": len(window.findChildren(QObject)),
        "widgets": len(QApplication.allWidgets()),
        "timers": len(timers),
        "timers that run": sum(timer.isActive() for timer in timers),
        "tasks": len(asyncio.all_tasks()),
        "threads": threading.active_count(),
        "open files": len(list(Path("/proc/self/fd").iterdir())),
    }
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    memory_mb = pages * PAGE_BYTES / 1e6
    return Sample(time.monotonic(), messages, orders, memory_mb, types, counts)


def growth(samples: Sequence[Sample], hours: float) -> tuple[list[str], list[str]]:
    """Return what grew in the second half, in words, and which of it is more than is allowed.

    ``hours`` is how long the whole run would have been at a normal rate.
    """
    begun, ended = samples[len(samples) // 2], samples[-1]
    share = (ended.messages - begun.messages) / max(1, ended.messages - samples[0].messages)
    span_h = max(hours * share, 1e-9)
    orders = ended.orders - begun.orders
    told, wrong = [], []

    def judge(name: str, more: float, most: float, unit: str = "") -> None:
        text = f"{name}: {more:+.0f}{unit}, {more / span_h:+.1f}{unit} an hour"
        if more > most:
            wrong.append(f"{text} (allowed {most:.0f}{unit})")
        elif more:
            told.append(text)

    judge("memory", ended.memory_mb - begun.memory_mb, MORE_MEMORY_MB, " MB")
    for name, count in ended.counts.items():
        most = MORE_OF_WHAT_VARIES.get(name, MORE_OF_A_COUNT)
        judge(name, count - begun.counts[name], most)
    allowed = MORE_OF_A_TYPE + OF_EACH_ORDER * orders
    for name in ended.types | begun.types:
        more = ended.types[name] - begun.types[name]
        if more > MORE_OF_A_TYPE / 4:
            judge(f"objects {name}", more, allowed)
    told.append(f"orders in between: {orders}")
    return told, wrong
