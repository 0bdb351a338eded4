"""Collect garbage on Qt's thread alone.

Python collects on whichever thread happens to allocate. A widget that the ledger's thread takes
away while Qt works on it ends the process (PySide6 6.11: a segmentation fault within seconds).
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

PAUSE_MS = 1000


class GarbageTimer(QObject):
    """Take Python's collector over for as long as its parent lives."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        # What the start made stays to the end: looking through it again would only cost frames.
        gc.freeze()
        self._timer = QTimer(self, interval=PAUSE_MS)
        self._timer.timeout.connect(collect_due)
        self._timer.start()


def collect_due() -> None:
    """Collect the oldest generation that is due by Python's own thresholds."""
    due = [count > limit for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)]
    for generation in (2, 1, 0):
        if due[generation]:
            gc.collect(generation)
            return
