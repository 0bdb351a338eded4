"""Requests and replies of the WebSocket API without a socket."""

import json
from typing import Any

from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.auth import Authenticator
from terminal_app.practice.http.endpoint import Desk, Endpoint, Security
from terminal_app.practice.http.limits import SPOT_LIMITS, RateCounter
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.ws_api.session import WsApiSession

NOW_MS = 1_700_000_000_000
KEY = "k" * 64


class Accepting:
    """Take every signature and keep what it covered."""

    def __init__(self) -> None:
        self.payloads: list[bytes] = []

    def verify(self, payload: bytes, signature: str) -> bool:
        self.payloads.append(payload)
        return signature == "good"


class Frames:
    """Keep the last reply."""

    def __init__(self) -> None:
        self.text = b""

    def send(self, text: bytes) -> None:
        self.text = text


def echo(_desk: Desk[None], parameters: Parameters) -> Any:
    return parameters.as_dict()


def refuse(_desk: Desk[None], _parameters: Parameters) -> Any:
    raise ExchangeError(-2010, "no")


class Bench:
    """Hold one session over three small methods."""

    def __init__(self, shows_limits: bool = True) -> None:
        self.verifier = Accepting()
        self.frames = Frames()
        counter = RateCounter(SPOT_LIMITS, lambda: NOW_MS)
        methods: dict[str, Endpoint[Desk[None]]] = {
            "echo": Endpoint(echo, 2),
            "signed": Endpoint(echo, 1, Security.SIGNED),
            "place": Endpoint(echo, 1, orders=1, free=True),
            "refuse": Endpoint(refuse, 1, orders=1, free=True),
        }
        authenticator = Authenticator({KEY: self.verifier}, lambda: NOW_MS)
        desk: Desk[None] = Desk(None, counter, lambda: NOW_MS)
        self.session = WsApiSession(self.frames, desk, methods, authenticator, shows_limits)

    def ask(self, text: str) -> dict[str, Any]:
        self.session.on_text(text)
        reply: dict[str, Any] = json.loads(self.frames.text)
        return reply


def weight(reply: dict[str, Any]) -> int:
    (limit,) = [row for row in reply["rateLimits"] if row["rateLimitType"] == "REQUEST_WEIGHT"]
    count: int = limit["count"]
    return count


def test_values_arrive_as_the_text_that_was_sent() -> None:
    reply = Bench().ask(
        '{"id":"a-1","method":"v3/echo","params":{"n":1.50,"t":true,"s":"é","l":["A"]}}'
    )
    assert reply["id"] == "a-1"
    assert reply["result"] == {"n": "1.50", "t": "true", "s": "é", "l": '["A"]'}


def test_signature_covers_sorted_raw_text() -> None:
    bench = Bench()
    params = {"timestamp": NOW_MS, "signature": "good", "symbol": "测 USDT", "apiKey": KEY}
    request = {"id": None, "method": "signed", "params": params}
    assert bench.ask(json.dumps(request, ensure_ascii=False))["status"] == 200
    assert bench.verifier.payloads == [f"apiKey={KEY}&symbol=测 USDT&timestamp={NOW_MS}".encode()]


def test_signed_method_without_key() -> None:
    reply = Bench().ask('{"id":1,"method":"signed"}')
    assert (reply["status"], reply["error"]["code"]) == (400, -1102)


def test_free_calls_weigh_when_they_fail() -> None:
    bench = Bench()
    placed = bench.ask('{"id":1,"method":"place"}')
    assert weight(placed) == 0
    assert [row["count"] for row in placed["rateLimits"]] == [0, 1, 1]
    refused = bench.ask('{"id":2,"method":"refuse"}')
    assert refused["error"] == {"code": -2010, "msg": "no"}
    assert weight(refused) == 1
    assert [row["count"] for row in refused["rateLimits"]] == [1, 1, 1]
    assert weight(bench.ask('{"id":3,"method":"echo"}')) == 3


def test_limits_are_hidden_by_address_or_by_request() -> None:
    assert "rateLimits" not in Bench(shows_limits=False).ask('{"id":1,"method":"echo"}')
    request = '{"id":1,"method":"echo","params":{"returnRateLimits":false}}'
    assert "rateLimits" not in Bench().ask(request)
