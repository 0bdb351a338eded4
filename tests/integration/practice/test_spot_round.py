"""A trading round on spot, over REST, the WebSocket API and its user events."""

from __future__ import annotations

import asyncio
import itertools
from decimal import Decimal
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from tests.helpers.practice_client import PracticeClient, ask, now_ms, receive, sign, subscribe

BTC = "BTCUSDT"


async def far_below(client: PracticeClient) -> str:
    book = await client.get("/api/v3/ticker/bookTicker", symbol=BTC)
    return f"{Decimal(book['bidPrice']) * Decimal('0.9'):.2f}"


async def user_event(socket: ClientConnection, kind: str, **values: Any) -> dict[str, Any]:
    def is_wanted(message: dict[str, Any]) -> bool:
        event = message.get("event", {})
        return event.get("e") == kind and all(event.get(k) == v for k, v in values.items())

    event: dict[str, Any] = (await receive(socket, is_wanted))["event"]
    return event


def balance(account: dict[str, Any], asset: str) -> tuple[Decimal, Decimal]:
    row = next(row for row in account["balances"] if row["asset"] == asset)
    return Decimal(row["free"]), Decimal(row["locked"])


async def test_bought_at_market_it_shows_in_reply_events_trades_and_balances(
    ready: dict[str, Any],
) -> None:
    async with PracticeClient(ready, "spot") as client, client.ws_api() as socket:
        before = await client.call("GET", "/api/v3/account")
        await subscribe(socket, client)
        response = await client.send(
            "POST", "/api/v3/order", symbol=BTC, side="BUY", type="MARKET", quantity="0.002"
        )
        order = response.json()
        assert order["status"] == "FILLED"
        # Counted as placed, and given back by the fill: only unfilled orders count.
        assert response.headers["X-MBX-ORDER-COUNT-10S"] == "0"
        assert sum(Decimal(fill["qty"]) for fill in order["fills"]) == Decimal("0.002")

        new = await user_event(socket, "executionReport", x="NEW", i=order["orderId"])
        filled = await user_event(socket, "executionReport", X="FILLED", i=order["orderId"])
        assert (new["X"], new["w"], filled["m"]) == ("NEW", True, False)
        assert filled["I"] > new["I"]
        assert filled["Z"] == order["cummulativeQuoteQty"]
        position = await user_event(socket, "outboundAccountPosition")
        assert {row["a"] for row in position["B"]} >= {"BTC", "USDT"}

        trades = await client.call("GET", "/api/v3/myTrades", symbol=BTC, orderId=order["orderId"])
        assert [row["id"] for row in trades] == [fill["tradeId"] for fill in order["fills"]]
        after = await client.call("GET", "/api/v3/account")
        fee = sum(Decimal(row["commission"]) for row in trades)
        gained = balance(after, "BTC")[0] - balance(before, "BTC")[0]
        assert gained == Decimal("0.002") - fee
        paid = balance(before, "USDT")[0] - balance(after, "USDT")[0]
        assert paid == Decimal(order["cummulativeQuoteQty"])


async def test_resting_order_locks_funds_and_frees_them_when_cancelled(
    ready: dict[str, Any],
) -> None:
    async with PracticeClient(ready, "spot") as client, client.ws_api() as socket:
        await subscribe(socket, client)
        price = await far_below(client)
        placed = await client.call(
            "POST",
            "/api/v3/order",
            symbol=BTC,
            side="BUY",
            type="LIMIT",
            timeInForce="GTC",
            quantity="0.001",
            price=price,
            newClientOrderId="resting-1",
        )
        assert (placed["status"], placed["fills"]) == ("NEW", [])
        account = await client.call("GET", "/api/v3/account", omitZeroBalances="true")
        assert balance(account, "USDT")[1] == Decimal(price) * Decimal("0.001")
        (resting,) = await client.call("GET", "/api/v3/openOrders", symbol=BTC)
        assert (resting["clientOrderId"], resting["isWorking"]) == ("resting-1", True)
        book = await client.get("/api/v3/depth", symbol=BTC, limit=5000)
        sizes = {Decimal(level[0]): Decimal(level[1]) for level in book["bids"]}
        assert sizes[Decimal(price)] >= Decimal("0.001")

        cancelled = await client.call(
            "DELETE", "/api/v3/order", symbol=BTC, origClientOrderId="resting-1"
        )
        assert (cancelled["origClientOrderId"], cancelled["status"]) == ("resting-1", "CANCELED")
        event = await user_event(socket, "executionReport", x="CANCELED", C="resting-1")
        assert event["c"] == cancelled["clientOrderId"]
        account = await client.call("GET", "/api/v3/account")
        assert balance(account, "USDT")[1] == 0
        unknown = await client.send(
            "DELETE", "/api/v3/order", symbol=BTC, orderId=placed["orderId"]
        )
        assert unknown.json() == {"code": -2011, "msg": "Unknown order sent."}


async def test_client_id_of_an_open_order_is_refused(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "spot") as client:
        order = {
            "symbol": BTC,
            "side": "BUY",
            "type": "LIMIT",
            "timeInForce": "GTC",
            "quantity": "0.001",
            "price": await far_below(client),
            "newClientOrderId": "twice",
        }
        await client.call("POST", "/api/v3/order", **order)
        again = await client.send("POST", "/api/v3/order", **order)
        assert again.json() == {"code": -2010, "msg": "Duplicate order sent."}
        (cancelled,) = await client.call("DELETE", "/api/v3/openOrders", symbol=BTC)
        assert cancelled["origClientOrderId"] == "twice"


async def test_websocket_api_trades_and_counts(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "spot") as client, client.ws_api() as socket:
        price = await far_below(client)
        order = {"symbol": BTC, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
        placed = await ask(
            socket, "order.place", client.signed(**order, quantity="0.001", price=price)
        )
        assert placed["status"] == 200, placed
        kinds = [limit["rateLimitType"] for limit in placed["rateLimits"]]
        assert kinds == ["REQUEST_WEIGHT", "ORDERS", "ORDERS"]
        ids = {"symbol": BTC, "orderId": placed["result"]["orderId"]}
        status = await ask(socket, "order.status", client.signed(**ids, returnRateLimits="false"))
        assert status["result"]["status"] == "NEW"
        assert "rateLimits" not in status
        cancelled = await ask(socket, "order.cancel", client.signed(**ids))
        assert cancelled["result"]["status"] == "CANCELED"


async def test_websocket_api_session_and_subscription(ready: dict[str, Any]) -> None:
    hidden = "?returnRateLimits=false"
    async with PracticeClient(ready, "spot") as client, client.ws_api(hidden) as socket:
        nothing = await ask(socket, "session.subscriptions")
        assert (nothing["status"], nothing["result"]) == (200, [])
        assert "rateLimits" not in nothing
        await subscribe(socket, client)
        twice = await ask(socket, "userDataStream.subscribe.signature", client.signed())
        assert twice["error"]["code"] == -2035
        status = (await ask(socket, "session.status"))["result"]
        assert (status["apiKey"], status["userDataStream"]) == (None, True)
        logon = await ask(socket, "session.logon", client.signed())
        assert logon["error"]["code"] == -4056
        assert (await ask(socket, "userDataStream.unsubscribe"))["result"] == {}
        gone = await ask(socket, "userDataStream.unsubscribe")
        assert gone["error"]["code"] == -2036


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("{", 400, -1135),
        ('{"id": "a b", "method": "ping"}', 400, -1135),
        ('{"id": 1, "method": "fly"}', 404, -1020),
        ('{"id": 1, "method": "depth", "params": {"symbol": "NOSUCH"}}', 400, -1121),
        ('{"id": 1, "method": "account.status", "params": {}}', 400, -1102),
    ],
)
async def test_websocket_api_refusals(
    ready: dict[str, Any], text: str, status: int, code: int
) -> None:
    async with PracticeClient(ready, "spot") as client, client.ws_api() as socket:
        await socket.send(text)
        reply = await receive(socket, lambda _: True)
        assert (reply["status"], reply["error"]["code"]) == (status, code)


ORDER = {"symbol": BTC, "side": "BUY", "type": "MARKET", "quantity": "0.001"}


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        ({"symbol": "NOSUCH"}, -1121, "Invalid symbol."),
        ({"side": "UP"}, -1117, "Invalid side."),
        ({"type": "WISH"}, -1116, "Invalid orderType."),
        ({"type": "STOP_LOSS"}, -1102, "Param 'stopPrice' or 'trailingDelta' must be sent"),
        ({"type": "LIMIT"}, -1102, "Mandatory parameter 'timeInForce' was not sent"),
        ({"type": "LIMIT", "timeInForce": "GTX"}, -1115, "Invalid timeInForce."),
        ({"timeInForce": "GTC"}, -1106, "Parameter 'timeInForce' sent when not required."),
        ({"quantity": "1e-3"}, -1100, "Illegal characters found in parameter 'quantity'"),
        ({"newClientOrderId": "no space"}, -1100, "Illegal characters found in parameter"),
        ({"quantity": ""}, -1105, "Parameter 'quantity' was empty."),
        ({"recvWindow": "60001"}, -1131, "recvWindow must be less than 60000."),
        ({"timestamp": "1500000000000"}, -1021, "Timestamp for this request is outside"),
        ({"timestamp": "9500000000000"}, -1021, "Timestamp for this request was 1000ms ahead"),
        ({"quantity": "0.0000001"}, -1013, "Filter failure: LOT_SIZE"),
        ({"quantity": "100"}, -2010, "Account has insufficient balance for requested action."),
    ],
)
async def test_order_refused(
    ready: dict[str, Any], changes: dict[str, str], code: int, text: str
) -> None:
    async with PracticeClient(ready, "spot") as client:
        for path in ("/api/v3/order", "/api/v3/order/test"):
            response = await client.send("POST", path, **(ORDER | changes))
            assert response.status_code == 400
            assert response.json()["code"] == code
            assert response.json()["msg"].startswith(text)


async def test_forms_and_split_parameters_are_signed_as_sent(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "spot") as client:
        query = "symbol=BTCUSDT&side=BUY&note=a%20b"
        body = f"type=MARKET&quantity=0.001&timestamp={now_ms()}"
        signature = sign(ready["api_secret"], query + body)
        response = await client.http.post(
            f"/api/v3/order/test?{query}",
            content=f"{body}&signature={signature}",
            headers={
                "X-MBX-APIKEY": ready["api_key"],
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        assert (response.status_code, response.json()) == (200, {})


@pytest.mark.parametrize(
    ("headers", "code"),
    [({}, -2014), ({"X-MBX-APIKEY": "x" * 64}, -2015)],
)
async def test_wrong_key(ready: dict[str, Any], headers: dict[str, str], code: int) -> None:
    async with PracticeClient(ready, "spot") as client:
        response = await client.http.get("/api/v3/account?timestamp=1&signature=0", headers=headers)
        assert (response.status_code, response.json()["code"]) == (401, code)


async def test_wrong_signature(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready | {"api_secret": "wrong"}, "spot") as client:
        response = await client.send("GET", "/api/v3/account")
        assert response.status_code == 400
        assert response.json() == {
            "code": -1022,
            "msg": "Signature for this request is not valid.",
        }


async def test_public_calls(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "spot") as client:
        assert await client.get("/api/v3/ping") == {}
        info = await client.get("/api/v3/exchangeInfo", symbols='["BTCUSDT","ETHUSDT"]')
        assert [row["symbol"] for row in info["symbols"]] == ["BTCUSDT", "ETHUSDT"]
        candles = await client.get("/api/v3/klines", symbol=BTC, interval="1h", limit=1000)
        assert len(candles) == 1000
        assert all(b[0] - a[0] == 3_600_000 for a, b in itertools.pairwise(candles))
        price = await client.get("/api/v3/ticker/price", symbol=BTC)
        assert Decimal(price["price"]) > 0
        everything = await client.get("/api/v3/ticker/24hr")
        assert len(everything) >= 8
        mini = await client.get("/api/v3/ticker/24hr", symbol=BTC, type="MINI")
        assert "bidPrice" not in mini
        for path in ("trades", "historicalTrades", "aggTrades"):
            assert await client.get(f"/api/v3/{path}", symbol=BTC, limit=3)
        assert (await client.get("/api/v3/avgPrice", symbol=BTC))["mins"] == 5


async def test_weights_are_counted(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "spot") as client:
        first = await client.http.get("/api/v3/exchangeInfo")
        second = await client.http.get("/api/v3/exchangeInfo")
        used = [int(r.headers["X-MBX-USED-WEIGHT-1M"]) for r in (first, second)]
        assert used[1] == used[0] + 20 or used[1] == 20  # a minute may have begun between


async def test_many_sockets_and_requests_at_once(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "spot") as client:
        answers = await asyncio.gather(
            *(client.get("/api/v3/depth", symbol=BTC, limit=5) for _ in range(20))
        )
        assert all(answer["bids"] and answer["asks"] for answer in answers)
