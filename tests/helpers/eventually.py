"""Wait for a condition, never for a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count


async def eventually(condition: Callable[[], object], limit_s: float = 20.0) -> None:
    """Return as soon as a condition holds; fail when it does not within the limit."""
    async with asyncio.timeout(limit_s):
        for _ in count():
            if condition():
                return
            await asyncio.sleep(0.005)
