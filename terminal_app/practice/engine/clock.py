"""The one place that reads the machine's clock."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tell the wall time."""

    def now_ms(self) -> int:
        """Return epoch milliseconds."""
        ...


class SystemClock:
    """Read the machine's clock; with `start_ms` it says that when it is first read, and goes on."""

    def __init__(self, start_ms: int | None = None) -> None:
        self._start_ms = start_ms
        self._ahead_ms = 0

    def now_ms(self) -> int:
        """Return epoch milliseconds."""
        machine_ms = time.time_ns() // 1_000_000
        if self._start_ms is not None:
            self._ahead_ms, self._start_ms = self._start_ms - machine_ms, None
        return machine_ms + self._ahead_ms


def utc_stamp(time_ms: int) -> str:
    """Return a time for a file name, like 20261121T094249Z."""
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
