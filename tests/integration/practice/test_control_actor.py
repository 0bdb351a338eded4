"""What others do to the account: control asks for it, a client only sees that it happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient, receive, subscribe
from tests.helpers.practice_control import Control
from tests.helpers.user_events import futures_events

BTC = "BTCUSDT"
LIMIT = {"symbol": BTC, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
MARKET = {"symbol": BTC, "side": "BUY", "type": "MARKET", "quantity": "0.010"}


@pytest.fixture
def control(practice: PracticeProcess) -> Iterator[Control]:
    face = Control(practice.ready)
    face.call("POST", "reset-account")
    yield face
    face.close()


async def test_spot_order_from_elsewhere_lives_and_ends_there(
    practice: PracticeProcess, control: Control
) -> None:
    async with PracticeClient(practice.ready, "spot") as client, client.ws_api() as socket:
        await subscribe(socket, client)
        order = {**LIMIT, "quantity": "0.001", "price": "50000.00"}
        placed = control.call("POST", "actor/order", market="spot", **order)
        report = await receive(socket, lambda m: m.get("event", {}).get("x") == "NEW")
        assert report["event"]["i"] == placed["orderId"]
        assert report["event"]["c"] == placed["clientOrderId"]
        assert placed["clientOrderId"].startswith("web_")
        (shown,) = await client.call("GET", "/api/v3/openOrders", symbol=BTC)
        assert shown["orderId"] == placed["orderId"]
        ids = {"symbol": BTC, "orderId": placed["orderId"]}
        cancelled = control.call("POST", "actor/cancel", market="spot", **ids)
        assert cancelled["status"] == "CANCELED"
        report = await receive(socket, lambda m: m.get("event", {}).get("x") == "CANCELED")
        assert report["event"]["C"] == placed["clientOrderId"]


async def test_futures_order_from_elsewhere_counts_but_weighs_nothing(
    practice: PracticeProcess, control: Control
) -> None:
    async with PracticeClient(practice.ready, "futures") as client, futures_events(client) as told:
        before = await client.send("POST", "/fapi/v1/order/test", **MARKET)
        last = control.call("GET", "journal", limit=1)["last"]
        placed = control.call("POST", "actor/order", market="futures", **{"from": "ios"}, **MARKET)
        trade = await told.next("ORDER_TRADE_UPDATE")
        assert (trade["o"]["i"], trade["o"]["c"]) == (placed["orderId"], placed["clientOrderId"])
        assert placed["clientOrderId"].startswith("ios_")
        (position,) = await client.call("GET", "/fapi/v3/positionRisk", symbol=BTC)
        assert position["positionAmt"] == "0.010"
        after = await client.send("POST", "/fapi/v1/order", **{**MARKET, "side": "SELL"})
        weight = "X-MBX-USED-WEIGHT-1M"
        # Of this client only the test order and the position were weighed in between.
        assert int(after.headers[weight]) - int(before.headers[weight]) <= 5 + 1
        assert after.headers["X-MBX-ORDER-COUNT-1M"] == "2"
        rows = control.call("GET", "journal", **{"from": last + 1})["rows"]
        requests = [row for row in rows if row["kind"] == "request" and row["via"] == "ACTOR"]
        (request,) = requests
        assert (request["path"], request["outcome"]) == ("/fapi/v1/order", 200)


async def test_settings_are_changed_from_elsewhere(
    practice: PracticeProcess, control: Control
) -> None:
    async with PracticeClient(practice.ready, "futures") as client, futures_events(client) as told:
        assert control.call("POST", "actor/leverage", symbol=BTC, leverage=7)["leverage"] == 7
        update = await told.next("ACCOUNT_CONFIG_UPDATE")
        assert update["ac"] == {"s": BTC, "l": 7}
        control.call("POST", "actor/margin-type", symbol=BTC, marginType="ISOLATED")
        assert (await told.next("ACCOUNT_UPDATE"))["a"]["m"] == "MARGIN_TYPE_CHANGE"
        (config,) = await client.call("GET", "/fapi/v1/symbolConfig", symbol=BTC)
        assert (config["leverage"], config["marginType"]) == (7, "ISOLATED")
        control.call("POST", "actor/position-mode", dualSidePosition=True)
        mode = await client.call("GET", "/fapi/v1/positionSide/dual")
        assert mode == {"dualSidePosition": True}
        control.call("POST", "actor/position-mode", dualSidePosition=False)


@pytest.mark.parametrize(
    ("call", "start"), [("actor/liquidate", "autoclose-"), ("actor/deleverage", "adl_autoclose")]
)
async def test_positions_are_closed_by_the_exchange(
    practice: PracticeProcess, control: Control, call: str, start: str
) -> None:
    async with PracticeClient(practice.ready, "futures") as client, futures_events(client) as told:
        await client.call("POST", "/fapi/v1/order", **MARKET)
        await told.next("TRADE_LITE")
        control.call("POST", call, symbol=BTC)
        while True:
            order = (await told.next("ORDER_TRADE_UPDATE"))["o"]
            if order["x"] == "CALCULATED":
                break
        assert order["c"].startswith(start)
        assert await client.call("GET", "/fapi/v3/positionRisk", symbol=BTC) == []


async def test_funding_is_settled_when_told(practice: PracticeProcess, control: Control) -> None:
    async with PracticeClient(practice.ready, "futures") as client, futures_events(client) as told:
        await client.call("POST", "/fapi/v1/order", **MARKET)
        await told.next("ACCOUNT_UPDATE")
        control.call("POST", "actor/funding", symbol=BTC)
        update = (await told.next("ACCOUNT_UPDATE"))["a"]
        assert (update["m"], update["S"]) == ("FUNDING_FEE", BTC)
        (row,) = await client.call("GET", "/fapi/v1/income", incomeType="FUNDING_FEE")
        assert float(row["income"]) == float(update["B"][0]["bc"])


@pytest.mark.parametrize("market", ["spot", "futures"])
async def test_admin_ends_an_order(
    practice: PracticeProcess, control: Control, market: str
) -> None:
    path = {"spot": "/api/v3/order", "futures": "/fapi/v1/order"}[market]
    async with PracticeClient(practice.ready, market) as client:
        order = {**LIMIT, "quantity": "0.010", "price": "50000.00"}
        placed = await client.call("POST", path, **order)
        ids = {"symbol": BTC, "orderId": placed["orderId"]}
        ended = control.call("POST", "actor/admin-cancel", market=market, **ids)
        assert ended == {"orderId": placed["orderId"], "status": "EXPIRED"}
        shown = await client.call("GET", path, **ids)
        assert shown["status"] == "EXPIRED"
        again = control.send("POST", "actor/admin-cancel", market=market, **ids)
        assert again.json()["code"] == -2011


async def test_listen_key_expires_when_told(practice: PracticeProcess, control: Control) -> None:
    async with PracticeClient(practice.ready, "futures") as client, futures_events(client) as told:
        control.call("POST", "actor/expire-listen-key")
        event = await told.next("listenKeyExpired")
        assert set(event) == {"e", "E", "listenKey"}
        renewed = await client.send("PUT", "/fapi/v1/listenKey")
        assert renewed.json()["code"] == -1125
        again = control.send("POST", "actor/expire-listen-key")
        assert again.json()["code"] == -1125


async def test_any_call_is_made_as_the_owner(practice: PracticeProcess, control: Control) -> None:
    params = {**MARKET, "type": "STOP_MARKET", "algoType": "CONDITIONAL", "triggerPrice": "90000"}
    fields: dict[str, Any] = {"market": "futures", "path": "/fapi/v1/algoOrder", "params": params}
    async with PracticeClient(practice.ready, "futures") as client, futures_events(client) as told:
        placed = control.call("POST", "actor/request", method="POST", **fields)
        assert (await told.next("ALGO_UPDATE"))["o"]["aid"] == placed["algoId"]
        (waiting,) = await client.call("GET", "/fapi/v1/openAlgoOrders", symbol=BTC)
        assert waiting["algoId"] == placed["algoId"]


@pytest.mark.parametrize(
    ("call", "fields", "start"),
    [
        ("actor/order", {}, "market must be one of spot, futures; it is missing."),
        ("actor/order", {"market": "spot", "from": "fax"}, "from must be one of web, ios,"),
        ("actor/order", {"market": "spot"}, "Mandatory parameter 'type' was not sent"),
        ("actor/leverage", {"market": "spot"}, 'market must be one of futures, not "spot".'),
        ("actor/leverage", {"symbol": "NONE", "leverage": 5}, "Invalid symbol."),
        ("actor/liquidate", {"symbol": BTC}, "Position is not sufficient."),
        ("actor/liquidate", {"symbol": BTC, "positionSide": 1}, "positionSide must be one of BOTH"),
        ("actor/request", {"market": "spot", "path": "/x"}, "path must be one of "),
        (
            "actor/request",
            {"market": "spot", "path": "/api/v3/order"},
            "method must be one of ",
        ),
        (
            "actor/request",
            {"market": "spot", "path": "/api/v3/account", "params": []},
            "params must be an object",
        ),
    ],
)
def test_bad_acts_are_refused(
    control: Control, call: str, fields: dict[str, Any], start: str
) -> None:
    response = control.send("POST", call, **fields)
    assert response.status_code == 400
    assert response.json()["msg"].startswith(start)
