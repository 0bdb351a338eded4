"""ccxt trades spot and USDⓈ-M on the practice exchange, unchanged but for base addresses."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.conformance.conftest import Opener
from tests.helpers.foreign_client import ForeignClient, ForeignError


class Trader(NamedTuple):
    """Hold a ccxt client and the name it has for bitcoin."""

    client: ForeignClient
    symbol: str
    amount: float

    def call(self, method: str, *arguments: Any, **more: Any) -> Any:
        """Call a method on the symbol."""
        return self.client.call(method, symbol=self.symbol, **more)


@pytest.fixture(scope="module", params=["binance", "binanceusdm"])
def trader(request: pytest.FixtureRequest, opened: Opener) -> Trader:
    client = opened("ccxt", "ccxt_client.py", request.param)
    is_spot = request.param == "binance"
    symbol, amount = ("BTC/USDT", 0.001) if is_spot else ("BTC/USDT:USDT", 0.01)
    client.repeat("orders", "watch_orders")
    return Trader(client, symbol, amount)


def low_price(trader: Trader) -> float:
    """Return a price 10 % under the best bid."""
    best: float = trader.call("fetch_order_book", limit=5)["bids"][0][0]
    return round(best * 0.9, 1)


def test_the_market_is_seen(trader: Trader) -> None:
    assert trader.call("fetch_ticker")["last"] > 0
    assert len(trader.call("fetch_ohlcv", timeframe="1m", limit=5)) == 5
    trader.client.repeat("trades", "watch_trades", symbol=trader.symbol)
    assert trader.client.first("trades", {"symbol": trader.symbol})["price"] > 0


def test_an_order_is_placed_found_and_cancelled(trader: Trader) -> None:
    placed = trader.call(
        "create_order", type="limit", side="buy", amount=trader.amount, price=low_price(trader)
    )
    order_id = placed["id"]
    assert trader.call("fetch_order", id=order_id)["status"] == "open"
    assert [order["id"] for order in trader.call("fetch_open_orders")] == [order_id]
    assert trader.client.first("orders", {"id": order_id, "status": "open"})
    assert trader.call("cancel_order", id=order_id)["status"] == "canceled"
    assert trader.client.first("orders", {"id": order_id, "status": "canceled"})


def test_a_market_order_fills(trader: Trader) -> None:
    placed = trader.call("create_order", type="market", side="buy", amount=trader.amount)
    assert trader.client.first("orders", {"id": placed["id"], "status": "closed"})
    trades = trader.call("fetch_my_trades")
    assert placed["id"] in {trade["order"] for trade in trades}
    assert trader.call("fetch_order", id=placed["id"])["filled"] == trader.amount
    sold = trader.call("create_order", type="market", side="sell", amount=trader.amount)
    assert trader.client.first("orders", {"id": sold["id"], "status": "closed"})


def test_an_order_through_the_websocket_api(trader: Trader) -> None:
    price = low_price(trader)
    placed = trader.call(
        "create_order_ws", type="limit", side="buy", amount=trader.amount, price=price
    )
    assert trader.call("cancel_order_ws", id=placed["id"])["status"] == "canceled"


def test_too_little_is_refused_in_the_exchanges_words(trader: Trader) -> None:
    with pytest.raises(ForeignError, match=r"NOTIONAL|PERCENT_PRICE|notional"):
        trader.call("create_order", type="limit", side="buy", amount=0.001, price=1000.0)
