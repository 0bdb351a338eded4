"""Everything an account did is read once, kept, and equal to the exchange's own records."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from terminal_app.domain.credentials import Credentials
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import DAY_MS
from terminal_app.errors import NotConnected, VenueError
from terminal_app.services.account_history import AccountHistory, HistoryProgress
from terminal_app.storage.account_rows import AccountRows, Body, RowKind
from terminal_app.venues.base import Venue
from terminal_app.venues.binance.spot import past as spot_past
from terminal_app.venues.binance.usdm import past as usdm_past
from tests.helpers.eventually import eventually
from tests.helpers.fault_proxy import Fault, FaultProxy
from tests.helpers.markets import MARKETS, WORDS
from tests.helpers.opened_venue import build
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient

ROOTS = {Market.SPOT: "/api/v3", Market.USDM: "/fapi/v1"}
TRADES = {Market.SPOT: "myTrades", Market.USDM: "userTrades"}
SYMBOLS = ("BTCUSDT", "ETHUSDT")
SIZES = {"BTCUSDT": "0.002", "ETHUSDT": "0.02", "BNBUSDT": "0.1"}
PAGE = 10
STILL_ATTEMPTS = 5
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make pages small, so that a few orders fill several."""
    monkeypatch.setattr(spot_past, "PAGE", PAGE)
    monkeypatch.setattr(usdm_past, "PAGE", PAGE)
    # Three months of weeks would use up what history may ask for in a minute.
    monkeypatch.setattr(usdm_past, "REACH_MS", 15 * DAY_MS)
    monkeypatch.setattr(usdm_past, "OVERLAP_MS", 0)


@asynccontextmanager
async def trader(practice: PracticeProcess, market: Market) -> AsyncIterator[PracticeClient]:
    """Open a client of the exchange that is none of ours."""
    async with PracticeClient(practice.ready, WORDS[market]) as client:
        yield client


async def trade(client: PracticeClient, market: Market, count: int, symbol: str) -> None:
    """Let the account buy at market."""
    path, size = f"{ROOTS[market]}/order", SIZES[symbol]
    for _ in range(count):
        await client.call("POST", path, symbol=symbol, side="BUY", type="MARKET", quantity=size)


async def rest(client: PracticeClient, market: Market, symbol: str) -> int:
    """Leave an order in the book and return its number."""
    book = await client.get(f"{ROOTS[market]}/depth", symbol=symbol, limit=5)
    price = str((Decimal(book["bids"][0][0]) * Decimal("0.95")).quantize(Decimal(1)))
    placed = await client.call(
        "POST",
        f"{ROOTS[market]}/order",
        symbol=symbol,
        side="BUY",
        type="LIMIT",
        timeInForce="GTC",
        quantity="0.01",
        price=price,
    )
    number: int = placed["orderId"]
    return number


@asynccontextmanager
async def reader(
    practice: PracticeProcess, market: Market, path: Path, address: str
) -> AsyncIterator[AccountHistory]:
    """Open a history of the account over an address."""
    credentials = Credentials(practice.ready["api_key"], practice.ready["api_secret"])
    venue: Venue = build(practice, market, credentials, rest=address)
    rows = AccountRows(path)
    await rows.open()
    try:
        if address != NOWHERE:
            # The rules tell the limits that history keeps away from.
            await venue.market_data.instruments()
        yield AccountHistory(venue, rows)
    finally:
        await venue.close()
        await rows.close()


def numbers(rows: list[Body], name: str) -> list[Any]:
    """Return one field of rows, oldest first."""
    return [row[name] for row in reversed(rows)]


@MARKETS
async def test_orders_and_trades_are_the_exchanges_and_read_once(
    practice: PracticeProcess, tmp_path: Path, market: Market
) -> None:
    path, root = tmp_path / "history.sqlite", ROOTS[market]
    steps: list[HistoryProgress] = []
    async with (
        trader(practice, market) as client,
        FaultProxy(practice.ready[f"{WORDS[market]}_rest"]) as proxy,
        reader(practice, market, path, proxy.address) as history,
    ):
        for symbol in SYMBOLS:
            await trade(client, market, 24, symbol)
        resting = await rest(client, market, "BTCUSDT")
        await history.load(SYMBOLS, steps.append)
        for symbol in SYMBOLS:
            told = await client.call("GET", f"{root}/allOrders", symbol=symbol, limit=1000)
            kept = await history.rows(RowKind.ORDERS, symbol)
            assert numbers(kept, "order_id") == [row["orderId"] for row in told]
            assert numbers(kept, "status") == [row["status"] for row in told]
            told = await client.call("GET", f"{root}/{TRADES[market]}", symbol=symbol, limit=1000)
            kept = await history.rows(RowKind.FILLS, symbol)
            assert sorted(numbers(kept, "trade_id")) == sorted(row["id"] for row in told)
            assert sum(Decimal(str(row["commission"])) for row in kept) == sum(
                Decimal(row["commission"]) for row in told
            )
        everything = await history.rows(RowKind.ORDERS)
        assert {row["symbol"] for row in everything} == set(SYMBOLS)
        assert steps[-1].kind is RowKind.INCOME
        orders = [step.rows for step in steps if (step.kind, step.symbol) == ("orders", "BTCUSDT")]
        assert orders == sorted(orders)
        assert orders[-1] >= 25

        # The next time only what is new is read, and what could still have changed.
        asked = proxy.count("GET", f"{root}/allOrders")
        await client.call("DELETE", f"{root}/order", symbol="BTCUSDT", orderId=resting)
        await trade(client, market, 2, "BTCUSDT")
        await history.load(["BTCUSDT"])
        assert proxy.count("GET", f"{root}/allOrders") <= asked + 2
        kept = await history.rows(RowKind.ORDERS, "BTCUSDT")
        status = {row["order_id"]: row["status"] for row in kept}
        assert status[resting] == "CANCELED"
        assert len(kept) == len(status) == 27
        page = await history.rows(RowKind.ORDERS, "BTCUSDT", limit=5, offset=3)
        assert page == kept[3:8]
    async with reader(practice, market, path, NOWHERE) as history:
        # Another run has it without asking, and an account that begins anew forgets it.
        assert await history.rows(RowKind.ORDERS, "BTCUSDT") == kept
        await history.start_anew()
        assert await history.rows(RowKind.ORDERS) == []


@MARKETS
async def test_a_load_that_was_cut_goes_on(
    practice: PracticeProcess, tmp_path: Path, market: Market
) -> None:
    path, root = tmp_path / "history.sqlite", ROOTS[market]
    symbol = "BNBUSDT"
    steps: list[HistoryProgress] = []
    async with (
        trader(practice, market) as client,
        FaultProxy(practice.ready[f"{WORDS[market]}_rest"]) as proxy,
    ):
        await trade(client, market, 34, symbol)
        async with reader(practice, market, path, proxy.address) as history:
            async with asyncio.TaskGroup() as group:
                load = group.create_task(history.load([symbol], steps.append))
                await eventually(lambda: len(steps) >= 2)
                load.cancel()
            proxy.faults["GET"] = Fault.GARBAGE
            with pytest.raises(VenueError):
                await history.load([symbol])
            proxy.faults.clear()
            asked = proxy.count("GET", f"{root}/allOrders")
            await history.load([symbol])
            told = await client.call("GET", f"{root}/allOrders", symbol=symbol, limit=1000)
            kept = await history.rows(RowKind.ORDERS, symbol)
            assert numbers(kept, "order_id") == [row["orderId"] for row in told]
            if market is Market.SPOT:
                assert proxy.count("GET", f"{root}/allOrders") - asked < 4


async def income_told(client: PracticeClient) -> list[dict[str, Any]]:
    """Return all income as the exchange tells it."""
    told: list[dict[str, Any]] = await client.call("GET", "/fapi/v1/income", limit=1000)
    return told


async def test_income_is_the_exchanges(practice: PracticeProcess, tmp_path: Path) -> None:
    async with (
        trader(practice, Market.USDM) as client,
        reader(
            practice, Market.USDM, tmp_path / "history.sqlite", practice.ready["futures_rest"]
        ) as history,
    ):
        for symbol in SYMBOLS:
            await trade(client, Market.USDM, 24, symbol)
        await history.load([])
        told = await income_told(client)
        # Funding and what others left resting go on: a still moment is compared.
        for _ in range(STILL_ATTEMPTS):
            before = told
            await history.load([])
            told = await income_told(client)
            if told == before:
                break
        kept = await history.rows(RowKind.INCOME)
        assert len(kept) == len(told) > PAGE
        assert {row["kind"] for row in kept} == {row["incomeType"] for row in told}
        assert sum(Decimal(str(row["amount"])) for row in kept) == sum(
            Decimal(row["income"]) for row in told
        )


async def test_without_a_key_nothing_is_asked(practice: PracticeProcess, tmp_path: Path) -> None:
    history = AccountHistory(
        build(practice, Market.SPOT, None), AccountRows(tmp_path / "never opened")
    )
    with pytest.raises(NotConnected):
        await history.load(["BTCUSDT"])
