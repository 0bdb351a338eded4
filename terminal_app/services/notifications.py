"""Tell the person something, once, in one place."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, replace
from enum import StrEnum

from terminal_app.observers import Observers

REPEAT_WITHIN_MS = 10_000
KEPT = 200


class Severity(StrEnum):
    """Name how much a notice matters."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Notice:
    """Hold one message to the person; ``count`` says how often it came in a row."""

    severity: Severity
    text: str
    time_ms: int
    count: int = 1


class Notifications:
    """Keep the newest notices; the same one within ten seconds is counted, not repeated."""

    def __init__(self) -> None:
        self.observers = Observers()
        self.notices: deque[Notice] = deque(maxlen=KEPT)

    def tell(self, severity: Severity, text: str) -> None:
        """Tell the person something."""
        now_ms = time.time_ns() // 1_000_000
        last = self.notices[-1] if self.notices else None
        if (
            last is not None
            and (last.severity, last.text) == (severity, text)
            and now_ms - last.time_ms < REPEAT_WITHIN_MS
        ):
            self.notices[-1] = replace(last, time_ms=now_ms, count=last.count + 1)
        else:
            self.notices.append(Notice(severity, text, now_ms))
        self.observers.notify("notices")
