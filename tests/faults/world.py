"""A terminal and an exchange in one process and in virtual time, with everything between them."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from terminal_app.domain.credentials import Credentials
from terminal_app.domain.instrument import Market
from terminal_app.services.notifications import Notifications
from terminal_app.services.order_ids import ClientOrderIds
from terminal_app.services.session import Session
from terminal_app.storage.ledger import Ledger
from terminal_app.storage.past_files import PastFiles
from terminal_app.venues.binance.environments import endpoints_for, environment_named
from terminal_app.venues.binance.opening import open_venue
from tests.faults.exchange import CREDENTIALS, QuietExchange
from tests.faults.memory_wire import Connecting, HttpClient, Wire
from tests.faults.virtual_time import VirtualExecutor

MEMORY = Path("/dev/shm")
_ADDRESSES = {
    f"{word}_{way}": f"{scheme}://127.0.0.1:1{path}"
    for word, api in (("spot", "/ws-api/v3"), ("futures", "/ws-fapi/v1"))
    for way, scheme, path in (("rest", "http", ""), ("stream", "ws", ""), ("ws_api", "ws", api))
}


@contextmanager
def on_the_wire(wire: Wire) -> Iterator[None]:
    """Let the libraries of HTTP and WebSockets reach one exchange, and nothing else."""

    def connect(address: str, **_options: Any) -> Connecting:
        return Connecting(wire, address)

    def client(**_options: Any) -> HttpClient:
        return HttpClient(wire)

    with (
        patch("httpx.AsyncClient", client),
        patch("terminal_app.venues.binance.line.connect", connect),
    ):
        yield


@contextmanager
def ledger_folder() -> Iterator[Path]:
    """Give a folder in memory where there is one: the bench measures no disk."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


@asynccontextmanager
async def opened_session(
    exchange: QuietExchange, market: Market, path: Path, run_id: str, failures: list[str]
) -> AsyncIterator[tuple[Session, Ledger, Notifications]]:
    """Open the real services on an exchange in this process."""
    ready = {
        **_ADDRESSES,
        "api_key": CREDENTIALS.api_key,
        "api_secret": CREDENTIALS.api_secret,
    }
    with (
        on_the_wire(exchange.wire),
        patch("terminal_app.storage.ledger.ThreadPoolExecutor", VirtualExecutor),
    ):
        async with open_run(ready, market, path, run_id, failures) as opened:
            yield opened


@asynccontextmanager
async def open_run(
    ready: Mapping[str, Any], market: Market, path: Path, run_id: str, failures: list[str]
) -> AsyncIterator[tuple[Session, Ledger, Notifications]]:
    """Open the real services; `failures` takes what a task of theirs died of.

    `ready` is what a practice exchange tells of itself when it serves.
    """
    environment = environment_named("practice")
    credentials = Credentials(ready["api_key"], ready["api_secret"])
    endpoints = endpoints_for(environment, ready)[market]
    notices = Notifications()
    ledger = Ledger(path, run_id)
    venue = open_venue(environment, market, endpoints, credentials)
    await ledger.open()

    def on_failure(name: str, error: BaseException) -> None:
        failures.append(f"the task {name} failed: {error!r}")

    # No chart is open here: the files of the past stay closed.
    past = PastFiles(path.parent, path.parent)
    session = Session(venue, ledger, past, ClientOrderIds(run_id), notices, on_failure)
    try:
        await session.open()
        yield session, ledger, notices
    finally:
        await session.close()
        await ledger.close()
