"""Keys, sessions, bans and farewells over real sockets."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from terminal_app.practice.http.endpoint import Security
from terminal_app.practice.rest.spot import SPOT_ENDPOINTS
from terminal_app.practice.rest.usdm_account import ACCOUNT_ENDPOINTS as USDM
from terminal_app.practice.rest.usdm_algo import ALGO_ENDPOINTS
from terminal_app.practice.rest.usdm_batch import BATCH_ENDPOINTS
from terminal_app.practice.rest.usdm_orders import ORDER_ENDPOINTS
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient, ask, now_ms, receive

PRIVATE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC_PEM = (
    PRIVATE_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
)


@pytest.fixture(scope="module")
def ready() -> Iterator[dict[str, Any]]:
    with PracticeProcess(seed=5, profile="demo-like") as practice:
        yield practice.ready


def control(ready: dict[str, Any], method: str, name: str, **fields: Any) -> Any:
    response = httpx.request(
        method,
        f"{ready['control']}/control/{name}",
        json=fields,
        headers={"X-Control-Token": ready["control_token"]},
        trust_env=False,
    )
    assert response.status_code == 200, response.text
    return response.json()


def logon_params(api_key: str) -> dict[str, Any]:
    timestamp = now_ms()
    signature = PRIVATE_KEY.sign(f"apiKey={api_key}&timestamp={timestamp}".encode())
    text = base64.b64encode(signature).decode()
    return {"apiKey": api_key, "timestamp": timestamp, "signature": text}


def test_every_call_that_changes_something_needs_the_right_to_trade() -> None:
    for table in (SPOT_ENDPOINTS, USDM, ALGO_ENDPOINTS, BATCH_ENDPOINTS, ORDER_ENDPOINTS):
        for (method, path), endpoint in table.items():
            if method != "GET" and "listenKey" not in path:
                assert endpoint.security is Security.TRADE, path


def test_profile_is_shown(ready: dict[str, Any]) -> None:
    assert control(ready, "GET", "house")["profile"] == "demo-like"


async def test_a_key_that_may_only_read_places_no_order(ready: dict[str, Any]) -> None:
    secret = "made up"
    key = {"apiKey": "reader", "type": "HMAC", "secret": secret, "trade": False}
    control(ready, "POST", "keys", **key)
    own = {**ready, "api_key": "reader", "api_secret": secret}
    async with PracticeClient(own, "spot") as client:
        await client.call("GET", "/api/v3/account")
        order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.001"}
        response = await client.send("POST", "/api/v3/order", **order)
    assert (response.status_code, response.json()["code"]) == (401, -2015)


@pytest.mark.parametrize("market", ["spot", "futures"])
async def test_a_session_lives_as_long_as_its_key(ready: dict[str, Any], market: str) -> None:
    key = {"apiKey": "ed25519", "type": "ED25519", "publicKey": PUBLIC_PEM}
    control(ready, "POST", "keys", **key)
    async with PracticeClient(ready, market) as client, client.ws_api() as socket:
        reply = await ask(socket, "session.logon", logon_params("ed25519"))
        assert reply["result"]["apiKey"] == "ed25519"
        if market == "spot":
            assert (await ask(socket, "userDataStream.subscribe"))["result"] == {
                "subscriptionId": 0
            }
        reply = await ask(socket, "account.status", {"timestamp": now_ms()})
        assert reply["status"] == 200
        control(ready, "DELETE", "keys/ed25519")
        gone = await receive(socket, lambda message: "status" in message)
        assert (gone["id"], gone["status"], gone["error"]["code"]) == (None, 401, -2015)
        reply = await ask(socket, "account.status", {"timestamp": now_ms()})
        assert reply["error"]["code"] == -1102


async def test_a_server_that_goes_down_says_so_on_every_kind_of_socket(
    ready: dict[str, Any],
) -> None:
    async with (
        PracticeClient(ready, "spot") as client,
        client.stream("/ws/none") as raw,
        client.stream("/stream?streams=none") as combined,
        client.ws_api() as api,
    ):
        for socket in (raw, combined, api):
            await ask(socket, "LIST_SUBSCRIPTIONS" if socket is not api else "ping")
        control(ready, "POST", "server-shutdown")
        assert json.loads(await raw.recv())["e"] == "serverShutdown"
        wrapped = json.loads(await combined.recv())
        assert (wrapped["stream"], wrapped["data"]["e"]) == ("!serverShutdown", "serverShutdown")
        assert json.loads(await api.recv())["event"]["e"] == "serverShutdown"


async def test_times_in_microseconds_on_rest_and_streams(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "spot") as client:
        unit = {"X-MBX-TIME-UNIT": "MICROSECOND"}
        fine = (await client.http.get("/api/v3/time", headers=unit)).json()["serverTime"]
        assert abs(fine // 1_000 - now_ms()) < 60_000
        bad = await client.http.get("/api/v3/time", headers={"X-MBX-TIME-UNIT": "hour"})
        assert (bad.status_code, bad.json()["code"]) == (400, -1194)
        async with client.stream("/ws/btcusdt@depth@100ms?timeUnit=MICROSECOND") as socket:
            assert json.loads(await socket.recv())["E"] > 10**15


async def test_retired_and_unknown_paths(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "spot") as client:
        assert (await client.http.post("/api/v3/userDataStream")).status_code == 410
        assert (await client.http.get("/api/v1/time")).status_code == 404
        page = await client.http.get("/nothing", headers={"Accept": "text/html"})
        assert page.headers["Content-Type"].startswith("text/html")


async def test_a_banned_client_is_told_for_how_long(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "futures") as client:
        control(ready, "POST", "ban", market="futures", seconds=60)
        response = await client.http.get("/fapi/v1/ping")
        assert (response.status_code, response.json()["code"]) == (418, -1003)
        assert 1 <= int(response.headers["Retry-After"]) <= 60
        control(ready, "POST", "ban", market="futures", seconds=0)
        assert (await client.http.get("/fapi/v1/ping")).status_code == 200


async def test_the_testnet_takes_no_commission() -> None:
    with PracticeProcess(seed=5, profile="testnet-like") as practice:
        async with PracticeClient(practice.ready, "spot") as client:
            order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.001"}
            placed = await client.call("POST", "/api/v3/order", **order)
            assert {float(fill["commission"]) for fill in placed["fills"]} == {0.0}
            rates = await client.call("GET", "/api/v3/account/commission", symbol="BTCUSDT")
            assert float(rates["standardCommission"]["taker"]) == 0.0
