"""Every kind of spot order and every change of one, over REST and over the WebSocket API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient, subscribe
from tests.helpers.practice_control import Control
from tests.helpers.spot_faces import At, Refusal, SpotFaceClient

Ready = dict[str, Any]
LIMIT = {"type": "LIMIT", "timeInForce": "GTC", "side": "BUY", "quantity": "0.01"}
RESTING = {**LIMIT, "price": At("0.95")}
STOP = {"type": "STOP_LOSS_LIMIT", "timeInForce": "GTC", "side": "SELL", "quantity": "0.01"}
TOO_MUCH = {**LIMIT, "side": "SELL", "quantity": "150", "price": At("0.6")}
ZERO = "0.00000000"


@pytest.fixture(scope="module")
def ready() -> Iterator[Ready]:
    with PracticeProcess(seed=11, profile="testnet-like", limit_factor=100) as practice:
        control = Control(practice.ready)
        control.call("POST", "pause")
        for asset, amount in (("BTC", "100"), ("USDT", "100000000")):
            control.call("POST", "deposit", market="spot", asset=asset, amount=amount)
        yield practice.ready
        control.close()


@pytest.fixture(params=["REST", "WebSocket"])
def face(request: pytest.FixtureRequest) -> str:
    """Name the face that is called."""
    return str(request.param)


@asynccontextmanager
async def open_desk(ready: Ready, face: str) -> AsyncIterator[SpotFaceClient]:
    """Trade over one face, with the user events at hand."""
    async with (
        PracticeClient(ready, "spot") as client,
        client.ws_api() as events,
        client.ws_api() as calls,
    ):
        await subscribe(events, client)
        book = await client.get("/api/v3/ticker/bookTicker", symbol="BTCUSDT")
        used = calls if face == "WebSocket" else None
        yield SpotFaceClient(client, events, used, Decimal(book["bidPrice"]))
        await client.send("DELETE", "/api/v3/openOrders", symbol="BTCUSDT")


# What is asked; what the answer in full holds; what the first event holds.
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "limit": (RESTING, {"status": "NEW", "fills": []}, {"w": True, "F": ZERO, "r": "NONE"}),
    "iceberg": (
        {**RESTING, "icebergQty": "0.001"},
        {"icebergQty": "0.00100000"},
        {"F": "0.00100000"},
    ),
    "maker": (
        {"type": "LIMIT_MAKER", "side": "SELL", "quantity": "0.01", "price": At("1.05")},
        {"timeInForce": "GTC"},
        {"o": "LIMIT_MAKER", "w": True},
    ),
    "pegged": (
        {
            **LIMIT,
            "pegPriceType": "PRIMARY_PEG",
            "pegOffsetType": "PRICE_LEVEL",
            "pegOffsetValue": 3,
        },
        {"price": ZERO, "pegPriceType": "PRIMARY_PEG", "pegOffsetValue": 3},
        {"gP": "PRIMARY_PEG", "gOT": "PRICE_LEVEL", "gOV": 3},
    ),
    "strategy": (
        {**RESTING, "strategyId": 5, "strategyType": 1_000_000},
        {"strategyId": 5},
        {"j": 5},
    ),
    "prevention": (
        {**RESTING, "selfTradePreventionMode": "DECREMENT"},
        {"selfTradePreventionMode": "DECREMENT"},
        {"V": "DECREMENT"},
    ),
    "stop limit": (
        {**STOP, "stopPrice": At("0.97"), "price": At("0.96")},
        {"workingTime": -1, "status": "NEW"},
        {"w": False, "o": "STOP_LOSS_LIMIT"},
    ),
    "stop": (
        {"type": "STOP_LOSS", "side": "BUY", "quantity": "0.01", "stopPrice": At("1.03")},
        {"workingTime": -1, "price": ZERO},
        {"w": False, "p": ZERO},
    ),
    "profit limit": (
        {**STOP, "type": "TAKE_PROFIT_LIMIT", "stopPrice": At("1.03"), "price": At("1.02")},
        {"workingTime": -1},
        {"w": False},
    ),
    "profit": (
        {"type": "TAKE_PROFIT", "side": "SELL", "quantity": "0.01", "stopPrice": At("1.03")},
        {"workingTime": -1},
        {"o": "TAKE_PROFIT"},
    ),
    "trailing": (
        {"type": "STOP_LOSS", "side": "SELL", "quantity": "0.01", "trailingDelta": 100},
        {"trailingDelta": 100},
        {"d": 100, "P": ZERO},
    ),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_an_order_that_waits_is_answered_told_found_and_cancelled(
    ready: Ready, face: str, kind: str
) -> None:
    async with open_desk(ready, face) as desk:
        asked, answered, told = KINDS[kind]
        placed = await desk.call("order.place", **asked, newOrderRespType="FULL")
        assert {key: placed.get(key) for key in answered} == answered
        report = await desk.told(x="NEW", i=placed["orderId"])
        assert {key: report.get(key) for key in told} == told
        assert report["c"] == placed["clientOrderId"]
        found = await desk.call("order.status", orderId=placed["orderId"])
        assert (found["status"], found["origQty"]) == ("NEW", "0.01000000")
        assert found["isWorking"] is (placed["workingTime"] >= 0)
        cancelled = await desk.call("order.cancel", origClientOrderId=placed["clientOrderId"])
        assert cancelled["origClientOrderId"] == placed["clientOrderId"]
        report = await desk.told(x="CANCELED", i=placed["orderId"])
        assert (report["C"], report["c"]) == (placed["clientOrderId"], cancelled["clientOrderId"])


@pytest.mark.parametrize(
    ("asked", "status", "reason"),
    [
        ({"type": "MARKET", "side": "BUY", "quantity": "0.001"}, "FILLED", None),
        ({"type": "MARKET", "side": "BUY", "quoteOrderQty": "50"}, "FILLED", None),
        (
            {**LIMIT, "side": "SELL", "timeInForce": "IOC", "price": At("1.05")},
            "EXPIRED",
            "UNFILLED_IOC_QUANTITY_EXPIRED",
        ),
        (
            {**LIMIT, "side": "SELL", "timeInForce": "FOK", "price": At("1.05")},
            "EXPIRED",
            "UNFILLED_FOK_ORDER_EXPIRED",
        ),
    ],
)
async def test_an_order_that_ends_at_once_says_how(
    ready: Ready, face: str, asked: dict[str, Any], status: str, reason: str | None
) -> None:
    async with open_desk(ready, face) as desk:
        placed = await desk.call("order.place", **asked)
        assert (placed["status"], placed.get("expiryReason")) == (status, reason)
        report = await desk.told(X=status, i=placed["orderId"])
        assert (report["z"], report["Z"]) == (placed["executedQty"], placed["cummulativeQuoteQty"])
        assert report.get("eR") == reason


async def test_an_order_is_only_tested(ready: Ready, face: str) -> None:
    async with open_desk(ready, face) as desk:
        assert await desk.call("order.test", **RESTING) == {}
        rates = await desk.call("order.test", **RESTING, computeCommissionRates="true")
        assert set(rates) >= {"standardCommissionForOrder", "taxCommissionForOrder", "discount"}
        refusal = await desk.attempt("order.test", **TOO_MUCH)
        assert (refusal.status, refusal.code) == (400, -2010)
        assert await desk.call("openOrders.status") == []


async def test_an_order_is_replaced(ready: Ready, face: str) -> None:
    async with open_desk(ready, face) as desk:
        old = await desk.call("order.place", **RESTING, newClientOrderId="one")
        answer = await desk.call(
            "order.cancelReplace",
            cancelReplaceMode="STOP_ON_FAILURE",
            cancelOrigClientOrderId="one",
            cancelNewClientOrderId="cancelling",
            newClientOrderId="one",
            **{**RESTING, "price": At("0.94")},
        )
        assert (answer["cancelResult"], answer["newOrderResult"]) == ("SUCCESS", "SUCCESS")
        cancelled, new = answer["cancelResponse"], answer["newOrderResponse"]
        assert (cancelled["orderId"], cancelled["status"]) == (old["orderId"], "CANCELED")
        assert (cancelled["origClientOrderId"], cancelled["clientOrderId"]) == ("one", "cancelling")
        assert (new["clientOrderId"], new["status"], new["fills"]) == ("one", "NEW", [])
        await desk.told(x="CANCELED", c="cancelling", C="one")
        await desk.told(x="NEW", i=new["orderId"], c="one")


@pytest.mark.parametrize(
    ("mode", "cancel", "new", "status", "code", "results"),
    [
        ("STOP_ON_FAILURE", "none", RESTING, 400, -2022, ("FAILURE", "NOT_ATTEMPTED")),
        ("ALLOW_FAILURE", "none", RESTING, 409, -2021, ("FAILURE", "SUCCESS")),
        ("ALLOW_FAILURE", "none", TOO_MUCH, 400, -2022, ("FAILURE", "FAILURE")),
        ("STOP_ON_FAILURE", "old", TOO_MUCH, 409, -2021, ("SUCCESS", "FAILURE")),
        ("ALLOW_FAILURE", "old", TOO_MUCH, 409, -2021, ("SUCCESS", "FAILURE")),
    ],
)
async def test_a_replacement_that_fails_says_which_half(
    ready: Ready,
    face: str,
    mode: str,
    cancel: str,
    new: dict[str, Any],
    status: int,
    code: int,
    results: tuple[str, str],
) -> None:
    async with open_desk(ready, face) as desk:
        await desk.call("order.place", **RESTING, newClientOrderId="old")
        refusal = await desk.attempt(
            "order.cancelReplace", cancelReplaceMode=mode, cancelOrigClientOrderId=cancel, **new
        )
        assert (refusal.status, refusal.code) == (status, code)
        data = refusal.data
        assert (data["cancelResult"], data["newOrderResult"]) == results
        unknown = {"code": -2011, "msg": "Unknown order sent."}
        poor = "Account has insufficient balance for requested action."
        assert data["cancelResponse"] == unknown or data["cancelResponse"]["status"] == "CANCELED"
        match results[1]:
            case "NOT_ATTEMPTED":
                assert data["newOrderResponse"] is None
            case "FAILURE":
                assert data["newOrderResponse"] == {"code": -2010, "msg": poor}
            case _:
                assert data["newOrderResponse"]["status"] == "NEW"
        if results == ("SUCCESS", "FAILURE"):
            report = await desk.told(x="REJECTED")
            assert (report["X"], report["r"]) == ("REJECTED", "INSUFFICIENT_BALANCES")


async def test_what_no_cancel_mends_is_refused_before_it(ready: Ready, face: str) -> None:
    async with open_desk(ready, face) as desk:
        old = await desk.call("order.place", **RESTING)
        ids = {"cancelOrderId": old["orderId"], "cancelReplaceMode": "ALLOW_FAILURE"}
        for more, code in (
            ({"quantity": "0.0000001"}, -1013),
            ({"cancelReplaceMode": "x"}, -1130),
            ({"cancelRestrictions": "x"}, -1145),
        ):
            refusal = await desk.attempt("order.cancelReplace", **{**RESTING, **ids, **more})
            assert (refusal.code, refusal.data) == (code, None)
        partly = {
            "cancelRestrictions": "ONLY_PARTIALLY_FILLED",
            **ids,
            "cancelReplaceMode": "STOP_ON_FAILURE",
        }
        refusal = await desk.attempt("order.cancelReplace", **RESTING, **partly)
        text = "Order was not canceled due to cancel restrictions."
        assert refusal.data["cancelResponse"] == {"code": -2011, "msg": text}
        assert len(await desk.call("openOrders.status")) == 1


async def test_an_order_is_amended_and_its_history_told(ready: Ready, face: str) -> None:
    async with open_desk(ready, face) as desk:
        placed = await desk.call("order.place", **RESTING, newClientOrderId="first")
        answer = await desk.call(
            "order.amend.keepPriority",
            origClientOrderId="first",
            newQty="0.004",
            newClientOrderId="second",
        )
        amended = answer["amendedOrder"]
        assert (amended["origClientOrderId"], amended["clientOrderId"]) == ("first", "second")
        assert (amended["qty"], amended["status"]) == ("0.00400000", "NEW")
        assert amended["workingTime"] == placed["workingTime"]
        report = await desk.told(x="REPLACED", i=placed["orderId"])
        assert (report["I"], report["q"], report["X"]) == (
            answer["executionId"],
            "0.00400000",
            "NEW",
        )
        assert (report["C"], report["c"], report["w"]) == ("first", "second", True)
        rows = await desk.call("order.amendments", orderId=placed["orderId"])
        assert [(row["origQty"], row["newQty"]) for row in rows] == [("0.01000000", "0.00400000")]
        found = await desk.call("order.status", origClientOrderId="second")
        assert found["origQty"] == "0.00400000"
        more = await desk.attempt("order.amend.keepPriority", orderId=placed["orderId"], newQty="1")
        assert more == Refusal(
            400, -2038, "Order amend (quantity increase) is not supported.", None
        )
        other = await desk.attempt("order.status", orderId=placed["orderId"], origClientOrderId="x")
        assert other.code == -2039


async def test_what_the_account_may_do_is_told(ready: Ready, face: str) -> None:
    async with open_desk(ready, face) as desk:
        filters = await desk.call("myFilters")
        assert filters["exchangeFilters"] == []
        asset = {"filterType": "MAX_ASSET", "asset": "JPY", "limit": "1000000.00000000"}
        assert filters["assetFilters"] == [asset]
        lists = {"filterType": "MAX_NUM_ORDER_LISTS", "maxNumOrderLists": 20}
        assert lists in filters["symbolFilters"]
        assert all(row["filterType"].startswith("MAX_") for row in filters["symbolFilters"])


async def test_no_symbol_has_smart_order_routing(ready: Ready, face: str) -> None:
    async with open_desk(ready, face) as desk:
        assert await desk.call("myAllocations") == []
        for method in ("sor.order.place", "sor.order.test"):
            refusal = await desk.attempt(method, **RESTING)
            assert refusal.message == "SOR orders are not supported for this symbol."
        assert (await desk.attempt("sor.order.place", **KINDS["maker"][0])).code == -1116


async def test_a_prevented_match_is_told_and_listed(ready: Ready, face: str) -> None:
    async with open_desk(ready, face) as desk:
        maker = await desk.call("order.place", **{**LIMIT, "price": At("1")})
        taker = await desk.call(
            "order.place",
            **{
                **LIMIT,
                "side": "SELL",
                "quantity": "50",  # more than stands before the maker
                "price": At("1"),
                "selfTradePreventionMode": "EXPIRE_TAKER",
            },
            newOrderRespType="FULL",
        )
        assert (maker["status"], taker["status"]) == ("NEW", "EXPIRED_IN_MATCH")
        match_id = taker["preventedMatches"][0]["preventedMatchId"]
        report = await desk.told(x="TRADE_PREVENTION", i=taker["orderId"])
        assert (report["v"], report["U"], report["l"]) == (match_id, maker["orderId"], ZERO)
        for wanted in ({"preventedMatchId": match_id}, {"orderId": maker["orderId"]}):
            rows = await desk.call("myPreventedMatches", **wanted)
            assert [row["takerOrderId"] for row in rows] == [taker["orderId"]]


async def test_a_taker_stops_at_the_price_range(ready: Ready, face: str) -> None:
    async with open_desk(ready, face) as desk:
        ruled = await desk.call("executionRules")
        assert [row["ruleType"] for row in ruled["symbolRules"][0]["rules"]] == ["PRICE_RANGE"]
        await desk.call("order.place", **{**LIMIT, "side": "SELL", "price": At("1.2")})
        # All that everybody else offers: what comes next is the account's own, too far away.
        placed = {"status": "FILLED"}
        while placed["status"] == "FILLED":
            placed = await desk.call("order.place", type="MARKET", side="BUY", quantity="119")
        assert Decimal(placed["executedQty"]) < 119
        reason = "EXECUTION_RULE_PRICE_RANGE_EXCEEDED"
        assert (placed["status"], placed["expiryReason"]) == ("EXPIRED", reason)
        assert (await desk.told(x="EXPIRED", i=placed["orderId"]))["eR"] == reason
