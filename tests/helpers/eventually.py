"""Wait for a condition, never for a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

_POLL_S = 0.005
# More than this between two looks is a machine that stood still, not a program that is late.
_COUNTS_AT_MOST_S = 0.05


async def eventually(condition: Callable[[], object], limit_s: float = 20.0) -> None:
    """Return as soon as a condition holds; fail when it does not within the limit.

    Time in which this machine stood still does not count.
    """
    time_s = asyncio.get_running_loop().time
    waited_s, looked_s = 0.0, time_s()
    while not condition():
        if waited_s > limit_s:
            raise TimeoutError
        await asyncio.sleep(_POLL_S)
        before_s, looked_s = looked_s, time_s()
        waited_s += min(looked_s - before_s, _COUNTS_AT_MOST_S)
