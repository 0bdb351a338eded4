"""Trade one account of the spot market over both faces and keep every answer and event."""

from __future__ import annotations

import asyncio
import base64
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from websockets.asyncio.client import ClientConnection

from tests.helpers.eventually import eventually
from tests.helpers.practice_client import LIMIT_S, PracticeClient, ask, now_ms, receive
from tests.helpers.practice_control import Control

BTC = "BTCUSDT"
LIMIT = {"symbol": BTC, "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.00100"}
# The methods of the WebSocket API and their twins on REST.
TWINS: dict[str, tuple[str, str]] = {
    "order.place": ("POST", "order"),
    "order.test": ("POST", "order/test"),
    "order.cancel": ("DELETE", "order"),
    "order.cancelReplace": ("POST", "order/cancelReplace"),
    "order.amend.keepPriority": ("PUT", "order/amend/keepPriority"),
    "order.amendments": ("GET", "order/amendments"),
    "order.status": ("GET", "order"),
    "openOrders.status": ("GET", "openOrders"),
    "openOrders.cancelAll": ("DELETE", "openOrders"),
    "allOrders": ("GET", "allOrders"),
    "orderList.place": ("POST", "order/oco"),
    "orderList.place.oco": ("POST", "orderList/oco"),
    "orderList.place.oto": ("POST", "orderList/oto"),
    "orderList.place.otoco": ("POST", "orderList/otoco"),
    "orderList.place.opo": ("POST", "orderList/opo"),
    "orderList.place.opoco": ("POST", "orderList/opoco"),
    "orderList.cancel": ("DELETE", "orderList"),
    "orderList.status": ("GET", "orderList"),
    "openOrderLists.status": ("GET", "openOrderList"),
    "allOrderLists": ("GET", "allOrderList"),
    "myTrades": ("GET", "myTrades"),
    "myPreventedMatches": ("GET", "myPreventedMatches"),
    "myFilters": ("GET", "myFilters"),
    "myAllocations": ("GET", "myAllocations"),
    "account.status": ("GET", "account"),
    "account.commission": ("GET", "account/commission"),
    "account.rateLimits.orders": ("GET", "rateLimit/order"),
}


class Face(ABC):
    """Ask one face and keep what it answers, refusals too, by method and label."""

    name: str

    def __init__(self, client: PracticeClient, found: dict[str, Any]) -> None:
        self.client = client
        self._found = found

    async def ask(self, method: str, label: str = "", /, **params: Any) -> Any:
        """Return the result, or the error of a refusal."""
        whole, part = await self._ask(method, params)
        self._found[f"{self.name} {method} {label}".strip()] = whole
        return part

    @abstractmethod
    async def _ask(self, method: str, params: dict[str, Any]) -> tuple[Any, Any]: ...

    async def price(self, factor: str) -> str:
        """Return a legal price near the last one times a factor."""
        ticker = await self.client.get("/api/v3/ticker/price", symbol=BTC)
        return f"{Decimal(ticker['price']) * Decimal(factor):.2f}"


class RestFace(Face):
    """Ask by REST."""

    name = "rest"

    async def _ask(self, method: str, params: dict[str, Any]) -> tuple[Any, Any]:
        verb, path = TWINS[method]
        answer = (await self.client.send(verb, f"/api/v3/{path}", **params)).json()
        return answer, answer


class WebSocketFace(Face):
    """Ask by the WebSocket API, where a reply has more than its result."""

    name = "wsapi"

    def __init__(
        self, client: PracticeClient, found: dict[str, Any], socket: ClientConnection
    ) -> None:
        super().__init__(client, found)
        self._socket = socket

    async def _ask(self, method: str, params: dict[str, Any]) -> tuple[Any, Any]:
        reply = await ask(self._socket, method, self.client.signed(**params))
        return reply, reply.get("result", reply.get("error"))


async def collect(ready: Mapping[str, Any]) -> dict[str, Any]:
    """Return every answer and event by its name."""
    found: dict[str, Any] = {}
    control = Control(ready)
    async with PracticeClient(ready, "spot") as client, client.ws_api() as socket:
        events: list[dict[str, Any]] = []
        async with client.ws_api() as user, asyncio.TaskGroup() as group:
            found["exchangeInfo"] = await client.get("/api/v3/exchangeInfo")
            signed = client.signed()
            found["subscribe by signature"] = await ask(
                user, "userDataStream.subscribe.signature", signed
            )
            listening = group.create_task(_listen(user, events))
            for face in (RestFace(client, found), WebSocketFace(client, found, socket)):
                control.call("POST", "reset-account")
                control.call("POST", "pause")
                control.call("POST", "deposit", market="spot", asset="USDT", amount="3000000")
                for part in _PARTS:
                    await part(face)
                # What a whole level costs, however large it is.
                control.call("POST", "deposit", market="spot", asset="USDT", amount="90000000")
                await _self_trade(face)
            control.call("POST", "resume")
            control.call("POST", "deposit", market="spot", asset="BTC", amount="1")
            await eventually(lambda: _first(events, "balanceUpdate"), LIMIT_S)
            listening.cancel()
        _sort_events(events, found)
        await _sessions(client, control, found)
    control.close()
    return found


async def _listen(socket: ClientConnection, events: list[dict[str, Any]]) -> None:
    async for frame in socket:
        events.append(json.loads(frame))


def _first(events: list[dict[str, Any]], kind: str, **values: str) -> dict[str, Any] | None:
    wanted = {"e": kind, **values}
    return next((one for one in events if wanted.items() <= one["event"].items()), None)


def _sort_events(events: list[dict[str, Any]], found: dict[str, Any]) -> None:
    for kind in ("outboundAccountPosition", "balanceUpdate", "listStatus"):
        found[kind] = _first(events, kind)
    for execution_type in ("NEW", "TRADE"):
        report = _first(events, "executionReport", x=execution_type)
        found[f"executionReport {execution_type}"] = report


async def _account(face: Face) -> None:
    for method in ("account.status", "account.rateLimits.orders"):
        await face.ask(method)
    for method in ("account.commission", "myFilters", "myAllocations"):
        await face.ask(method, symbol=BTC)


async def _orders(face: Face) -> None:
    low = await face.price("0.97")
    buy = {**LIMIT, "side": "BUY", "price": low}
    placed = await face.ask("order.place", "ack", newOrderRespType="ACK", **buy)
    await face.ask("order.place", "result", newOrderRespType="RESULT", **buy)
    market = {"symbol": BTC, "side": "SELL", "type": "MARKET", "quantity": "0.00100"}
    await face.ask("order.place", "full", newOrderRespType="FULL", **market)
    await face.ask("order.place", "poor", **{**buy, "quantity": "50"})
    await face.ask("order.test", **buy)
    await face.ask("order.test", "rates", computeCommissionRates="true", **buy)
    one = {"symbol": BTC, "orderId": placed["orderId"]}
    await face.ask("order.status", **one)
    for method in ("openOrders.status", "allOrders", "myTrades"):
        await face.ask(method, symbol=BTC)
    await face.ask("order.amend.keepPriority", newQty="0.00090", **one)
    await face.ask("order.amendments", **one)
    await face.ask("order.cancel", "odd restriction", cancelRestrictions="ODD", **one)
    await face.ask("order.cancel", "restricted", cancelRestrictions="ONLY_PARTIALLY_FILLED", **one)
    await face.ask("order.cancel", **one)


async def _replaced_orders(face: Face) -> None:
    low = await face.price("0.97")
    buy = {**LIMIT, "side": "BUY", "price": low}
    poor = {**buy, "quantity": "50"}
    stop, go = ({"cancelReplaceMode": m} for m in ("STOP_ON_FAILURE", "ALLOW_FAILURE"))

    async def place() -> dict[str, int]:
        placed = await face.ask("order.place", "to replace", **buy)
        return {"cancelOrderId": placed["orderId"]}

    unknown = {"cancelOrderId": 1}
    replace = "order.cancelReplace"
    await face.ask(replace, "success", **stop, **await place(), **buy)
    await face.ask(replace, "not attempted", **stop, **unknown, **buy)
    await face.ask(replace, "new failed", **go, **await place(), **poor)
    await face.ask(replace, "cancel failed", **go, **unknown, **buy)
    await face.ask(replace, "both failed", **go, **unknown, **poor)


async def _order_lists(face: Face) -> None:
    low, high, higher = [await face.price(factor) for factor in ("0.98", "1.01", "1.02")]
    above = {"aboveType": "LIMIT_MAKER", "abovePrice": high}
    below = {"belowType": "STOP_LOSS_LIMIT", "belowStopPrice": low, "belowPrice": low}
    below |= {"belowTimeInForce": "GTC"}
    result = {"symbol": BTC, "newOrderRespType": "RESULT"}
    oco = {**result, "side": "SELL", "quantity": "0.00100"}
    placed = await face.ask("orderList.place.oco", **oco, **above, **below)
    await face.ask("orderList.status", orderListId=placed["orderListId"])
    await face.ask("openOrderLists.status")
    member = placed["orders"][0]["orderId"]
    await face.ask("order.cancel", "of a list", symbol=BTC, orderId=member)
    old = {"price": high, "stopPrice": low, "stopLimitPrice": low, "stopLimitTimeInForce": "GTC"}
    placed = await face.ask("orderList.place", **oco, **old)
    await face.ask("orderList.cancel", symbol=BTC, orderListId=placed["orderListId"])
    working = {"workingType": "LIMIT", "workingSide": "BUY", "workingPrice": low}
    working |= {"workingQuantity": "0.00100", "workingTimeInForce": "GTC"}
    pending = {"pendingType": "MARKET", "pendingSide": "SELL"}
    amount = {"pendingQuantity": "0.00100"}
    oto = await face.ask("orderList.place.oto", **result, **working, **pending, **amount)
    pair = {f"pending{key[0].upper()}{key[1:]}": value for key, value in (above | below).items()}
    sides = {"pendingSide": "SELL"}
    await face.ask("orderList.place.otoco", **result, **working, **sides, **amount, **pair)
    await face.ask("orderList.place.opo", **result, **working, **pending)
    await face.ask("orderList.place.opoco", **result, **working, **sides, **pair)
    first = oto["orders"][0]["orderId"]
    await face.ask(
        "order.amend.keepPriority", "in a list", symbol=BTC, orderId=first, newQty="0.00090"
    )
    await face.ask("allOrderLists")
    await face.ask("order.place", "beside lists", **{**LIMIT, "side": "SELL", "price": higher})
    await face.ask("openOrders.cancelAll", symbol=BTC)


SWEEPS = 20


async def _self_trade(face: Face) -> None:
    """Take the best level of a market that stands still, so that an own order is alone there."""
    best = await face.client.get("/api/v3/ticker/bookTicker", symbol=BTC)
    order = {**LIMIT, "price": best["askPrice"]}
    # More than is shown: icebergs come again, until nobody is left there.
    sweep = {**order, "quantity": "20", "timeInForce": "IOC"}
    for _ in range(SWEEPS):
        swept = await face.ask("order.place", "sweep", side="BUY", **sweep)
        if Decimal(swept["executedQty"]) < Decimal(sweep["quantity"]):
            break
    order["selfTradePreventionMode"] = "EXPIRE_MAKER"
    maker = await face.ask("order.place", "maker", side="SELL", **order)
    await face.ask("order.place", "taker", side="BUY", **order)
    ids = {"symbol": BTC, "orderId": maker["orderId"]}
    await face.ask("order.status", "prevented", **ids)
    await face.ask("myPreventedMatches", **ids)


_PARTS = (_account, _orders, _replaced_orders, _order_lists)


async def _sessions(client: PracticeClient, control: Control, found: dict[str, Any]) -> None:
    private_key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = private_key.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    control.call("POST", "keys", apiKey="ed25519", type="ED25519", publicKey=pem)
    timestamp = now_ms()
    payload = f"apiKey=ed25519&timestamp={timestamp}"
    signature = base64.b64encode(private_key.sign(payload.encode())).decode()
    logon = {"apiKey": "ed25519", "timestamp": timestamp, "signature": signature}
    async with client.ws_api() as socket:
        found["session.logon"] = await ask(socket, "session.logon", logon)
        for method in (
            "session.status",
            "userDataStream.subscribe",
            "session.subscriptions",
            "userDataStream.unsubscribe",
        ):
            found[method] = await ask(socket, method)
        await ask(socket, "userDataStream.subscribe")
        await socket.send(json.dumps({"id": "bye", "method": "session.logout"}))
        replies = [json.loads(await socket.recv()) for _ in ("event", "reply")]
        found["terminated event"] = next(one for one in replies if "event" in one)
        found["session.logout"] = next(one for one in replies if "id" in one)
        await ask(socket, "session.logon", logon)
        control.call("DELETE", "keys/ed25519")
        found["key removed"] = await receive(socket, lambda reply: "error" in reply)
