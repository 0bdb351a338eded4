"""Connections that freeze or tell nothing, over real sockets: how soon it is noticed."""

from __future__ import annotations

import asyncio
import signal
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random

from terminal_app.domain.instrument import Market
from terminal_app.services.connection import ACCOUNT, MARKET, ORDERS
from terminal_app.services.session import Session
from tests.helpers.eventually import eventually
from tests.helpers.fault_proxy import StreamGate
from tests.helpers.markets import WORDS
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_control import Control
from tests.helpers.sessions import SYMBOL, live, opened_session

LINKS = (MARKET, ACCOUNT, ORDERS)
# A dead connection is found by its pings, a silent one by comparing the account.
DEAD_WITHIN_S = 16.0
SILENT_WITHIN_S = 35.0
BACK_WITHIN_S = 60.0
EVENTS = {
    Market.SPOT: ("executionReport", "outboundAccountPosition"),
    Market.USDM: ("ORDER_TRADE_UPDATE", "ACCOUNT_UPDATE"),
}


def freeze(seed: int, sessions: int) -> list[str]:
    """Hold every byte from the exchange back, for each of some sessions at another moment."""
    random = Random(f"{seed} freeze")

    async def run() -> list[str]:
        with PracticeProcess(seed=seed, symbols=1) as exchange:
            waits = [random.uniform(0, 10) for _ in range(sessions)]
            markets = [random.choice(list(Market)) for _ in range(sessions)]
            found = await asyncio.gather(
                *(_freeze_one(exchange, *one) for one in zip(markets, waits, strict=True))
            )
        return [text for text in found if text]

    return asyncio.run(run())


async def _freeze_one(exchange: PracticeProcess, market: Market, wait_s: float) -> str:
    word = WORDS[market]
    async with (
        StreamGate(exchange.ready[f"{word}_stream"]) as streams,
        StreamGate(exchange.ready[f"{word}_ws_api"]) as orders,
        _session(exchange, market, stream=streams.address, ws_api=orders.address) as session,
    ):
        await asyncio.sleep(wait_s)
        started_s = time.monotonic()
        streams.shut()
        orders.shut()
        await eventually(lambda: not any(_is_live(session, name) for name in LINKS), 60)
        seconds = time.monotonic() - started_s
        streams.open()
        orders.open()
        await _is_back(session)
    return f"{market}: found after {seconds:.1f} s" if seconds > DEAD_WITHIN_S else ""


def silence(seed: int, sessions: int) -> list[str]:
    """Swallow the account's events while its connections live, in some sessions at once."""
    market = Random(f"{seed} silence").choice(list(Market))

    async def run() -> list[str]:
        with PracticeProcess(seed=seed, symbols=1) as exchange:
            control = Control(exchange.ready)
            async with AsyncExitStack() as stack:
                opened = [
                    await stack.enter_async_context(_session(exchange, market))
                    for _ in range(sessions)
                ]
                for event in EVENTS[market]:
                    await _call(control, "POST", "faults", hook="event.drop", event=event)
                bought = {"symbol": SYMBOL, "side": "BUY", "type": "MARKET", "quantity": "0.01"}
                await _call(control, "POST", "actor/order", market=WORDS[market], **bought)
                times = await asyncio.gather(*(_hears_late(one) for one in opened))
                await _call(control, "DELETE", "faults")
                for one in opened:
                    await _is_back(one)
            await asyncio.to_thread(control.close)
        return [f"{market}: found after {one:.1f} s" for one in times if one > SILENT_WITHIN_S]

    return asyncio.run(run())


async def _hears_late(session: Session) -> float:
    started_s = time.monotonic()
    await eventually(lambda: not _is_live(session, ACCOUNT), 2 * SILENT_WITHIN_S)
    return time.monotonic() - started_s


def stop_exchange(seed: int) -> list[str]:
    """Stop the exchange's process for some seconds, as a debugger or a full machine does."""
    random = Random(f"{seed} stop")
    market, seconds = random.choice(list(Market)), random.choice((2.0, 8.0, 20.0, 30.0))

    async def run() -> list[str]:
        with PracticeProcess(seed=seed, symbols=1) as exchange:
            async with _session(exchange, market) as session:
                exchange.process.send_signal(signal.SIGSTOP)
                stopped_s = time.monotonic()
                wrong = ""
                try:
                    await asyncio.sleep(seconds)
                    shown = [name for name in LINKS if _is_live(session, name)]
                    if shown and time.monotonic() - stopped_s > DEAD_WITHIN_S:
                        wrong = f"{market}: after {seconds:.0f} s {shown} are shown as live"
                finally:
                    exchange.process.send_signal(signal.SIGCONT)
                await _is_back(session)
        return [wrong] if wrong else []

    return asyncio.run(run())


@asynccontextmanager
async def _session(
    exchange: PracticeProcess, market: Market, **detours: str
) -> AsyncIterator[Session]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        async with opened_session(exchange.ready, market, path, **detours) as session:
            await live(session)
            await eventually(lambda: all(_is_live(session, name) for name in LINKS), 30)
            yield session


async def _is_back(session: Session) -> None:
    await eventually(
        lambda: (
            session.is_fresh
            and not session.orders.closed_because
            and all(_is_live(session, name) for name in LINKS)
        ),
        BACK_WITHIN_S,
    )


async def _call(control: Control, method: str, name: str, /, **fields: object) -> None:
    await asyncio.to_thread(control.call, method, name, **fields)


def _is_live(session: Session, name: str) -> bool:
    return session.connection.link(name).is_live
