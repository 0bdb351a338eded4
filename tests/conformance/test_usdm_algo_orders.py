"""Binance's own USDⓈ-M client drives every type of conditional order from placing to its child."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance.conftest import Opener
from tests.helpers.answers import amount, differences, fields
from tests.helpers.foreign_client import ForeignError
from tests.helpers.practice_control import Control
from tests.helpers.stopped_desk import SYMBOL, At, StoppedDesk

PLACE = "rest_api.new_algo_order"
PLACES = [PLACE, "websocket_api.new_algo_order"]
CANCELS = ["rest_api.cancel_algo_order", "websocket_api.cancel_algo_order"]
ONE = {"symbol": SYMBOL}
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "stop": (
        {"type": "STOP", "trigger_price": At("1.02"), "price": At("1.03")},
        {"orderType": "STOP", "price": amount, "triggerPrice": amount},
    ),
    "stop market": (
        {"type": "STOP_MARKET", "trigger_price": At("1.02"), "working_type": "MARK_PRICE"},
        {"orderType": "STOP_MARKET", "workingType": "MARK_PRICE"},
    ),
    "take profit": (
        {"type": "TAKE_PROFIT", "trigger_price": At("0.98"), "price": At("0.97")},
        {"orderType": "TAKE_PROFIT"},
    ),
    "take profit market": (
        {"type": "TAKE_PROFIT_MARKET", "trigger_price": At("0.98"), "price_protect": "TRUE"},
        {"orderType": "TAKE_PROFIT_MARKET", "priceProtect": True},
    ),
    "trailing stop": (
        {"type": "TRAILING_STOP_MARKET", "callback_rate": 1.5, "activate_price": At("0.98")},
        {"orderType": "TRAILING_STOP_MARKET"},
    ),
    "close position": (
        {
            "type": "STOP_MARKET",
            "side": "SELL",
            "trigger_price": At("0.97"),
            "quantity": None,
            "close_position": "true",
        },
        {"closePosition": True},
    ),
    "own id": (
        {"type": "STOP_MARKET", "trigger_price": At("1.02"), "client_algo_id": "my-stop"},
        {"clientAlgoId": "my-stop"},
    ),
}
WAITING = {
    "symbol": SYMBOL,
    "algoId": int,
    "clientAlgoId": str,
    "algoType": "CONDITIONAL",
    "algoStatus": "NEW",
    "timeInForce": "GTC",
    "positionSide": "BOTH",
    "side": str,
    **fields(amount, "triggerPrice price"),
    **fields(bool, "closePosition priceProtect reduceOnly"),
    **fields(int, "createTime updateTime triggerTime goodTillDate"),
}


@pytest.fixture(scope="module")
def desk(opened: Opener, control: Control) -> StoppedDesk:
    client = opened("usdm", "binance_sdk.py", "usdm")
    key = client.call("websocket_api.start_user_data_stream")["result"]["listenKey"]
    client.listen("user", "websocket_streams.user_data", listenKey=key)
    control.call("POST", "pause")
    return StoppedDesk(client, "rest_api.order_book", PLACE, algo_type="CONDITIONAL", quantity=0.01)


@pytest.fixture(autouse=True)
def clean(desk: StoppedDesk) -> Iterator[None]:
    """Leave no order to the next test."""
    yield
    desk.ask("rest_api.cancel_all_algo_open_orders", **ONE)
    desk.ask("rest_api.cancel_all_open_orders", **ONE)


def told(desk: StoppedDesk, algo_id: int, **wanted: Any) -> Any:
    """Return the order of an algo event that holds these letters."""
    return desk.told("AlgoUpdate", o={"aid": algo_id, **wanted})["o"]


def trade(desk: StoppedDesk, side: str) -> None:
    """Move the last price to the other side's best price."""
    order = {"side": side, "type": "MARKET", "quantity": 0.002}
    desk.ask("rest_api.new_order", **ONE, **order)


@pytest.mark.parametrize(
    ("place", "cancel"), list(zip(PLACES, CANCELS, strict=True)), ids=["rest", "ws"]
)
@pytest.mark.parametrize(("asked", "wanted"), KINDS.values(), ids=list(KINDS))
def test_an_order_waits_and_is_cancelled(
    desk: StoppedDesk, asked: dict[str, Any], wanted: dict[str, Any], place: str, cancel: str
) -> None:
    placed = desk.place(place, **asked)
    assert differences({**WAITING, **wanted}, placed) == []
    algo_id = placed["algoId"]
    found = desk.ask("rest_api.query_algo_order", algo_id=algo_id)
    assert differences({**WAITING, **wanted, "actualOrderId": ""}, found) == []
    (listed,) = desk.ask("rest_api.current_all_algo_open_orders", **ONE)
    assert listed["algoId"] == algo_id
    event = told(desk, algo_id, X="NEW")
    assert (event["caid"], event["at"], event["ai"]) == (placed["clientAlgoId"], "CONDITIONAL", "")
    ended = desk.ask(cancel, client_algo_id=placed["clientAlgoId"])
    assert (ended["algoId"], ended["code"], ended["msg"]) == (algo_id, "200", "success")
    assert told(desk, algo_id, X="CANCELED")
    every = desk.ask("rest_api.query_all_algo_orders", **ONE, algo_id=algo_id)
    assert every[0]["algoStatus"] == "CANCELED"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("kind", "side", "mover"),
    [
        ("STOP_MARKET", "BUY", "BUY"),
        ("STOP_MARKET", "SELL", "SELL"),
        ("TAKE_PROFIT_MARKET", "SELL", "BUY"),
        ("TAKE_PROFIT", "BUY", "SELL"),
        ("STOP", "SELL", "SELL"),
    ],
)
def test_a_trigger_makes_a_child(
    desk: StoppedDesk, control: Control, kind: str, side: str, mover: str, place: str
) -> None:
    trade(desk, "SELL" if mover == "BUY" else "BUY")
    trigger, _ = desk.best("asks" if mover == "BUY" else "bids")
    price = None if kind.endswith("MARKET") else At("1.01" if side == "BUY" else "0.99")
    placed = desk.place(place, type=kind, side=side, trigger_price=trigger, price=price)
    algo_id = placed["algoId"]
    trade(desk, mover)
    control.call("POST", "step", ms=1)
    assert [told(desk, algo_id, X=status)["X"] for status in ("TRIGGERING", "TRIGGERED")]
    finished = told(desk, algo_id, X="FINISHED")
    assert (finished["aq"], finished["act"]) == ("0.01", "LIMIT" if price else "MARKET")
    child_id = int(finished["ai"])
    child = desk.told("OrderTradeUpdate", o={"i": child_id, "X": "FILLED"})["o"]
    assert (child["c"], child["z"]) == (placed["clientAlgoId"], "0.01")
    found = desk.ask("rest_api.query_algo_order", algo_id=algo_id)
    assert (found["algoStatus"], found["actualOrderId"]) == ("FINISHED", str(child_id))
    order = desk.ask("rest_api.query_order", **ONE, order_id=child_id)
    assert (order["status"], order["avgPrice"] > "0") == ("FILLED", True)


def test_a_position_is_closed_whole(desk: StoppedDesk, control: Control) -> None:
    trade(desk, "BUY")
    (position,) = desk.ask("rest_api.position_information_v3", **ONE)
    is_long = float(position["positionAmt"]) > 0
    trade(desk, "BUY" if is_long else "SELL")
    side, stop = ("SELL", desk.best("bids")) if is_long else ("BUY", desk.best("asks"))
    close = {"type": "STOP_MARKET", "side": side, "quantity": None, "close_position": "true"}
    placed = desk.place(**close, trigger_price=stop[0])
    with pytest.raises(ForeignError, match="GTE and closePosition"):
        desk.place(**close, trigger_price=stop[0])
    trade(desk, side)
    control.call("POST", "step", ms=1)
    assert told(desk, placed["algoId"], X="FINISHED")["cp"] is True
    rows = desk.ask("rest_api.position_information_v3", **ONE)
    assert [row for row in rows if float(row["positionAmt"])] == []


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"type": "STOP_MARKET", "trigger_price": At("0.98")}, "immediately trigger"),
        ({"type": "STOP_MARKET", "trigger_price": None}, "-1102|mandatory"),
        ({"type": "TRAILING_STOP_MARKET", "callback_rate": 25.0}, "-2007|allback"),
        ({"type": "LIMIT", "price": At("0.98")}, "-1116|orderType|-4"),
    ],
)
def test_a_wrong_order_is_refused(
    desk: StoppedDesk, asked: dict[str, Any], text: str, place: str
) -> None:
    with pytest.raises(ForeignError, match=text):
        desk.place(place, **asked)


def test_every_order_of_a_symbol_is_cancelled(desk: StoppedDesk) -> None:
    for share in ("1.02", "1.03"):
        desk.place(type="STOP_MARKET", trigger_price=At(share))
    answer = desk.ask("rest_api.cancel_all_algo_open_orders", **ONE)
    assert answer == {"code": 200, "msg": "The operation of cancel all open order is done."}
    assert desk.ask("rest_api.current_all_algo_open_orders") == []


@pytest.mark.parametrize("path", ["rest_api.new_order", "websocket_api.new_order"])
def test_a_conditional_order_belongs_elsewhere(desk: StoppedDesk, path: str) -> None:
    order = {"side": "SELL", "type": "STOP_MARKET", "quantity": 0.01}
    with pytest.raises(ForeignError, match="Algo Order API"):
        desk.ask(path, **ONE, **order)
