"""Snapshots over real sockets: what was comes back, here, elsewhere and in a record."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient
from tests.helpers.practice_control import Control
from tests.helpers.shared import shared_path

BTC = "BTCUSDT"
LIMIT = {"symbol": BTC, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.010"}
RECORD = "data/market/usdm/btcusdt_20240808.gz"


@pytest.fixture
def practice() -> Iterator[PracticeProcess]:
    with PracticeProcess() as process:
        yield process


async def place(client: PracticeClient, share: float = 0.97) -> int:
    """Rest a futures order below the market and return its id."""
    price = float((await client.get("/fapi/v1/premiumIndex", symbol=BTC))["markPrice"])
    order = await client.call("POST", "/fapi/v1/order", **LIMIT, price=f"{price * share:.1f}")
    number: int = order["orderId"]
    return number


async def open_ids(client: PracticeClient) -> list[int]:
    return [row["orderId"] for row in await client.call("GET", "/fapi/v1/openOrders")]


async def test_what_follows_a_restore_follows_the_snapshot(practice: PracticeProcess) -> None:
    control = Control(practice.ready)
    control.call("POST", "pause")
    async with PracticeClient(practice.ready, "futures") as client:
        kept = await place(client)
        taken = control.call("POST", "snapshot", name="before")
        assert control.call("GET", "snapshot")["snapshots"] == [taken]

        async def what_follows() -> tuple[Any, ...]:
            control.call("POST", "step", ms=20_000)
            return (
                await client.get("/fapi/v1/trades", symbol=BTC, limit=50),
                await client.get("/fapi/v1/depth", symbol=BTC, limit=20),
                await open_ids(client),
            )

        first = await what_follows()
        await client.call("DELETE", "/fapi/v1/allOpenOrders", symbol=BTC)
        async with client.stream("/public/ws/btcusdt@depth") as socket:
            control.call("POST", "restore", name="before")
            await socket.wait_closed()
            assert socket.close_code == 1012
        assert await open_ids(client) == [kept]
        assert await what_follows() == first
    missing = control.send("POST", "restore", name="never")
    assert (missing.status_code, missing.json()["msg"]) == (404, "There is no snapshot never.")
    control.close()


async def test_bytes_go_to_another_process_which_keeps_its_own_house(tmp_path: Path) -> None:
    credentials = tmp_path / "credentials.json"
    with PracticeProcess(credentials=credentials, limit_factor=3) as first:
        control = Control(first.ready)
        async with PracticeClient(first.ready, "futures") as client:
            kept = await place(client)
        control.call("POST", "snapshot", name="travel")
        data = control.call("GET", "snapshot/travel")["data"]
        control.close()
    with PracticeProcess(credentials=credentials) as second:
        control = Control(second.ready)
        limits = control.call("GET", "house")["markets"]["futures"]["limits"]
        control.call("POST", "restore", data=data)
        async with PracticeClient(second.ready, "futures") as client:
            assert await open_ids(client) == [kept]
        after = control.call("GET", "house")["markets"]["futures"]["limits"]
        assert [row["limit"] for row in after] == [row["limit"] for row in limits]
        bad = control.send("POST", "restore", data="####")
        assert bad.json()["msg"].startswith("data must be the base64 of a snapshot, not ")
        control.close()


async def test_countdown_goes_on_after_a_restore(practice: PracticeProcess) -> None:
    control = Control(practice.ready)
    control.call("POST", "pause")
    async with PracticeClient(practice.ready, "futures") as client:
        kept = await place(client)
        countdown = {"symbol": BTC, "countdownTime": 10_000}
        await client.call("POST", "/fapi/v1/countdownCancelAll", **countdown)
        control.call("POST", "snapshot")
        control.call("POST", "step", ms=11_000)
        assert await open_ids(client) == []
        control.call("POST", "restore")
        assert await open_ids(client) == [kept]
        control.call("POST", "step", ms=9_000)
        assert await open_ids(client) == [kept]
        control.call("POST", "step", ms=2_000)
        assert await open_ids(client) == []
    control.close()


async def test_record_goes_on_where_the_snapshot_was_taken() -> None:
    with PracticeProcess(market="recorded", data=[shared_path(RECORD)], speed=1) as practice:
        control = Control(practice.ready)
        control.call("POST", "pause")
        async with PracticeClient(practice.ready, "futures") as client:
            kept = await place(client)

            async def what_follows() -> tuple[Any, ...]:
                control.call("POST", "step", ms=10_000)
                return (
                    await client.get("/fapi/v1/trades", symbol=BTC, limit=100),
                    await client.get("/fapi/v1/depth", symbol=BTC, limit=50),
                    await open_ids(client),
                )

            control.call("POST", "snapshot")
            first = await what_follows()
            assert first[2] == [kept]
            control.call("POST", "step", ms=5_000)
            control.call("POST", "restore")
            assert await what_follows() == first
        control.close()


async def test_record_is_sought(practice: PracticeProcess) -> None:
    refused = Control(practice.ready)
    answer = refused.send("POST", "seek", time=1)
    assert answer.json()["msg"].startswith("Only a recorded market can be sought")
    refused.close()
    with PracticeProcess(market="recorded", data=[shared_path(RECORD)], speed=1) as recorded:
        control = Control(recorded.ready)
        control.call("POST", "pause")
        start_ms = control.call("GET", "status")["markets"]["futures"]["time"]
        async with PracticeClient(recorded.ready, "futures") as client:
            order_id = await place(client)
            async with client.stream("/public/ws/btcusdt@bookTicker") as socket:
                status = control.call("POST", "seek", time=start_ms + 15_000)
                assert status["markets"]["futures"]["time"] == start_ms + 15_000
                await socket.wait_closed()
            shown = await client.call("GET", "/fapi/v1/order", symbol=BTC, orderId=order_id)
            assert shown["status"] == "CANCELED"
            (last,) = await client.get("/fapi/v1/trades", symbol=BTC, limit=1)
            assert start_ms < last["time"] <= start_ms + 15_000
            began_s = time.monotonic()
            control.call("POST", "seek", time=start_ms)
            assert time.monotonic() - began_s < 20
            assert (
                abs(control.call("GET", "status")["markets"]["futures"]["time"] - start_ms) < 1_000
            )
        control.close()


async def test_seed_begins_new_markets(practice: PracticeProcess) -> None:
    control = Control(practice.ready)
    control.call("POST", "pause")
    async with PracticeClient(practice.ready, "futures") as client:
        first = await client.get("/fapi/v1/klines", symbol=BTC, interval="1m", limit=100)
        order_id = await place(client)
        shown = []
        for seed in (7, 7, 8):
            async with client.stream("/public/ws/btcusdt@bookTicker") as socket:
                assert control.call("POST", "seed", seed=seed)["seed"] == seed
                await socket.wait_closed()
            candles = await client.get("/fapi/v1/klines", symbol=BTC, interval="1m", limit=100)
            shown.append((candles, await client.get("/fapi/v1/depth", symbol=BTC, limit=5)))
        (same, same_again, other) = (candles for candles, _ in shown)
        assert same == same_again != other
        assert first not in (same, other)
        assert shown[0][1]["bids"] == shown[1][1]["bids"]
        order = await client.call("GET", "/fapi/v1/order", symbol=BTC, orderId=order_id)
        assert order["status"] == "CANCELED"
        bad = control.send("POST", "seed", seed=-1)
        assert bad.json()["msg"].startswith("seed must be a whole number from 0 to ")
    control.close()


async def test_regime_changes_what_follows() -> None:
    with PracticeProcess(symbols=1) as practice:
        control = Control(practice.ready)
        control.call("POST", "pause")

        async def trades_in(regime: str) -> int:
            assert control.call("POST", "regime", regime=regime)["regime"] == regime
            async with PracticeClient(practice.ready, "spot") as client:
                (before,) = await client.get("/api/v3/trades", symbol=BTC, limit=1)
                control.call("POST", "step", ms=8_000)
                (after,) = await client.get("/api/v3/trades", symbol=BTC, limit=1)
            number: int = after["id"] - before["id"]
            return number

        assert await trades_in("crash") > 3 * await trades_in("thin_weekend")
        bad = control.send("POST", "regime", regime="storm")
        assert bad.json()["msg"] == (
            'regime must be one of calm, trend, crash, thin_weekend, not "storm".'
        )
        control.close()
