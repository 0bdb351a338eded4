"""What waits on the futures account outlives the process that is killed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient
from tests.helpers.practice_control import Control
from tests.helpers.user_events import futures_events

BTC = "BTCUSDT"
V1 = "/fapi/v1"


async def test_waiting_orders_and_a_countdown_go_on_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "account.sqlite3"
    with PracticeProcess(account=path, symbols=1) as practice:
        control = Control(practice.ready)
        control.call("POST", "pause")
        async with PracticeClient(practice.ready, "futures") as client:
            ticker = await client.get(f"{V1}/ticker/bookTicker", symbol=BTC)
            low = f"{Decimal(ticker['bidPrice']) * Decimal('0.97'):.1f}"
            order = {"symbol": BTC, "side": "BUY", "quantity": "0.010"}
            resting = await client.call(
                "POST", f"{V1}/order", type="LIMIT", timeInForce="GTC", price=low, **order
            )
            high = f"{Decimal(ticker['askPrice']) * Decimal('1.02'):.1f}"
            stop = {"algoType": "CONDITIONAL", "type": "STOP_MARKET", "triggerPrice": high}
            waiting = await client.call("POST", f"{V1}/algoOrder", **stop, **order)
            await client.call("POST", f"{V1}/countdownCancelAll", symbol=BTC, countdownTime=60_000)
        control.close()
        practice.kill()
    with PracticeProcess(account=path, symbols=1) as practice:
        control = Control(practice.ready)
        control.call("POST", "pause")
        async with PracticeClient(practice.ready, "futures") as client:
            (found,) = await client.call("GET", f"{V1}/openAlgoOrders")
            assert (found["algoId"], found["algoStatus"]) == (waiting["algoId"], "NEW")
            (open_order,) = await client.call("GET", f"{V1}/openOrders")
            assert open_order["orderId"] == resting["orderId"]
            async with futures_events(client) as told:
                control.call("POST", "step", ms=60_000)
                ended = (await told.next("ORDER_TRADE_UPDATE"))["o"]
            assert (ended["i"], ended["X"]) == (resting["orderId"], "CANCELED")
        control.close()
