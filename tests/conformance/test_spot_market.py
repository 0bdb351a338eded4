"""Binance's own spot client reads every public call and stream of the practice exchange."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.conformance.conftest import Opener
from tests.helpers.answers import Each, amount, differences, fields
from tests.helpers.foreign_client import ForeignClient

SYMBOL = "BTCUSDT"
ONE = {"symbol": SYMBOL}
TWO = {"symbols": [SYMBOL, "ETHUSDT"]}
LEVEL = [amount, amount]
TRADE = {"id": int, "price": amount, "qty": amount, "quoteQty": amount, "time": int}
AGGREGATE = {"a": int, "p": amount, "q": amount, "f": int, "l": int, "T": int, "m": bool, "M": bool}
CANDLE = [int, *[amount] * 5, int, amount, int, amount, amount, str]
WINDOW = {
    "symbol": SYMBOL,
    **fields(
        amount,
        "priceChange priceChangePercent weightedAvgPrice openPrice highPrice lowPrice lastPrice"
        " volume quoteVolume",
    ),
    **fields(int, "openTime closeTime firstId lastId count"),
}
BEST = {
    "symbol": SYMBOL,
    "bidPrice": amount,
    "bidQty": amount,
    "askPrice": amount,
    "askQty": amount,
}
DAY = {**WINDOW, "prevClosePrice": amount, "lastQty": amount, **BEST}
SMALL = {
    "symbol": SYMBOL,
    **fields(amount, "openPrice highPrice lowPrice lastPrice volume quoteVolume"),
    "count": int,
}
RULES = {
    "symbol": SYMBOL,
    "status": "TRADING",
    "baseAsset": "BTC",
    "quoteAsset": "USDT",
    "orderTypes": Each(str),
    "filters": Each({"filterType": str}),
    "allowTrailingStop": True,
    "icebergAllowed": True,
    "isSpotTradingAllowed": True,
    "permissionSets": Each(Each(str)),
    "allowedSelfTradePreventionModes": Each(str),
    "defaultSelfTradePreventionMode": str,
}


class Asked(NamedTuple):
    """A call by its name in REST and in the WebSocket API, and what its answer holds."""

    rest: str
    method: str
    arguments: dict[str, Any]
    wanted: Any


MARKET = (
    Asked("rest_api.ping", "websocket_api.ping", {}, {}),
    Asked("rest_api.time", "websocket_api.time", {}, {"serverTime": int}),
    Asked(
        "rest_api.exchange_info",
        "websocket_api.exchange_info",
        ONE,
        {"timezone": "UTC", "serverTime": int, "rateLimits": Each(dict), "symbols": [RULES]},
    ),
    Asked(
        "rest_api.depth",
        "websocket_api.depth",
        {**ONE, "limit": 5},
        {"lastUpdateId": int, "bids": [LEVEL] * 5, "asks": [LEVEL] * 5},
    ),
    Asked(
        "rest_api.get_trades",
        "websocket_api.trades_recent",
        {**ONE, "limit": 3},
        [{**TRADE, "isBuyerMaker": bool, "isBestMatch": bool}] * 3,
    ),
    Asked(
        "rest_api.historical_trades",
        "websocket_api.trades_historical",
        {**ONE, "limit": 3},
        [{**TRADE, "isBuyerMaker": bool, "isBestMatch": bool}] * 3,
    ),
    Asked(
        "rest_api.agg_trades",
        "websocket_api.trades_aggregate",
        {**ONE, "limit": 3},
        [AGGREGATE] * 3,
    ),
    Asked(
        "rest_api.historical_block_trades",
        "websocket_api.block_trades_historical",
        {**ONE, "from_id": 0, "limit": 2},
        [{**TRADE, "isBuyerMaker": bool}] * 2,
    ),
    Asked(
        "rest_api.klines",
        "websocket_api.klines",
        {**ONE, "interval": "1m", "limit": 4},
        [CANDLE] * 4,
    ),
    Asked(
        "rest_api.ui_klines",
        "websocket_api.ui_klines",
        {**ONE, "interval": "1d", "limit": 2, "time_zone": "8"},
        [CANDLE] * 2,
    ),
    Asked(
        "rest_api.avg_price",
        "websocket_api.avg_price",
        ONE,
        {"mins": int, "price": amount, "closeTime": int},
    ),
    Asked("rest_api.ticker24hr", "websocket_api.ticker24hr", ONE, DAY),
    Asked(
        "rest_api.ticker24hr",
        "websocket_api.ticker24hr",
        {**TWO, "type": "MINI"},
        [SMALL, {**SMALL, "symbol": "ETHUSDT"}],
    ),
    Asked(
        "rest_api.ticker_trading_day",
        "websocket_api.ticker_trading_day",
        {**ONE, "time_zone": "-3"},
        WINDOW,
    ),
    Asked("rest_api.ticker", "websocket_api.ticker", {**ONE, "window_size": "4h"}, WINDOW),
    Asked(
        "rest_api.ticker",
        "websocket_api.ticker",
        {**TWO, "window_size": "1d"},
        [WINDOW, {**WINDOW, "symbol": "ETHUSDT"}],
    ),
    Asked(
        "rest_api.ticker_price",
        "websocket_api.ticker_price",
        ONE,
        {"symbol": SYMBOL, "price": amount},
    ),
    Asked("rest_api.ticker_book_ticker", "websocket_api.ticker_book", ONE, BEST),
    Asked(
        "rest_api.ticker_book_ticker",
        "websocket_api.ticker_book",
        {},
        Each({**BEST, "symbol": str}),
    ),
    Asked(
        "rest_api.execution_rules",
        "websocket_api.execution_rules",
        ONE,
        {"symbolRules": [{"symbol": SYMBOL}]},
    ),
    Asked(
        "rest_api.reference_price",
        "websocket_api.reference_price",
        ONE,
        {"symbol": SYMBOL, "referencePrice": amount, "timestamp": int},
    ),
    Asked(
        "rest_api.reference_price_calculation",
        "websocket_api.reference_price_calculation",
        ONE,
        {"symbol": SYMBOL, "calculationType": "ARITHMETIC_MEAN", "bucketCount": int},
    ),
)

CHANGE = {"s": SYMBOL, "E": int, "o": amount, "h": amount, "l": amount, "c": amount}
BAR = {"t": int, "T": int, "s": SYMBOL, "o": amount, "c": amount, "n": int, "x": bool}
NAME = {"symbol": "btcusdt"}
STREAMS: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    (
        "agg_trade",
        NAME,
        {"e": "aggTrade", "s": SYMBOL, "a": int, "p": amount, "f": int, "l": int, "m": bool},
    ),
    (
        "trade",
        NAME,
        {"e": "trade", "s": SYMBOL, "t": int, "p": amount, "q": amount, "T": int, "m": bool},
    ),
    ("kline", {**NAME, "interval": "1m"}, {"e": "kline", "s": SYMBOL, "k": {**BAR, "i": "1m"}}),
    (
        "kline_offset",
        {**NAME, "interval": "1h"},
        {"e": "kline", "s": SYMBOL, "k": {**BAR, "i": "1h"}},
    ),
    ("mini_ticker", NAME, {"e": "24hrMiniTicker", **CHANGE}),
    ("all_mini_ticker", {}, {"e": "24hrMiniTicker", **CHANGE}),
    ("ticker", NAME, {"e": "24hrTicker", **CHANGE, "b": amount, "a": amount, "n": int}),
    (
        "rolling_window_ticker",
        {**NAME, "window_size": "1h"},
        {"e": "1hTicker", **CHANGE, "w": amount, "n": int},
    ),
    ("all_market_rolling_window_ticker", {"window_size": "4h"}, {"e": "4hTicker", **CHANGE}),
    (
        "book_ticker",
        NAME,
        {"u": int, "s": SYMBOL, "b": amount, "B": amount, "a": amount, "A": amount},
    ),
    ("avg_price", NAME, {"e": "avgPrice", "s": SYMBOL, "i": "5m", "w": amount, "T": int}),
    (
        "partial_book_depth",
        {**NAME, "levels": "5", "update_speed": "100ms"},
        {"lastUpdateId": int, "bids": [LEVEL] * 5, "asks": [LEVEL] * 5},
    ),
    (
        "diff_book_depth",
        {**NAME, "update_speed": "100ms"},
        {"e": "depthUpdate", "s": SYMBOL, "U": int, "u": int, "b": list, "a": list},
    ),
    ("reference_price", NAME, {"e": "referencePrice", "s": SYMBOL, "r": amount, "t": int}),
)


@pytest.fixture(scope="module")
def client(opened: Opener) -> ForeignClient:
    client = opened("spot", "binance_sdk.py", "spot")
    for name, arguments, _ in STREAMS:
        client.listen(name, f"websocket_streams.{name}", **arguments)
    return client


@pytest.mark.parametrize("asked", MARKET, ids=lambda asked: asked.rest.rpartition(".")[2])
def test_over_rest(client: ForeignClient, asked: Asked) -> None:
    assert differences(asked.wanted, client.call(asked.rest, **asked.arguments)) == []


@pytest.mark.parametrize("asked", MARKET, ids=lambda asked: asked.method.rpartition(".")[2])
def test_over_the_websocket_api(client: ForeignClient, asked: Asked) -> None:
    answer = client.call(asked.method, **asked.arguments)
    limits = Each({"rateLimitType": "REQUEST_WEIGHT", "interval": str, "limit": int, "count": int})
    assert differences({"status": 200, "rateLimits": limits}, answer) == []
    assert differences(asked.wanted, answer.get("result", {})) == []


@pytest.mark.parametrize(("name", "wanted"), [(name, wanted) for name, _, wanted in STREAMS])
def test_over_a_stream(client: ForeignClient, name: str, wanted: dict[str, Any]) -> None:
    fixed = {key: value for key, value in wanted.items() if isinstance(value, str)}
    assert differences(wanted, client.first(name, fixed)) == []


def test_streams_are_listed_and_left(client: ForeignClient) -> None:
    client.listen("left", "websocket_streams.trade", symbol="ltcusdt")
    client.listen("hourly", "websocket_streams.block_trade", symbol="btcusdt")
    listed = str(client.call("websocket_streams.list_subscribe"))
    assert "ltcusdt@trade" in listed
    assert "btcusdt@blockTrade" in listed
    client.call("websocket_streams.unsubscribe", streams=["ltcusdt@trade"])
    assert "ltcusdt@trade" not in str(client.call("websocket_streams.list_subscribe"))
