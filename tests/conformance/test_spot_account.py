"""Binance's own spot client asks for the account, logs on, and hears of what happens to it."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tests.conformance.conftest import Opener
from tests.helpers.answers import Each, amount, differences, fields
from tests.helpers.foreign_client import ForeignClient, ForeignError
from tests.helpers.practice_control import Control
from tests.helpers.stopped_desk import SYMBOL, At, StoppedDesk

ONE = {"symbol": SYMBOL}
BALANCE = {"asset": str, **fields(amount, "free locked")}
RATES = fields(amount, "maker taker buyer seller")
TRADE = {
    "symbol": SYMBOL,
    "orderListId": -1,
    "commissionAsset": str,
    **fields(int, "id orderId time"),
    **fields(amount, "price qty quoteQty commission"),
    **fields(bool, "isBuyer isMaker isBestMatch"),
}
QUERIES: tuple[tuple[str, str, dict[str, Any], Any], ...] = (
    (
        "rest_api.get_account",
        "websocket_api.account_status",
        {},
        {
            **fields(int, "makerCommission takerCommission buyerCommission updateTime uid"),
            **fields(bool, "canTrade canWithdraw canDeposit brokered preventSor"),
            "accountType": "SPOT",
            "commissionRates": RATES,
            "permissions": ["SPOT"],
            "balances": Each(BALANCE),
        },
    ),
    (
        "rest_api.get_account",
        "websocket_api.account_status",
        {"omit_zero_balances": "true"},
        {"balances": [{**BALANCE, "asset": "BTC"}, {**BALANCE, "asset": "USDT"}]},
    ),
    (
        "rest_api.account_commission",
        "websocket_api.account_commission",
        ONE,
        {
            **fields(RATES, "standardCommission specialCommission taxCommission"),
            "symbol": SYMBOL,
            "discount": {"discountAsset": "BNB", "discount": amount},
        },
    ),
    (
        "rest_api.rate_limit_order",
        "websocket_api.account_rate_limits_orders",
        {},
        Each({"rateLimitType": "ORDERS", "interval": str, "limit": int, "count": int}),
    ),
    ("rest_api.my_trades", "websocket_api.my_trades", ONE, Each(TRADE)),
    ("rest_api.my_trades", "websocket_api.my_trades", {**ONE, "limit": 1}, [TRADE]),
    (
        "rest_api.all_orders",
        "websocket_api.all_orders",
        {**ONE, "limit": 2},
        [{"status": "FILLED"}, {"status": "FILLED"}],
    ),
    ("rest_api.get_open_orders", "websocket_api.open_orders_status", {}, []),
)


@pytest.fixture(scope="module")
def desk(opened: Opener, control: Control) -> StoppedDesk:
    client = opened("spot", "binance_sdk.py", "spot")
    client.listen("user", "websocket_api.user_data_stream_subscribe_signature")
    control.call("POST", "pause")
    desk = StoppedDesk(client, "rest_api.depth", "rest_api.new_order", quantity=0.001)
    for side in ("BUY", "SELL"):
        assert desk.place(type="MARKET", side=side)["status"] == "FILLED"
    return desk


@pytest.fixture(scope="module")
def logged_on(opened: Opener, control: Control) -> ForeignClient:
    """Return a client with an Ed25519 key of its own, logged on."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    control.call("POST", "keys", apiKey="ed", type="ED25519", publicKey=public.decode())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    keys = {"api_key": "ed", "api_secret": "", "private_key": private.decode()}
    client = opened("spot", "binance_sdk.py", "spot", **keys)
    answer = client.call("websocket_api.session_logon")
    known = {"apiKey": "ed", "returnRateLimits": True, "userDataStream": bool}
    times = fields(int, "authorizedSince connectedSince serverTime")
    assert differences({"status": 200, "result": {**known, **times}}, answer) == []
    return client


def held(desk: StoppedDesk) -> dict[str, Decimal]:
    """Return free and locked amounts together, by asset."""
    rows = desk.ask("rest_api.get_account")["balances"]
    return {row["asset"]: Decimal(row["free"]) + Decimal(row["locked"]) for row in rows}


@pytest.mark.parametrize(("rest", "method", "arguments", "wanted"), QUERIES)
def test_a_query(
    desk: StoppedDesk, rest: str, method: str, arguments: dict[str, Any], wanted: Any
) -> None:
    over_rest, over_socket = (desk.ask(path, **arguments) for path in (rest, method))
    assert differences(wanted, over_rest) == []
    if "rate_limit" not in rest:
        assert over_socket == over_rest


def test_trades_by_order_by_id_and_by_time(desk: StoppedDesk) -> None:
    now_ms = time.time_ns() // 1_000_000
    trades = desk.ask("rest_api.my_trades", **ONE)
    first, its_trades = trades[0], [t for t in trades if t["orderId"] == trades[0]["orderId"]]
    asked: tuple[tuple[dict[str, Any], Any], ...] = (
        ({"order_id": first["orderId"]}, its_trades),
        ({"from_id": first["id"]}, trades),
        ({"start_time": now_ms - 3_600_000, "end_time": now_ms + 1_000}, trades),
        ({"start_time": now_ms - 86_400_000, "end_time": now_ms - 80_000_000}, []),
    )
    for arguments, wanted in asked:
        assert desk.ask("rest_api.my_trades", **ONE, **arguments) == wanted
        assert desk.ask("websocket_api.my_trades", **ONE, **arguments) == wanted
    with pytest.raises(ForeignError, match="Combination of optional parameters invalid"):
        desk.ask("rest_api.my_trades", **ONE, from_id=1, start_time=now_ms)


def test_money_that_moves_is_told(desk: StoppedDesk) -> None:
    placed = desk.place(type="LIMIT", time_in_force="GTC", price=At("0.95"))
    rows = desk.ask("rest_api.get_account", omit_zero_balances="true")["balances"]
    assert Decimal(rows[1]["locked"]) == Decimal(placed["price"]) * Decimal("0.001")
    entries = [{"a": row["asset"], "f": row["free"], "l": row["locked"]} for row in rows]
    told = desk.told("OutboundAccountPosition", B=entries)
    assert differences(fields(int, "E u"), told) == []
    desk.ask("rest_api.delete_order", **ONE, order_id=placed["orderId"])


def test_a_fill_moves_what_it_says(desk: StoppedDesk) -> None:
    before = held(desk)
    bought = desk.place(type="MARKET")
    fill = desk.told("ExecutionReport", i=bought["orderId"], x="TRADE")
    trades = desk.ask("rest_api.my_trades", **ONE, order_id=bought["orderId"])
    assert fill["t"] in {trade["id"] for trade in trades}
    # The fee of a purchase is taken in the bought asset.
    fees = sum(Decimal(entry["commission"]) for entry in bought["fills"])
    after = held(desk)
    assert after["BTC"] - before["BTC"] == Decimal("0.001") - fees
    assert before["USDT"] - after["USDT"] == Decimal(bought["cummulativeQuoteQty"])


@pytest.mark.parametrize(("way", "sign"), [("deposit", ""), ("withdraw", "-")])
def test_money_from_elsewhere_is_told(
    desk: StoppedDesk, control: Control, way: str, sign: str
) -> None:
    control.call("POST", way, market="spot", asset="USDT", amount="250")
    told = desk.told("BalanceUpdate", a="USDT", d=f"{sign}250.00000000")
    assert differences(fields(int, "E T"), told) == []


def test_an_order_that_the_exchange_ends_is_told(desk: StoppedDesk, control: Control) -> None:
    placed = desk.place(type="LIMIT", time_in_force="GTC", price=At("0.95"))
    control.call("POST", "actor/admin-cancel", market="spot", **ONE, orderId=placed["orderId"])
    told = desk.told("ExecutionReport", i=placed["orderId"], x="EXPIRED")
    assert told["eR"] == "EXCHANGE_CANCELED"


def test_a_session_needs_no_signatures(logged_on: ForeignClient) -> None:
    status = logged_on.call("websocket_api.session_status")
    assert status["result"]["apiKey"] == "ed"
    logged_on.listen("user", "websocket_api.user_data_stream_subscribe")
    order = {"type": "MARKET", "side": "BUY", "quantity": 0.001}
    placed = logged_on.call("websocket_api.order_place", **ONE, **order)["result"]
    told = logged_on.first("user", {"class": "ExecutionReport", "i": placed["orderId"]})
    assert told["x"] == "NEW"
    subscribed = logged_on.call("websocket_api.session_subscriptions")["result"]
    assert subscribed == [{"subscriptionId": 0}]
    assert logged_on.call("rest_api.get_account")["canTrade"] is True


def test_an_end_of_the_session_ends_its_events(logged_on: ForeignClient) -> None:
    answers = logged_on.call("websocket_api.session_logout")
    assert "'apiKey': 'ed'" not in str(answers)
    assert logged_on.first("user", {"class": "EventStreamTerminated"})["E"]
    assert logged_on.call("websocket_api.session_subscriptions")["result"] == []


def test_a_logon_takes_an_ed25519_key(desk: StoppedDesk) -> None:
    answers = desk.client.call("websocket_api.session_logon")
    assert "API key is not supported" in str(answers)


def test_a_subscription_ends_when_told_to(desk: StoppedDesk) -> None:
    assert desk.ask("websocket_api.user_data_stream_unsubscribe", subscription_id=0) == {}
    assert desk.told("EventStreamTerminated")["E"]
    desk.client.listen("user", "websocket_api.user_data_stream_subscribe_signature")
    placed = desk.place(type="MARKET")
    assert desk.told("ExecutionReport", i=placed["orderId"], X="FILLED")["x"] == "TRADE"
