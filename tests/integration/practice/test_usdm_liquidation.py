"""From a margin call to the end of a position, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient
from tests.helpers.practice_control import Control
from tests.helpers.shapes import shape_differences
from tests.helpers.shared import shared_json
from tests.helpers.user_events import UserEvents, futures_events

BTC = "BTCUSDT"
V1 = "/fapi/v1"
MOST_STEPS = 300


async def step_to(control: Control, told: UserEvents, kind: str, **values: str) -> Any:
    """Let the market live second by second until an event comes whose order is as wanted."""
    for _ in range(MOST_STEPS):
        control.call("POST", "step", ms=1_000)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.02):
                while True:
                    event = await told.next(kind)
                    if values.items() <= event.get("o", {}).items():
                        return event
    raise AssertionError(f"no {kind} came")


async def test_a_margin_call_comes_before_the_liquidation() -> None:
    with PracticeProcess(seed=2, symbols=1, regime="crash") as practice:
        control = Control(practice.ready)
        control.call("POST", "pause")
        async with (
            PracticeClient(practice.ready, "futures") as client,
            futures_events(client) as told,
        ):
            await client.call("POST", f"{V1}/positionSide/dual", dualSidePosition="true")
            await client.call("POST", f"{V1}/marginType", symbol=BTC, marginType="ISOLATED")
            await client.call("POST", f"{V1}/leverage", symbol=BTC, leverage=125)
            order = {"symbol": BTC, "type": "MARKET", "quantity": "0.100"}
            # Whichever way the price goes, one of the two comes to its end.
            for side, position_side in (("BUY", "LONG"), ("SELL", "SHORT")):
                sides = {"side": side, "positionSide": position_side}
                await client.call("POST", f"{V1}/order", **order, **sides)
            call = await step_to(control, told, "MARGIN_CALL")
            sample = shared_json("fixtures/futures/user_margin_call.json")
            assert shape_differences(sample, call, left_out=("cw",)) == []
            (near,) = call["p"]
            assert (near["s"], near["mt"]) == (BTC, "ISOLATED")
            event = await step_to(control, told, "ORDER_TRADE_UPDATE", X="FILLED", ps=near["ps"])
            closed = event["o"]
            assert (closed["x"], closed["o"]) == ("CALCULATED", "LIQUIDATION")
            assert closed["c"].startswith("autoclose-")
            (row,) = await client.call("GET", f"{V1}/forceOrders", symbol=BTC)
            assert (row["orderId"], row["positionSide"]) == (closed["i"], near["ps"])
            (position,) = await client.call("GET", "/fapi/v3/positionRisk", symbol=BTC)
            assert position["positionSide"] != near["ps"]
        control.close()
