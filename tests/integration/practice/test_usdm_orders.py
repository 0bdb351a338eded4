"""Futures orders over the wire: algo orders, changes, batches, countdowns, the WebSocket API."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from tests.helpers.practice_client import PracticeClient, ask, receive
from tests.helpers.shapes import shape_differences
from tests.helpers.shared import shared_json

BTC = "BTCUSDT"


async def _price(client: PracticeClient, factor: str) -> str:
    ticker = await client.get("/fapi/v2/ticker/price", symbol=BTC)
    tick = Decimal("0.1")
    price = Decimal(ticker["price"]) * Decimal(factor)
    return format(price // tick * tick, "f")


def _differences(fixture: str, served: Any, left_out: tuple[str, ...] = ()) -> list[str]:
    return shape_differences(shared_json(f"fixtures/futures/{fixture}.json"), served, left_out)


async def test_an_algo_order_from_its_placing_to_its_end(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "futures") as client:
        key = (
            await client.http.post("/fapi/v1/listenKey", headers={"X-MBX-APIKEY": ready["api_key"]})
        ).json()["listenKey"]
        async with client.stream(f"/private/ws?listenKey={key}") as socket:
            order = {
                "algoType": "CONDITIONAL",
                "symbol": BTC,
                "side": "BUY",
                "type": "TAKE_PROFIT_MARKET",
                "quantity": "0.010",
                "workingType": "MARK_PRICE",
            }
            low = await _price(client, "0.97")
            waiting = await client.call(
                "POST", "/fapi/v1/algoOrder", triggerPrice=low, clientAlgoId="far", **order
            )
            assert _differences("docs_rest_new_algo_order", waiting) == []
            listed = await client.call("GET", "/fapi/v1/openAlgoOrders", symbol=BTC)
            assert _differences("docs_rest_all_algo_orders", listed) == []
            cancelled = await client.call("DELETE", "/fapi/v1/algoOrder", clientAlgoId="far")
            assert cancelled == {
                "algoId": waiting["algoId"],
                "clientAlgoId": "far",
                "code": "200",
                "msg": "success",
            }
            event = await receive(socket, lambda e: e.get("o", {}).get("X") == "CANCELED")
            assert (event["e"], event["o"]["caid"], event["o"]["ai"]) == ("ALGO_UPDATE", "far", "")
            again = await client.send("DELETE", "/fapi/v1/algoOrder", clientAlgoId="far")
            assert again.json()["code"] == -2011
            found = await client.call("GET", "/fapi/v1/algoOrder", algoId=waiting["algoId"])
            assert found["algoStatus"] == "CANCELED"


async def test_modify_batch_and_countdown(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "futures") as client:
        low, lower = await _price(client, "0.97"), await _price(client, "0.96")
        order = {
            "symbol": BTC,
            "side": "BUY",
            "type": "LIMIT",
            "quantity": "0.01",
            "timeInForce": "GTC",
        }
        rows = [{**order, "price": low}, {**order, "price": low, "reduceOnly": "true"}]
        placed = await client.call("POST", "/fapi/v1/batchOrders", batchOrders=json.dumps(rows))
        assert (placed[0]["status"], placed[1]["code"]) == ("NEW", -2022)
        assert _differences("rest_new_order", placed[0]) == []
        first = placed[0]["orderId"]
        change = {"symbol": BTC, "side": "BUY", "orderId": first, "quantity": "0.02"}
        changed = await client.call(
            "PUT", "/fapi/v1/order", price=lower, modifyId=42, origType="LIMIT", **change
        )
        assert (changed["origQty"], changed["modifyId"]) == ("0.020", 42)
        assert _differences("rest_modify_order", changed) == []
        history = await client.call("GET", "/fapi/v1/orderAmendment", symbol=BTC, orderId=first)
        assert _differences("rest_get_order_modify_history", history) == []
        six = json.dumps([{**order, "price": low}] * 6)
        refused = await client.send("POST", "/fapi/v1/batchOrders", batchOrders=six)
        assert refused.json()["code"] == -4082
        gone = await client.call(
            "DELETE", "/fapi/v1/batchOrders", symbol=BTC, orderIdList=f"[{first},1]"
        )
        assert (gone[0]["status"], gone[1]["code"]) == ("CANCELED", -2011)
        started = await client.call(
            "POST", "/fapi/v1/countdownCancelAll", symbol=BTC, countdownTime=100_000
        )
        assert started == {"symbol": BTC, "countdownTime": "100000"}


async def test_the_old_test_order_still_knows_conditional_types(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "futures") as client:
        tested = await client.call(
            "POST",
            "/fapi/v1/order/test",
            symbol=BTC,
            side="SELL",
            type="TRAILING_STOP_MARKET",
            quantity="0.01",
            callbackRate="0.3",
            activationPrice=await _price(client, "1.05"),
        )
        assert _differences("rest_test_order", tested) == []


async def test_the_web_socket_api_places_modifies_and_cancels(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "futures") as client:
        low, lower = await _price(client, "0.97"), await _price(client, "0.96")
        async with client.ws_api() as socket:
            common = {"symbol": BTC, "side": "BUY", "quantity": "0.010"}
            placed = await ask(
                socket,
                "order.place",
                client.signed(**common, type="LIMIT", timeInForce="GTC", price=low),
            )
            order_id = placed["result"]["orderId"]
            changed = await ask(
                socket, "order.modify", client.signed(**common, price=lower, orderId=order_id)
            )
            assert Decimal(changed["result"]["price"]) == Decimal(lower)
            algo = await ask(
                socket,
                "algoOrder.place",
                client.signed(
                    **common, algoType="CONDITIONAL", type="TAKE_PROFIT_MARKET", triggerPrice=low
                ),
            )
            algo_id = algo["result"]["algoId"]
            for method, name, value in (
                ("algoOrder.cancel", "algoId", algo_id),
                ("order.cancel", "orderId", order_id),
            ):
                reply = await ask(socket, method, client.signed(symbol=BTC, **{name: value}))
                assert reply["status"] == 200, reply
