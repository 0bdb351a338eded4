"""Changes of spot orders are answered and refused as in Binance's examples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from terminal_app.practice.engine.kinds import Side
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.endpoint import Desk
from terminal_app.practice.http.limits import Cost, RateCounter
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.http.rest import error_response
from terminal_app.practice.http.rules import SPOT_RULES
from terminal_app.practice.rest.spot import SPOT_ENDPOINTS
from terminal_app.practice.rest.spot_market import SpotDesk
from terminal_app.practice.spot.filters import AccountLimits
from terminal_app.practice.wire.numbers import encode
from tests.helpers.engine import START_MS, QuietSpot, limit, quiet_spot
from tests.helpers.shapes import shape_differences, undocumented_keys
from tests.helpers.shared import shared_json

SELL_MAKER = {"side": "SELL", "type": "LIMIT_MAKER", "quantity": "0.1", "price": "52000"}
TAKING = {**SELL_MAKER, "price": "48000"}
REPLACE = ("POST", "order/cancelReplace")


@pytest.fixture
def quiet() -> Iterator[QuietSpot]:
    """Open a market with one bid of somebody and one order of the account."""
    opened = quiet_spot()
    opened.offer(Side.BUY, "49000", "1")
    opened.market.place(limit(Side.SELL, "51000", "0.1", client_order_id="old"))
    yield opened
    opened.close()


def now_ms() -> int:
    return START_MS


@pytest.fixture
def desk(quiet: QuietSpot) -> SpotDesk:
    return Desk(quiet.market, RateCounter(SPOT_RULES, now_ms), now_ms)


def call(desk: SpotDesk, method: str, path: str, **values: str) -> Any:
    endpoint = SPOT_ENDPOINTS[method, f"/api/v3/{path}"]
    parameters = Parameters({"symbol": "BTCUSDT", **values})
    with desk.counter.charge(endpoint.cost(parameters)):
        return json.loads(encode(endpoint.handler(desk, parameters)))


def differences(name: str, served: Any) -> list[str]:
    documented = shared_json(f"fixtures/spot/rest__{name}.json")
    return shape_differences(documented, served) + undocumented_keys([documented], served)


def counted(desk: SpotDesk) -> int:
    count: int = desk.counter.to_json(with_weight=False, with_orders=True)[0]["count"]
    return count


@pytest.mark.parametrize(
    ("name", "mode", "cancelled", "new", "status"),
    [
        ("cancel_fail_new_not_attempted", "STOP_ON_FAILURE", "none", SELL_MAKER, 400),
        ("both_fail", "ALLOW_FAILURE", "none", TAKING, 400),
        ("cancel_fail_new_ok", "ALLOW_FAILURE", "none", SELL_MAKER, 409),
        ("cancel_ok_new_fail", "STOP_ON_FAILURE", "old", TAKING, 409),
    ],
)
def test_a_failed_replacement_is_refused_as_documented(
    desk: SpotDesk, name: str, mode: str, cancelled: str, new: dict[str, str], status: int
) -> None:
    asked = {"cancelReplaceMode": mode, "cancelOrigClientOrderId": cancelled, **new}
    with pytest.raises(ExchangeError) as refusal:
        call(desk, *REPLACE, **asked)
    error = refusal.value
    assert error.http_status == status
    served = json.loads(encode({"code": error.code, "msg": error.message, "data": error.data}))
    fixture = f"post_order_cancelreplace__{name}"
    assert differences(fixture, served) == []
    documented = shared_json(f"fixtures/spot/rest__{fixture}.json")
    for key in ("cancelResult", "newOrderResult"):
        assert served["data"][key] == documented["data"][key]
    assert served["code"] == documented["code"]
    assert counted(desk) == 1
    assert error_response(error).status == status


def test_a_replacement_is_answered_as_documented(desk: SpotDesk) -> None:
    new = {"side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.1"}
    asked = {"cancelReplaceMode": "STOP_ON_FAILURE", "cancelOrderId": "1", **new, "price": "40000"}
    served = call(desk, *REPLACE, **asked)
    assert differences("post_order_cancelreplace__success", served) == []
    assert counted(desk) == 1


@pytest.mark.parametrize(
    ("limit_mode", "name", "status", "is_open"),
    [
        ("DO_NOTHING", "order_rate_limit", 429, True),
        ("CANCEL_ONLY", "order_rate_limit_2", 409, False),
    ],
)
def test_beyond_the_limit_of_orders_nothing_or_the_cancel_is_done(
    desk: SpotDesk, limit_mode: str, name: str, status: int, is_open: bool
) -> None:
    most = SPOT_RULES.limits[1].limit
    with desk.counter.charge(Cost(0, orders=most)):
        pass
    asked = {
        "cancelReplaceMode": "STOP_ON_FAILURE",
        "cancelOrigClientOrderId": "old",
        "orderRateLimitExceededMode": limit_mode,
        **SELL_MAKER,
    }
    with pytest.raises(ExchangeError) as refusal:
        call(desk, *REPLACE, **asked)
    error = refusal.value
    assert error.http_status == status
    served: dict[str, Any] = {"code": error.code, "msg": error.message}
    if error.data is not None:
        served["data"] = error.data
    assert differences(f"post_order_cancelreplace__{name}", json.loads(encode(served))) == []
    assert bool(desk.market.open_orders()) is is_open
    assert counted(desk) == most


def test_an_amendment_is_answered_and_listed_as_documented(desk: SpotDesk) -> None:
    amended = call(desk, "PUT", "order/amend/keepPriority", orderId="1", newQty="0.05")
    assert differences("put_order_amend_keeppriority__single_order", amended) == []
    rows = call(desk, "GET", "order/amendments", orderId="1")
    assert differences("get_order_amendments", rows) == []
    for quantity, code in (("0.000000001", -1111), ("", -1102)):
        with pytest.raises(ExchangeError) as refusal:
            call(desk, "PUT", "order/amend/keepPriority", orderId="1", newQty=quantity)
        assert refusal.value.code == code


def test_only_an_amendment_that_ends_the_order_weighs_nothing(
    desk: SpotDesk, quiet: QuietSpot
) -> None:
    def weight() -> int:
        count: int = desk.counter.to_json(with_weight=True, with_orders=False)[0]["count"]
        return count

    quiet.hit(Side.BUY, "0.05")
    call(desk, "PUT", "order/amend/keepPriority", orderId="1", newQty="0.08")
    assert weight() == 4
    ended = call(desk, "PUT", "order/amend/keepPriority", orderId="1", newQty="0.05")
    assert ended["amendedOrder"]["status"] == "EXPIRED"
    assert weight() == 4


def test_what_is_limited_over_all_symbols_is_told(desk: SpotDesk) -> None:
    assert call(desk, "GET", "myFilters")["exchangeFilters"] == []
    desk.market.limits = AccountLimits(1_000, 100, 50, 20, {"JPY": Decimal(1_000_000)})
    filters = call(desk, "GET", "myFilters")
    assert filters["exchangeFilters"] == call(desk, "GET", "exchangeInfo")["exchangeFilters"]
    for row in filters["exchangeFilters"] + filters["assetFilters"]:
        assert (
            shape_differences(shared_json(f"fixtures/spot/filter__{row['filterType']}.json"), row)
            == []
        )
    assert len(filters["exchangeFilters"]) == 4


def test_a_prevented_match_is_listed_as_documented(desk: SpotDesk) -> None:
    call(
        desk,
        "POST",
        "order",
        side="BUY",
        type="LIMIT",
        timeInForce="GTC",
        quantity="0.1",
        price="51000",
    )
    rows = call(desk, "GET", "myPreventedMatches", orderId="1")
    assert differences("get_mypreventedmatches", rows) == []
    assert call(desk, "GET", "myPreventedMatches", orderId="1", fromPreventedMatchId="2") == []


def test_the_cancel_of_a_replaced_leg_reports_its_list(desk: SpotDesk) -> None:
    pair = {"aboveType": "LIMIT_MAKER", "abovePrice": "52000", "belowType": "STOP_LOSS"}
    asked = {**pair, "belowStopPrice": "48000", "side": "SELL", "quantity": "0.1"}
    placed = call(desk, "POST", "orderList/oco", **asked)
    leg = str(placed["orders"][0]["orderId"])
    replacing = {"cancelReplaceMode": "STOP_ON_FAILURE", "cancelOrderId": leg, **SELL_MAKER}
    answer = call(desk, *REPLACE, **replacing)
    assert answer["cancelResponse"]["listOrderStatus"] == "ALL_DONE"
    assert len(answer["cancelResponse"]["orderReports"]) == 2
    assert len(desk.market.open_orders()) == 2
