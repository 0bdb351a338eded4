"""The recorded market on the wire: candles, best prices and the end are those of the record."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient
from tests.helpers.shared import shared_json, shared_path

SPOT_FILES = ("data/market/spot/btcusdt_20240808.gz", "data/market/spot/btcusdt_20240809.gz")
CANDLES = "data/market/spot/btcusdt_1m_derived_from_trades.json"
USDM_FILE = "data/market/usdm/btcusdt_20240808.gz"
SPEED = 120


def recorded_best_prices(relative: str) -> dict[int, dict[str, Any]]:
    """Return the captured bookTicker payloads by update id."""
    with gzip.open(shared_path(relative), "rt", encoding="utf-8") as lines:
        messages = [json.loads(line.partition(" ")[2]) for line in lines if "@bookTicker" in line]
    return {message["data"]["u"]: message["data"] for message in messages}


@pytest.mark.slow
async def test_spot_candles_equal_those_of_the_recorded_trades() -> None:
    files = [shared_path(relative) for relative in (*SPOT_FILES, USDM_FILE)]
    expected = shared_json(CANDLES)
    last_ms = expected[-1][0]
    with PracticeProcess(market="recorded", data=files, speed=SPEED) as practice:
        async with PracticeClient(practice.ready, "spot") as client:
            async with client.stream("/ws/btcusdt@kline_1m") as socket:
                async for text in socket:
                    candle = json.loads(text)["k"]
                    if candle["x"] and candle["t"] >= last_ms:
                        break
            served = await client.get(
                "/api/v3/klines",
                symbol="BTCUSDT",
                interval="1m",
                startTime=expected[0][0],
                endTime=last_ms,
            )
            info = await client.get("/api/v3/exchangeInfo")
    assert served == expected
    assert [row["symbol"] for row in info["symbols"]] == ["BTCUSDT"]


@pytest.mark.slow
async def test_futures_best_prices_equal_the_captured_ones_at_equal_ids() -> None:
    captured = recorded_best_prices(USDM_FILE)
    data = [shared_path(USDM_FILE)]
    compared = 0
    with PracticeProcess(market="recorded", data=data, speed=30) as practice:
        client = PracticeClient(practice.ready, "futures")
        async with client, client.stream("/public/ws/btcusdt@bookTicker") as socket:
            while compared < 200:
                served = json.loads(await socket.recv())
                assert float(served["b"]) < float(served["a"])
                known = captured.get(served["u"])
                if known is not None:
                    assert {key: float(served[key]) for key in "bBaA"} == {
                        key: float(known[key]) for key in "bBaA"
                    }
                    compared += 1
