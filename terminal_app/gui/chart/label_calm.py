"""Words that move under the pointer are not what a hand meant: they are taken once they stand."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from terminal_app.gui.chart.line_labels import LABEL_PX, LineLabel

CALM_S = 0.25


class LabelCalm:
    """Know since when words have stood where they are; ``seconds`` is how long they must."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self.seconds = CALM_S
        self._now_s = now_s
        self._stands: dict[str, tuple[float, float]] = {}

    def see(self, labels: Sequence[LineLabel]) -> None:
        """Take note of where words are now; those that are gone are forgotten."""
        now, before = self._now_s(), self._stands
        self._stands = {}
        for label in labels:
            key, top = label.line.key, label.box.top()
            stood = before.get(key)
            # A drift of less than half a row leaves the pointer on the same words.
            has_moved = stood is None or abs(stood[0] - top) > LABEL_PX / 2
            self._stands[key] = (top, now) if stood is None or has_moved else stood

    def is_calm(self, label: LineLabel) -> bool:
        """Say whether words have stood long enough to be meant."""
        stood = self._stands.get(label.line.key)
        return stood is not None and self._now_s() - stood[1] >= self.seconds
