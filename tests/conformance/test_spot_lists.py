"""Binance's own spot client drives order lists, replacements and amendments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance.conftest import Opener
from tests.helpers.answers import amount, differences, fields
from tests.helpers.foreign_client import ForeignError
from tests.helpers.practice_control import Control
from tests.helpers.stopped_desk import SYMBOL, At, StoppedDesk

ONE = {"symbol": SYMBOL}
WORKING = {
    "side": None,
    "quantity": None,
    "working_type": "LIMIT",
    "working_side": "BUY",
    "working_time_in_force": "GTC",
    "working_quantity": 0.001,
    "working_price": At("0.95"),
    "pending_side": "SELL",
}
PENDING = {
    "pending_type": "LIMIT",
    "pending_price": At("1.05"),
    "pending_time_in_force": "GTC",
}
PENDING_PAIR = {
    "pending_above_type": "LIMIT_MAKER",
    "pending_above_price": At("1.05"),
    "pending_below_type": "STOP_LOSS",
    "pending_below_stop_price": At("0.93"),
}
LISTS: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "oco": (
        "OCO",
        {
            "side": "SELL",
            "above_type": "LIMIT_MAKER",
            "above_price": At("1.05"),
            "below_type": "STOP_LOSS_LIMIT",
            "below_stop_price": At("0.96"),
            "below_price": At("0.95"),
            "below_time_in_force": "GTC",
        },
        ["NEW", "NEW"],
    ),
    "oto": ("OTO", {**WORKING, **PENDING, "pending_quantity": 0.001}, ["NEW", "PENDING_NEW"]),
    "otoco": (
        "OTO",
        {**WORKING, **PENDING_PAIR, "pending_quantity": 0.001},
        ["NEW", "PENDING_NEW", "PENDING_NEW"],
    ),
    "opo": ("OTO", {**WORKING, **PENDING}, ["NEW", "PENDING_NEW"]),
    "opoco": ("OTO", {**WORKING, **PENDING_PAIR}, ["NEW", "PENDING_NEW", "PENDING_NEW"]),
}
CALLS = {
    "rest": {
        "oco": "rest_api.order_list_oco",
        "oto": "rest_api.order_list_oto",
        "otoco": "rest_api.order_list_otoco",
        "opo": "rest_api.order_list_opo",
        "opoco": "rest_api.order_list_opoco",
        "find": "rest_api.get_order_list",
        "open": "rest_api.open_order_list",
        "all": "rest_api.all_order_list",
        "cancel": "rest_api.delete_order_list",
        "old": "rest_api.order_oco",
        "amend": "rest_api.order_amend_keep_priority",
        "amendments": "rest_api.order_amendments",
        "replace": "rest_api.order_cancel_replace",
    },
    "socket": {
        "oco": "websocket_api.order_list_place_oco",
        "oto": "websocket_api.order_list_place_oto",
        "otoco": "websocket_api.order_list_place_otoco",
        "opo": "websocket_api.order_list_place_opo",
        "opoco": "websocket_api.order_list_place_opoco",
        "find": "websocket_api.order_list_status",
        "open": "websocket_api.open_order_lists_status",
        "all": "websocket_api.all_order_lists",
        "cancel": "websocket_api.order_list_cancel",
        "old": "websocket_api.order_list_place",
        "amend": "websocket_api.order_amend_keep_priority",
        "amendments": "websocket_api.order_amendments",
        "replace": "websocket_api.order_cancel_replace",
    },
}
channels = pytest.mark.parametrize("calls", CALLS.values(), ids=list(CALLS))


@pytest.fixture(scope="module")
def desk(opened: Opener, control: Control) -> StoppedDesk:
    client = opened("spot", "binance_sdk.py", "spot")
    client.listen("user", "websocket_api.user_data_stream_subscribe_signature")
    control.call("POST", "pause")
    return StoppedDesk(client, "rest_api.depth", "rest_api.new_order", quantity=0.001)


@pytest.fixture(autouse=True)
def clean(desk: StoppedDesk) -> Iterator[None]:
    """Leave no order to the next test."""
    yield
    if desk.ask("rest_api.get_open_orders", **ONE):
        desk.ask("rest_api.delete_open_orders", **ONE)


@channels
@pytest.mark.parametrize("kind", LISTS)
def test_a_list_lives_and_ends(desk: StoppedDesk, kind: str, calls: dict[str, str]) -> None:
    contingency, asked, statuses = LISTS[kind]
    placed = desk.place(calls[kind], **asked, new_order_resp_type="RESULT")
    state = {"contingencyType": contingency, "listClientOrderId": str, "transactionTime": int}
    begun = {**state, "listStatusType": "EXEC_STARTED", "listOrderStatus": "EXECUTING"}
    assert differences({**begun, "orderListId": int, "symbol": SYMBOL}, placed) == []
    reports = sorted(placed["orderReports"], key=lambda report: str(report["status"]))
    assert [report["status"] for report in reports] == statuses
    list_id = placed["orderListId"]
    assert {report["orderListId"] for report in reports} == {list_id}
    found = desk.ask(calls["find"], order_list_id=list_id)
    assert found == {name: value for name, value in placed.items() if name != "orderReports"}
    assert desk.ask(calls["open"]) == [found]
    assert desk.ask(calls["all"], from_id=list_id) == [found]
    told = desk.told("ListStatus", g=list_id, l="EXEC_STARTED")
    assert (told["c"], told["L"], len(told["O"])) == (contingency, "EXECUTING", len(statuses))
    ended = desk.ask(calls["cancel"], **ONE, order_list_id=list_id)
    assert (ended["listStatusType"], ended["listOrderStatus"]) == ("ALL_DONE", "ALL_DONE")
    assert {report["status"] for report in ended["orderReports"]} <= {"CANCELED", "EXPIRED"}
    assert desk.told("ListStatus", g=list_id, l="ALL_DONE")["L"] == "ALL_DONE"
    assert desk.ask(calls["open"]) == []


@channels
def test_a_pair_ends_with_one_of_its_orders(desk: StoppedDesk, calls: dict[str, str]) -> None:
    ask, _ = desk.best("asks")
    desk.place(side="SELL", type="MARKET", quantity=0.0001)
    pair = {**LISTS["oco"][1], "side": "BUY", "above_type": "STOP_LOSS", "above_price": None}
    below = {"below_type": "LIMIT_MAKER", "below_price": At("0.95"), "below_stop_price": None}
    placed = desk.place(
        calls["oco"], **{**pair, **below, "below_time_in_force": None, "above_stop_price": ask}
    )
    desk.place(type="MARKET", quantity=0.0001)
    assert desk.told("ListStatus", g=placed["orderListId"], l="ALL_DONE")
    ends = {
        desk.ask("rest_api.get_order", **ONE, order_id=order["orderId"])["status"]
        for order in placed["orders"]
    }
    assert ends == {"FILLED", "EXPIRED"}


@channels
def test_a_pending_order_works_when_the_first_has_filled(
    desk: StoppedDesk, calls: dict[str, str]
) -> None:
    asked = {**LISTS["otoco"][1], "working_price": At("1.01")}
    placed = desk.place(calls["otoco"], **asked)
    working, *pending = (order["orderId"] for order in placed["orders"])
    assert desk.told("ExecutionReport", i=working, X="FILLED")["g"] == placed["orderListId"]
    for order_id in pending:
        assert desk.told("ExecutionReport", i=order_id, X="NEW")
    found = desk.ask("rest_api.get_open_orders", **ONE)
    assert sorted(order["orderId"] for order in found) == sorted(pending)


@channels
def test_a_pair_is_placed_by_the_old_call(desk: StoppedDesk, calls: dict[str, str]) -> None:
    prices = {"price": At("1.05"), "stop_price": At("0.95")}
    placed = desk.place(calls["old"], side="SELL", **prices)
    assert (placed["contingencyType"], len(placed["orders"])) == ("OCO", 2)


@channels
def test_prices_in_the_wrong_order_are_refused(desk: StoppedDesk, calls: dict[str, str]) -> None:
    asked = {**LISTS["oco"][1], "above_price": At("0.97"), "below_stop_price": At("0.98")}
    with pytest.raises(ForeignError, match="relationship of the prices"):
        desk.place(calls["oco"], **asked)


@channels
def test_an_order_is_amended(desk: StoppedDesk, calls: dict[str, str]) -> None:
    order = {"type": "LIMIT", "time_in_force": "GTC", "price": At("0.95"), "quantity": 0.002}
    placed = desk.place(**order)
    ids = {**ONE, "order_id": placed["orderId"]}
    amended = desk.ask(calls["amend"], **ids, new_qty=0.001)
    wanted = {"orderId": placed["orderId"], "qty": "0.00100000", "status": "NEW"}
    assert differences({"executionId": int, "amendedOrder": wanted}, amended) == []
    (entry,) = desk.ask(calls["amendments"], **ids)
    assert (entry["origQty"], entry["newQty"]) == ("0.00200000", "0.00100000")
    assert desk.told("ExecutionReport", i=placed["orderId"], x="REPLACED")["q"] == "0.00100000"
    with pytest.raises(ForeignError, match="quantity increase"):
        desk.ask(calls["amend"], **ids, new_qty=0.003)


@channels
def test_an_order_is_replaced(desk: StoppedDesk, calls: dict[str, str]) -> None:
    order = {"type": "LIMIT", "time_in_force": "GTC", "price": At("0.95")}
    first = desk.place(**order)["orderId"]
    mode = {"cancel_replace_mode": "STOP_ON_FAILURE", "cancel_order_id": first}
    answer = desk.place(calls["replace"], **order, **mode)
    wanted = {
        **fields("SUCCESS", "cancelResult newOrderResult"),
        "cancelResponse": {"orderId": first, "status": "CANCELED"},
        "newOrderResponse": {"orderId": int, "price": amount},
    }
    assert differences(wanted, answer) == []
    with pytest.raises(ForeignError, match="cancel-replace failed"):
        desk.place(calls["replace"], **order, **mode)
    with pytest.raises(ForeignError, match="cancel-replace partially failed"):
        desk.place(calls["replace"], **order, **{**mode, "cancel_replace_mode": "ALLOW_FAILURE"})


def test_own_filters_and_allocations_are_told(desk: StoppedDesk) -> None:
    filters = desk.ask("rest_api.my_filters", **ONE)
    assert differences(fields(list, "exchangeFilters symbolFilters assetFilters"), filters) == []
    assert desk.client.call("websocket_api.my_filters", **ONE)
    for path in ("rest_api.my_allocations", "websocket_api.my_allocations"):
        assert desk.ask(path, **ONE) == []


@pytest.mark.parametrize(
    "path",
    [
        "rest_api.sor_order",
        "rest_api.sor_order_test",
        "websocket_api.sor_order_place",
        "websocket_api.sor_order_test",
    ],
)
def test_smart_routing_is_refused(desk: StoppedDesk, path: str) -> None:
    with pytest.raises(ForeignError, match="SOR orders are not supported"):
        desk.place(path, type="MARKET")
