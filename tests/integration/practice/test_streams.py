"""Market streams: every address form, the futures routes, chained books."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient, ask, receive

SPOT_STREAMS = {
    "btcusdt@trade": "trade",
    "btcusdt@aggTrade": "aggTrade",
    "btcusdt@kline_1s": "kline",
    "btcusdt@kline_1d": "kline",
    "btcusdt@miniTicker": "24hrMiniTicker",
    "btcusdt@ticker": "24hrTicker",
    "btcusdt@bookTicker": None,
    "btcusdt@depth": "depthUpdate",
    "btcusdt@depth@100ms": "depthUpdate",
    "btcusdt@depth5@100ms": None,
    "btcusdt@depth10": None,
    "btcusdt@avgPrice": "avgPrice",
    "btcusdt@referencePrice": "referencePrice",
    "btcusdt@ticker_1h": "1hTicker",
    "btcusdt@ticker_1d": "1dTicker",
    "btcusdt@kline_1d@+08:00": "kline",
}
ALL_SPOT_STREAMS = {"!miniTicker@arr": "24hrMiniTicker", "!ticker_4h@arr": "4hTicker"}
PUBLIC_STREAMS = {
    "btcusdt@bookTicker": "bookTicker",
    "btcusdt@depth": "depthUpdate",
    "btcusdt@depth@0ms": "depthUpdate",
    "btcusdt@depth@500ms": "depthUpdate",
    "btcusdt@depth20@100ms": "depthUpdate",
    "btcusdt@rpiDepth@500ms": "depthUpdate",
}
MARKET_STREAMS = {
    "btcusdt@aggTrade": "aggTrade",
    "btcusdt@kline_1m": "kline",
    "btcusdt_perpetual@continuousKline_1m": "continuous_kline",
    "btcusd@assetIndex": "assetIndexUpdate",
    "btcusdt@markPrice": "markPriceUpdate",
    "btcusdt@markPrice@1s": "markPriceUpdate",
    "btcusdt@miniTicker": "24hrMiniTicker",
    "btcusdt@ticker": "24hrTicker",
}


@pytest.fixture(scope="module")
def ready() -> Iterator[dict[str, Any]]:
    with PracticeProcess(seed=3) as practice:
        yield practice.ready


async def first_of_each(socket: ClientConnection, names: set[str]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    while set(seen) != names:
        message = json.loads(await socket.recv())
        seen.setdefault(message["stream"], message["data"])
    return seen


async def check_combined(client: PracticeClient, path: str, streams: dict[str, Any]) -> None:
    async with client.stream(f"{path}?streams={'/'.join(streams)}") as socket:
        seen = await first_of_each(socket, set(streams))
    assert {name: payload.get("e") for name, payload in seen.items()} == streams


async def test_every_spot_stream_delivers(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "spot") as client:
        await check_combined(client, "/stream", SPOT_STREAMS)
        for name, kind in ALL_SPOT_STREAMS.items():
            async with client.stream(f"/stream?streams={name}") as socket:
                frame = json.loads(await socket.recv())
                assert {row["e"] for row in frame["data"]} == {kind}


async def test_every_futures_stream_delivers_on_its_route(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "futures") as client:
        await check_combined(client, "/public/stream", PUBLIC_STREAMS)
        await check_combined(client, "/market/stream", MARKET_STREAMS)
        for name in ("!markPrice@arr@1s", "!ticker@arr", "!miniTicker@arr", "!assetIndex@arr"):
            async with client.stream(f"/market/ws/{name}") as socket:
                assert isinstance(json.loads(await socket.recv()), list)


@pytest.mark.parametrize(
    ("path", "silent", "loud"),
    [
        ("/public/stream", "btcusdt@aggTrade", "btcusdt@bookTicker"),
        ("/market/stream", "btcusdt@bookTicker", "btcusdt@kline_1m"),
        ("/stream", "btcusdt@markPrice@1s", "btcusdt@bookTicker"),
        ("/public/stream", "BTCUSDT@bookTicker", "btcusdt@depth"),
    ],
)
async def test_wrong_route_is_accepted_and_silent(
    ready: dict[str, Any], path: str, silent: str, loud: str
) -> None:
    async with PracticeClient(ready, "futures") as client, client.stream(path) as socket:
        assert (await ask(socket, "SUBSCRIBE", [silent, loud]))["result"] is None
        listed = await receive_reply(socket, "LIST_SUBSCRIPTIONS")
        assert listed == [silent, loud]
        heard = [json.loads(await socket.recv())["stream"] for _ in range(12)]
        assert set(heard) == {loud}


async def test_streams_that_spot_has_no_more_are_silent(ready: dict[str, Any]) -> None:
    gone = ["!ticker@arr", "!bookTicker", "btcusdt@markPrice", "btcusdt@depth@500ms"]
    async with PracticeClient(ready, "spot") as client, client.stream("/stream") as socket:
        await ask(socket, "SUBSCRIBE", [*gone, "btcusdt@bookTicker", "btcusdt@kline_1s"])
        heard: list[str] = []
        while heard.count("btcusdt@kline_1s") < 2:
            heard.append(json.loads(await socket.recv())["stream"])
        assert set(heard) == {"btcusdt@bookTicker", "btcusdt@kline_1s"}


async def receive_reply(socket: ClientConnection, method: str) -> Any:
    return (await ask(socket, method))["result"]


async def test_raw_socket_subscribes_and_changes_its_mind(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "spot") as client, client.stream("/ws/0") as socket:
        assert await receive_reply(socket, "LIST_SUBSCRIPTIONS") == ["0"]
        await ask(socket, "SUBSCRIBE", ["btcusdt@bookTicker"])
        bare = await receive(socket, lambda message: "u" in message)
        assert bare["s"] == "BTCUSDT"
        await ask(socket, "SET_PROPERTY", ["combined", True])
        wrapped = await receive(socket, lambda message: "stream" in message)
        assert wrapped["stream"] == "btcusdt@bookTicker"
        await ask(socket, "UNSUBSCRIBE", ["btcusdt@bookTicker"])
        assert await receive_reply(socket, "LIST_SUBSCRIPTIONS") == ["0"]


async def test_unknown_method_of_a_stream_socket(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "spot") as client, client.stream("/ws/0") as socket:
        error = await ask(socket, "FLY")
        assert error["error"]["code"] == 2


async def test_spot_book_from_snapshot_and_differences(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "spot") as client:
        async with client.stream("/ws/btcusdt@depth@100ms") as socket:
            events = [json.loads(await socket.recv())]
            snapshot = await client.get("/api/v3/depth", symbol="BTCUSDT", limit=5000)
            events += [json.loads(await socket.recv()) for _ in range(15)]
        ids = [(event["U"], event["u"]) for event in events]
        assert all(later[0] == earlier[1] + 1 for earlier, later in itertools.pairwise(ids))
        last = snapshot["lastUpdateId"]
        fresh = [event for event in events if event["u"] > last]
        assert fresh[0]["U"] <= last + 1 <= fresh[0]["u"]


async def test_futures_book_chains_by_previous_id(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "futures") as client:
        async with client.stream("/public/ws/btcusdt@depth@100ms") as socket:
            events = [json.loads(await socket.recv()) for _ in range(15)]
        pairs = itertools.pairwise(events)
        assert all(later["pu"] == earlier["u"] for earlier, later in pairs)


async def test_listen_key_in_every_form(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "futures") as client:
        headers = {"X-MBX-APIKEY": ready["api_key"]}
        key = (await client.http.post("/fapi/v1/listenKey", headers=headers)).json()["listenKey"]
        forms = [
            f"/private/ws?listenKey={key}",
            f"/private/ws/{key}",
            f"/private/stream?listenKey={key}&events=ACCOUNT_CONFIG_UPDATE",
            "/private/stream",
        ]
        for leverage, form in enumerate(forms, start=5):
            async with client.stream(form) as socket:
                if form == "/private/stream":
                    await ask(socket, "SUBSCRIBE", [key])
                await receive_reply(socket, "LIST_SUBSCRIPTIONS")
                await client.call("POST", "/fapi/v1/leverage", symbol="BTCUSDT", leverage=leverage)
                message = json.loads(await socket.recv())
                event = message["data"] if "stream" in message else message
                assert event["ac"] == {"s": "BTCUSDT", "l": leverage}
                assert ("stream" in message) is form.startswith("/private/stream")


async def test_unwanted_events_are_left_out(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "futures") as client:
        headers = {"X-MBX-APIKEY": ready["api_key"]}
        key = (await client.http.post("/fapi/v1/listenKey", headers=headers)).json()["listenKey"]
        path = f"/private/ws?listenKey={key}&events=ACCOUNT_UPDATE"
        async with client.stream(path) as socket:
            await receive_reply(socket, "LIST_SUBSCRIPTIONS")
            order = {"symbol": "BTCUSDT", "type": "MARKET", "quantity": "0.01"}
            await client.call("POST", "/fapi/v1/order", side="BUY", **order)
            await client.call("POST", "/fapi/v1/order", side="SELL", **order)
            kinds = [json.loads(await socket.recv())["e"] for _ in range(2)]
        assert kinds == ["ACCOUNT_UPDATE", "ACCOUNT_UPDATE"]


async def test_too_many_streams_in_an_address_close_the_socket(ready: dict[str, Any]) -> None:
    async with PracticeClient(ready, "spot") as client:
        names = "/".join(str(number) for number in range(1_025))
        async with client.stream(f"/ws/{names}") as socket:
            with pytest.raises(ConnectionClosed):
                await socket.recv()
