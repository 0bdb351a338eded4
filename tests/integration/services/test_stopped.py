"""A terminal that stood still as a program, and so misses what no connection tells it of."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from terminal_app.domain.instrument import Market
from terminal_app.services.connection import SLEPT_SECONDS
from tests.helpers.markets import MARKETS
from tests.helpers.practice import REPOSITORY, PracticeProcess

LIVE = {"is_fresh": True, "is_closed": False}


@asynccontextmanager
async def watching(practice: PracticeProcess, market: Market, path: Path) -> AsyncIterator[Process]:
    """Run a terminal that tells how it stands."""
    program = (sys.executable, "-m", "tests.helpers.watching_terminal", market.value, str(path))
    child = await asyncio.create_subprocess_exec(*program, stdin=PIPE, stdout=PIPE, cwd=REPOSITORY)
    assert child.stdin is not None
    child.stdin.write(json.dumps(practice.ready).encode())
    child.stdin.write_eof()
    try:
        yield child
    finally:
        child.kill()
        await child.wait()


async def next_state(child: Process) -> dict[str, bool]:
    """Return how it stands after the next change."""
    assert child.stdout is not None
    state = json.loads(await child.stdout.readline())
    assert isinstance(state, dict)
    return state


@MARKETS
async def test_a_program_that_was_stopped_takes_no_order_until_it_knows_again(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    async with watching(practice, market, ledger_path) as child:
        assert await next_state(child) == LIVE
        child.send_signal(signal.SIGSTOP)
        await asyncio.sleep(SLEPT_SECONDS + 0.5)
        child.send_signal(signal.SIGCONT)
        assert await next_state(child) == {"is_fresh": False, "is_closed": True}
        while await next_state(child) != LIVE:
            pass
