"""A terminal that is killed, and what its ledger, its next run and the exchange say afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from select import select
from typing import Any
from uuid import uuid4

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.errors import TerminalError
from terminal_app.services.session import Session
from terminal_app.storage.ledger import EventKind, Ledger, LedgerEvent
from tests.helpers.eventually import eventually
from tests.helpers.markets import WORDS
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient
from tests.helpers.sessions import SYMBOL, live, opened_session, request

K = EventKind
PATHS = {
    Market.SPOT: ("/api/v3/allOrders", "/api/v3/myTrades"),
    Market.USDM: ("/fapi/v1/allOrders", "/fapi/v1/userTrades"),
}
MOST_ROWS = 1000
LIMIT_FACTOR = 20
LIVE_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class AfterKill:
    """Hold the exchange's orders by name, the names of the intents, and what did not hold."""

    orders: Mapping[str, Any]
    intents: Collection[str]
    wrong: list[str]


async def look_after_kill(
    ready: Mapping[str, Any], market: Market, path: Path, before: Collection[Any] = ()
) -> AfterKill:
    """Open a killed terminal's ledger, go on with it, and hold both against the exchange.

    ``before`` are the orders that the exchange had before the terminal's first run.
    """
    orders_path, trades_path = PATHS[market]
    wrong: list[str] = []
    query = {"symbol": SYMBOL, "limit": MOST_ROWS}
    async with PracticeClient(ready, WORDS[market]) as client:
        rows = await client.call("GET", orders_path, **query)
        orders = {_name(row): row for row in rows if row not in before}
        twice = [name for name, count in _count(rows).items() if name in orders and count > 1]
        intents = {event.client_order_id for event in await read(path, market, K.INTENT)}
        ended = {event.client_order_id for event in await read(path, market, K.ENDED)}
        if twice:
            wrong.append(f"I1 sent twice: {twice}")
        if not orders.keys() <= intents:
            wrong.append(f"I8 sent without an intent: {orders.keys() - intents}")
        async with opened_session(ready, market, path) as session:
            await live(session)
            wrong += await _unequal(session, orders)
            wrong += _made_up(session, intents - orders.keys(), ended)
        if len(await client.call("GET", orders_path, **query)) != len(rows):
            wrong.append("I1 the next run sent an order by itself")
        trades = await client.call("GET", trades_path, **query)
        fills = await read(path, market, K.FILL)
        told = sorted(str(event.body["trade_id"]) for event in fills)
        if told != sorted(str(trade["id"]) for trade in trades):
            wrong.append(f"I6 fills {told} are written, there are {len(trades)}")
    return AfterKill(orders, intents, wrong)


def _count(rows: Collection[Any]) -> Counter[str]:
    return Counter(map(_name, rows))


def _name(row: Any) -> str:
    # Spot gives an order the name of its cancel.
    name: str = row["clientOrderId"]
    return name.removesuffix("-c")


async def _unequal(session: Session, orders: Mapping[str, Any]) -> list[str]:
    shown = session.orders.store.orders

    def unequal() -> list[str]:
        return [
            f"I2 {name} is {row['status']}, it is shown as "
            f"{shown[name].status if name in shown else 'nothing'}"
            for name, row in orders.items()
            if name not in shown or shown[name].status.value != row["status"]
        ]

    with contextlib.suppress(TimeoutError):
        await eventually(lambda: not unequal())
    return unequal()


def _made_up(session: Session, lost: Collection[str], ended: Collection[str]) -> list[str]:
    """Say what is shown of intents that the exchange has no order of, and nobody can know."""
    shown = session.orders.store.orders
    return [
        f"I3 {name} is shown as {shown[name].status if name in shown else 'nothing'}"
        for name in lost
        # A refusal that was heard is the end of an intent.
        if name not in ended
        and (name not in shown or shown[name].status is not OrderStatus.UNKNOWN)
    ]


async def read(path: Path, market: Market, kind: EventKind) -> list[LedgerEvent]:
    """Return the events of a kind from a ledger that nobody has open, and that is whole."""
    ledger = Ledger(path, "reader")
    await ledger.open()
    assert await ledger.verify()
    events = await ledger.events_of(f"practice/{market.value}", kind)
    await ledger.close()
    return events


def kill_often(seed: int, kills: int) -> list[str]:
    """Kill a trading terminal at random moments, again and again on the same ledger."""
    random = Random(f"{seed} kills")
    market = random.choice(list(Market))
    wrong: list[str] = []
    with (
        PracticeProcess(seed=seed, symbols=1, limit_factor=LIMIT_FACTOR) as exchange,
        tempfile.TemporaryDirectory() as folder,
    ):
        path = Path(folder) / "ledger.sqlite"
        for number in range(kills):
            waits_for_live, wait_s = random.random() < 0.6, random.uniform(0.0, 1.5)
            ended = _run_and_kill(
                exchange.ready, market, path, random.random(), wait_s, waits_for_live
            )
            if ended:
                wrong.append(f"kill {number}: the terminal ended by itself: {ended}")
            found = asyncio.run(look_after_kill(exchange.ready, market, path))
            wrong += [f"kill {number} ({market}, {wait_s:.3f} s): {text}" for text in found.wrong]
    return wrong


def _run_and_kill(
    ready: Mapping[str, Any], market: Market, path: Path, luck: float, wait_s: float, waits: bool
) -> str:
    sys.stdout.flush()
    told, tells = os.pipe()
    # Only this thread is here between two runs of a loop, so a fork is whole.
    process = os.fork()
    if process == 0:
        try:
            asyncio.run(_trade(ready, market, path, Random(luck), tells))
        finally:
            os._exit(1)
    os.close(tells)
    if waits:
        # Ends as well when the process does.
        select([told], [], [], LIVE_WITHIN_S)
    time.sleep(wait_s)
    os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    os.close(told)
    return "" if os.WIFSIGNALED(status) else f"exit code {os.WEXITSTATUS(status)}"


async def _trade(
    ready: Mapping[str, Any], market: Market, path: Path, random: Random, tells: int
) -> None:
    """Place and cancel for ever, as fast as answers come; say when that begins."""
    async with opened_session(ready, market, path) as session:
        await live(session)
        os.write(tells, b"live")
        while True:
            with contextlib.suppress(TerminalError):
                await _act(session, random)
            await asyncio.sleep(random.choice((0.0, 0.002, 0.02, 0.2)))


async def _act(session: Session, random: Random) -> None:
    working = [
        key
        for key, order in session.orders.store.orders.items()
        if order.status is OrderStatus.NEW and not order.cancel_pending
    ]
    if working and random.random() < 0.4:
        await session.orders.cancel(random.choice(working))
        return
    side = random.choice(list(Side))
    at = random.choice((None, "0.9")) if side is Side.BUY else random.choice((None, "1.1"))
    wanted = request(session, side, "0.002", at=at)
    beside = [one.client_order_id for one in session.orders.store.unknown(SYMBOL, side)]
    await session.orders.place(wanted, uuid4().hex, session.seen(), beside)
