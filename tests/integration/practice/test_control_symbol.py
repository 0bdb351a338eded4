"""Symbols that close, settle and change their filters: control, REST and streams agree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient
from tests.helpers.practice_control import Control
from tests.helpers.user_events import futures_events

ETH = "ETHUSDT"
LIMIT = {"symbol": ETH, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.100"}
MARKET = {"symbol": ETH, "side": "BUY", "type": "MARKET", "quantity": "0.100"}


@pytest.fixture
def control(practice: PracticeProcess) -> Iterator[Control]:
    face = Control(practice.ready)
    yield face
    for market in ("spot", "futures"):
        face.call("POST", "symbol", market=market, symbol=ETH, status="TRADING")
    face.call("POST", "reset-account")
    face.close()


async def listed(client: PracticeClient, path: str) -> dict[str, Any]:
    info = await client.get(path)
    row: dict[str, Any] = next(row for row in info["symbols"] if row["symbol"] == ETH)
    return row


def filter_of(row: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(one for one in row["filters"] if one["filterType"] == kind)


@pytest.mark.parametrize("status", ["HALT", "BREAK", "CANCEL_ONLY", "END_OF_DAY"])
async def test_closed_spot_symbol_takes_cancels_alone(
    practice: PracticeProcess, control: Control, status: str
) -> None:
    async with PracticeClient(practice.ready, "spot") as client:
        price = float((await client.get("/api/v3/ticker/price", symbol=ETH))["price"])
        order = {**LIMIT, "price": f"{price * 0.9:.2f}"}
        placed = await client.call("POST", "/api/v3/order", **order)
        shown = control.call("POST", "symbol", market="spot", symbol=ETH, status=status)
        assert shown["status"] == status
        assert (await listed(client, "/api/v3/exchangeInfo"))["status"] == status
        refused = await client.send("POST", "/api/v3/order", **order)
        assert refused.json() == {"code": -1013, "msg": "Market is closed."}
        ids = {"symbol": ETH, "orderId": placed["orderId"]}
        assert (await client.call("DELETE", "/api/v3/order", **ids))["status"] == "CANCELED"
        control.call("POST", "symbol", market="spot", symbol=ETH, status="TRADING")
        await client.call("POST", "/api/v3/order", **order)


async def test_nobody_trades_in_a_closed_symbol(
    practice: PracticeProcess, control: Control
) -> None:
    async with PracticeClient(practice.ready, "spot") as client:
        control.call("POST", "symbol", market="spot", symbol=ETH, status="HALT")
        control.call("POST", "pause")
        (last,) = await client.get("/api/v3/trades", symbol=ETH, limit=1)
        control.call("POST", "step", ms=60_000)
        assert await client.get("/api/v3/trades", symbol=ETH, limit=1) == [last]
        control.call("POST", "symbol", market="spot", symbol=ETH, status="TRADING")
        control.call("POST", "step", ms=60_000)
        assert await client.get("/api/v3/trades", symbol=ETH, limit=1) != [last]
        control.call("POST", "resume")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("PENDING_TRADING", {"code": -1122, "msg": "Invalid symbol status."}),
        ("PRE_SETTLE", {"code": -4140, "msg": "Invalid symbol status for opening position"}),
        ("CLOSE", {"code": -4141, "msg": "Symbol is closed"}),
    ],
)
async def test_futures_contract_refuses_by_its_state(
    practice: PracticeProcess, control: Control, status: str, error: dict[str, Any]
) -> None:
    async with (
        PracticeClient(practice.ready, "futures") as client,
        client.stream("/market/ws/!contractInfo") as contracts,
    ):
        await client.call("POST", "/fapi/v1/order", **MARKET)
        control.call("POST", "symbol", market="futures", symbol=ETH, status=status)
        told = json.loads(await contracts.recv())
        assert (told["e"], told["s"], told["cs"]) == ("contractInfo", ETH, status)
        assert (await listed(client, "/fapi/v1/exchangeInfo"))["status"] == status
        assert (await client.send("POST", "/fapi/v1/order", **MARKET)).json() == error
        closing = {**MARKET, "side": "SELL", "reduceOnly": "true"}
        closed = await client.send("POST", "/fapi/v1/order", **closing)
        assert (closed.status_code == 200) is (status == "PRE_SETTLE")


async def test_settling_ends_orders_and_positions(
    practice: PracticeProcess, control: Control
) -> None:
    async with PracticeClient(practice.ready, "futures") as client, futures_events(client) as told:
        mark = float((await client.get("/fapi/v1/premiumIndex", symbol=ETH))["markPrice"])
        await client.call("POST", "/fapi/v1/order", **MARKET)
        order = {**LIMIT, "price": f"{mark * 0.96:.2f}"}
        resting = await client.call("POST", "/fapi/v1/order", **order)
        control.call("POST", "symbol", market="futures", symbol=ETH, status="SETTLING")
        ends: dict[str, dict[str, Any]] = {}
        while len(ends) < 2:
            event = (await told.next("ORDER_TRADE_UPDATE"))["o"]
            if event["x"] in ("EXPIRED", "CALCULATED"):
                ends[event["x"]] = event
        assert (ends["EXPIRED"]["i"], ends["EXPIRED"]["er"]) == (resting["orderId"], "7")
        assert ends["CALCULATED"]["c"].startswith("settlement_autoclose-")
        assert await client.call("GET", "/fapi/v3/positionRisk", symbol=ETH) == []
        assert await client.call("GET", "/fapi/v1/openOrders", symbol=ETH) == []


@pytest.mark.parametrize(
    ("market", "prefix", "errors"),
    [
        (
            "spot",
            "/api/v3",
            [
                "Filter failure: PRICE_FILTER",
                "Filter failure: LOT_SIZE",
                "Filter failure: NOTIONAL",
            ],
        ),
        ("futures", "/fapi/v1", [-4014, -4004, -4164]),
    ],
)
async def test_filters_change(
    practice: PracticeProcess, control: Control, market: str, prefix: str, errors: list[Any]
) -> None:
    async with PracticeClient(practice.ready, market) as client:
        before = control.call("GET", "symbol", market=market, symbol=ETH)
        last = float((await client.get(f"{prefix}/ticker/price", symbol=ETH))["price"])
        price = int(last * 0.97)
        fields = {"market": market, "symbol": ETH}
        sizes = {"tickSize": "0.50", "stepSize": "0.05", "minNotional": "150"}
        after = control.call("POST", "symbol", **fields, **sizes)
        assert (after["tickSize"], after["stepSize"], after["minNotional"]) == (
            "0.50",
            "0.05",
            "150",
        )
        row = await listed(client, f"{prefix}/exchangeInfo")
        assert float(filter_of(row, "PRICE_FILTER")["tickSize"]) == 0.5
        assert float(filter_of(row, "LOT_SIZE")["stepSize"]) == 0.05
        for wrong, error in zip(
            ({"price": f"{price}.20"}, {"quantity": "0.010"}, {"quantity": "0.050"}),
            errors,
            strict=True,
        ):
            order = {**LIMIT, "price": f"{price}.50", "quantity": "0.100", **wrong}
            refused = await client.send("POST", f"{prefix}/order", **order)
            assert error in refused.json().values()
        placed = await client.call("POST", f"{prefix}/order", **LIMIT, price=f"{price}.50")
        assert placed["status"] == "NEW"
        names = ("tickSize", "stepSize", "minNotional")
        control.call("POST", "symbol", **fields, **{name: before[name] for name in names})
        await client.call("POST", f"{prefix}/order", **LIMIT, price=f"{price}.20")


@pytest.mark.parametrize(
    ("fields", "start"),
    [
        ({"market": "spot", "symbol": "NONE"}, "symbol must be one of "),
        (
            {"market": "spot", "symbol": ETH, "status": "CLOSE"},
            "status must be one of TRADING, END",
        ),
        (
            {"market": "futures", "symbol": ETH, "status": "HALT"},
            "status must be one of TRADING, P",
        ),
        (
            {"market": "spot", "symbol": ETH, "tickSize": "0.015"},
            "tickSize must be a multiple of 0",
        ),
        ({"market": "spot", "symbol": ETH, "stepSize": "0"}, "stepSize must be a decimal text"),
        ({"market": "spot", "symbol": ETH, "maxNumOrders": 0}, "maxNumOrders must be a whole num"),
    ],
)
def test_bad_changes_are_refused(control: Control, fields: dict[str, Any], start: str) -> None:
    response = control.send("POST", "symbol", **fields)
    assert response.status_code == 400
    assert response.json()["msg"].startswith(start)
