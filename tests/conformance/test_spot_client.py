"""Binance's own spot client trades on the practice exchange, unchanged but for base addresses."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import pytest

from tests.conformance.conftest import Opener
from tests.helpers.foreign_client import ForeignClient, ForeignError

SYMBOL = "BTCUSDT"


@pytest.fixture(scope="module")
def client(opened: Opener) -> ForeignClient:
    client = opened("spot", "binance_sdk.py", "spot")
    subscribed = client.listen("user", "websocket_api.user_data_stream_subscribe_signature")
    assert subscribed["status"] == 200
    return client


@pytest.fixture
def resting_price(client: ForeignClient) -> float:
    """Return a legal price 10 % under the best bid."""
    best = Decimal(client.call("rest_api.depth", symbol=SYMBOL, limit=5)["bids"][0][0])
    return float((best * Decimal("0.9")).quantize(Decimal("0.1")))


def limit_buy(price: float, **more: Any) -> dict[str, Any]:
    """Return the arguments of a resting order; the client's own signature asks for floats."""
    order = {"symbol": SYMBOL, "side": "BUY", "type": "LIMIT", "time_in_force": "GTC"}
    return {**order, "quantity": 0.001, "price": price, **more}


def execution(order_id: int, execution_type: str) -> dict[str, Any]:
    """Return what an execution report of an order holds."""
    return {"class": "ExecutionReport", "i": order_id, "x": execution_type}


def balances(client: ForeignClient) -> dict[str, Decimal]:
    """Return free and locked amounts together, by asset."""
    rows = client.call("rest_api.get_account")["balances"]
    return {row["asset"]: Decimal(row["free"]) + Decimal(row["locked"]) for row in rows}


def test_rules_and_candles(client: ForeignClient) -> None:
    (symbol,) = client.call("rest_api.exchange_info", symbol=SYMBOL)["symbols"]
    kinds = {entry["filterType"] for entry in symbol["filters"]}
    assert {"PRICE_FILTER", "LOT_SIZE", "NOTIONAL"} <= kinds
    candles = client.call("rest_api.klines", symbol=SYMBOL, interval="1m", limit=5)
    opened_ms = [candle[0] for candle in candles]
    assert [later - earlier for earlier, later in itertools.pairwise(opened_ms)] == [60_000] * 4
    client.listen("candles", "websocket_streams.kline", symbol=SYMBOL.lower(), interval="1m")
    assert client.first("candles", {"s": SYMBOL})["k"]["i"] == "1m"


def test_an_order_is_placed_found_and_cancelled(
    client: ForeignClient, resting_price: float
) -> None:
    placed = client.call("rest_api.new_order", **limit_buy(resting_price))
    order_id = placed["orderId"]
    found = client.call("rest_api.get_order", symbol=SYMBOL, order_id=order_id)
    assert found["status"] == "NEW"
    open_orders = client.call("rest_api.get_open_orders", symbol=SYMBOL)
    assert [order["orderId"] for order in open_orders] == [order_id]
    cancelled = client.call("rest_api.delete_order", symbol=SYMBOL, order_id=order_id)
    assert cancelled["status"] == "CANCELED"
    assert cancelled["origClientOrderId"] == placed["clientOrderId"]
    assert client.first("user", execution(order_id, "CANCELED"))["X"] == "CANCELED"


def test_an_order_through_the_websocket_api(client: ForeignClient, resting_price: float) -> None:
    placed = client.call("websocket_api.order_place", **limit_buy(resting_price))
    order = {"symbol": SYMBOL, "order_id": placed["result"]["orderId"]}
    assert client.call("websocket_api.order_status", **order)["result"]["status"] == "NEW"
    assert client.call("websocket_api.order_cancel", **order)["result"]["status"] == "CANCELED"


@pytest.mark.parametrize("time_in_force", ["IOC", "FOK"])
def test_what_cannot_fill_at_once_expires(
    client: ForeignClient, resting_price: float, time_in_force: str
) -> None:
    order = limit_buy(resting_price, time_in_force=time_in_force)
    placed = client.call("rest_api.new_order", **order)
    assert placed["status"] == "EXPIRED"
    assert client.first("user", execution(placed["orderId"], "EXPIRED"))["X"] == "EXPIRED"


def test_a_fill_reaches_stream_trades_and_balances(client: ForeignClient) -> None:
    before = balances(client)
    bought = client.call(
        "rest_api.new_order", symbol=SYMBOL, side="BUY", type="MARKET", quantity=0.001
    )
    assert bought["status"] == "FILLED"
    fill = client.first("user", execution(bought["orderId"], "TRADE"))
    trades = client.call("rest_api.my_trades", symbol=SYMBOL, order_id=bought["orderId"])
    assert fill["t"] in {trade["id"] for trade in trades}
    moved = client.first("user", {"class": "OutboundAccountPosition"})
    assert {entry["a"] for entry in moved["B"]} >= {"USDT"}
    after = balances(client)
    # As on the real exchange, the fee of a purchase is taken in the bought asset.
    fees = sum(Decimal(fill["commission"]) for fill in bought["fills"])
    assert after["BTC"] - before["BTC"] == Decimal("0.001") - fees
    assert before["USDT"] - after["USDT"] == Decimal(bought["cummulativeQuoteQty"])


def test_a_market_order_by_quote_quantity(client: ForeignClient) -> None:
    bought = client.call(
        "rest_api.new_order", symbol=SYMBOL, side="BUY", type="MARKET", quote_order_qty=50.0
    )
    assert Decimal(bought["executedQty"]) > 0
    assert Decimal(bought["cummulativeQuoteQty"]) <= 50


def test_a_maker_that_would_take_is_refused(client: ForeignClient, resting_price: float) -> None:
    with pytest.raises(ForeignError, match="Order would immediately match and take"):
        client.call(
            "rest_api.new_order",
            symbol=SYMBOL,
            side="BUY",
            type="LIMIT_MAKER",
            quantity=0.001,
            price=round(resting_price * 1.2),
        )


def test_an_unknown_order_is_named_so(client: ForeignClient) -> None:
    with pytest.raises(ForeignError, match="Order does not exist"):
        client.call("rest_api.get_order", symbol=SYMBOL, order_id=999_999_999)


def test_every_order_of_a_symbol_is_cancelled(client: ForeignClient, resting_price: float) -> None:
    placed = [client.call("rest_api.new_order", **limit_buy(resting_price)) for _ in range(2)]
    cancelled = client.call("rest_api.delete_open_orders", symbol=SYMBOL)
    assert {row["orderId"] for row in cancelled} == {row["orderId"] for row in placed}
