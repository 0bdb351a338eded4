"""The one place that reads the machine's clock."""

import time
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
