"""The futures account over REST and its stream: isolated margin, settings, histories."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient, receive

BTC, ETH = "BTCUSDT", "ETHUSDT"


@pytest.fixture(scope="module")
def ready() -> Iterator[dict[str, Any]]:
    with PracticeProcess(seed=11) as practice:
        yield practice.ready


async def test_isolated_margin(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "futures") as client:
        headers = {"X-MBX-APIKEY": ready["api_key"]}
        key = (await client.http.post("/fapi/v1/listenKey", headers=headers)).json()["listenKey"]
        async with client.stream(f"/private/ws?listenKey={key}") as socket:
            changed = await client.call(
                "POST", "/fapi/v1/marginType", symbol=ETH, marginType="ISOLATED"
            )
            assert changed == {"code": 200, "msg": "success"}
            event = await receive(socket, lambda e: e.get("e") == "ACCOUNT_UPDATE")
            assert event["a"]["m"] == "MARGIN_TYPE_CHANGE"
            order = {"symbol": ETH, "type": "MARKET", "quantity": "0.1"}
            await client.call("POST", "/fapi/v1/order", side="BUY", **order)
            added = await client.call(
                "POST", "/fapi/v1/positionMargin", symbol=ETH, amount="10", type=1
            )
            assert added == {
                "amount": 10,
                "code": 200,
                "msg": "Successfully modify position margin.",
                "type": 1,
            }
            moved = await receive(socket, lambda e: e.get("a", {}).get("m") == "MARGIN_TRANSFER")
            (told,) = moved["a"]["P"]
            (held,) = await client.call("GET", "/fapi/v2/positionRisk", symbol=ETH)
            assert (held["marginType"], held["isolatedWallet"]) == ("isolated", told["iw"])
            (balance,) = moved["a"]["B"]
            apart = Decimal(balance["wb"]) - Decimal(balance["cw"])
            assert apart == Decimal(told["iw"])
        (row,) = await client.call("GET", "/fapi/v1/positionMargin/history", symbol=ETH)
        assert (row["type"], row["deltaType"], row["amount"]) == (1, "USER_ADJUST", "10")
        (config,) = await client.call("GET", "/fapi/v1/symbolConfig", symbol=ETH)
        assert config["marginType"] == "ISOLATED"
        (place,) = await client.call("GET", "/fapi/v1/adlQuantile", symbol=ETH)
        assert place["adlQuantile"]["LONG"] in (1, 2)


async def test_modes_are_answered_as_set(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "futures") as client:
        await client.call("POST", "/fapi/v1/feeBurn", feeBurn="true")
        assert await client.call("GET", "/fapi/v1/feeBurn") == {"feeBurn": True}
        assert (await client.call("GET", "/fapi/v2/account"))["feeBurn"] is True
        await client.call("POST", "/fapi/v1/feeBurn", feeBurn="false")
        status = await client.call("GET", "/fapi/v1/apiTradingStatus")
        assert status["indicators"] == {}
        assert await client.call("GET", "/fapi/v1/forceOrders") == []
        rejected = await client.send("GET", "/fapi/v1/forceOrders", autoCloseType="OTHER")
        assert rejected.json()["code"] == -1130
