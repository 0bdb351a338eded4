"""Binance's own spot client places, finds and cancels every type of order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.conformance.conftest import Opener
from tests.helpers.answers import Each, amount, differences, fields
from tests.helpers.foreign_client import ForeignError
from tests.helpers.practice_control import Control
from tests.helpers.stopped_desk import SYMBOL, At, StoppedDesk

LIMIT = {"type": "LIMIT", "time_in_force": "GTC"}
STOP_LIMIT = {"type": "STOP_LOSS_LIMIT", "time_in_force": "GTC", "side": "SELL"}
PROFIT_LIMIT = {"type": "TAKE_PROFIT_LIMIT", "time_in_force": "GTC", "side": "SELL"}


class Kind(NamedTuple):
    """What an order is asked with, and what a query and its first event hold besides."""

    asked: dict[str, Any]
    found: dict[str, Any]
    told: dict[str, Any]


KINDS = {
    "limit": Kind({**LIMIT, "price": At("0.95")}, {"isWorking": True}, {"w": True, "F": amount}),
    "iceberg": Kind(
        {**LIMIT, "price": At("0.95"), "iceberg_qty": 0.0005},
        {"icebergQty": "0.00050000"},
        {"F": "0.00050000"},
    ),
    "maker": Kind({"type": "LIMIT_MAKER", "price": At("0.95")}, {"timeInForce": "GTC"}, {}),
    "strategy": Kind(
        {**LIMIT, "price": At("0.95"), "strategy_id": 37, "strategy_type": 1_000_001},
        {"strategyId": 37, "strategyType": 1_000_001},
        {"j": 37, "J": 1_000_001},
    ),
    "self-trade mode": Kind(
        {**LIMIT, "price": At("0.95"), "self_trade_prevention_mode": "EXPIRE_BOTH"},
        {"selfTradePreventionMode": "EXPIRE_BOTH"},
        {"V": "EXPIRE_BOTH"},
    ),
    "stop loss": Kind(
        {"type": "STOP_LOSS", "side": "SELL", "stop_price": At("0.97")},
        {"isWorking": False, "workingTime": -1, "stopPrice": amount},
        {"w": False, "P": amount},
    ),
    "buy stop": Kind(
        {"type": "STOP_LOSS", "side": "BUY", "stop_price": At("1.03")}, {"isWorking": False}, {}
    ),
    "stop loss limit": Kind(
        {**STOP_LIMIT, "stop_price": At("0.97"), "price": At("0.96")}, {"stopPrice": amount}, {}
    ),
    "take profit": Kind(
        {"type": "TAKE_PROFIT", "side": "SELL", "stop_price": At("1.03")}, {"isWorking": False}, {}
    ),
    "take profit limit": Kind(
        {**PROFIT_LIMIT, "stop_price": At("1.03"), "price": At("1.02")}, {"stopPrice": amount}, {}
    ),
    "trailing stop": Kind(
        {"type": "STOP_LOSS", "side": "SELL", "trailing_delta": 500},
        {"trailingDelta": 500, "trailingTime": int},
        {"d": 500},
    ),
    "trailing stop limit": Kind(
        {**STOP_LIMIT, "stop_price": At("0.97"), "price": At("0.95"), "trailing_delta": 100},
        {"trailingDelta": 100},
        {"d": 100},
    ),
    "trailing take profit": Kind(
        {**PROFIT_LIMIT, "stop_price": At("1.03"), "price": At("1.01"), "trailing_delta": 100},
        {"trailingDelta": 100},
        {"d": 100},
    ),
    "pegged": Kind(
        {**LIMIT, "peg_price_type": "PRIMARY_PEG"},
        {"pegPriceType": "PRIMARY_PEG", "peggedPrice": amount},
        {"gP": "PRIMARY_PEG", "gp": amount},
    ),
    "pegged with an offset": Kind(
        {
            "type": "LIMIT_MAKER",
            "peg_price_type": "PRIMARY_PEG",
            "peg_offset_type": "PRICE_LEVEL",
            "peg_offset_value": 3,
        },
        {"pegOffsetType": "PRICE_LEVEL", "pegOffsetValue": 3},
        {"gOT": "PRICE_LEVEL", "gOV": 3},
    ),
    "pegged stop": Kind(
        {**STOP_LIMIT, "stop_price": At("0.97"), "peg_price_type": "MARKET_PEG"},
        {"pegPriceType": "MARKET_PEG"},
        {"gP": "MARKET_PEG"},
    ),
}
FOUND = {
    "symbol": SYMBOL,
    "status": "NEW",
    **fields(int, "orderId orderListId time updateTime workingTime"),
    **fields(amount, "price origQty executedQty cummulativeQuoteQty stopPrice icebergQty"),
    "origQuoteOrderQty": amount,
    "isWorking": bool,
}


class Channel(NamedTuple):
    """The names of the calls in REST or in the WebSocket API."""

    place: str
    find: str
    list_open: str
    cancel: str
    cancel_all: str


REST = Channel(
    "rest_api.new_order",
    "rest_api.get_order",
    "rest_api.get_open_orders",
    "rest_api.delete_order",
    "rest_api.delete_open_orders",
)
SOCKET = Channel(
    "websocket_api.order_place",
    "websocket_api.order_status",
    "websocket_api.open_orders_status",
    "websocket_api.order_cancel",
    "websocket_api.open_orders_cancel_all",
)


def trade(desk: StoppedDesk, side: str) -> None:
    """Move the last price to the other side's best price."""
    desk.place(side=side, type="MARKET", quantity=0.0001)


def told(desk: StoppedDesk, order_id: int, **wanted: Any) -> Any:
    """Return the execution report of an order that holds these letters."""
    return desk.told("ExecutionReport", i=order_id, **wanted)


channels = pytest.mark.parametrize("channel", [REST, SOCKET], ids=["rest", "socket"])


@pytest.fixture(scope="module")
def desk(opened: Opener, control: Control) -> StoppedDesk:
    client = opened("spot", "binance_sdk.py", "spot")
    client.listen("user", "websocket_api.user_data_stream_subscribe_signature")
    control.call("POST", "pause")
    return StoppedDesk(client, "rest_api.depth", REST.place, quantity=0.001)


@pytest.fixture(autouse=True)
def clean(desk: StoppedDesk) -> Iterator[None]:
    """Leave no order to the next test."""
    yield
    if desk.ask(REST.list_open, symbol=SYMBOL):
        desk.ask(REST.cancel_all, symbol=SYMBOL)


@pytest.fixture(scope="module")
def free_price(desk: StoppedDesk, control: Control) -> float:
    """Empty the best ask and return its price: nobody but the client will rest there."""
    price, quantity = desk.best("asks")
    while not 0.0001 <= quantity <= 0.05:
        control.call("POST", "step", ms=200)
        price, quantity = desk.best("asks")
    desk.place(**LIMIT, price=price, quantity=quantity)
    assert desk.best("asks")[0] > price
    return price


@channels
@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_an_order_lives_and_ends(desk: StoppedDesk, kind: Kind, channel: Channel) -> None:
    placed = desk.place(channel.place, **kind.asked, new_order_resp_type="RESULT")
    order_id = placed["orderId"]
    assert differences({"status": "NEW", "type": kind.asked["type"]}, placed) == []
    found = desk.ask(channel.find, symbol=SYMBOL, order_id=order_id)
    assert differences({**FOUND, **kind.found, "orderId": order_id}, found) == []
    (listed,) = desk.ask(channel.list_open, symbol=SYMBOL)
    assert listed == found
    first = told(desk, order_id, x="NEW")
    assert differences({"X": "NEW", "o": kind.asked["type"], "r": "NONE", **kind.told}, first) == []
    ended = desk.ask(channel.cancel, symbol=SYMBOL, order_id=order_id)
    assert (ended["status"], ended["origClientOrderId"]) == ("CANCELED", placed["clientOrderId"])
    last = told(desk, order_id, x="CANCELED")
    assert (last["C"], last["c"]) == (placed["clientOrderId"], ended["clientOrderId"])


@pytest.mark.parametrize(
    ("asked", "mover"),
    [
        ({"type": "STOP_LOSS", "side": "SELL"}, "SELL"),
        ({**STOP_LIMIT, "price": At("0.99")}, "SELL"),
        ({"type": "TAKE_PROFIT", "side": "BUY"}, "SELL"),
        ({"type": "STOP_LOSS", "side": "BUY"}, "BUY"),
        ({**PROFIT_LIMIT, "price": At("0.99")}, "BUY"),
        ({"type": "TAKE_PROFIT", "side": "SELL"}, "BUY"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value['side']} {value['type']}",
)
def test_a_stop_triggers(desk: StoppedDesk, asked: dict[str, Any], mover: str) -> None:
    trade(desk, "SELL" if mover == "BUY" else "BUY")
    stop = desk.best("asks" if mover == "BUY" else "bids")[0]
    placed = desk.place(**asked, stop_price=stop)
    assert differences(fields(int, "orderId transactTime"), placed) == []
    assert "status" not in placed
    trade(desk, mover)
    filled = told(desk, placed["orderId"], X="FILLED")
    assert differences({"x": "TRADE", "z": "0.00100000", "P": amount}, filled) == []
    found = desk.ask(REST.find, symbol=SYMBOL, order_id=placed["orderId"])
    assert found["status"] == "FILLED"


@pytest.mark.parametrize(
    ("mode", "taker", "maker"),
    [
        ("EXPIRE_TAKER", "EXPIRED_IN_MATCH", "NEW"),
        ("EXPIRE_MAKER", "NEW", "EXPIRED_IN_MATCH"),
        ("EXPIRE_BOTH", "EXPIRED_IN_MATCH", "EXPIRED_IN_MATCH"),
        ("DECREMENT", "EXPIRED_IN_MATCH", "NEW"),
    ],
)
def test_nobody_trades_with_himself(
    desk: StoppedDesk, free_price: float, mode: str, taker: str, maker: str
) -> None:
    resting = desk.place(side="SELL", type="LIMIT_MAKER", price=free_price, quantity=0.002)
    took = desk.place(**LIMIT, price=free_price, self_trade_prevention_mode=mode)
    assert took["status"] == taker
    ids = resting["orderId"], took["orderId"]
    found = [desk.ask(REST.find, symbol=SYMBOL, order_id=order_id) for order_id in ids]
    assert [order["status"] for order in found] == [maker, taker]
    if mode == "DECREMENT":
        prevented = told(desk, ids[0], x="TRADE_PREVENTION")
        assert prevented["B"] == "0.00100000"
    for path in ("rest_api.my_prevented_matches", "websocket_api.my_prevented_matches"):
        (match,) = desk.ask(path, symbol=SYMBOL, order_id=ids[1])
        sides = {"takerOrderId": ids[1], "makerOrderId": ids[0], "selfTradePreventionMode": mode}
        assert differences({**sides, "price": amount, "transactTime": int}, match) == []


@channels
def test_what_takes_fills_and_what_cannot_expires(desk: StoppedDesk, channel: Channel) -> None:
    filled = desk.place(channel.place, type="MARKET", quantity=None, quote_order_qty=50.0)
    assert filled["status"] in {"FILLED", "EXPIRED"}
    fill = {**fields(amount, "price qty commission"), "commissionAsset": "BTC", "tradeId": int}
    assert differences({"fills": Each(fill), "origQuoteOrderQty": "50.00000000"}, filled) == []
    for time_in_force in ("IOC", "FOK"):
        order = {"type": "LIMIT", "time_in_force": time_in_force}
        taken = desk.place(channel.place, **order, side="SELL", price=At("0.999"))
        assert taken["status"] == "FILLED"
        expired = desk.place(channel.place, **order, price=At("0.999"))
        assert (expired["status"], expired["fills"]) == ("EXPIRED", [])
        reason = f"UNFILLED_{time_in_force}"
        assert told(desk, expired["orderId"], x="EXPIRED")["eR"].startswith(reason)


@pytest.mark.parametrize(
    ("style", "absent"), [("ACK", "status"), ("RESULT", "fills"), ("FULL", "")]
)
def test_an_answer_says_as_much_as_is_asked(desk: StoppedDesk, style: str, absent: str) -> None:
    placed = desk.place(type="MARKET", side="SELL", new_order_resp_type=style)
    assert absent not in placed
    assert differences({"clientOrderId": str, "orderListId": -1, "transactTime": int}, placed) == []


@channels
def test_orders_go_by_the_clients_own_id(desk: StoppedDesk, channel: Channel) -> None:
    placed = desk.place(channel.place, **LIMIT, price=At("0.95"), new_client_order_id="mine-1")
    with pytest.raises(ForeignError, match="Duplicate order sent"):
        desk.place(channel.place, **LIMIT, price=At("0.95"), new_client_order_id="mine-1")
    own = {"symbol": SYMBOL, "orig_client_order_id": "mine-1"}
    assert desk.ask(channel.find, **own)["orderId"] == placed["orderId"]
    with pytest.raises(ForeignError, match="cancel restrictions"):
        desk.ask(channel.cancel, **own, cancel_restrictions="ONLY_PARTIALLY_FILLED")
    ended = desk.ask(
        channel.cancel, **own, cancel_restrictions="ONLY_NEW", new_client_order_id="ended-1"
    )
    assert (ended["clientOrderId"], ended["origClientOrderId"]) == ("ended-1", "mine-1")


@channels
def test_every_order_of_a_symbol_is_cancelled(desk: StoppedDesk, channel: Channel) -> None:
    placed = [desk.place(**LIMIT, price=At(share))["orderId"] for share in ("0.95", "0.96")]
    ended = desk.ask(channel.cancel_all, symbol=SYMBOL)
    assert sorted(order["orderId"] for order in ended) == placed
    assert desk.ask(channel.list_open) == []


@channels
def test_a_wrong_order_is_refused(desk: StoppedDesk, channel: Channel) -> None:
    with pytest.raises(ForeignError, match="immediately match and take"):
        desk.place(channel.place, type="LIMIT_MAKER", price=At("1.02"))
    with pytest.raises(ForeignError, match="trigger immediately"):
        desk.place(channel.place, type="STOP_LOSS", stop_price=At("0.97"))
    with pytest.raises(ForeignError, match="Order does not exist"):
        desk.ask(channel.find, symbol=SYMBOL, order_id=999_999_999)


@pytest.mark.parametrize("path", ["rest_api.order_test", "websocket_api.order_test"])
def test_an_order_is_tried_without_placing_it(desk: StoppedDesk, path: str) -> None:
    assert desk.place(path, **LIMIT, price=At("0.95")) == {}
    rates = desk.place(path, **LIMIT, price=At("0.95"), compute_commission_rates=True)
    part = fields(amount, "maker taker")
    kinds = fields(part, "standardCommissionForOrder specialCommissionForOrder")
    assert differences({**kinds, "taxCommissionForOrder": part, "discount": dict}, rates) == []
    with pytest.raises(ForeignError, match="LOT_SIZE"):
        desk.place(path, **LIMIT, price=At("0.95"), quantity=100_000)
    assert desk.ask(REST.list_open) == []
