"""Say where the processor's time goes, by looking at the stack a thousand times a second."""

from __future__ import annotations

import signal
import sys
from collections import Counter
from types import FrameType

EVERY_S = 0.001
DEEPEST = 120


class StackSamples:
    """Count in which functions the main thread was, while it was computing.

    A sample is taken between two steps of Python: what a call into Qt took counts for the line
    that called it.
    """

    def __init__(self) -> None:
        self._own: Counter[str] = Counter()
        self._whole: Counter[str] = Counter()
        self._count = 0

    def start(self) -> None:
        """Begin; only the main thread can."""
        signal.signal(signal.SIGPROF, self._take)
        signal.setitimer(signal.ITIMER_PROF, EVERY_S, EVERY_S)

    def stop(self) -> None:
        """End."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, signal.SIG_IGN)

    def write(self, most: int = 45) -> None:
        """Print which functions were on top most often, and which were on the stack at all."""
        for title, counts in (("itself", self._own), ("with what it calls", self._whole)):
            sys.stdout.write(f"\n{title}, % of {self._count} samples\n")
            for name, count in counts.most_common(most):
                sys.stdout.write(f"{count / self._count * 100:6.1f}  {name}\n")

    def _take(self, _number: int, frame: FrameType | None) -> None:
        self._count += 1
        if frame is not None:
            self._own[f"{_name(frame)}:{frame.f_lineno}"] += 1
        seen = set()
        for _ in range(DEEPEST):
            if frame is None:
                break
            seen.add(_name(frame))
            frame = frame.f_back
        self._whole.update(seen)


def _name(frame: FrameType) -> str:
    code = frame.f_code
    return f"{'/'.join(code.co_filename.split('/')[-2:])} {code.co_qualname}"
