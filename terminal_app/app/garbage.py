"""Collect garbage on Qt's thread alone.

Python collects on whichever thread happens to allocate. A widget that the ledger's thread takes
away while Qt works on it ends the process (PySide6 6.11: a segmentation fault within seconds).
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

PAUSE_MS = 1000
# To look through everything there is takes some tens of milliseconds, and seldom finds anything.
WHOLE_PAUSE_S = 60.0


class GarbageTimer(QObject):
    """Take Python's collector over for as long as its parent lives."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        # What the start made stays to the end: looking through it again would only cost frames.
        gc.freeze()
        self._whole_s = time.monotonic()
        self._timer = QTimer(self, interval=PAUSE_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def _collect(self) -> None:
        now_s = time.monotonic()
        is_whole = now_s - self._whole_s >= WHOLE_PAUSE_S
        if collect_due(oldest=2 if is_whole else 1) == 2:
            self._whole_s = now_s


def collect_due(oldest: int = 2) -> int | None:
    """Collect the oldest generation that is due by Python's own thresholds, and return which."""
    due = [count > limit for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)]
    for generation in range(oldest, -1, -1):
        if due[generation]:
            gc.collect(generation)
            return generation
    return None
