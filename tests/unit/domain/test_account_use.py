"""Check where money is said to be tied up, and how it is turned into one currency."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from terminal_app.domain.account_use import (
    Conversion,
    Use,
    conversions,
    uses_on_margin,
    uses_on_spot,
    worth,
)
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderType
from tests.helpers.account_values import LIMIT, LONG
from tests.helpers.market_values import instrument

D = Decimal
BTC = instrument()
ETH = replace(BTC, symbol="ETHBTC", base_asset="ETH", quote_asset="BTC")
CLOSED = replace(BTC, symbol="BTCEUR", quote_asset="EUR", status="HALT")
PRICES = {"BTCUSDT": D(60_000), "ETHBTC": D("0.05")}


def test_a_buy_ties_up_its_quote_asset_and_a_sell_its_base() -> None:
    orders = [
        replace(LIMIT, executed_quantity=D("0.5")),
        replace(LIMIT, price=D(100), quantity=D(1)),
        replace(LIMIT, side=Side.SELL, quantity=D(2)),
        replace(LIMIT, type=OrderType.MARKET),
        replace(LIMIT, symbol="UNLISTED"),
    ]
    assert uses_on_spot(orders, {"BTCUSDT": BTC}) == {
        "USDT": Use(2, D(61_100)), "BTC": Use(1, D(2)),
    }  # fmt: skip


def test_positions_tie_up_their_margin_and_orders_the_rest() -> None:
    orders = [LIMIT, replace(LIMIT, reduce_only=True)]
    assert uses_on_margin(orders, [LONG], {"USDT": D(1000)}) == {"USDT": Use(1, D(225), 1, D(775))}
    assert uses_on_margin([], [LONG], {"USDT": D(1000)})["USDT"].in_orders == 0
    assert uses_on_margin(orders, [], {"BNB": D(0)}) == {"BNB": Use()}


def test_the_shortest_way_is_taken_and_closed_symbols_are_none() -> None:
    listed = [BTC, ETH, CLOSED]
    assert conversions("USDT", "USDT", listed) == ()
    assert conversions("BTC", "USDT", listed) == (Conversion("BTCUSDT", False),)
    assert conversions("USDT", "ETH", listed) == (
        Conversion("BTCUSDT", True), Conversion("ETHBTC", True),
    )  # fmt: skip
    assert conversions("BTC", "EUR", listed) is None
    assert conversions("DOGE", "USDT", listed) is None


def test_worth_follows_the_way_and_is_unknown_without_a_price() -> None:
    way = conversions("ETH", "USDT", [BTC, ETH])
    assert way is not None
    assert worth(D(2), way, PRICES.get) == D(6000)
    back = conversions("USDT", "ETH", [BTC, ETH])
    assert back is not None
    assert worth(D(6000), back, PRICES.get) == D(2)
    assert worth(D(2), way, {"ETHBTC": D("0.05")}.get) is None
