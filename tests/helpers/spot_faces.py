"""Trade spot through REST or the WebSocket API alike, in a market that stands still."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any, NamedTuple

from websockets.asyncio.client import ClientConnection

from tests.helpers.practice_client import LIMIT_S, PracticeClient, ask, receive

SYMBOL = "BTCUSDT"
# Each call by its method of the WebSocket API, with its verb and path of REST.
CALLS = {
    "order.place": ("POST", "/api/v3/order"),
    "order.test": ("POST", "/api/v3/order/test"),
    "order.cancel": ("DELETE", "/api/v3/order"),
    "order.status": ("GET", "/api/v3/order"),
    "order.cancelReplace": ("POST", "/api/v3/order/cancelReplace"),
    "order.amend.keepPriority": ("PUT", "/api/v3/order/amend/keepPriority"),
    "order.amendments": ("GET", "/api/v3/order/amendments"),
    "openOrders.cancelAll": ("DELETE", "/api/v3/openOrders"),
    "openOrders.status": ("GET", "/api/v3/openOrders"),
    "myFilters": ("GET", "/api/v3/myFilters"),
    "myAllocations": ("GET", "/api/v3/myAllocations"),
    "myPreventedMatches": ("GET", "/api/v3/myPreventedMatches"),
    "executionRules": ("GET", "/api/v3/executionRules"),
    "sor.order.place": ("POST", "/api/v3/sor/order"),
    "sor.order.test": ("POST", "/api/v3/sor/order/test"),
}


class At(NamedTuple):
    """A price as a share of the best bid."""

    share: str


class Refusal(NamedTuple):
    """What a call was refused with."""

    status: int
    code: int
    message: str
    data: Any


class SpotFaceClient:
    """Make calls over REST or, with a socket for them, over the WebSocket API.

    User events come over `events`, another socket of the WebSocket API that has subscribed.
    """

    def __init__(
        self,
        client: PracticeClient,
        events: ClientConnection,
        calls: ClientConnection | None,
        bid: Decimal,
    ) -> None:
        self._client = client
        self._events = events
        self._calls = calls
        self._bid = bid

    def price(self, share: str) -> str:
        """Return a share of the best bid, on a tick."""
        return format((self._bid * Decimal(share)).quantize(Decimal("0.01")), "f")

    async def call(self, method: str, **params: Any) -> Any:
        """Return the answer of a call, which must succeed."""
        answer = await self.attempt(method, **params)
        assert not isinstance(answer, Refusal), answer
        return answer

    async def attempt(self, method: str, **params: Any) -> Any:
        """Return the answer of a call or its refusal."""
        sent = {"symbol": SYMBOL, **params}
        sent = {k: self.price(v.share) if isinstance(v, At) else v for k, v in sent.items()}
        if self._calls is not None:
            reply = await ask(self._calls, method, self._client.signed(**sent))
            status: int = reply["status"]
            body: Any = reply["result" if status == 200 else "error"]
        else:
            response = await self._client.send(*CALLS[method], **sent)
            status, body = response.status_code, response.json()
        if status == 200:
            return body
        return Refusal(status, body["code"], body["msg"], body.get("data"))

    async def told(self, **wanted: Any) -> dict[str, Any]:
        """Return the next execution report that holds these values."""

        def is_wanted(message: dict[str, Any]) -> bool:
            event = message.get("event", {})
            is_report = event.get("e") == "executionReport"
            return is_report and all(event.get(key) == value for key, value in wanted.items())

        async with asyncio.timeout(LIMIT_S):
            report: dict[str, Any] = (await receive(self._events, is_wanted))["event"]
        return report
