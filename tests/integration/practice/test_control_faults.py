"""Faults over real sockets: what the client meets, and what the exchange did meanwhile."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient, ask, receive, subscribe
from tests.helpers.practice_control import Control

ORDER = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.001",
    "price": "50000.00",
}
PLACE = {"market": "spot", "method": "POST", "path": "/api/v3/order"}


@pytest.fixture
def control(practice: PracticeProcess) -> Iterator[Control]:
    face = Control(practice.ready)
    yield face
    face.close()


async def is_known(client: PracticeClient, client_order_id: str) -> bool:
    response = await client.send(
        "GET", "/api/v3/order", symbol="BTCUSDT", origClientOrderId=client_order_id
    )
    return response.status_code == 200


@pytest.mark.parametrize("is_accepted", [True, False])
@pytest.mark.parametrize(
    ("hook", "error"),
    [
        ("reply.reset", httpx.ReadError),
        ("reply.close", httpx.RemoteProtocolError),
        ("reply.truncate", httpx.RemoteProtocolError),
        ("reply.hang", httpx.ReadTimeout),
    ],
)
async def test_reply_is_lost(
    practice: PracticeProcess,
    control: Control,
    hook: str,
    error: type[Exception],
    is_accepted: bool,
) -> None:
    name = f"lost-{hook[6:]}-{is_accepted}"
    fault = control.fault(hook, count=1, accepted=is_accepted, **PLACE)
    async with PracticeClient(practice.ready, "spot") as client:
        client.http.timeout = httpx.Timeout(0.3)
        with pytest.raises(error):
            await client.send("POST", "/api/v3/order", newClientOrderId=name, **ORDER)
        client.http.timeout = httpx.Timeout(20)
        assert await is_known(client, name) is is_accepted
    (row,) = [row for row in control.call("GET", "faults")["faults"] if row["id"] == fault]
    assert row["fired"] == 1


@pytest.mark.parametrize(
    ("hook", "options", "status", "start"),
    [
        ("reply.garbage", {}, 200, '{"orderId":\x00'),
        ("reply.html", {}, 200, "<!DOCTYPE html>"),
        ("reply.html", {"status": 403}, 403, "<!DOCTYPE html>"),
        ("reply.redirect", {}, 302, ""),
        ("reply.error", {"error": "unknown"}, 503, '{"code":-1000,"msg":"Unknown error, pl'),
        ("reply.error", {"error": "unavailable"}, 503, '{"code":-1000,"msg":"Service Unav'),
        ("reply.error", {"error": "internal"}, 503, '{"code":-1001,"msg":"Internal error;'),
        ("reply.error", {"error": "throttled"}, 503, '{"code":-1008,"msg":"Request thro'),
        ("reply.error", {"error": "bus"}, 500, '{"code":-1006,'),
        ("reply.error", {"error": "timeout"}, 504, '{"code":-1007,'),
        ("reply.error", {"code": -1015, "msg": "Slow.", "status": 429}, 429, '{"code":-1015,"msg"'),
    ],
)
async def test_reply_is_another_one(
    practice: PracticeProcess,
    control: Control,
    hook: str,
    options: dict[str, Any],
    status: int,
    start: str,
) -> None:
    control.fault(hook, count=1, retry_after=7, **options, **PLACE)
    async with PracticeClient(practice.ready, "spot") as client:
        response = await client.send("POST", "/api/v3/order", **ORDER)
        assert response.status_code == status
        assert response.content.startswith(start.encode())
        if hook == "reply.error":
            assert response.headers["Retry-After"] == "7"
        again = await client.send("POST", "/api/v3/order", **ORDER)
        assert again.status_code == 200


async def test_unknown_fields_and_words_come_in(
    practice: PracticeProcess, control: Control
) -> None:
    control.fault("reply.edit", set={"new": 1, "fills.x": 2, "status": "ODD"}, drop=["side"])
    async with PracticeClient(practice.ready, "spot") as client:
        order = {**ORDER, "type": "MARKET"}
        del order["price"], order["timeInForce"]
        reply = await client.call("POST", "/api/v3/order", newOrderRespType="FULL", **order)
    assert (reply["new"], reply["status"]) == (1, "ODD")
    assert all(fill["x"] == 2 for fill in reply["fills"])
    assert reply["fills"]
    assert "side" not in reply


@pytest.mark.parametrize("is_accepted", [True, False])
@pytest.mark.parametrize("hook", ["reply.hang", "reply.reset", "reply.close", "reply.error"])
async def test_web_socket_api_reply_is_lost(
    practice: PracticeProcess, control: Control, hook: str, is_accepted: bool
) -> None:
    name = f"ws-{hook[6:]}-{is_accepted}"
    control.fault(
        hook,
        market="spot",
        method="WS",
        path="order.*",
        count=1,
        accepted=is_accepted,
    )
    async with PracticeClient(practice.ready, "spot") as client:
        async with client.ws_api() as socket:
            params = client.signed(newClientOrderId=name, **ORDER)
            request = {"id": "one", "method": "order.place", "params": params}
            await socket.send(json.dumps(request))
            if hook == "reply.hang":
                assert (await ask(socket, "ping"))["status"] == 200
            elif hook == "reply.error":
                reply = await receive(socket, lambda message: message["id"] == "one")
                assert (reply["status"], reply["error"]["code"]) == (503, -1000)
            else:
                with pytest.raises(ConnectionClosed):
                    await socket.recv()
        assert await is_known(client, name) is is_accepted


async def depth_events(
    practice: PracticeProcess, number: int, path: str = "/ws/btcusdt@depth@100ms"
) -> list[dict[str, Any]]:
    async with PracticeClient(practice.ready, "spot") as client, client.stream(path) as socket:
        return [json.loads(await socket.recv()) for _ in range(number)]


def chain(events: list[dict[str, Any]]) -> list[int]:
    return [after["U"] - before["u"] for before, after in itertools.pairwise(events)]


async def test_event_faults_change_what_arrives(
    practice: PracticeProcess, control: Control
) -> None:
    scope = {"event": "depthUpdate", "stream": "btcusdt@*", "skip": 1, "count": 1}
    assert chain(await depth_events(practice, 4)) == [1, 1, 1]
    control.fault("event.drop", **scope)
    (gap, *rest) = chain(await depth_events(practice, 4))
    assert gap > 1
    assert rest == [1, 1]
    control.fault("event.duplicate", **scope)
    first, second, third, fourth = await depth_events(practice, 4)
    assert second == third != fourth
    control.fault("event.swap", **scope)
    first, second, third, fourth = await depth_events(practice, 4)
    assert first["u"] < third["u"] < second["u"] < fourth["u"]
    control.fault("event.edit", set={"new": "field", "b": None}, **scope)
    _, second, _ = await depth_events(practice, 3)
    assert (second["new"], second["b"]) == ("field", None)
    control.fault("event.corrupt", **scope)
    with pytest.raises(json.JSONDecodeError):
        await depth_events(practice, 3)


async def test_delayed_event_is_overtaken(practice: PracticeProcess, control: Control) -> None:
    control.fault("event.delay", ms=250, skip=1, count=1, event="depthUpdate")
    numbers = [event["u"] for event in await depth_events(practice, 8)]
    assert numbers != sorted(numbers)


async def test_user_event_is_dropped_and_the_order_lives(
    practice: PracticeProcess, control: Control
) -> None:
    control.fault("event.drop", event="executionReport", market="spot", count=1)
    async with PracticeClient(practice.ready, "spot") as client, client.ws_api() as socket:
        await subscribe(socket, client)
        placed = await ask(socket, "order.place", client.signed(**ORDER))
        order_id = placed["result"]["orderId"]
        cancel = client.signed(symbol="BTCUSDT", orderId=order_id)
        await socket.send(json.dumps({"id": 1, "method": "order.cancel", "params": cancel}))
        report = await receive(socket, lambda m: m.get("event", {}).get("e") == "executionReport")
        assert (report["event"]["i"], report["event"]["x"]) == (order_id, "CANCELED")


@pytest.mark.parametrize(
    ("action", "code"),
    [("socket.reset", 1006), ("socket.close", 1011), ("socket.half_close", 1006)],
)
async def test_sockets_end(
    practice: PracticeProcess, control: Control, action: str, code: int
) -> None:
    options = {"code": code, "reason": "drill"} if action == "socket.close" else {}
    async with (
        PracticeClient(practice.ready, "spot") as client,
        client.stream("/ws/btcusdt@bookTicker") as socket,
    ):
        await socket.recv()
        done = control.call("POST", "sockets", action=action, path="/ws/btc*", **options)
        assert done == {"sockets": 1}
        await socket.wait_closed()
        assert socket.close_code == code


async def test_stalled_socket_is_silent_until_released(
    practice: PracticeProcess, control: Control
) -> None:
    async with PracticeClient(practice.ready, "spot") as client, client.ws_api() as socket:
        assert (await ask(socket, "ping"))["status"] == 200
        control.call("POST", "sockets", action="socket.stall", path="/ws-api/*")
        pong = await socket.ping()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(pong), 0.2)
        control.call("POST", "sockets", action="release")
        await pong
        assert (await ask(socket, "ping"))["status"] == 200


async def test_handshake_is_refused(practice: PracticeProcess, control: Control) -> None:
    control.fault("handshake.refuse", status=429, code=-1003, retry_after=3, count=1)
    async with PracticeClient(practice.ready, "futures") as client:
        with pytest.raises(InvalidStatus) as refusal:
            await client.stream("/public/ws/btcusdt@bookTicker")
        assert refusal.value.response.status_code == 429
        assert refusal.value.response.headers["Retry-After"] == "3"
        async with client.stream("/public/ws/btcusdt@bookTicker") as socket:
            await socket.recv()


async def test_latency_is_asymmetric(practice: PracticeProcess, control: Control) -> None:
    shown = control.call("POST", "latency", request=120, reply={"ms": 60, "jitter": 20})
    assert shown["reply"] == {"ms": 60.0, "jitter": 20.0}
    async with PracticeClient(practice.ready, "spot") as client, client.ws_api() as socket:
        start_s = time.monotonic()
        assert (await client.get("/api/v3/ping")) == {}
        assert 0.18 <= time.monotonic() - start_s < 2
        start_s = time.monotonic()
        times = (await ask(socket, "time"))["result"]["serverTime"]
        assert time.monotonic() - start_s >= 0.18
        assert abs(times - time.time_ns() // 1_000_000) < 2_000


async def test_journal_tells_the_truth(practice: PracticeProcess, control: Control) -> None:
    last = control.call("GET", "journal", limit=1)["last"]
    control.fault("reply.reset", count=1, **PLACE)
    async with PracticeClient(practice.ready, "spot") as client:
        with pytest.raises(httpx.ReadError):
            await client.send("POST", "/api/v3/order", newClientOrderId="noted", **ORDER)
    page = control.call("GET", "journal", **{"from": last + 1})
    (request,) = [row for row in page["rows"] if row["kind"] == "request"]
    assert (request["method"], request["path"], request["outcome"], request["fault"]) == (
        "POST",
        "/api/v3/order",
        200,
        "reply.reset",
    )
    (order,) = [row for row in page["rows"] if row["kind"] == "order"]
    assert (order["clientOrderId"], order["status"]) == ("noted", "NEW")
    assert "signature" not in json.dumps(page)
    only = control.call("GET", "journal", **{"from": last + 1, "kind": "order", "limit": 1})
    assert only["rows"] == [order]
    assert only["next"] == order["number"] + 1


def test_probability_is_seeded(practice: PracticeProcess, control: Control) -> None:
    address = practice.ready["spot_rest"] + "/api/v3/ping"

    def statuses() -> list[int]:
        control.call("DELETE", "faults")
        control.call("POST", "faults/seed", seed=7)
        control.fault("reply.error", probability=0.5)
        return [httpx.get(address, trust_env=False).status_code for _ in range(12)]

    first = statuses()
    assert set(first) == {200, 503}
    assert statuses() == first


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "hook must be one of reply.hang,"),
        ({"hook": "reply.drop"}, "hook must be one of"),
        ({"hook": "reply.hang", "count": 0}, "count must be a whole number from 1"),
        ({"hook": "reply.hang", "probability": 2}, "probability must be a number from 0 to 1"),
        ({"hook": "reply.hang", "market": "coinm"}, "market must be one of spot, futures"),
        ({"hook": "reply.hang", "accepted": "no"}, "accepted must be true or false"),
        ({"hook": "reply.error", "error": "odd"}, "error must be one of unknown,"),
        ({"hook": "reply.error", "status": 99}, "status must be a whole number from 200"),
        ({"hook": "reply.hang", "secunds": 3}, "secunds is unknown; there are accepted,"),
        ({"hook": "reply.edit", "set": 3}, "set has a value of the wrong type"),
    ],
)
def test_bad_faults_are_refused(control: Control, fields: dict[str, Any], sentence: str) -> None:
    response = control.send("POST", "faults", **fields)
    assert response.status_code == 400
    assert response.json()["msg"].startswith(sentence)
    assert control.call("GET", "faults")["faults"] == []


def test_faults_are_removed(control: Control) -> None:
    number = control.fault("reply.hang", path="/nowhere")
    assert control.call("DELETE", f"faults/{number}")["fired"] == 0
    assert control.send("DELETE", f"faults/{number}").status_code == 404
