"""A trading round on futures: position, margin, user events by listen key."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from tests.helpers.practice_client import PracticeClient, ask, receive

BTC = "BTCUSDT"


async def listen_key(client: PracticeClient, ready: dict[str, Any]) -> str:
    headers = {"X-MBX-APIKEY": ready["api_key"]}
    response = await client.http.post("/fapi/v1/listenKey", headers=headers)
    key: str = response.json()["listenKey"]
    return key


async def user_event(socket: ClientConnection, kind: str, **values: Any) -> dict[str, Any]:
    def is_wanted(event: dict[str, Any]) -> bool:
        order = event.get("o", {})
        return event.get("e") == kind and all(order.get(k) == v for k, v in values.items())

    return await receive(socket, is_wanted)


async def test_long_and_close_with_user_events(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "futures") as client:
        key = await listen_key(client, ready)
        assert await listen_key(client, ready) == key
        async with client.stream(f"/private/ws?listenKey={key}") as socket:
            leverage = await client.call("POST", "/fapi/v1/leverage", symbol=BTC, leverage=10)
            assert (leverage["leverage"], leverage["symbol"]) == (10, BTC)
            config = await user_event(socket, "ACCOUNT_CONFIG_UPDATE")
            assert config["ac"] == {"s": BTC, "l": 10}

            order = {"symbol": BTC, "type": "MARKET", "quantity": "0.01"}
            opened = await client.call("POST", "/fapi/v1/order", side="BUY", **order)
            assert (opened["status"], opened["cumQty"]) == ("NEW", "0.000")
            assert not {"avgPrice", "cumQuote"} & set(opened)
            lite = await user_event(socket, "TRADE_LITE")
            assert (lite["i"], lite["p"]) == (opened["orderId"], "0")
            filled = await user_event(socket, "ORDER_TRADE_UPDATE", X="FILLED")
            assert (filled["o"]["i"], filled["o"]["N"]) == (opened["orderId"], "USDT")
            account = (await user_event(socket, "ACCOUNT_UPDATE"))["a"]
            assert (account["m"], account["P"][0]["pa"]) == ("ORDER", "0.01")

            (position,) = await client.call("GET", "/fapi/v3/positionRisk", symbol=BTC)
            margin = Decimal(position["notional"]) / 10
            assert abs(Decimal(position["initialMargin"]) - margin) < Decimal("0.00000001")
            (row,) = await client.call("GET", "/fapi/v2/positionRisk", symbol=BTC)
            assert (row["leverage"], row["marginType"]) == ("10", "cross")
            queried = await client.call(
                "GET", "/fapi/v1/order", symbol=BTC, orderId=opened["orderId"]
            )
            assert Decimal(queried["avgPrice"]) == Decimal(position["entryPrice"])

            closed = await client.call(
                "POST",
                "/fapi/v1/order",
                side="SELL",
                reduceOnly="true",
                newOrderRespType="RESULT",
                **order,
            )
            assert (closed["status"], closed["reduceOnly"]) == ("FILLED", True)
            event = await user_event(socket, "ORDER_TRADE_UPDATE", i=closed["orderId"], X="FILLED")
            trades = await client.call("GET", "/fapi/v1/userTrades", symbol=BTC)
            assert Decimal(event["o"]["rp"]) == Decimal(trades[-1]["realizedPnl"])
        assert await client.call("GET", "/fapi/v3/positionRisk", symbol=BTC) == []
        income = await client.call("GET", "/fapi/v1/income", symbol=BTC)
        assert {row["incomeType"] for row in income} == {"COMMISSION", "REALIZED_PNL"}


async def test_reduce_only_without_a_position_is_refused(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "futures") as client:
        order = {"symbol": BTC, "side": "SELL", "type": "MARKET", "quantity": "0.01"}
        nothing = await client.send("POST", "/fapi/v1/order", reduceOnly="true", **order)
        assert nothing.json() == {"code": -2022, "msg": "ReduceOnly Order is rejected."}


async def test_resting_order_is_found_and_cancelled(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "futures") as client:
        book = await client.get("/fapi/v1/ticker/bookTicker", symbol=BTC)
        price = f"{Decimal(book['bidPrice']) * Decimal('0.97'):.1f}"
        order = {"symbol": BTC, "side": "BUY", "type": "LIMIT", "quantity": "0.01", "price": price}
        placed = await client.call(
            "POST", "/fapi/v1/order", timeInForce="GTX", newClientOrderId="a.b:c/1", **order
        )
        ids = {"symbol": BTC, "origClientOrderId": "a.b:c/1"}
        opened = await client.call("GET", "/fapi/v1/openOrder", **ids)
        assert (opened["orderId"], opened["timeInForce"]) == (placed["orderId"], "GTX")
        account = await client.call("GET", "/fapi/v3/account")
        assert Decimal(account["totalOpenOrderInitialMargin"]) > 0
        cancelled = await client.call("DELETE", "/fapi/v1/order", **ids)
        assert (cancelled["status"], cancelled["clientOrderId"]) == ("CANCELED", "a.b:c/1")
        gone = await client.send("GET", "/fapi/v1/openOrder", **ids)
        assert gone.json() == {"code": -2013, "msg": "Order does not exist."}
        done = await client.call("DELETE", "/fapi/v1/allOpenOrders", symbol=BTC)
        assert done["code"] == 200
        listed = await client.call("GET", "/fapi/v1/allOrders", symbol=BTC, limit=1)
        assert listed[0]["pair"] == BTC


async def test_websocket_api(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "futures") as client, client.ws_api() as socket:
        depth = await ask(socket, "depth", {"symbol": BTC, "limit": 5})
        assert len(depth["result"]["bids"]) == 5
        price = f"{Decimal(depth['result']['bids'][0][0]) * Decimal('0.97'):.1f}"
        order = {"symbol": BTC, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
        placed = await ask(
            socket, "order.place", client.signed(**order, quantity="0.01", price=price)
        )
        assert placed["status"] == 200, placed
        assert len(placed["rateLimits"]) == 3
        ids = {"symbol": BTC, "orderId": placed["result"]["orderId"]}
        status = await ask(socket, "order.status", client.signed(**ids))
        assert status["result"]["status"] == "NEW"
        cancelled = await ask(socket, "order.cancel", client.signed(**ids))
        assert cancelled["result"]["status"] == "CANCELED"
        for method in ("v2/account.balance", "v2/account.status", "v2/account.position"):
            assert (await ask(socket, method, client.signed()))["status"] == 200
        params = {"apiKey": ready["api_key"]}
        key = (await ask(socket, "userDataStream.start", params))["result"]["listenKey"]
        assert (await ask(socket, "userDataStream.ping", params))["result"] == {"listenKey": key}
        assert (await ask(socket, "userDataStream.stop", params))["result"] == {}
        assert (await ask(socket, "userDataStream.ping", params))["error"]["code"] == -1125


ORDER = {"symbol": BTC, "side": "BUY", "type": "MARKET", "quantity": "0.01"}


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        ({"symbol": "NOSUCH"}, -1121, "Invalid symbol."),
        ({"type": "STOP_MARKET"}, -4120, "Order type not supported for this endpoint."),
        ({"type": "LIMIT_MAKER"}, -1116, "Invalid orderType."),
        ({"positionSide": "LONG"}, -4061, "Order's position side does not match user's setting."),
        ({"newClientOrderId": "no space"}, -4015, "Client order id is not valid."),
        ({"newOrderRespType": "FULL"}, -1136, "Invalid newOrderRespType."),
        ({"quantity": "0.0001"}, -1111, "Precision is over the maximum defined for this asset."),
        ({"quantity": "0.001"}, -4164, "Order's notional must be no smaller than"),
        ({"priceMatch": "OPPONENT"}, -5038, "Price match only supports order type: LIMIT"),
    ],
)
async def test_order_refused(
    ready: dict[str, Any], changes: dict[str, str], code: int, text: str
) -> None:
    async with PracticeClient(ready, "futures") as client:
        response = await client.send("POST", "/fapi/v1/order", **(ORDER | changes))
        assert response.status_code == 400
        assert response.json()["code"] == code, response.text
        assert response.json()["msg"].startswith(text)


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [
        ("marginType", {"symbol": BTC, "marginType": "CROSSED"}, -4046),
        ("marginType", {"symbol": BTC, "marginType": "HALF"}, -1130),
        ("multiAssetsMargin", {"multiAssetsMargin": "true"}, -1020),
        ("multiAssetsMargin", {"multiAssetsMargin": "false"}, -4171),
        ("positionMargin", {"symbol": BTC, "amount": "1", "type": "1"}, -4049),
        ("positionMargin", {"symbol": BTC, "amount": "-1", "type": "1"}, -4055),
        ("positionMargin", {"symbol": BTC, "amount": "1", "type": "3"}, -1130),
        ("positionSide/dual", {"dualSidePosition": "false"}, -4059),
        ("leverage", {"symbol": BTC, "leverage": "200"}, -4028),
    ],
)
async def test_setting_refused(
    ready: dict[str, Any], path: str, params: dict[str, str], code: int
) -> None:
    async with PracticeClient(ready, "futures") as client:
        response = await client.send("POST", f"/fapi/v1/{path}", **params)
        assert response.json()["code"] == code, response.text


async def test_test_order_is_checked_and_not_placed(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "futures") as client:
        tested = await client.call("POST", "/fapi/v1/order/test", **ORDER)
        assert tested["avgPrice"] == "0.00000"
        assert await client.call("GET", "/fapi/v3/positionRisk", symbol=BTC) == []


async def test_public_and_account_calls(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "futures") as client:
        info = await client.get("/fapi/v1/exchangeInfo")
        assert len(info["symbols"]) >= 8
        candles = await client.get("/fapi/v1/klines", symbol=BTC, interval="5m", limit=1500)
        assert len(candles) == 1500
        assert isinstance(await client.get("/fapi/v1/premiumIndex"), list)
        for path in ("v1/ticker/24hr", "v1/ticker/price", "v2/ticker/price", "v1/openInterest"):
            assert (await client.get(f"/fapi/{path}", symbol=BTC))["symbol"] == BTC
        for path in ("v1/trades", "v1/aggTrades"):
            assert len(await client.get(f"/fapi/{path}", symbol=BTC, limit=3)) == 3
        wrong = await client.http.get("/fapi/v1/depth", params={"symbol": BTC, "limit": 7})
        assert wrong.json() == {"code": -4021, "msg": "'7' is not valid depth limit."}
        (brackets,) = await client.call("GET", "/fapi/v1/leverageBracket", symbol=BTC)
        assert brackets["brackets"][0]["cum"] == 0
        assert await client.call("GET", "/fapi/v1/positionSide/dual") == {"dualSidePosition": False}
        account = await client.call("GET", "/fapi/v2/account")
        assert {row["symbol"] for row in account["positions"]} >= {BTC, "ETHUSDT"}
        for path in ("v1/symbolConfig", "v1/accountConfig", "v2/balance", "v3/balance"):
            assert await client.call("GET", f"/fapi/{path}")
