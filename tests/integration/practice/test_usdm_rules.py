"""Rules of futures over real sockets, in a market that stands still unless it is stepped."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient, ask
from tests.helpers.practice_control import Control
from tests.helpers.user_events import UserEvents, futures_events

BTC = "BTCUSDT"
V1 = "/fapi/v1"
ORDER = f"{V1}/order"
MARKET = {"symbol": BTC, "type": "MARKET", "quantity": "0.010"}
LIMIT = {"symbol": BTC, "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.010"}
STOP = {"algoType": "CONDITIONAL", "symbol": BTC, "type": "STOP_MARKET"}
TEN_MINUTES_MS = 600_000


@pytest.fixture
def control(practice: PracticeProcess) -> Iterator[Control]:
    face = Control(practice.ready)
    face.call("POST", "pause")
    face.call("POST", "reset-account")
    yield face
    face.close()


@asynccontextmanager
async def opened(
    practice: PracticeProcess,
) -> AsyncIterator[tuple[PracticeClient, UserEvents]]:
    async with PracticeClient(practice.ready, "futures") as client, futures_events(client) as told:
        yield client, told


async def price(client: PracticeClient, factor: str) -> str:
    ticker = await client.get("/fapi/v2/ticker/price", symbol=BTC)
    return format(
        Decimal(ticker["price"]) * Decimal(factor) // Decimal("0.1") * Decimal("0.1"), "f"
    )


async def code_of(client: PracticeClient, path: str, **params: Any) -> int:
    response = await client.send("POST", path, **params)
    assert response.status_code == 400, response.text
    code: int = response.json()["code"]
    return code


async def until_triggered(client: PracticeClient, control: Control, waiting: int) -> None:
    """Let the market live until fewer conditional orders wait."""
    for _ in range(1_000):
        control.call("POST", "step", ms=500)
        if len(await client.call("GET", f"{V1}/openAlgoOrders", symbol=BTC)) < waiting:
            return
    raise AssertionError("the price has not come to any trigger")


async def kinds(told: UserEvents, last: str) -> list[str]:
    """Return what comes until an event of a kind, as kind and state."""
    found: list[str] = []
    while not found or found[-1] != last:
        event = json.loads(await told.socket.recv())
        found.append(" ".join([event["e"], event.get("o", {}).get("X", "")]).strip())
    return found


async def test_hedge_mode_from_end_to_end(practice: PracticeProcess, control: Control) -> None:
    async with opened(practice) as (client, told):
        await client.call("POST", f"{V1}/positionSide/dual", dualSidePosition="true")
        long, short = {"positionSide": "LONG"}, {"positionSide": "SHORT"}
        await client.call("POST", ORDER, side="BUY", **MARKET, **long)
        await client.call("POST", ORDER, side="SELL", **{**MARKET, "quantity": "0.020"}, **short)
        for amounts in (["0.01", "0"], ["0.01", "-0.02"]):
            event = await told.next("ACCOUNT_UPDATE")
            assert [(row["ps"], row["pa"]) for row in event["a"]["P"]] == list(
                zip(["LONG", "SHORT"], amounts, strict=True)
            )
        assert await code_of(client, ORDER, side="BUY", **MARKET) == -4061
        assert (
            await code_of(client, ORDER, side="SELL", reduceOnly="true", **MARKET, **long) == -1106
        )
        assert await code_of(client, f"{V1}/positionSide/dual", dualSidePosition="false") == -4068
        rows = await client.call("GET", "/fapi/v3/positionRisk", symbol=BTC)
        assert [(row["positionSide"], row["positionAmt"]) for row in rows] == [
            ("LONG", "0.010"),
            ("SHORT", "-0.020"),
        ]
        assert rows[0]["liquidationPrice"] == rows[1]["liquidationPrice"]
        close = await client.call("POST", ORDER, side="SELL", **{**MARKET, "quantity": "1"}, **long)
        assert (close["origQty"], close["reduceOnly"]) == ("0.010", True)
        await client.call("POST", ORDER, side="BUY", **{**MARKET, "quantity": "0.020"}, **short)
        assert await client.call("GET", "/fapi/v3/positionRisk") == []
        await client.call("POST", f"{V1}/positionSide/dual", dualSidePosition="false")
        trades = await client.call("GET", f"{V1}/userTrades", symbol=BTC)
        assert {row["positionSide"] for row in trades} == {"LONG", "SHORT"}


async def test_a_trigger_its_child_and_its_end_are_told_in_order(
    practice: PracticeProcess, control: Control
) -> None:
    async with opened(practice) as (client, told):
        await client.call("POST", ORDER, side="BUY", **MARKET)
        await told.next("ACCOUNT_UPDATE")
        for trigger, side in (
            (await price(client, "1.0001"), "BUY"),
            (await price(client, "0.9999"), "SELL"),
        ):
            await client.call(
                "POST",
                f"{V1}/algoOrder",
                side=side,
                triggerPrice=trigger,
                quantity="0.010",
                clientAlgoId=side,
                **STOP,
            )
            await told.next("ALGO_UPDATE")
        await until_triggered(client, control, 2)
        chain = await kinds(told, "ALGO_UPDATE FINISHED")
        # A thin level makes it fill in parts, each with the same events.
        parts = ("TRADE_LITE", "ORDER_TRADE_UPDATE PARTIALLY_FILLED", "ACCOUNT_UPDATE")
        assert [each for each in chain if each not in parts] == [
            "ALGO_UPDATE TRIGGERING",
            "ORDER_TRADE_UPDATE NEW",
            "ORDER_TRADE_UPDATE FILLED",
            "ALGO_UPDATE TRIGGERED",
            "ALGO_UPDATE FINISHED",
        ]
        filled = chain.index("ORDER_TRADE_UPDATE FILLED")
        assert (chain[2], chain[filled - 1]) == ("TRADE_LITE", "TRADE_LITE")
        assert chain[filled + 1] == "ACCOUNT_UPDATE"
        (done, *_rest) = [
            row
            for row in await client.call("GET", f"{V1}/allAlgoOrders", symbol=BTC)
            if row["algoStatus"] == "FINISHED"
        ]
        child = await client.call("GET", ORDER, symbol=BTC, orderId=done["actualOrderId"])
        assert (child["clientOrderId"], child["type"]) == (done["clientAlgoId"], "MARKET")
        assert Decimal(child["avgPrice"]) == Decimal(done["actualPrice"])


async def test_a_child_that_the_engine_refuses_is_told(
    practice: PracticeProcess, control: Control
) -> None:
    async with opened(practice) as (client, told):
        for side, factor in (("BUY", "1.0001"), ("SELL", "0.9999")):
            trigger = await price(client, factor)
            await client.call(
                "POST", f"{V1}/algoOrder", side=side, triggerPrice=trigger, quantity="9", **STOP
            )
            await told.next("ALGO_UPDATE")
        await until_triggered(client, control, 2)
        assert (await told.next("ALGO_UPDATE"))["o"]["X"] == "TRIGGERING"
        rejected = (await told.next("ALGO_UPDATE"))["o"]
        assert (rejected["X"], rejected["rm"], rejected["ai"]) == (
            "REJECTED",
            "Margin is insufficient.",
            "",
        )
        assert await client.call("GET", f"{V1}/allOrders", symbol=BTC) == []


async def test_one_closing_stop_takes_the_position_of_that_moment(
    practice: PracticeProcess, control: Control
) -> None:
    async with opened(practice) as (client, _told):
        closing = {**STOP, "side": "SELL", "closePosition": "true", "workingType": "MARK_PRICE"}
        low = await price(client, "0.99")
        path = f"{V1}/algoOrder"
        first = await client.call("POST", path, triggerPrice=low, **closing)
        assert (first["closePosition"], first["reduceOnly"], first["quantity"]) == (
            True,
            True,
            "0.000",
        )
        assert await code_of(client, path, triggerPrice=low, **closing) == -4130
        assert await code_of(client, path, triggerPrice=low, quantity="1", **closing) == -4137
        limit = {**closing, "type": "STOP", "price": low}
        assert await code_of(client, path, triggerPrice=low, **limit) == -4136
        profit = {**closing, "type": "TAKE_PROFIT_MARKET"}
        high = await price(client, "1.01")
        await client.call("POST", path, triggerPrice=high, **profit)
        assert len(await client.call("GET", f"{V1}/openAlgoOrders", symbol=BTC)) == 2
        await client.call("DELETE", f"{V1}/algoOpenOrders", symbol=BTC)
        assert await client.call("GET", f"{V1}/openAlgoOrders", symbol=BTC) == []


async def test_dates_are_checked_and_countdowns_end_orders_in_market_time(
    practice: PracticeProcess, control: Control
) -> None:
    async with opened(practice) as (client, told):
        now_ms = control.call("GET", "status")["markets"]["futures"]["time"]
        low = await price(client, "0.97")
        until = {**LIMIT, "side": "BUY", "price": low, "timeInForce": "GTD"}
        assert await code_of(client, ORDER, goodTillDate=now_ms + TEN_MINUTES_MS, **until) == -5040
        date_ms = now_ms + TEN_MINUTES_MS + 2_000
        dated = await client.call("POST", ORDER, goodTillDate=date_ms, **until)
        assert dated["goodTillDate"] == date_ms - date_ms % 1_000
        event = (await told.next("ORDER_TRADE_UPDATE"))["o"]
        assert (event["f"], event["gtd"]) == ("GTD", dated["goodTillDate"])
        countdown = f"{V1}/countdownCancelAll"
        for _ in ("started", "renewed"):
            await client.call("POST", countdown, symbol=BTC, countdownTime=1_000)
            control.call("POST", "step", ms=900)
        assert len(await client.call("GET", f"{V1}/openOrders")) == 1
        control.call("POST", "step", ms=100)
        cancelled = (await told.next("ORDER_TRADE_UPDATE"))["o"]
        assert (cancelled["i"], cancelled["X"]) == (dated["orderId"], "CANCELED")
        assert await client.call("GET", f"{V1}/openOrders") == []


@pytest.mark.parametrize(
    ("match", "side", "column", "level"),
    [
        ("OPPONENT", "SELL", "bids", 0),
        ("QUEUE", "BUY", "bids", 0),
        ("QUEUE_5", "BUY", "bids", 4),
        ("QUEUE_10", "SELL", "asks", 9),
    ],
)
async def test_an_order_takes_the_price_of_a_level(
    practice: PracticeProcess, control: Control, match: str, side: str, column: str, level: int
) -> None:
    async with opened(practice) as (client, _told):
        book = await client.get(f"{V1}/depth", symbol=BTC, limit=20)
        order = {**LIMIT, "side": side, "priceMatch": match}
        placed = await client.call("POST", ORDER, **order)
        assert (placed["price"], placed["priceMatch"]) == (book[column][level][0], match)
        refused = await client.send("POST", ORDER, price="1", **order)
        assert refused.json()["code"] == -1106


async def test_a_changed_order_keeps_its_id_and_says_what_changed(
    practice: PracticeProcess, control: Control
) -> None:
    async with opened(practice) as (client, told):
        low, lower = await price(client, "0.97"), await price(client, "0.96")
        placed = await client.call("POST", ORDER, side="BUY", price=low, **LIMIT)
        ids = {"symbol": BTC, "side": "BUY", "orderId": placed["orderId"]}
        await client.call("PUT", ORDER, quantity="0.020", price=lower, modifyId=7, **ids)
        await told.next("ORDER_TRADE_UPDATE")
        event = (await told.next("ORDER_TRADE_UPDATE"))["o"]
        assert (event["x"], event["X"], event["M"]) == ("AMENDMENT", "NEW", "7")
        assert (event["q"], Decimal(event["p"]), event["V"]) == ("0.02", Decimal(lower), "NONE")
        same = await client.send("PUT", ORDER, quantity="0.020", price=lower, **ids)
        assert same.json()["code"] == -5027
        wrong = await client.send(
            "PUT", ORDER, quantity="0.030", price=lower, reduceOnly="true", **ids
        )
        assert wrong.json()["code"] == -5047
        (row,) = await client.call(
            "GET", f"{V1}/orderAmendment", symbol=BTC, orderId=ids["orderId"]
        )
        assert row["amendment"]["origQty"] == {"before": "0.010", "after": "0.020"}


async def test_a_batch_answers_in_place_and_counts_as_a_batch(
    practice: PracticeProcess, control: Control
) -> None:
    async with opened(practice) as (client, _told):
        low = await price(client, "0.97")
        good = {**LIMIT, "side": "BUY", "price": low}
        rows = [good, {**good, "quantity": "0.0001"}, {**good, "symbol": "NONE"}, good]
        before = await client.send("POST", ORDER, **good)
        response = await client.send("POST", f"{V1}/batchOrders", batchOrders=json.dumps(rows))
        answers = response.json()
        assert [row.get("code") or row["status"] for row in answers] == ["NEW", -1111, -1121, "NEW"]
        minute, burst = (
            [int(one.headers[f"X-MBX-ORDER-COUNT-{window}"]) for one in (before, response)]
            for window in ("1M", "10S")
        )
        # A window may end between the two requests.
        assert minute[1] in (minute[0] + 1, 1)
        assert burst[1] in (burst[0] + 5, 5)
        ids = json.dumps([answers[0]["orderId"], 1])
        gone = await client.call("DELETE", f"{V1}/batchOrders", symbol=BTC, orderIdList=ids)
        assert gone[1] == {"code": -2011, "msg": "Unknown order sent."}
        many = json.dumps(list(range(1, 12)))
        too_many = await client.send("DELETE", f"{V1}/batchOrders", symbol=BTC, orderIdList=many)
        assert too_many.json()["code"] == -4032


async def test_isolated_settings_hold_while_they_back_something(
    practice: PracticeProcess, control: Control
) -> None:
    async with opened(practice) as (client, _told):
        low = await price(client, "0.97")
        resting = await client.call("POST", ORDER, side="BUY", price=low, **LIMIT)
        kind, leverage = f"{V1}/marginType", f"{V1}/leverage"
        assert await code_of(client, kind, symbol=BTC, marginType="ISOLATED") == -4047
        await client.call("DELETE", ORDER, symbol=BTC, orderId=resting["orderId"])
        await client.call("POST", kind, symbol=BTC, marginType="ISOLATED")
        await client.call("POST", ORDER, side="BUY", **MARKET)
        assert await code_of(client, kind, symbol=BTC, marginType="CROSSED") == -4048
        assert await code_of(client, leverage, symbol=BTC, leverage=10) == -4161
        raised = await client.call("POST", leverage, symbol=BTC, leverage=50)
        assert raised["leverage"] == 50
        margin = f"{V1}/positionMargin"
        assert await code_of(client, margin, symbol=BTC, amount="1000000", type=1) == -4050
        assert await code_of(client, margin, symbol=BTC, amount="1000000", type=2) == -4051
        await client.call("POST", margin, symbol=BTC, amount="5", type=1)
        await client.call("POST", margin, symbol=BTC, amount="2.5", type=2)
        rows = await client.call("GET", f"{margin}/history", symbol=BTC)
        assert [(row["type"], row["amount"]) for row in rows] == [(1, "5"), (2, "2.5")]
        await client.call("POST", ORDER, side="SELL", reduceOnly="true", **MARKET)
        assert await code_of(client, margin, symbol=BTC, amount="1", type=1) == -4054
        await client.call("POST", kind, symbol=BTC, marginType="CROSSED")


async def test_reduce_only_orders_share_the_position(
    practice: PracticeProcess, control: Control
) -> None:
    async with opened(practice) as (client, told):
        reducing = {**LIMIT, "side": "SELL", "reduceOnly": "true"}
        high, higher = await price(client, "1.02"), await price(client, "1.03")
        assert await code_of(client, ORDER, price=high, **reducing) == -2022
        await client.call("POST", ORDER, side="BUY", **MARKET)
        far = await client.call("POST", ORDER, price=higher, **{**reducing, "quantity": "5"})
        assert far["origQty"] == "0.010"
        assert await code_of(client, ORDER, price=higher, **reducing) == -2022
        near = await client.call("POST", ORDER, price=high, **{**reducing, "quantity": "0.004"})
        knocked_out: dict[str, Any] = {}
        while knocked_out.get("X") != "EXPIRED":
            knocked_out = (await told.next("ORDER_TRADE_UPDATE"))["o"]
        assert (knocked_out["i"], knocked_out["er"]) == (far["orderId"], "4")
        rest = await client.call("POST", ORDER, price=higher, **reducing)
        assert rest["origQty"] == "0.006"
        await client.call("POST", ORDER, side="SELL", reduceOnly="true", **MARKET)
        assert await client.call("GET", f"{V1}/openOrders") == []
        for placed in (near, rest):
            one = await client.call("GET", ORDER, symbol=BTC, orderId=placed["orderId"])
            assert one["status"] == "EXPIRED"


async def test_an_order_that_the_exchange_ends_expires_without_a_digit(
    practice: PracticeProcess, control: Control
) -> None:
    async with opened(practice) as (client, told):
        low = await price(client, "0.97")
        placed = await client.call("POST", ORDER, side="BUY", price=low, **LIMIT)
        ids = {"market": "futures", "symbol": BTC, "orderId": placed["orderId"]}
        control.call("POST", "actor/admin-cancel", **ids)
        ended: dict[str, Any] = {}
        while ended.get("X") != "EXPIRED":
            ended = (await told.next("ORDER_TRADE_UPDATE"))["o"]
        assert (ended["i"], ended["x"], ended["er"]) == (placed["orderId"], "EXPIRED", "0")


async def test_the_web_socket_api_counts_with_rest(
    practice: PracticeProcess, control: Control
) -> None:
    async with opened(practice) as (client, _told):
        order = {**LIMIT, "side": "BUY", "price": await price(client, "0.97")}
        before = await client.send("POST", ORDER, **order)
        async with client.ws_api() as socket:
            reply = await ask(socket, "order.place", client.signed(**order))
        counts = {
            (one["rateLimitType"], one["interval"]): one["count"] for one in reply["rateLimits"]
        }
        assert counts["ORDERS", "MINUTE"] in (1, int(before.headers["X-MBX-ORDER-COUNT-1M"]) + 1)
