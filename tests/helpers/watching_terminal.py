"""A terminal that tells, a line each, whenever it begins or ends to be fresh or to take orders."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from terminal_app.domain.instrument import Market
from tests.helpers.sessions import live, opened_session

_LOOK_S = 0.005


async def watch(market: Market, path: Path, ready: dict[str, Any]) -> None:
    """Go live, and from then on look again and again until somebody ends this process."""
    async with opened_session(ready, market, path) as session:
        await live(session)
        told = ""
        while True:
            state = {"is_fresh": session.is_fresh, "is_closed": bool(session.orders.closed_because)}
            if (line := json.dumps(state)) != told:
                told = line
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()
            await asyncio.sleep(_LOOK_S)


if __name__ == "__main__":
    asyncio.run(watch(Market(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.stdin.read())))
