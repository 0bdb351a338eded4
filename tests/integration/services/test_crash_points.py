"""A terminal killed at any point: nothing acknowledged is lost, nothing is doubled or made up."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.order import OrderStatus
from terminal_app.storage.ledger import EventKind, Ledger, LedgerEvent
from tests.helpers.eventually import eventually
from tests.helpers.practice import REPOSITORY, PracticeProcess
from tests.helpers.practice_client import PracticeClient
from tests.helpers.sessions import SYMBOL, live, opened_session

K = EventKind
LIMIT_S = 40.0
PLACES = {
    Market.SPOT: ("spot", "/api/v3/allOrders", "/api/v3/myTrades"),
    Market.USDM: ("futures", "/fapi/v1/allOrders", "/fapi/v1/userTrades"),
}
POINTS = [
    (Market.SPOT, "before INTENT"),
    (Market.USDM, "after INTENT"),
    (Market.SPOT, "send"),
    (Market.USDM, "before STREAM"),
    (Market.SPOT, "before REPLY"),
    (Market.USDM, "after REPLY"),
    (Market.SPOT, "after FILL"),
    (Market.USDM, "before ENDED"),
]
# Before the intent is on disk and before an order leaves the exchange must know none.
NOTHING_LEFT = {"before INTENT", "after INTENT", "send"}


@pytest.fixture(scope="module")
def exchange() -> Iterator[PracticeProcess]:
    """Serve one exchange; every terminal has a ledger, and so names of orders, of its own."""
    with PracticeProcess(seed=12) as process:
        yield process


def crash(market: Market, path: Path, ready: dict[str, Any], point: str) -> int:
    """Run a terminal until it kills itself and return its exit code."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.helpers.crashing_terminal", market.value, str(path)],
        input=json.dumps(ready),
        cwd=REPOSITORY,
        env={**os.environ, "CRASH_AT": point},
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    return child.returncode


@pytest.mark.parametrize(("market", "point"), POINTS)
async def test_a_killed_terminal_has_lost_doubled_and_made_up_nothing(
    exchange: PracticeProcess, ledger_path: Path, market: Market, point: str
) -> None:
    word, orders_path, trades_path = PLACES[market]
    async with PracticeClient(exchange.ready, word) as client:
        before = await client.call("GET", orders_path, symbol=SYMBOL)
        code = await asyncio.to_thread(crash, market, ledger_path, exchange.ready, point)
        assert code == -signal.SIGKILL
        rows = await client.call("GET", orders_path, symbol=SYMBOL)
        truth = {row["clientOrderId"]: row for row in rows if row not in before}
        sent = Counter(row["clientOrderId"] for row in rows)
        intents = {event.client_order_id for event in await read(ledger_path, market, K.INTENT)}
        # Every order has an older intent and was sent once.
        assert truth.keys() <= intents
        assert all(sent[name] == 1 for name in truth)
        assert bool(intents) == (point != "before INTENT")
        assert bool(truth) == (point not in NOTHING_LEFT)
        async with opened_session(exchange.ready, market, ledger_path) as session:
            orders = session.orders.store.orders
            await live(session)
            await eventually(
                lambda: all(
                    name in orders and orders[name].status.value == row["status"]
                    for name, row in truth.items()
                )
            )
            # Nobody can prove of the others that they never left.
            for name in intents - truth.keys():
                assert orders[name].status is OrderStatus.UNKNOWN
            assert not any(orders[name].from_elsewhere for name in intents)
        again = await client.call("GET", orders_path, symbol=SYMBOL)
        assert len(again) == len(rows)
        trades = await client.call("GET", trades_path, symbol=SYMBOL)
        fills = await read(ledger_path, market, K.FILL)
        assert sorted(str(event.body["trade_id"]) for event in fills) == sorted(
            str(trade["id"]) for trade in trades
        )


async def read(path: Path, market: Market, kind: EventKind) -> list[LedgerEvent]:
    """Return the events of a kind from a ledger that nobody has open, and that is whole."""
    ledger = Ledger(path, "reader")
    await ledger.open()
    assert await ledger.verify()
    events = await ledger.events_of(f"practice/{market.value}", kind)
    await ledger.close()
    return events
