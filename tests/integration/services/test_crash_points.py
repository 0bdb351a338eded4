"""A terminal killed at any point: nothing acknowledged is lost, nothing is doubled or made up."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from terminal_app.domain.instrument import Market
from tests.faults.kills import PATHS, look_after_kill
from tests.helpers.markets import WORDS
from tests.helpers.practice import REPOSITORY, PracticeProcess
from tests.helpers.practice_client import PracticeClient
from tests.helpers.sessions import SYMBOL

LIMIT_S = 90.0
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
    """Serve one exchange; every terminal has a ledger, and so names of orders, of its own.

    Starts in quick succession would fill the minute's weight, and what reads then waits for it.
    """
    with PracticeProcess(seed=12, limit_factor=10) as process:
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
    async with PracticeClient(exchange.ready, WORDS[market]) as client:
        before = await client.call("GET", PATHS[market][0], symbol=SYMBOL)
    code = await asyncio.to_thread(crash, market, ledger_path, exchange.ready, point)
    assert code == -signal.SIGKILL
    found = await look_after_kill(exchange.ready, market, ledger_path, before)
    assert found.wrong == []
    assert bool(found.intents) == (point != "before INTENT")
    assert bool(found.orders) == (point not in NOTHING_LEFT)
