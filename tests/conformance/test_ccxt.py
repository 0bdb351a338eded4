"""ccxt trades spot and USDⓈ-M on the practice exchange, unchanged but for base addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance.conftest import Opener
from tests.helpers.answers import Each, differences, fields
from tests.helpers.foreign_client import ForeignClient, ForeignError
from tests.helpers.practice_control import Control

NUMBER = float
ORDER = {"id": str, "clientOrderId": str, "symbol": str, "type": str, "side": str, "status": str}
WAITS = {"params": {"stop": True}}
PLAIN: dict[str, Any] = {}
FUTURES_KINDS = {"stop market", "take profit market", "stop limit", "trigger", "trailing"}


class Trader:
    """Hold a ccxt client in a stopped market and the name it has for bitcoin."""

    def __init__(self, client: ForeignClient, is_spot: bool) -> None:
        self.client = client
        self.is_spot = is_spot
        self.symbol, self.amount = ("BTC/USDT", 0.001) if is_spot else ("BTC/USDT:USDT", 0.01)
        self._bid: float = self.call("fetch_order_book", limit=5)["bids"][0][0]

    def call(self, method: str, **more: Any) -> Any:
        """Call a method on the symbol."""
        return self.client.call(method, symbol=self.symbol, **more)

    def price(self, share: float) -> float:
        """Return a price as a share of the best bid when the market was stopped."""
        return round(self._bid * share, 1)

    def place(self, method: str = "create_order", /, **more: Any) -> Any:
        """Place an order to buy at 95 % of the price unless told otherwise."""
        order = {"type": "limit", "side": "buy", "amount": self.amount, **more}
        if order["type"] == "limit":
            order.setdefault("price", self.price(0.95))
        return self.call(method, **order)


@pytest.fixture(scope="module", params=["binance", "binanceusdm"])
def trader(request: pytest.FixtureRequest, opened: Opener, control: Control) -> Trader:
    client = opened("ccxt", "ccxt_client.py", request.param)
    control.call("POST", "resume")
    trader = Trader(client, request.param == "binance")
    for name in ("trades", "ticker", "order_book"):
        client.repeat(name, f"watch_{name}", symbol=trader.symbol)
        client.first(name, {"symbol": trader.symbol})
    for name in ("orders", "my_trades", "balance"):
        client.repeat(name, f"watch_{name}")
    control.call("POST", "pause")
    # Whoever watches is told of what comes after; an order of its own shows that it listens.
    order_id = trader.place()["id"]
    client.first("orders", {"id": order_id})
    trader.call("cancel_order", id=order_id)
    return trader


@pytest.fixture(autouse=True)
def clean(trader: Trader) -> Iterator[None]:
    """Leave no order to the next test."""
    yield
    if trader.call("fetch_open_orders"):
        trader.call("cancel_all_orders")


def test_the_market_is_seen(trader: Trader) -> None:
    assert differences(fields(NUMBER, "last bid high low"), trader.call("fetch_ticker")) in (
        [],
        ["$.bid: float wanted, None came"],  # a 24-hour ticker of futures has no best prices
    )
    candle = [int, *[NUMBER] * 5]
    assert differences([candle] * 5, trader.call("fetch_ohlcv", timeframe="1m", limit=5)) == []
    trade = {"id": str, "price": NUMBER, "amount": NUMBER, "side": str, "timestamp": int}
    assert differences([trade] * 3, trader.call("fetch_trades", limit=3)) == []
    assert trader.client.call("fetch_bids_asks", symbols=[trader.symbol])[trader.symbol]["bid"]
    prices = trader.client.call("fetch_last_prices", symbols=[trader.symbol])
    assert prices[trader.symbol]["price"] > 0


def test_an_order_is_placed_found_and_cancelled(trader: Trader) -> None:
    placed = trader.place()
    order_id = placed["id"]
    assert differences({**ORDER, "status": "open", "price": NUMBER}, placed) == []
    assert trader.call("fetch_order", id=order_id)["status"] == "open"
    assert [order["id"] for order in trader.call("fetch_open_orders")] == [order_id]
    assert trader.client.first("orders", {"id": order_id, "status": "open"})
    assert trader.call("cancel_order", id=order_id)["status"] == "canceled"
    assert trader.client.first("orders", {"id": order_id, "status": "canceled"})
    assert order_id in {order["id"] for order in trader.call("fetch_canceled_orders")}


def conditional(trader: Trader) -> dict[str, dict[str, Any]]:
    """Return the arguments of orders that wait for a price."""
    low, high = trader.price(0.94), trader.price(1.06)
    trailing = (
        {"trailingDelta": 100, "stopLossOrTakeProfit": "stopLoss"}
        if trader.is_spot
        else {"trailingPercent": 1}
    )
    return {
        "stop market": {"type": "market", "side": "sell", "params": {"stopLossPrice": low}},
        "take profit market": {
            "type": "market",
            "side": "sell",
            "params": {"takeProfitPrice": high},
        },
        "stop limit": {
            "side": "sell",
            "price": trader.price(0.93),
            "params": {"stopLossPrice": low},
        },
        "trigger": {"type": "market", "params": {"triggerPrice": high}},
        "trailing": {"type": "market", "side": "sell", "params": trailing},
    }


@pytest.mark.parametrize("kind", sorted(FUTURES_KINDS))
def test_an_order_waits_for_a_price(trader: Trader, kind: str) -> None:
    where = PLAIN if trader.is_spot else WAITS
    placed = trader.place(**conditional(trader)[kind])
    found = trader.call("fetch_order", id=placed["id"], **where)
    assert (found["id"], found["status"]) == (placed["id"], "open")
    assert kind == "trailing" or found["triggerPrice"] > 0
    listed = trader.call("fetch_open_orders", **where)
    assert [order["id"] for order in listed] == [placed["id"]]
    trader.call("cancel_order", id=placed["id"], **where)
    assert trader.call("fetch_open_orders", **where) == []


def test_post_only_rests_or_is_refused(trader: Trader) -> None:
    placed = trader.place(params={"postOnly": True})
    assert trader.call("fetch_order", id=placed["id"])["postOnly"] is True
    with pytest.raises(ForeignError, match=r"as maker|match and take"):
        trader.place(price=trader.price(1.02), params={"postOnly": True})


def test_an_order_is_edited(trader: Trader) -> None:
    placed = trader.place()
    price = trader.price(0.96)
    order = {"type": "limit", "side": "buy", "amount": trader.amount * 2, "price": price}
    edited = trader.call("edit_order", id=placed["id"], **order)
    found = trader.call("fetch_order", id=edited["id"])
    assert (found["status"], found["price"]) == ("open", price)
    assert found["amount"] == pytest.approx(trader.amount * 2)


def test_a_market_order_fills(trader: Trader) -> None:
    for side in ("buy", "sell"):
        placed = trader.place(type="market", side=side)
        assert trader.client.first("orders", {"id": placed["id"], "status": "closed"})
        told = trader.client.first("my_trades", {"order": placed["id"]})
        trades = trader.call("fetch_my_trades")
        (trade,) = [one for one in trades if one["id"] == told["id"]]
        assert trade["fee"]["cost"] == pytest.approx(told["fee"]["cost"])
        found = trader.call("fetch_order", id=placed["id"])
        assert (found["filled"], found["status"]) == (trader.amount, "closed")
    assert placed["id"] in {order["id"] for order in trader.call("fetch_closed_orders")}
    assert trader.client.first("balance", {})


def test_orders_through_the_websocket_api(trader: Trader) -> None:
    placed = trader.place("create_order_ws")
    order = {"type": "limit", "side": "buy", "amount": trader.amount, "price": trader.price(0.94)}
    edited = trader.call("edit_order_ws", id=placed["id"], **order)
    assert trader.call("fetch_order_ws", id=edited["id"])["price"] == order["price"]
    assert trader.call("cancel_order_ws", id=edited["id"])["status"] == "canceled"
    assert trader.client.call("fetch_balance_ws")["info"]


def test_too_little_is_refused_in_the_exchanges_words(trader: Trader) -> None:
    with pytest.raises(ForeignError, match=r"NOTIONAL|PERCENT_PRICE|notional"):
        trader.place(amount=0.001, price=1000.0)


def test_the_account_is_told(trader: Trader) -> None:
    balance = trader.client.call("fetch_balance")["USDT"]
    assert differences(fields(NUMBER, "free used total"), balance) == []
    if trader.is_spot:
        bought = trader.call("create_market_buy_order_with_cost", cost=50)
        assert bought["cost"] <= 50


def futures(trader: Trader) -> None:
    """Skip what spot has not."""
    if trader.is_spot:
        pytest.skip("spot has no positions")


def test_a_position_is_held_and_margin_moved(trader: Trader) -> None:
    futures(trader)
    assert trader.call("set_leverage", leverage=8)
    trader.call("set_margin_mode", marginMode="isolated")
    trader.place(type="market")
    (position,) = trader.client.call("fetch_positions", symbols=[trader.symbol])
    wanted = {"side": "long", "contracts": trader.amount, "marginMode": "isolated"}
    assert differences({**wanted, **fields(NUMBER, "entryPrice markPrice")}, position) == []
    trader.call("add_margin", amount=30)
    trader.call("reduce_margin", amount=5)
    rows = trader.call("fetch_margin_adjustment_history")
    assert {row["type"] for row in rows} == {"add", "reduce"}
    trader.place(type="market", side="sell", params={"reduceOnly": True})
    trader.call("set_margin_mode", marginMode="cross")
    assert trader.client.call("fetch_positions", symbols=[trader.symbol]) == []


def test_hedge_mode_holds_both_sides(trader: Trader) -> None:
    futures(trader)
    trader.client.call("set_position_mode", hedged=True)
    sides = (("buy", "LONG"), ("sell", "SHORT"), ("sell", "LONG"), ("buy", "SHORT"))
    for number, (side, held) in enumerate(sides):
        trader.place(type="market", side=side, params={"positionSide": held})
        if number == 1:
            rows = trader.client.call("fetch_positions", symbols=[trader.symbol])
            assert {row["side"] for row in rows} == {"long", "short"}
    trader.client.call("set_position_mode", hedged=False)
    assert trader.call("fetch_position_mode")["hedged"] is False


def test_the_futures_market_is_told(trader: Trader) -> None:
    futures(trader)
    rate = trader.call("fetch_funding_rate")
    assert differences(fields(NUMBER, "fundingRate markPrice indexPrice"), rate) == []
    assert (
        differences(Each({"fundingRate": NUMBER}), trader.call("fetch_funding_rate_history")) == []
    )
    assert trader.call("fetch_open_interest")["openInterestAmount"] > 0
    assert trader.call("fetch_leverage")["longLeverage"] > 0
    assert trader.client.call("fetch_leverage_tiers")[trader.symbol][0]["maxLeverage"] == 125
    assert trader.client.call("fetch_ledger")
    for method in ("fetch_funding_history", "fetch_my_liquidations"):
        assert trader.call(method) == []


def test_a_batch_is_placed_and_cancelled(trader: Trader) -> None:
    futures(trader)
    order = {"symbol": trader.symbol, "type": "limit", "side": "buy", "amount": trader.amount}
    orders = [{**order, "price": trader.price(share)} for share in (0.95, 0.96)]
    ids = [placed["id"] for placed in trader.client.call("create_orders", orders=orders)]
    ended = trader.call("cancel_orders", ids=ids)
    assert [order["status"] for order in ended] == ["canceled", "canceled"]
