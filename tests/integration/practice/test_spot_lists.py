"""Order lists over REST, the WebSocket API and its user events."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from tests.helpers.practice_client import PracticeClient, ask, receive, subscribe

BTC = "BTCUSDT"
TAIL = "0.001"


async def prices(client: PracticeClient) -> dict[str, str]:
    """Return prices around the market: far and farther, below and above."""
    book = await client.get("/api/v3/ticker/bookTicker", symbol=BTC)
    middle = Decimal(book["bidPrice"])
    factors = {"farther_below": "0.9", "below": "0.95", "above": "1.05", "farther_above": "1.1"}
    return {name: f"{middle * Decimal(factor):.2f}" for name, factor in factors.items()}


def sell_pair(price: Mapping[str, str], part: str = "") -> dict[str, Any]:
    """Return the orders of a pair: a limit order above, a stop-loss order below."""

    def name(text: str) -> str:
        return part + text if part else text[0].lower() + text[1:]

    return {
        name("AboveType"): "LIMIT_MAKER",
        name("AbovePrice"): price["above"],
        name("BelowType"): "STOP_LOSS_LIMIT",
        name("BelowStopPrice"): price["below"],
        name("BelowPrice"): price["farther_below"],
        name("BelowTimeInForce"): "GTC",
    }


def working(price: str) -> dict[str, Any]:
    return {
        "workingType": "LIMIT",
        "workingSide": "BUY",
        "workingPrice": price,
        "workingQuantity": TAIL,
        "workingTimeInForce": "GTC",
        "pendingSide": "SELL",
    }


def bodies(price: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return what each kind of list is asked for with, far from the market."""
    phase_one = working(price["farther_below"])
    pending = {"pendingType": "LIMIT", "pendingPrice": price["above"], "pendingTimeInForce": "GTC"}
    return {
        "oco": {"side": "SELL", "quantity": TAIL, **sell_pair(price)},
        "oto": {**phase_one, **pending, "pendingQuantity": TAIL},
        "otoco": {**phase_one, **sell_pair(price, "pending"), "pendingQuantity": TAIL},
        "opo": {**phase_one, **pending},
        "opoco": {**phase_one, **sell_pair(price, "pending")},
    }


async def locked(client: PracticeClient, asset: str) -> Decimal:
    account = await client.call("GET", "/api/v3/account")
    return Decimal(next(row for row in account["balances"] if row["asset"] == asset)["locked"])


async def events(socket: ClientConnection, last: str) -> list[tuple[str, str]]:
    """Return the kinds of user events up to one of kind `last`, with what they say happened."""
    found: list[tuple[str, str]] = []
    while not found or found[-1][0] != last:
        event = (await receive(socket, lambda message: "event" in message))["event"]
        found.append((event["e"], event.get("x") or event.get("l") or ""))
    return found


@pytest.mark.parametrize(
    ("kind", "legs"), [("oco", 2), ("oto", 2), ("otoco", 3), ("opo", 2), ("opoco", 3)]
)
async def test_a_list_is_placed_found_and_cancelled_over_rest(
    ready: dict[str, Any], kind: str, legs: int
) -> None:
    async with PracticeClient(ready, "spot") as client, client.ws_api() as socket:
        body = bodies(await prices(client))[kind]
        before = await client.call("GET", "/api/v3/rateLimit/order")
        await subscribe(socket, client)
        response = await client.send("POST", f"/api/v3/orderList/{kind}", symbol=BTC, **body)
        placed = response.json()
        assert response.status_code == 200, placed
        assert int(response.headers["X-MBX-ORDER-COUNT-1D"]) == before[1]["count"] + legs
        assert (len(placed["orders"]), len(placed["orderReports"])) == (legs, legs)
        assert placed["contingencyType"] == ("OCO" if kind == "oco" else "OTO")
        assert await events(socket, "outboundAccountPosition") == [
            *[("executionReport", "NEW")] * legs,
            ("listStatus", "EXEC_STARTED"),
            ("outboundAccountPosition", ""),
        ]

        list_id = placed["orderListId"]
        assert {row["orderListId"] for row in placed["orderReports"]} == {list_id}
        found = await client.call("GET", "/api/v3/orderList", orderListId=list_id)
        assert found == {key: value for key, value in placed.items() if key != "orderReports"}
        by_name = {"origClientOrderId": placed["listClientOrderId"]}
        assert await client.call("GET", "/api/v3/orderList", **by_name) == found
        assert await client.call("GET", "/api/v3/openOrderList") == [found]
        assert (await client.call("GET", "/api/v3/allOrderList"))[-1] == found
        shown = await client.call("GET", "/api/v3/openOrders", symbol=BTC)
        assert [row["orderId"] for row in shown] == [row["orderId"] for row in found["orders"]]
        waiting = 0 if kind == "oco" else legs - 1
        assert [row["status"] for row in shown].count("PENDING_NEW") == waiting

        cancelled = await client.call(
            "DELETE", "/api/v3/orderList", symbol=BTC, orderListId=list_id
        )
        assert cancelled["orders"] == found["orders"]
        assert {row["status"] for row in cancelled["orderReports"]} == {"CANCELED"}
        assert cancelled["listOrderStatus"] == "ALL_DONE"
        assert await events(socket, "outboundAccountPosition") == [
            *[("executionReport", "CANCELED")] * legs,
            ("listStatus", "ALL_DONE"),
            ("outboundAccountPosition", ""),
        ]
        assert await client.call("GET", "/api/v3/openOrderList") == []
        assert await locked(client, "BTC") == await locked(client, "USDT") == 0


@pytest.mark.parametrize("kind", ["oco", "oto", "otoco", "opo", "opoco"])
async def test_a_list_is_placed_found_and_cancelled_over_the_websocket_api(
    ready: dict[str, Any], kind: str
) -> None:
    async with PracticeClient(ready, "spot") as client, client.ws_api() as socket:
        body = bodies(await prices(client))[kind] | {"symbol": BTC, "listClientOrderId": kind}
        reply = await ask(socket, f"orderList.place.{kind}", client.signed(**body))
        assert reply["status"] == 200, reply
        list_id = reply["result"]["orderListId"]
        by_name = client.signed(origClientOrderId=kind, orderListId=list_id + 1)
        found = await ask(socket, "orderList.status", by_name)
        assert found["result"]["orderListId"] == list_id
        listed = await ask(socket, "openOrderLists.status", client.signed())
        assert listed["result"] == [found["result"]]
        every = await ask(socket, "allOrderLists", client.signed(fromId=list_id))
        assert every["result"] == [found["result"]]
        cancel = client.signed(symbol=BTC, listClientOrderId=kind, newClientOrderId="why")
        cancelled = await ask(socket, "orderList.cancel", cancel)
        reports = cancelled["result"]["orderReports"]
        assert {row["clientOrderId"] for row in reports} == {"why"}
        again = await ask(
            socket, "orderList.cancel", client.signed(symbol=BTC, orderListId=list_id)
        )
        assert again["error"] == {"code": -2011, "msg": "Unknown order sent."}


async def test_an_oco_of_the_old_kind_is_cancelled_through_one_of_its_orders(
    ready: dict[str, Any],
) -> None:
    async with PracticeClient(ready, "spot") as client:
        price = await prices(client)
        body = {
            "side": "BUY",
            "quantity": TAIL,
            "price": price["below"],
            "stopPrice": price["above"],
            "stopLimitPrice": price["farther_above"],
        }
        refused = await client.send("POST", "/api/v3/order/oco", symbol=BTC, **body)
        assert refused.json() == {
            "code": -1128,
            "msg": "Combination of optional parameters invalid. "
            "Recommendation: 'stopLimitTimeInForce' should also be sent.",
        }
        placed = await client.call(
            "POST", "/api/v3/order/oco", symbol=BTC, stopLimitTimeInForce="GTC", **body
        )
        kinds = [row["type"] for row in placed["orderReports"]]
        assert kinds == ["STOP_LOSS_LIMIT", "LIMIT_MAKER"]
        assert await locked(client, "USDT") == Decimal(price["farther_above"]) * Decimal(TAIL)
        number = placed["orders"][1]["orderId"]
        report = await client.call("DELETE", "/api/v3/order", symbol=BTC, orderId=number)
        assert (report["orderListId"], len(report["orderReports"])) == (placed["orderListId"], 2)


async def test_cancel_all_reports_lists_and_orders(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "spot") as client:
        price = await prices(client)
        order = {"side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": TAIL}
        await client.call("POST", "/api/v3/order", symbol=BTC, price=price["below"], **order)
        await client.call("POST", "/api/v3/orderList/oco", symbol=BTC, **bodies(price)["oco"])
        single, pair = await client.call("DELETE", "/api/v3/openOrders", symbol=BTC)
        assert (single["orderListId"], single["status"]) == (-1, "CANCELED")
        assert [row["status"] for row in pair["orderReports"]] == ["CANCELED"] * 2


async def test_an_instant_fill_starts_the_pending_order_after_the_answer(
    ready: dict[str, Any],
) -> None:
    async with PracticeClient(ready, "spot") as client:
        price = await prices(client)
        body = bodies(price)["opo"] | {"workingPrice": price["above"]}
        placed = await client.call("POST", "/api/v3/orderList/opo", symbol=BTC, **body)
        bought, pending = placed["orderReports"]
        assert (bought["status"], pending["status"]) == ("FILLED", "PENDING_NEW")
        assert "origQty" not in pending
        order = await client.call("GET", "/api/v3/order", symbol=BTC, orderId=pending["orderId"])
        assert order["status"] == "NEW"
        assert Decimal(order["origQty"]) < Decimal(bought["executedQty"])
        assert await locked(client, "BTC") == Decimal(order["origQty"])
        (trade, *_) = await client.call("GET", "/api/v3/myTrades", symbol=BTC)
        assert trade["orderListId"] == placed["orderListId"]
        await client.call("DELETE", "/api/v3/openOrders", symbol=BTC)


@pytest.mark.parametrize(
    ("kind", "change", "code", "text"),
    [
        ("oco", {"aboveType": None}, -1102, "Mandatory parameter 'aboveType' was not sent"),
        ("oco", {"abovePrice": None}, -1102, "Mandatory parameter 'abovePrice' was not sent"),
        ("oco", {"aboveTimeInForce": "GTC"}, -1106, "Parameter 'aboveTimeInForce' sent when"),
        ("oco", {"belowStopPrice": None}, -1102, "Param 'belowStopPrice' or 'belowTrailingDelta'"),
        ("oco", {"belowIcebergQty": "0.0002", "belowTimeInForce": "IOC"}, -1160, "Parameter"),
        ("oco", {"aboveType": "LIMIT", "aboveTimeInForce": "GTC"}, -1158, "Order type not supp"),
        ("oco", {"belowType": "NONE"}, -1116, "Invalid orderType."),
        ("oco", {"side": "UP"}, -1117, "Invalid side."),
        ("oco", {"belowTimeInForce": "GTX"}, -1115, "Invalid timeInForce."),
        ("oco", {"aboveStrategyType": "5"}, -1134, "`strategyType` was less than 1000000."),
        ("oco", {"listClientOrderId": "a b"}, -1100, "Illegal characters found in parameter 'list"),
        ("oco", {"newOrderRespType": "ALL"}, -1130, "Data sent for parameter 'newOrderRespType'"),
        ("oco", {"belowPegPriceType": "BEST"}, -1210, "Invalid pegPriceType."),
        ("oco", {"quantity": "7"}, -2010, "Account has insufficient balance"),
        ("oto", {"workingType": "MARKET"}, -1106, "Parameter 'workingTimeInForce' sent when"),
        ("oto", {"pendingQuantity": None}, -1102, "Mandatory parameter 'pendingQuantity'"),
        ("otoco", {"pendingBelowType": None}, -1102, "Mandatory parameter 'pendingBelowType'"),
        ("opo", {"pendingQuantity": "0.001"}, -1225, "Pending orders should not include"),
        ("opo", {"pendingSide": "BUY"}, -1223, "Pending orders in an OPO list must be asks."),
    ],
)
async def test_what_is_wrong_with_a_list_is_told(
    ready: dict[str, Any], kind: str, change: dict[str, str | None], code: int, text: str
) -> None:
    async with PracticeClient(ready, "spot") as client:
        body = bodies(await prices(client))[kind] | change
        body = {name: value for name, value in body.items() if value is not None}
        answer = await client.send("POST", f"/api/v3/orderList/{kind}", symbol=BTC, **body)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert answer.json()["msg"].startswith(text)
