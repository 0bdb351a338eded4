"""Binance's own USDⓈ-M client trades on the practice exchange, unchanged but for base addresses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.conformance.conftest import Opener
from tests.helpers.foreign_client import ForeignClient, ForeignError

SYMBOL = "BTCUSDT"


@pytest.fixture(scope="module")
def client(opened: Opener) -> ForeignClient:
    client = opened("usdm", "binance_sdk.py", "usdm")
    listen_key = client.call("rest_api.start_user_data_stream")["listenKey"]
    client.listen("user", "websocket_streams.user_data", listenKey=listen_key)
    return client


@pytest.fixture
def resting_price(client: ForeignClient) -> float:
    """Return a legal price 10 % under the best bid."""
    best = Decimal(client.call("rest_api.order_book", symbol=SYMBOL, limit=5)["bids"][0][0])
    return float((best * Decimal("0.9")).quantize(Decimal("0.1")))


def limit_buy(price: float, **more: Any) -> dict[str, Any]:
    """Return the arguments of a resting order; the client's own signature asks for floats."""
    order = {"symbol": SYMBOL, "side": "BUY", "type": "LIMIT", "time_in_force": "GTC"}
    return {**order, "quantity": 0.01, "price": price, **more}


def market(client: ForeignClient, side: str, **more: Any) -> dict[str, Any]:
    """Send a market order of 0.01."""
    order = {"symbol": SYMBOL, "side": side, "type": "MARKET", "quantity": 0.01, **more}
    answer: dict[str, Any] = client.call("rest_api.new_order", **order)
    return answer


def update(order_id: int, execution_type: str) -> dict[str, Any]:
    """Return what an order event of an order holds."""
    return {"class": "OrderTradeUpdate", "o": {"i": order_id, "x": execution_type}}


def wallet(client: ForeignClient) -> Decimal:
    """Return the wallet balance."""
    return Decimal(client.call("rest_api.account_information_v3")["totalWalletBalance"])


def test_rules_candles_and_play_money(client: ForeignClient) -> None:
    symbols = client.call("rest_api.exchange_information")["symbols"]
    rules = next(entry for entry in symbols if entry["symbol"] == SYMBOL)
    kinds = {entry["filterType"] for entry in rules["filters"]}
    assert {"PRICE_FILTER", "LOT_SIZE", "MARKET_LOT_SIZE", "MIN_NOTIONAL"} <= kinds
    candles = client.call("rest_api.kline_candlestick_data", symbol=SYMBOL, interval="1m", limit=5)
    assert len(candles) == 5
    client.listen(
        "candles", "websocket_streams.kline_candlestick_streams", symbol="btcusdt", interval="1m"
    )
    assert client.first("candles", {"s": SYMBOL})["k"]["i"] == "1m"
    assert wallet(client) == 10_000


def test_leverage_is_set_and_told(client: ForeignClient) -> None:
    answer = client.call("rest_api.change_initial_leverage", symbol=SYMBOL, leverage=10)
    assert answer["leverage"] == 10
    told = client.first("user", {"class": "AccountConfigUpdate"})
    assert told["ac"] == {"s": SYMBOL, "l": 10}


def test_an_order_is_placed_found_and_cancelled(
    client: ForeignClient, resting_price: float
) -> None:
    placed = client.call("rest_api.new_order", **limit_buy(resting_price))
    order = {"symbol": SYMBOL, "order_id": placed["orderId"]}
    assert client.call("rest_api.query_order", **order)["status"] == "NEW"
    open_orders = client.call("rest_api.current_all_open_orders", symbol=SYMBOL)
    assert [row["orderId"] for row in open_orders] == [placed["orderId"]]
    assert client.call("rest_api.cancel_order", **order)["status"] == "CANCELED"
    assert client.first("user", update(placed["orderId"], "CANCELED"))["o"]["X"] == "CANCELED"


def test_an_order_through_the_websocket_api(client: ForeignClient, resting_price: float) -> None:
    placed = client.call("websocket_api.new_order", **limit_buy(resting_price))
    order = {"symbol": SYMBOL, "order_id": placed["result"]["orderId"]}
    assert client.call("websocket_api.query_order", **order)["result"]["status"] == "NEW"
    assert client.call("websocket_api.cancel_order", **order)["result"]["status"] == "CANCELED"


def test_a_position_is_opened_and_closed(client: ForeignClient) -> None:
    before = wallet(client)
    bought = market(client, "BUY")
    fill = client.first("user", update(bought["orderId"], "TRADE"))["o"]
    moved = client.first("user", {"class": "AccountUpdate", "a": {"m": "ORDER"}})
    assert [row["s"] for row in moved["a"]["P"]] == [SYMBOL]
    (position,) = client.call("rest_api.position_information_v3", symbol=SYMBOL)
    assert Decimal(position["positionAmt"]) == Decimal("0.01")
    closed = market(client, "SELL", reduce_only="true")
    assert closed["reduceOnly"] is True
    trades = client.call("rest_api.account_trade_list", symbol=SYMBOL)
    assert fill["t"] in {trade["id"] for trade in trades}
    realized = sum(Decimal(trade["realizedPnl"]) for trade in trades)
    fees = sum(Decimal(trade["commission"]) for trade in trades)
    assert wallet(client) - before == realized - fees
    positions = client.call("rest_api.position_information_v3", symbol=SYMBOL)
    assert all(Decimal(row["positionAmt"]) == 0 for row in positions)


def test_a_conditional_order_belongs_elsewhere(client: ForeignClient) -> None:
    with pytest.raises(ForeignError, match="Algo Order API"):
        client.call(
            "rest_api.new_order", symbol=SYMBOL, side="SELL", type="STOP_MARKET", quantity=0.01
        )


def test_post_only_that_would_take_is_refused(client: ForeignClient, resting_price: float) -> None:
    order = limit_buy(round(resting_price * 1.13), time_in_force="GTX")
    with pytest.raises(ForeignError, match="could not be executed as maker"):
        client.call("rest_api.new_order", **order)
