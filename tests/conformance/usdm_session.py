"""Trade one account of the futures market over real sockets and keep every answer and event."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from websockets.asyncio.client import ClientConnection

from tests.helpers.practice_client import LIMIT_S, PracticeClient, ask, now_ms, receive
from tests.helpers.practice_control import Control

BTC, ETH, SOL = "BTCUSDT", "ETHUSDT", "SOLUSDT"
V1 = "/fapi/v1"
Event = dict[str, Any]


class Session:
    """Hold what was answered and told, by a name of its own: a call's, or an event's."""

    def __init__(self, client: PracticeClient, ready: Mapping[str, Any]) -> None:
        self.client = client
        self.ready = ready
        self.found: dict[str, Any] = {}
        self._events: asyncio.Queue[Event] = asyncio.Queue()

    async def listen(self, socket: ClientConnection) -> None:
        """Take every event in, so that none holds the socket up."""
        async for frame in socket:
            self._events.put_nowait(json.loads(frame))

    async def call(self, method: str, path: str, /, name: str = "", **params: Any) -> Any:
        """Call a signed endpoint and keep its answer."""
        answer = await self.client.call(method, f"/fapi/{path}", **params)
        self.found[name or f"{method} {path}"] = answer
        return answer

    async def refused(self, name: str, method: str, path: str, /, **params: Any) -> None:
        """Call a signed endpoint that refuses, and keep the refusal."""
        response = await self.client.send(method, f"/fapi/{path}", **params)
        assert response.status_code == 400, response.text
        self.found[name] = response.json()

    async def event(self, name: str, wanted: Callable[[Event], bool]) -> Event:
        """Wait for an event of the account and keep it."""
        async with asyncio.timeout(LIMIT_S):
            event = await self._events.get()
            while not wanted(event):
                event = await self._events.get()
        self.found[name] = event
        return event

    async def order_event(self, name: str, execution_type: str, status: str = "") -> Event:
        """Wait for an ORDER_TRADE_UPDATE of a kind."""
        return await self.event(
            name,
            lambda e: (
                e["e"] == "ORDER_TRADE_UPDATE"
                and e["o"]["x"] == execution_type
                and status in ("", e["o"]["X"])
            ),
        )

    async def algo_event(self, name: str, status: str, client_algo_id: str) -> Event:
        """Wait for an ALGO_UPDATE of a status."""
        return await self.event(
            name,
            lambda e: (
                e["e"] == "ALGO_UPDATE"
                and (e["o"]["X"], e["o"]["caid"]) == (status, client_algo_id)
            ),
        )

    async def account_event(self, name: str, reason: str) -> Event:
        """Wait for an ACCOUNT_UPDATE with a reason."""
        return await self.event(
            name, lambda e: e["e"] == "ACCOUNT_UPDATE" and e["a"]["m"] == reason
        )

    async def price(self, factor: str, symbol: str = BTC) -> str:
        """Return a legal price near the last one times a factor."""
        ticker = await self.client.get(f"{V1}/ticker/price", symbol=symbol)
        tick = Decimal("0.1") if symbol == BTC else Decimal("0.01")
        return format(Decimal(ticker["price"]) * Decimal(factor) // tick * tick, "f")


async def collect(ready: Mapping[str, Any]) -> dict[str, Any]:
    """Return every answer and event by its name."""
    async with PracticeClient(ready, "futures") as client:
        client.http.headers["X-MBX-APIKEY"] = ready["api_key"]
        key = (await client.http.post(f"{V1}/listenKey")).json()
        session = Session(client, ready)
        session.found["POST v1/listenKey"] = key
        session.found["PUT v1/listenKey"] = (await client.http.put(f"{V1}/listenKey")).json()
        async with (
            client.stream(f"/private/ws?listenKey={key['listenKey']}") as socket,
            asyncio.TaskGroup() as group,
        ):
            listening = group.create_task(session.listen(socket))
            for part in _PARTS:
                await part(session)
            listening.cancel()
    return session.found


async def _settings(session: Session) -> None:
    await session.call("POST", "v1/leverage", symbol=BTC, leverage=10)
    await session.event("leverage event", lambda e: e["e"] == "ACCOUNT_CONFIG_UPDATE")
    await session.call("POST", "v1/marginType", symbol=ETH, marginType="ISOLATED")
    await session.account_event("margin type event", "MARGIN_TYPE_CHANGE")
    await session.call("POST", "v1/feeBurn", feeBurn="true")
    await session.call("GET", "v1/feeBurn")
    await session.call("GET", "v1/multiAssetsMargin")
    await session.call("GET", "v1/symbolConfig", symbol=BTC)
    await session.call("GET", "v1/accountConfig")
    await session.call("GET", "v1/commissionRate", symbol=BTC)
    await session.call("GET", "v1/apiTradingStatus", symbol=BTC)
    await session.call("GET", "v1/rateLimit/order")
    await session.call("GET", "v1/leverageBracket", symbol=BTC)
    await session.call("POST", "v1/stock/contract")


async def _limit_orders(session: Session) -> None:
    low, lower = await session.price("0.97"), await session.price("0.96")
    order = {"symbol": BTC, "side": "BUY", "type": "LIMIT", "quantity": "0.01"}
    placed = await session.call("POST", "v1/order", timeInForce="GTC", price=low, **order)
    await session.order_event("new event", "NEW")
    one = {"symbol": BTC, "orderId": placed["orderId"]}
    for path in ("v1/order", "v1/openOrder"):
        await session.call("GET", path, **one)
    await session.call("GET", "v1/openOrders")
    await session.call("GET", "v1/allOrders", symbol=BTC)
    await session.call(
        "PUT", "v1/order", side="BUY", quantity="0.02", price=lower, modifyId=42, **one
    )
    await session.order_event("amendment event", "AMENDMENT")
    await session.call("GET", "v1/orderAmendment", **one)
    await session.call("DELETE", "v1/order", **one)
    await session.order_event("canceled event", "CANCELED")
    await session.call("POST", "v1/order/test", timeInForce="GTC", price=low, **order)
    matched = {**order, "timeInForce": "GTC", "priceMatch": "QUEUE_20"}
    await session.call("POST", "v1/order", "price match order", **matched)
    await session.order_event("price match event", "NEW")
    high = await session.price("1.03")
    await session.refused("GTX refusal", "POST", "v1/order", timeInForce="GTX", price=high, **order)
    await session.call("DELETE", "v1/allOpenOrders", symbol=BTC)
    await session.call("POST", "v1/countdownCancelAll", symbol=BTC, countdownTime=100_000)
    await session.client.call("POST", f"{V1}/countdownCancelAll", symbol=BTC, countdownTime=0)


async def _batches(session: Session) -> None:
    low, lower = await session.price("0.97"), await session.price("0.96")
    order = {"symbol": BTC, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
    rows = [{**order, "quantity": "0.01", "price": low}] * 2
    placed = await session.call("POST", "v1/batchOrders", batchOrders=json.dumps(rows))
    ids = [row["orderId"] for row in placed]
    change = {"symbol": BTC, "side": "BUY", "quantity": "0.02", "price": lower}
    changes = json.dumps([{**change, "orderId": number} for number in ids])
    await session.call("PUT", "v1/batchOrders", batchOrders=changes)
    await session.call("DELETE", "v1/batchOrders", symbol=BTC, orderIdList=json.dumps([*ids, 1]))


async def _positions(session: Session) -> None:
    order = {"type": "MARKET", "side": "BUY"}
    await session.call("POST", "v1/order", "market order", symbol=BTC, quantity="0.01", **order)
    await session.event("lite event", lambda e: e["e"] == "TRADE_LITE")
    await session.order_event("trade event", "TRADE", "FILLED")
    await session.account_event("order account event", "ORDER")
    await session.client.call("POST", f"{V1}/order", symbol=ETH, quantity="0.5", **order)
    await session.account_event("isolated account event", "ORDER")
    for path in ("v2/positionRisk", "v3/positionRisk"):
        await session.call("GET", path, symbol=BTC)
    for path in ("v2/account", "v3/account", "v2/balance", "v3/balance", "v1/income"):
        await session.call("GET", path)
    await session.call("GET", "v1/userTrades", symbol=BTC)
    await session.call("GET", "v1/adlQuantile")
    await session.call("POST", "v1/positionMargin", symbol=ETH, amount="1", type=1)
    await session.account_event("margin transfer event", "MARGIN_TRANSFER")
    await session.call("GET", "v1/positionMargin/history", symbol=ETH)
    reducing = {"symbol": BTC, "side": "SELL", "reduceOnly": "true", "quantity": "1"}
    high = await session.price("1.03")
    await session.call(
        "POST",
        "v1/order",
        "reducing order",
        type="LIMIT",
        timeInForce="GTC",
        price=high,
        **reducing,
    )
    await session.order_event("reduce-only event", "NEW")
    await session.client.call("POST", f"{V1}/order", type="MARKET", **reducing)
    await session.order_event("reduce-only trade event", "TRADE", "FILLED")
    await session.order_event("knocked out event", "EXPIRED")


async def _algo_orders(session: Session) -> None:
    low = await session.price("0.97")
    order = {"algoType": "CONDITIONAL", "symbol": BTC, "side": "SELL", "quantity": "0.01"}
    await session.call(
        "POST", "v1/algoOrder", type="STOP", triggerPrice=low, price=low, clientAlgoId="a", **order
    )
    await session.algo_event("algo new event", "NEW", "a")
    await session.call("GET", "v1/algoOrder", clientAlgoId="a")
    await session.call("GET", "v1/openAlgoOrders")
    await session.call("GET", "v1/allAlgoOrders", symbol=BTC)
    await session.call("DELETE", "v1/algoOrder", clientAlgoId="a")
    await session.algo_event("algo canceled event", "CANCELED", "a")
    trail = {**order, "type": "TRAILING_STOP_MARKET", "callbackRate": "5", "clientAlgoId": "t"}
    far = await session.price("1.03")
    await session.call("POST", "v1/algoOrder", "trailing order", activatePrice=far, **trail)
    await session.algo_event("trailing event", "NEW", "t")
    await session.client.call("POST", f"{V1}/algoOrder", **{**trail, "clientAlgoId": "now"})
    await session.algo_event("activated event", "NEW", "now")
    await session.call("DELETE", "v1/algoOpenOrders", symbol=BTC)


async def _triggered_orders(session: Session) -> None:
    """Let a stop trigger, and one that has no position to reduce: prices move by themselves."""
    await _place_near_stop(session, "go")
    await session.algo_event("triggering event", "TRIGGERING", "go")
    await session.order_event("child new event", "NEW")
    await session.order_event("child trade event", "TRADE", "FILLED")
    await session.algo_event("triggered event", "TRIGGERED", "go")
    await session.algo_event("finished event", "FINISHED", "go")
    await session.call("GET", "v1/algoOrder", "triggered order", clientAlgoId="go")
    await _place_near_stop(session, "no", reduceOnly="true")
    await session.algo_event("rejected event", "REJECTED", "no")


async def _place_near_stop(session: Session, client_algo_id: str, **more: str) -> None:
    order = {"algoType": "CONDITIONAL", "symbol": BTC, "side": "BUY", "type": "STOP_MARKET"}
    order |= {"quantity": "0.01", "clientAlgoId": client_algo_id, **more}
    while True:
        trigger = await session.price("1.000002")
        response = await session.client.send(
            "POST", f"{V1}/algoOrder", triggerPrice=trigger, **order
        )
        if response.status_code == 200:
            return
        # The price may move on between the two requests.
        assert response.json()["code"] == -2021, response.text


async def _forced_orders(session: Session) -> None:
    """Let funding come, and the exchange close both positions."""
    control = Control(session.ready)
    control.call("POST", "actor/funding", symbol=BTC)
    await session.account_event("cross funding event", "FUNDING_FEE")
    control.call("POST", "actor/funding", symbol=ETH)
    await session.account_event("isolated funding event", "FUNDING_FEE")
    control.call("POST", "actor/deleverage", symbol=BTC)
    await session.order_event("deleveraging event", "CALCULATED", "FILLED")
    control.call("POST", "actor/liquidate", symbol=ETH)
    await session.order_event("liquidation event", "CALCULATED", "FILLED")
    order = {"symbol": SOL, "side": "BUY", "type": "MARKET", "quantity": "1"}
    await session.client.call("POST", f"{V1}/order", **order)
    control.call("POST", "symbol", market="futures", symbol=SOL, status="SETTLING")
    await session.event(
        "settlement event",
        lambda e: (
            e["e"] == "ORDER_TRADE_UPDATE"
            and e["o"]["c"].startswith("settlement_")
            and e["o"]["X"] == "FILLED"
        ),
    )
    control.call("POST", "symbol", market="futures", symbol=SOL, status="TRADING")
    control.close()
    await session.call("GET", "v1/forceOrders")


async def _listen_key_expiry(session: Session) -> None:
    control = Control(session.ready)
    control.call("POST", "actor/expire-listen-key")
    await session.event("expiry event", lambda e: e["e"] == "listenKeyExpired")
    control.close()


async def _hedge_mode(session: Session) -> None:
    await session.call("POST", "v1/positionSide/dual", dualSidePosition="true")
    await session.call("GET", "v1/positionSide/dual")
    for side, position_side in (("BUY", "LONG"), ("SELL", "SHORT")):
        sides = {"side": side, "positionSide": position_side}
        await session.client.call(
            "POST", f"{V1}/order", symbol=BTC, type="MARKET", quantity="0.01", **sides
        )
        await session.account_event("hedge account event", "ORDER")
    await session.call("GET", "v2/positionRisk", "hedge positions v2", symbol=BTC)
    await session.call("GET", "v3/positionRisk", "hedge positions v3", symbol=BTC)
    await session.call("GET", "v1/adlQuantile", "hedge quantiles")


async def _web_socket_api(session: Session) -> None:
    client = session.client
    async with client.ws_api() as socket:

        async def ask_signed(method: str, name: str = "", **params: Any) -> Any:
            reply = await ask(socket, method, client.signed(**params))
            session.found[name or f"ws {method}"] = reply
            return reply.get("result")

        low, lower = await session.price("0.97"), await session.price("0.96")
        long = {"symbol": BTC, "side": "BUY", "positionSide": "LONG"}
        order = {**long, "type": "LIMIT", "timeInForce": "GTC"}
        placed = await ask_signed("order.place", quantity="0.01", price=low, **order)
        one = {"symbol": BTC, "orderId": placed["orderId"]}
        await ask_signed("order.modify", side="BUY", quantity="0.02", price=lower, **one)
        await ask_signed("order.status", **one)
        await ask_signed("order.cancel", **one)
        await ask_signed("order.place", "ws refusal", price=low, **order)
        market = await ask_signed(
            "order.place", "ws market order", type="MARKET", quantity="0.01", **long
        )
        session.found["ws market result"] = market
        stop = {"algoType": "CONDITIONAL", "symbol": BTC, "side": "SELL", "positionSide": "LONG"}
        algo = await ask_signed(
            "algoOrder.place",
            type="STOP",
            triggerPrice=lower,
            price=lower,
            quantity="0.01",
            **stop,
        )
        await ask_signed("algoOrder.cancel", algoId=algo["algoId"])
        for method in ("account.status", "account.balance", "account.position"):
            await ask_signed(method)
            await ask_signed(f"v2/{method}")
        for verb in ("start", "ping", "stop"):
            reply = await ask(
                socket, f"userDataStream.{verb}", {"apiKey": client.signed()["apiKey"]}
            )
            session.found[f"ws userDataStream.{verb}"] = reply


async def _log_on(session: Session) -> None:
    private_key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = private_key.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    control = Control(session.ready)
    control.call("POST", "keys", apiKey="ed25519", type="ED25519", publicKey=pem)
    timestamp = now_ms()
    payload = f"apiKey=ed25519&timestamp={timestamp}"
    signature = base64.b64encode(private_key.sign(payload.encode())).decode()
    logon = {"apiKey": "ed25519", "timestamp": timestamp, "signature": signature}
    async with session.client.ws_api() as socket:
        for method, params in (("logon", logon), ("status", None), ("logout", None)):
            reply = await ask(socket, f"session.{method}", params)
            session.found[f"ws session.{method}"] = reply
        await ask(socket, "session.logon", logon)
        control.call("DELETE", "keys/ed25519")
        session.found["ws key removed"] = await receive(socket, lambda reply: "error" in reply)
    control.close()


_PARTS = (
    _settings,
    _limit_orders,
    _batches,
    _positions,
    _algo_orders,
    _triggered_orders,
    _forced_orders,
    _hedge_mode,
    _listen_key_expiry,
    _web_socket_api,
    _log_on,
)
