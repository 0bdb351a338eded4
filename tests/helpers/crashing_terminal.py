"""A terminal that places two orders and kills itself at a point of the way.

The environment names the point, ``CRASH_AT="before REPLY"``: the moment before or after an event
of that kind is written, or "send" for the moment before the first order leaves; with a number,
``CRASH_AT="before REPLY 2"``, that of the second such moment. With ``CRASH_DOING=exits`` it places
one order with take profit and stop loss instead, with ``CRASH_DOING=policy`` one with a time-out.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.policy import TimeOut
from terminal_app.storage.ledger import Body, Entry, EventKind, Ledger
from terminal_app.venues.binance.order_routes import OrderRoutes
from tests.helpers.eventually import eventually
from tests.helpers.sessions import (
    live,
    opened_session,
    order,
    placed,
    placed_with_exits,
    request,
)

LIMIT_S = 30.0
_armed = asyncio.Event()
_passed = Counter[str]()


def crash_if(point: str) -> None:
    """End this process as a power cut would, if this is the point."""
    if not _armed.is_set():
        return
    _passed[point] += 1
    first = point if _passed[point] == 1 else ""
    if os.environ["CRASH_AT"] in (first, f"{point} {_passed[point]}"):
        os.kill(os.getpid(), signal.SIGKILL)


class CrashingLedger(Ledger):
    """Kill the process before or after an event of a kind is taken."""

    async def append_all(self, entries: Sequence[Entry]) -> None:
        """Write events, with a crash on either side."""
        for entry in entries:
            crash_if(f"before {entry.kind.value}")
        await super().append_all(entries)
        for entry in entries:
            crash_if(f"after {entry.kind.value}")

    def note(self, scope: str, kind: EventKind, body: Body, client_order_id: str = "") -> None:
        """Note an event, with a crash on either side."""
        crash_if(f"before {kind.value}")
        super().note(scope, kind, body, client_order_id)
        crash_if(f"after {kind.value}")


class CrashingRoutes(OrderRoutes):
    """Kill the process when an order is about to leave."""

    async def ask(self, *arguments: Any) -> Any:
        """Send a request, unless the crash comes first."""
        crash_if("send")
        return await super().ask(*arguments)


async def trade(market: Market, path: Path, ready: dict[str, Any]) -> None:
    """Place an order that rests and one that fills."""
    async with opened_session(ready, market, path) as session:
        await live(session)
        _armed.set()
        if os.environ.get("CRASH_DOING") == "exits":
            await placed_with_exits(session)
            await asyncio.sleep(LIMIT_S)
        resting = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
        await eventually(lambda: order(session, resting).order_id is not None, LIMIT_S)
        if os.environ.get("CRASH_DOING") == "policy":
            session.policies.attach(resting, TimeOut(0.3))
            await asyncio.sleep(LIMIT_S)
        await placed(session, request(session, Side.BUY, "0.002"))
        await asyncio.sleep(LIMIT_S)


def main() -> None:
    """Trade until the crash."""
    market, path = Market(sys.argv[1]), Path(sys.argv[2])
    ready = json.loads(sys.stdin.read())
    module = f"terminal_app.venues.binance.{market.value}.venue.OrderRoutes"
    with patch("tests.helpers.sessions.Ledger", CrashingLedger), patch(module, CrashingRoutes):
        asyncio.run(trade(market, path, ready))


if __name__ == "__main__":
    main()
