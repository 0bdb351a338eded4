"""Order lists are written with every documented field of every sample, and no other."""

from decimal import Decimal
from typing import Any

import pytest

from terminal_app.practice.engine.events import OrderListEvent
from terminal_app.practice.engine.kinds import OrderType, Side
from terminal_app.practice.engine.model import OrderRequest, PlacedOrder
from terminal_app.practice.engine.order_list import ListKind, ListRequest
from terminal_app.practice.wire import spot_lists, spot_orders
from tests.helpers.engine import QuietSpot, limit, market, quiet_spot
from tests.helpers.shapes import shape_differences, undocumented_keys
from tests.helpers.shared import shared_json

BUY, SELL = Side.BUY, Side.SELL
D = Decimal


def pair(quantity: str | None, kind: OrderType = OrderType.STOP_LOSS_LIMIT) -> Any:
    amount = None if quantity is None else D(quantity)
    is_limit = kind is OrderType.STOP_LOSS_LIMIT
    return (
        OrderRequest("BTCUSDT", SELL, OrderType.LIMIT_MAKER, quantity=amount, price=D("52000")),
        OrderRequest(
            "BTCUSDT",
            SELL,
            kind,
            quantity=amount,
            price=D("47000") if is_limit else None,
            stop_price=D("48000"),
            iceberg_quantity=D("0.02") if is_limit and quantity else None,
        ),
    )


WORKING = limit(BUY, "49000", "0.1")
ASKED = {
    "rest__post_orderlist_oco__result": ListRequest(ListKind.OCO, pair("0.1")),
    "rest__post_order_oco": ListRequest(ListKind.OCO, pair("0.1", OrderType.STOP_LOSS)),
    "rest__post_orderlist_oto": ListRequest(ListKind.OTO, (WORKING, market(SELL, "0.1"))),
    "rest__post_orderlist_otoco": ListRequest(ListKind.OTOCO, (WORKING, *pair("0.1"))),
    "rest__post_orderlist_opo": ListRequest(
        ListKind.OPO, (WORKING, OrderRequest("BTCUSDT", SELL, OrderType.MARKET))
    ),
    "rest__post_orderlist_opoco": ListRequest(ListKind.OPOCO, (WORKING, *pair(None))),
    "wsapi__orderList.place__response__result": ListRequest(ListKind.OCO, pair("0.1")),
    "wsapi__orderList.place.oco__response__result": ListRequest(ListKind.OCO, pair("0.1")),
    "wsapi__orderList.place.oto__response": ListRequest(
        ListKind.OTO, (WORKING, market(SELL, "0.1"))
    ),
    "wsapi__orderList.place.otoco__response": ListRequest(
        ListKind.OTOCO, (WORKING, *pair("0.1", OrderType.STOP_LOSS))
    ),
    "wsapi__orderList.place.opo__response": ListRequest(
        ListKind.OPO, (WORKING, OrderRequest("BTCUSDT", SELL, OrderType.MARKET))
    ),
    "wsapi__orderList.place.opoco__response": ListRequest(ListKind.OPOCO, (WORKING, *pair(None))),
}
# Every sample was made with another quantity shown, or none.
SHOWN_APART = ("$.orderReports[0].icebergQty", "$.orderReports[1].icebergQty")


def written(placed: PlacedOrder) -> dict[str, Any]:
    return spot_orders.placed_result(placed.order)


def sample(name: str) -> Any:
    documented = shared_json(f"fixtures/spot/{name}.json")
    return documented["result"] if name.startswith("wsapi__") else documented


def differences(documented: Any, served: Any) -> list[str]:
    """Compare two lists and every order report of theirs, both ways."""
    found = shape_differences(documented, served)
    ours, theirs = served.get("orderReports", []), documented.get("orderReports", [])
    assert len(ours) == len(theirs)
    for number, (report, wanted) in enumerate(zip(ours, theirs, strict=True)):
        path = f"$.orderReports[{number}]"
        found += shape_differences(wanted, report, (), path)
        found += [f"{key}: not documented" for key in undocumented_keys([wanted], report, path)]
        kinds = [(each["type"], each["status"]) for each in (report, wanted)]
        found += [f"{path}: {kinds}"] if kinds[0] != kinds[1] else []
    found += [f"{key}: not documented" for key in undocumented_keys([documented], served)]
    return [text for text in set(found) if not text.startswith(SHOWN_APART)]


@pytest.mark.parametrize("name", ASKED)
def test_a_placed_list_is_written_as_documented(name: str) -> None:
    placed = quiet_spot().market.place_list(ASKED[name])
    documented, served = sample(name), spot_lists.placed(placed, written)
    if documented["symbol"].isdigit():
        documented["symbol"] = "LTCBNB"  # misprinted
    assert differences(documented, served) == []
    for key in ("contingencyType", "listStatusType", "listOrderStatus"):
        assert served[key] == documented[key]


@pytest.fixture
def desk() -> QuietSpot:
    desk = quiet_spot()
    desk.market.place_list(ListRequest(ListKind.OCO, pair("0.1")))
    return desk


@pytest.mark.parametrize(
    "name",
    [
        "rest__delete_orderlist",
        "wsapi__order.cancel__response__order_list",
        "wsapi__orderList.cancel__response",
    ],
)
def test_a_cancelled_list_is_written_as_documented(desk: QuietSpot, name: str) -> None:
    served = spot_lists.cancelled(desk.market.cancel_list("BTCUSDT", 1, None))
    documented = sample(name)
    for report in documented["orderReports"]:
        # One of the three samples leaves it out.
        report.setdefault("origClientOrderId", "own")
    assert differences(documented, served) == []
    own_ids = [row["clientOrderId"] for row in served["orders"]]
    assert own_ids == [row["origClientOrderId"] for row in served["orderReports"]]


@pytest.mark.parametrize(
    "name",
    [
        "rest__get_orderlist",
        "rest__get_openorderlist",
        "rest__get_allorderlist",
        "wsapi__orderList.status__response",
        "wsapi__openOrderLists.status__response",
        "wsapi__allOrderLists__response",
    ],
)
def test_a_queried_list_is_written_as_documented(desk: QuietSpot, name: str) -> None:
    served = spot_lists.queried(desk.market.order_list(1))
    documented = sample(name)
    assert differences(documented[0] if isinstance(documented, list) else documented, served) == []


def test_cancel_all_reports_a_list_once(desk: QuietSpot) -> None:
    documented = shared_json("fixtures/spot/rest__delete_openorders.json")[-1]
    desk.market.cancel_all("BTCUSDT")
    assert differences(documented, spot_lists.cancelled(desk.market.order_list(1))) == []


def test_an_amended_list_is_written_as_documented() -> None:
    desk = quiet_spot()
    desk.market.place_list(ListRequest(ListKind.OTO, (WORKING, market(SELL, "0.1"))))
    amended = desk.market.amend("BTCUSDT", 2, None, D("0.05"))
    served = spot_orders.amended(amended) | {
        "listStatus": spot_lists.of_amended(desk.market.order_list(1))
    }
    name = "fixtures/spot/rest__put_order_amend_keeppriority__order_in_list.json"
    documented = shared_json(name)
    assert shape_differences(documented, served) == []
    assert undocumented_keys([documented], served) == []


def test_an_event_is_written_as_documented(desk: QuietSpot) -> None:
    event = next(each for each in desk.recorder.events if isinstance(each, OrderListEvent))
    documented = shared_json("fixtures/spot/uds__listStatus.json")["event"]
    served = spot_lists.list_status(event)
    assert shape_differences(documented, served) == []
    assert undocumented_keys([documented], served) == []
    assert {key: served[key] for key in "eclLr"} == {key: documented[key] for key in "eclLr"}
