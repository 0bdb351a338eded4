"""Binance's own USDⓈ-M client places, changes, finds and cancels every type of order."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.conformance.conftest import Opener
from tests.helpers.answers import Each, amount, differences, fields
from tests.helpers.foreign_client import ForeignError
from tests.helpers.practice_control import Control
from tests.helpers.stopped_desk import SYMBOL, At, StoppedDesk

ONE = {"symbol": SYMBOL}
LIMIT = {"type": "LIMIT", "time_in_force": "GTC", "price": At("0.95")}
IN_AN_HOUR = (time.time_ns() // 10**9 + 3_600) * 1_000
WRITTEN = {
    "symbol": SYMBOL,
    "orderId": int,
    "clientOrderId": str,
    "updateTime": int,
    **fields(amount, "price origQty executedQty cumQty stopPrice"),
    **fields(bool, "reduceOnly closePosition priceProtect"),
    **fields(str, "side positionSide timeInForce type origType workingType priceMatch"),
    "selfTradePreventionMode": str,
    "goodTillDate": int,
}
READ = {**WRITTEN, **fields(amount, "avgPrice cumQuote"), "time": int}
READ.pop("cumQty")
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "limit": (LIMIT, {"timeInForce": "GTC", "origType": "LIMIT"}),
    "post only": ({**LIMIT, "time_in_force": "GTX"}, {"timeInForce": "GTX"}),
    "good till date": (
        {**LIMIT, "time_in_force": "GTD", "good_till_date": IN_AN_HOUR},
        {"timeInForce": "GTD", "goodTillDate": IN_AN_HOUR},
    ),
    "matched price": (
        {**LIMIT, "price": None, "price_match": "QUEUE_5"},
        {"priceMatch": "QUEUE_5"},
    ),
    "self-trade mode": (
        {**LIMIT, "self_trade_prevention_mode": "EXPIRE_BOTH"},
        {"selfTradePreventionMode": "EXPIRE_BOTH"},
    ),
}


class Channel(NamedTuple):
    """The names of the calls in REST or in the WebSocket API."""

    place: str
    find: str
    modify: str
    cancel: str


REST = Channel(
    "rest_api.new_order", "rest_api.query_order", "rest_api.modify_order", "rest_api.cancel_order"
)
SOCKET = Channel(
    "websocket_api.new_order",
    "websocket_api.query_order",
    "websocket_api.modify_order",
    "websocket_api.cancel_order",
)
channels = pytest.mark.parametrize("channel", [REST, SOCKET], ids=["rest", "socket"])


@pytest.fixture(scope="module")
def desk(opened: Opener, control: Control) -> StoppedDesk:
    client = opened("usdm", "binance_sdk.py", "usdm")
    key = client.call("rest_api.start_user_data_stream")["listenKey"]
    client.listen("user", "websocket_streams.user_data", listenKey=key)
    control.call("POST", "pause")
    return StoppedDesk(client, "rest_api.order_book", REST.place, quantity=0.01)


@pytest.fixture(autouse=True)
def clean(desk: StoppedDesk) -> Iterator[None]:
    """Leave no order to the next test."""
    yield
    desk.ask("rest_api.cancel_all_open_orders", **ONE)


def told(desk: StoppedDesk, order_id: int, **wanted: Any) -> Any:
    """Return the order of an order event that holds these letters."""
    return desk.told("OrderTradeUpdate", o={"i": order_id, **wanted})["o"]


@channels
@pytest.mark.parametrize(("asked", "wanted"), KINDS.values(), ids=list(KINDS))
def test_an_order_lives_and_ends(
    desk: StoppedDesk, asked: dict[str, Any], wanted: dict[str, Any], channel: Channel
) -> None:
    placed = desk.place(channel.place, **asked)
    assert differences({**WRITTEN, **wanted, "status": "NEW"}, placed) == []
    assert "avgPrice" not in placed
    ids = {**ONE, "order_id": placed["orderId"]}
    found = desk.ask(channel.find, **ids)
    assert differences({**READ, **wanted, "status": "NEW"}, found) == []
    assert desk.ask("rest_api.query_current_open_order", **ids) == found
    assert desk.ask("rest_api.current_all_open_orders", **ONE) == [found]
    first = told(desk, placed["orderId"], x="NEW")
    assert (
        differences({"X": "NEW", "o": "LIMIT", "V": found["selfTradePreventionMode"]}, first) == []
    )
    assert desk.ask(channel.cancel, **ids)["status"] == "CANCELED"
    assert told(desk, placed["orderId"], x="CANCELED")["X"] == "CANCELED"
    with pytest.raises(ForeignError, match="Order does not exist"):
        desk.ask("rest_api.query_current_open_order", **ids)
    with pytest.raises(ForeignError, match="Unknown order sent"):
        desk.ask(channel.cancel, **ids)


@channels
def test_an_order_is_modified(desk: StoppedDesk, channel: Channel) -> None:
    placed = desk.place(channel.place, **LIMIT)
    change = desk.order(side="BUY", order_id=placed["orderId"], price=At("0.96"), quantity=0.02)
    changed = desk.ask(channel.modify, **change)
    assert differences({**WRITTEN, "origQty": "0.020", "status": "NEW"}, changed) == []
    event = told(desk, placed["orderId"], x="AMENDMENT")
    assert (event["q"], float(event["p"])) == ("0.02", float(changed["price"]))
    (entry,) = desk.ask("rest_api.get_order_modify_history", **ONE, order_id=placed["orderId"])
    before = {"before": placed["price"], "after": changed["price"]}
    wanted = {"orderId": placed["orderId"], "amendment": {"price": before, "count": 1}}
    assert differences(wanted, entry) == []
    with pytest.raises(ForeignError, match="No need to modify"):
        desk.ask(channel.modify, **change)


def test_a_batch_is_placed_changed_and_cancelled(desk: StoppedDesk) -> None:
    order = {"symbol": SYMBOL, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
    price = str(desk.order(price=At("0.95"))["price"])
    sizes = ("0.01", "0.02", "0.0001")
    batch = [{**order, "price": price, "quantity": size} for size in sizes]
    placed = desk.ask("rest_api.place_multiple_orders", batch_orders=batch)
    assert [row.get("origQty") for row in placed] == ["0.010", "0.020", None]
    assert placed[2]["code"] == -1111
    ids = [row["orderId"] for row in placed[:2]]
    changes = [
        {**ONE, "side": "BUY", "orderId": ids[0], "quantity": "0.03", "price": price},
        {**ONE, "side": "BUY", "orderId": 1, "quantity": "0.03", "price": price},
    ]
    changed = desk.ask("rest_api.modify_multiple_orders", batch_orders=changes)
    assert differences([{"origQty": "0.030"}, {"code": int, "msg": str}], changed) == []
    ended = desk.ask("rest_api.cancel_multiple_orders", **ONE, order_id_list=[*ids, 1])
    assert [row.get("status") for row in ended] == ["CANCELED", "CANCELED", None]
    assert ended[2]["code"] == -2011


def test_every_order_of_a_symbol_is_cancelled(desk: StoppedDesk) -> None:
    ids = [desk.place(**LIMIT)["orderId"] for _ in range(2)]
    answer = desk.ask("rest_api.cancel_all_open_orders", **ONE)
    assert answer == {"code": 200, "msg": "The operation of cancel all open order is done."}
    assert all(told(desk, order_id, x="CANCELED") for order_id in ids)
    rows = desk.ask("rest_api.all_orders", **ONE, order_id=ids[0])
    assert [(row["orderId"], row["status"]) for row in rows] == [(i, "CANCELED") for i in ids]
    assert differences(Each(READ), rows) == []


def test_a_countdown_ends_what_is_open(desk: StoppedDesk, control: Control) -> None:
    placed = desk.place(**LIMIT)
    answer = desk.ask("rest_api.auto_cancel_all_open_orders", **ONE, countdown_time=1_000)
    assert answer == {"symbol": SYMBOL, "countdownTime": "1000"}
    control.call("POST", "step", ms=1_500)
    assert told(desk, placed["orderId"], X="CANCELED")["z"] == "0"
    desk.ask("rest_api.auto_cancel_all_open_orders", **ONE, countdown_time=0)


@channels
@pytest.mark.parametrize(("time_in_force", "text"), [("FOK", "could not be"), ("GTX", "as maker")])
def test_what_cannot_be_is_refused(
    desk: StoppedDesk, channel: Channel, time_in_force: str, text: str
) -> None:
    share = "0.95" if time_in_force == "FOK" else "1.01"
    with pytest.raises(ForeignError, match=text):
        desk.place(channel.place, **{**LIMIT, "time_in_force": time_in_force, "price": At(share)})


@channels
def test_what_takes_fills_and_the_rest_expires(desk: StoppedDesk, channel: Channel) -> None:
    bought = desk.place(channel.place, type="MARKET", new_order_resp_type="RESULT")
    assert differences({**WRITTEN, "type": "MARKET"}, bought) == []
    fill = told(desk, bought["orderId"], X="FILLED")
    wanted = {"x": "TRADE", "z": "0.01", "N": "USDT", "m": False, "ps": "BOTH", "rp": amount}
    assert differences({**wanted, **fields(amount, "l L ap n"), "t": int}, fill) == []
    lite = desk.told("TradeLite", i=bought["orderId"], t=fill["t"])
    assert (float(lite["L"]), lite["t"]) == (float(fill["L"]), fill["t"])
    found = desk.ask(channel.find, **ONE, order_id=bought["orderId"])
    assert (found["status"], float(found["avgPrice"])) == ("FILLED", float(fill["ap"]))
    expired = desk.place(channel.place, **{**LIMIT, "time_in_force": "IOC"})
    assert told(desk, expired["orderId"], x="EXPIRED")["er"] == "2"
    sold = desk.place(channel.place, side="SELL", type="MARKET", reduce_only="true")
    assert sold["reduceOnly"] is True
    moved = desk.told("AccountUpdate", a={"m": "ORDER"})["a"]
    assert (
        differences({"B": Each(fields(amount, "wb cw bc")), "P": Each({"s": SYMBOL})}, moved) == []
    )
    trades = desk.ask("rest_api.account_trade_list", **ONE, order_id=sold["orderId"])
    trade = {"symbol": SYMBOL, "buyer": False, "maker": False, "commissionAsset": "USDT"}
    numbers = fields(amount, "price qty quoteQty realizedPnl commission")
    assert differences(Each({**trade, **numbers, "positionSide": "BOTH"}), trades) == []
    with pytest.raises(ForeignError, match="ReduceOnly Order is rejected"):
        desk.place(channel.place, side="SELL", type="MARKET", reduce_only="true")


@pytest.mark.parametrize(
    ("mode", "taker", "maker"),
    [
        ("EXPIRE_TAKER", "EXPIRED_IN_MATCH", "NEW"),
        ("EXPIRE_MAKER", "NEW", "EXPIRED_IN_MATCH"),
        ("EXPIRE_BOTH", "EXPIRED_IN_MATCH", "EXPIRED_IN_MATCH"),
    ],
)
def test_nobody_trades_with_himself(
    desk: StoppedDesk, control: Control, mode: str, taker: str, maker: str
) -> None:
    price, quantity = desk.best("asks")
    while not 0.002 <= quantity <= 1:
        control.call("POST", "step", ms=200)
        price, quantity = desk.best("asks")
    desk.place(type="MARKET", quantity=quantity)  # nobody but the client will rest there
    resting = desk.place(**{**LIMIT, "time_in_force": "GTX", "price": price}, side="SELL")
    took = desk.place(**{**LIMIT, "price": price}, self_trade_prevention_mode=mode)
    for placed, status in ((resting, maker), (took, taker)):
        found = desk.ask(REST.find, **ONE, order_id=placed["orderId"])
        assert found["status"] == status
        if status == "EXPIRED_IN_MATCH":
            assert told(desk, placed["orderId"], X=status)["er"] == "1"
    desk.place(type="MARKET", side="SELL", quantity=quantity)


def test_an_order_is_tried_without_placing_it(desk: StoppedDesk) -> None:
    tried = desk.place("rest_api.test_order", **LIMIT)
    assert differences({"symbol": SYMBOL, "type": "LIMIT", "origQty": "0.010"}, tried) == []
    assert desk.ask("rest_api.current_all_open_orders") == []
    with pytest.raises(ForeignError, match="notional must be no smaller"):
        desk.place("rest_api.test_order", **{**LIMIT, "quantity": 0.001})


def test_limits_and_liquidations_are_told(desk: StoppedDesk) -> None:
    limits = desk.ask("rest_api.query_user_rate_limit")
    assert {(row["interval"], row["limit"]) for row in limits} == {
        ("SECOND", 300),
        ("MINUTE", 1200),
    }
    assert desk.ask("rest_api.users_force_orders", **ONE) == []
