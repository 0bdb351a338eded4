"""Requests and replies of the WebSocket API without a socket."""

import asyncio
import json
from typing import Any

from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.faults.latency import Latency, Leg
from terminal_app.practice.http.auth import Authenticator
from terminal_app.practice.http.endpoint import Desk, Endpoint, Security
from terminal_app.practice.http.keys import ApiKey, KeyRing, KeyType
from terminal_app.practice.http.lag import ReadLag
from terminal_app.practice.http.limits import RateCounter
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.http.pipeline import Pipeline
from terminal_app.practice.http.rules import SPOT_RULES
from terminal_app.practice.ws_api.session import Connection, WsApiSession

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
    """Keep the last reply and the code the connection was ended with."""

    def __init__(self) -> None:
        self.text = b""
        self.end_code = 0

    def send(self, text: bytes) -> None:
        self.text = text

    def close_soon(self, code: int, reason: str) -> None:
        self.end_code = code


def echo(_desk: Desk[None], parameters: Parameters) -> Any:
    return parameters.as_dict()


def refuse(_desk: Desk[None], _parameters: Parameters) -> Any:
    raise ExchangeError(-2010, "no")


class Bench:
    """Hold one session over three small methods."""

    def __init__(
        self, shows_limits: bool = True, key_type: KeyType = KeyType.ED25519, is_fine: bool = False
    ) -> None:
        self.verifier = Accepting()
        self.frames = Frames()
        self.now_ms = NOW_MS
        self.counter = RateCounter(SPOT_RULES, self.time)
        methods: dict[str, Endpoint[Desk[None]]] = {
            "echo": Endpoint(echo, 2),
            "time": Endpoint(lambda desk, _: {"serverTime": desk.now_ms(), "count": 7}, 1),
            "signed": Endpoint(echo, 1, Security.SIGNED),
            "place": Endpoint(echo, 1, orders=1, free=True),
            "trade": Endpoint(echo, 1, Security.TRADE, orders=1, free=True),
            "refuse": Endpoint(refuse, 1, orders=1, free=True),
        }
        self.keys = KeyRing([ApiKey(KEY, key_type, self.verifier)])
        self.latency = Latency(1)
        pipeline = Pipeline(
            Desk(None, self.counter, self.time),
            Authenticator(self.keys, self.time),
            ReadLag(self.time),
            self.latency,
            lambda: None,
        )
        connection = Connection(self.frames, "127.0.0.1", NOW_MS, shows_limits, is_fine)
        self.session = WsApiSession(connection, pipeline, methods)

    def time(self) -> int:
        return self.now_ms

    def ask(self, text: str) -> dict[str, Any]:
        asyncio.run(self.session.answer(text))
        reply: dict[str, Any] = json.loads(self.frames.text)
        return reply

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        return self.ask(json.dumps({"id": 1, "method": method, "params": params}))

    def log_on(self) -> dict[str, Any]:
        return self.call("session.logon", apiKey=KEY, timestamp=self.now_ms, signature="good")


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


def test_after_logon_key_and_signature_may_be_left_out() -> None:
    bench = Bench()
    assert bench.log_on()["result"] == {
        "apiKey": KEY,
        "authorizedSince": NOW_MS,
        "connectedSince": NOW_MS,
        "returnRateLimits": True,
        "serverTime": NOW_MS,
    }
    assert bench.call("signed", timestamp=NOW_MS)["status"] == 200
    assert bench.call("signed")["error"]["code"] == -1102
    assert bench.call("signed", timestamp=NOW_MS - 5_001)["error"]["code"] == -1021
    status = bench.call("session.logout")["result"]
    assert (status["apiKey"], status["authorizedSince"]) == (None, None)
    assert bench.call("signed", timestamp=NOW_MS)["error"]["code"] == -1102


def test_another_key_may_sign_one_request_of_a_session() -> None:
    bench = Bench()
    bench.keys.add(ApiKey("other", KeyType.HMAC, bench.verifier))
    bench.log_on()
    params = {"apiKey": "other", "timestamp": NOW_MS}
    assert bench.call("signed", **params, signature="good")["status"] == 200
    assert bench.call("signed", **params, signature="bad")["error"]["code"] == -1022
    assert bench.call("session.status")["result"]["apiKey"] == KEY


def test_only_ed25519_keys_log_on() -> None:
    for key_type, name in ((KeyType.HMAC, "HMAC_SHA256"), (KeyType.RSA, "RSA")):
        error = {"code": -4056, "msg": f"{name} API key is not supported."}
        assert Bench(key_type=key_type).log_on()["error"] == error


def test_a_key_that_is_taken_away_ends_its_session() -> None:
    bench = Bench()
    bench.log_on()
    bench.keys.remove(KEY)
    assert json.loads(bench.frames.text) == {
        "id": None,
        "status": 401,
        "error": {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."},
    }
    assert bench.call("session.status")["result"]["apiKey"] is None


def test_beyond_the_limit_a_request_says_when_to_come_back() -> None:
    bench = Bench()
    bench.counter.admit_connection(SPOT_RULES.limits[0].limit)
    reply = bench.ask('{"id":1,"method":"echo"}')
    assert reply["status"] == 429
    window_end_ms = NOW_MS - NOW_MS % 60_000 + 60_000
    assert reply["error"]["data"] == {"serverTime": NOW_MS, "retryAfter": window_end_ms}
    assert bench.frames.end_code == 0


def test_a_ban_is_told_once_and_ends_the_connection() -> None:
    bench = Bench()
    bench.counter.bans.ban(60_000)
    reply = bench.ask('{"id":1,"method":"echo"}')
    assert reply["status"] == 418
    assert reply["error"]["data"] == {"serverTime": NOW_MS, "retryAfter": NOW_MS + 60_000}
    assert f"IP banned until {NOW_MS + 60_000}" in reply["error"]["msg"]
    assert bench.frames.end_code == 1008


async def test_a_request_is_checked_again_before_the_engine() -> None:
    bench = Bench()

    async def pass_time(method: str, **params: Any) -> dict[str, Any]:
        bench.now_ms = NOW_MS
        text = json.dumps({"id": 1, "method": method, "params": params})
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(bench.session.answer(text))
            # One turn of the loop lets the request pass its first check.
            await asyncio.sleep(0)
            bench.now_ms += 200
        reply: dict[str, Any] = json.loads(bench.frames.text)
        return reply

    bench.latency.set(Leg.ENGINE, 1, 0)
    params = {"apiKey": KEY, "timestamp": NOW_MS, "signature": "good"}
    late = await pass_time("trade", **params, recvWindow=150)
    assert late["error"] == {
        "code": -1021,
        "msg": "Timestamp for this request is outside of the recvWindow.",
    }
    assert [row["count"] for row in late["rateLimits"]] == [1, 1, 1]
    assert (await pass_time("trade", **params, recvWindow=1_000))["status"] == 200
    assert (await pass_time("signed", **params, recvWindow=100))["status"] == 200


def test_times_in_microseconds() -> None:
    reply = Bench(is_fine=True).ask(f'{{"id":{NOW_MS},"method":"time"}}')
    assert reply["id"] == NOW_MS
    assert reply["result"] == {"serverTime": NOW_MS * 1_000, "count": 7}
