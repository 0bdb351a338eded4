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
    """Read the machine's clock."""

    def now_ms(self) -> int:
        """Return epoch milliseconds."""
        return time.time_ns() // 1_000_000


def utc_stamp(time_ms: int) -> str:
    """Return a time for a file name, like 20261121T094249Z."""
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
