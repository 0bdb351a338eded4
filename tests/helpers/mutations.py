"""Make requests and frames that are nearly right: seeded, so that a failure can be met again."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

_VALUES = {
    "symbol": ("BTCUSDT", "ETHUSDT"),
    "pair": ("BTCUSDT",),
    "contractType": ("PERPETUAL",),
    "period": ("5m", "1d"),
    "side": ("BUY", "SELL"),
    "type": ("LIMIT", "MARKET", "LIMIT_MAKER", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "STOP", "1"),
    "algoType": ("CONDITIONAL",),
    "positionSide": ("BOTH", "LONG", "SHORT"),
    "timeInForce": ("GTC", "IOC", "FOK", "GTX", "GTD"),
    "quantity": ("0.001", "0.01", "1"),
    "quoteOrderQty": ("50",),
    "price": ("50000", "60000.1"),
    "stopPrice": ("70000",),
    "triggerPrice": ("70000",),
    "trailingDelta": ("100",),
    "icebergQty": ("0.0005",),
    "newClientOrderId": ("fuzz-1", "fuzz-2"),
    "origClientOrderId": ("fuzz-1",),
    "orderId": ("1", "2", "9"),
    "orderListId": ("1",),
    "algoId": ("1",),
    "clientAlgoId": ("fuzz-3",),
    "newOrderRespType": ("ACK", "RESULT", "FULL"),
    "selfTradePreventionMode": ("EXPIRE_MAKER", "DECREMENT"),
    "cancelReplaceMode": ("STOP_ON_FAILURE", "ALLOW_FAILURE"),
    "newQty": ("0.0005",),
    "leverage": ("5", "20"),
    "marginType": ("ISOLATED", "CROSSED"),
    "dualSidePosition": ("true", "false"),
    "amount": ("10",),
    "countdownTime": ("100000", "0"),
    "batchOrders": ('[{"symbol":"BTCUSDT","side":"BUY","type":"LIMIT"}]', "[]", "[1]", "{}"),
    "orderIdList": ("[1,2]", "[]"),
    "symbols": ('["BTCUSDT"]', "[]", '["X"]'),
    "interval": ("1m", "1M", "1s"),
    "limit": ("5", "1000"),
    "startTime": ("1700000000000",),
    "endTime": ("1800000000000",),
    "fromId": ("1",),
    "windowSize": ("1d", "5m"),
    "timeZone": ("0", "8", "05:45"),
    "listenKey": ("a" * 64,),
    "reduceOnly": ("true",),
    "closePosition": ("true",),
    "priceMatch": ("QUEUE", "OPPONENT_5"),
    "workingType": ("MARK_PRICE",),
    "callbackRate": ("1",),
    "returnRateLimits": ("true",),
}
_STRANGE = (
    *("", "0", "-1", "1e5", "NaN", "Infinity", "0x10", "1" * 40, "0." + "0" * 30 + "1", " "),
    *("null", "true", "[]", "{}", "[[[[", '"', "%", "%00", "\u0000", "\uff11\uff12", "💥"),
    *("A" * 5_000, "../..", "a=b&c", "9" * 20, "-" + "9" * 20, "1.5", "2147483648", "9" * 19),
)


@dataclass(frozen=True, slots=True)
class RestRequest:
    """Hold one request; `target` is the raw path with its query."""

    method: str
    target: str
    body: bytes
    headers: dict[str, str]


class Mutator:
    """Draw requests and frames for the calls of one market."""

    def __init__(self, seed: int, api_key: str, api_secret: str) -> None:
        self._random = random.Random(seed)
        self._api_key = api_key
        self._api_secret = api_secret.encode()

    def rest_request(self, calls: list[tuple[str, str]]) -> RestRequest:
        """Draw a request for one of the calls (method, path); half of them signed rightly."""
        pick = self._random
        method, path = pick.choice(calls)
        if pick.random() < 0.05:
            method = pick.choice(("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"))
        pairs = "&".join(
            f"{name}={quote(value, safe='') if pick.random() < 0.95 else value}"
            for name, value in self._parameters().items()
        )
        if pick.random() < 0.7:
            pairs += f"&signature={self._sign(pairs)}"
        raw = self._damaged(pairs.encode("utf-8", "surrogatepass"))
        headers = {"X-MBX-APIKEY": self._api_key} if pick.random() < 0.9 else {}
        if pick.random() < 0.05:
            headers["X-MBX-APIKEY"] = pick.choice(("", "x", "ü" * 3, "a" * 64))
        if method != "GET" and pick.random() < 0.5:
            return RestRequest(method, path, raw, headers)
        query = quote(raw.decode("latin-1"), safe="=&%+-._~,:[]{}\"'", encoding="latin-1")
        return RestRequest(method, f"{path}?{query}", b"", headers)

    def frame(self, methods: list[str]) -> str | bytes:
        """Draw a frame of the WebSocket API for one of the methods."""
        pick = self._random
        parameters: dict[str, Any] = dict(self._parameters())
        parameters["apiKey"] = self._api_key
        if pick.random() < 0.7:
            pairs = "&".join(f"{name}={parameters[name]}" for name in sorted(parameters))
            parameters["signature"] = self._sign(pairs)
        for name in list(parameters):
            if pick.random() < 0.05:
                parameters[name] = pick.choice((None, 1, 1.5, True, [], {}, [[1]], {"a": {}}))
        request: dict[str, Any] = {
            "id": pick.choice((1, "a", None, 1.5, [], {}, "x" * 100, -1)),
            "method": pick.choice(methods),
            "params": parameters,
        }
        for name in list(request):
            if pick.random() < 0.05:
                request[name] = pick.choice((None, 1, "", [], {}, "💥", [1]))
            elif pick.random() < 0.02:
                del request[name]
        text = json.dumps(request)
        if pick.random() < 0.9:
            return text
        raw = self._damaged(text.encode(), always=True)
        return raw if pick.random() < 0.3 else raw.decode("utf-8", "replace")

    def _parameters(self) -> dict[str, str]:
        pick = self._random
        names = pick.sample(sorted(_VALUES), pick.randint(0, 9))
        if pick.random() < 0.9:
            names = ["symbol", *names]
        if pick.random() < 0.3:
            names += ["side", "type", "quantity", "price", "timeInForce"]
        chosen = {name: pick.choice(_VALUES[name]) for name in names}
        chosen["timestamp"] = str(int(time.time() * 1_000))
        for name in list(chosen):
            if pick.random() < 0.12:
                chosen[name] = pick.choice(_STRANGE)
            elif pick.random() < 0.03:
                del chosen[name]
        return chosen

    def _sign(self, payload: str) -> str:
        data = payload.encode("utf-8", "surrogatepass")
        return hmac.new(self._api_secret, data, hashlib.sha256).hexdigest()

    def _damaged(self, raw: bytes, *, always: bool = False) -> bytes:
        pick = self._random
        if not raw or (not always and pick.random() < 0.9):
            return raw
        place = pick.randrange(len(raw))
        match pick.randrange(4):
            case 0:
                return raw[:place]
            case 1:
                return raw[:place] + bytes([pick.randrange(256)]) + raw[place + 1 :]
            case 2:
                return raw[:place] + raw[place:] * 3
            case _:
                return raw[:place] + pick.randbytes(5) + raw[place:]
