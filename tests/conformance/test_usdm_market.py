"""Binance's own USDⓈ-M client reads every public call and stream of the practice exchange."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.conftest import Opener
from tests.helpers.answers import Each, amount, differences, fields
from tests.helpers.foreign_client import ForeignClient

SYMBOL = "BTCUSDT"
ONE = {"symbol": SYMBOL}
PAIR = {"pair": SYMBOL}
MINUTES = {"interval": "1m", "limit": 3}
PERIOD = {"period": "5m", "limit": 3}
LEVEL = [amount, amount]
BOOK = {"lastUpdateId": int, "E": int, "T": int, "bids": [LEVEL] * 5, "asks": [LEVEL] * 5}
TRADE = {
    **fields(int, "id time"),
    **fields(amount, "price qty quoteQty"),
    "isBuyerMaker": bool,
}
CANDLES = [[int, *[amount] * 5, int, amount, int, amount, amount, str]] * 3
BEST = {
    "symbol": SYMBOL,
    **fields(amount, "bidPrice bidQty askPrice askQty"),
    "time": int,
}
PRICE = {"symbol": SYMBOL, "price": amount, "time": int}
DAY = {
    "symbol": SYMBOL,
    **fields(
        amount,
        "priceChange priceChangePercent weightedAvgPrice lastPrice lastQty"
        " openPrice highPrice lowPrice volume quoteVolume",
    ),
    **fields(int, "openTime closeTime firstId lastId count"),
}
MARK = {
    "symbol": SYMBOL,
    **fields(amount, "markPrice indexPrice lastFundingRate estimatedSettlePrice interestRate"),
    **fields(int, "nextFundingTime time"),
}
RULES = {
    "contractType": "PERPETUAL",
    "status": "TRADING",
    "marginAsset": "USDT",
    "filters": Each({"filterType": str}),
    "orderTypes": [
        *("LIMIT", "MARKET", "STOP", "STOP_MARKET"),
        *("TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"),
    ],
    "timeInForce": ["GTC", "IOC", "FOK", "GTX", "GTD"],
    "pair": str,
    **fields(int, "pricePrecision quantityPrecision"),
    **fields(amount, "triggerProtect liquidationFee marketTakeBound"),
}
RATIO = {"symbol": SYMBOL, "longShortRatio": amount, "longAccount": amount, "timestamp": int}
MARKET: tuple[tuple[str, dict[str, Any], Any], ...] = (
    ("rest_api.test_connectivity", {}, {}),
    ("rest_api.check_server_time", {}, {"serverTime": int}),
    (
        "rest_api.exchange_information",
        {},
        {"timezone": "UTC", "rateLimits": Each(dict), "assets": Each(dict), "symbols": Each(RULES)},
    ),
    ("rest_api.order_book", {**ONE, "limit": 5}, BOOK),
    ("rest_api.rpi_order_book", {**ONE, "limit": 1000}, {"bids": Each(LEVEL), "asks": Each(LEVEL)}),
    ("rest_api.recent_trades_list", {**ONE, "limit": 2}, [TRADE] * 2),
    ("rest_api.old_trades_lookup", {**ONE, "limit": 2}, [TRADE] * 2),
    (
        "rest_api.compressed_aggregate_trades_list",
        {**ONE, "limit": 2},
        [{"a": int, "p": amount, "q": amount, "f": int, "l": int, "T": int, "m": bool}] * 2,
    ),
    ("rest_api.kline_candlestick_data", {**ONE, **MINUTES}, CANDLES),
    (
        "rest_api.continuous_contract_kline_candlestick_data",
        {**PAIR, "contract_type": "PERPETUAL", **MINUTES},
        CANDLES,
    ),
    ("rest_api.index_price_kline_candlestick_data", {**PAIR, **MINUTES}, CANDLES),
    ("rest_api.mark_price_kline_candlestick_data", {**ONE, **MINUTES}, CANDLES),
    ("rest_api.premium_index_kline_data", {**ONE, **MINUTES}, CANDLES),
    ("rest_api.mark_price", ONE, MARK),
    ("rest_api.mark_price", {}, Each({**MARK, "symbol": str})),
    (
        "rest_api.get_funding_rate_history",
        {**ONE, "limit": 2},
        [{"symbol": SYMBOL, "fundingRate": amount, "fundingTime": int, "markPrice": amount}] * 2,
    ),
    ("rest_api.get_funding_rate_info", {}, list),
    ("rest_api.ticker24hr_price_change_statistics", ONE, DAY),
    ("rest_api.ticker24hr_price_change_statistics", {}, Each({**DAY, "symbol": str})),
    ("rest_api.symbol_price_ticker", ONE, PRICE),
    ("rest_api.symbol_price_ticker_v2", {}, Each({**PRICE, "symbol": str})),
    ("rest_api.symbol_order_book_ticker", ONE, BEST),
    ("rest_api.open_interest", ONE, {"symbol": SYMBOL, "openInterest": amount, "time": int}),
    (
        "rest_api.open_interest_statistics",
        {**ONE, **PERIOD},
        [{"symbol": SYMBOL, "sumOpenInterest": amount, "timestamp": int}] * 3,
    ),
    ("rest_api.top_trader_long_short_ratio_accounts", {**ONE, **PERIOD}, [RATIO] * 3),
    ("rest_api.top_trader_long_short_ratio_positions", {**ONE, **PERIOD}, [RATIO] * 3),
    ("rest_api.long_short_ratio", {**ONE, **PERIOD}, [RATIO] * 3),
    (
        "rest_api.taker_buy_sell_volume",
        {**ONE, **PERIOD},
        [{"buySellRatio": amount, "buyVol": amount, "sellVol": amount, "timestamp": int}] * 3,
    ),
    (
        "rest_api.basis",
        {**PAIR, "contract_type": "PERPETUAL", **PERIOD},
        [{"pair": SYMBOL, "basis": amount, "futuresPrice": amount, "indexPrice": amount}] * 3,
    ),
    ("rest_api.quarterly_contract_settlement_price", PAIR, []),
    ("rest_api.composite_index_symbol_information", {}, []),
    (
        "rest_api.asset_index",
        {"symbol": "USDTUSD"},
        {"symbol": "USDTUSD", "time": int, "index": amount, "bidRate": amount, "askRate": amount},
    ),
    (
        "rest_api.query_index_price_constituents",
        ONE,
        {"symbol": SYMBOL, "time": int, "constituents": Each({"exchange": str, "symbol": str})},
    ),
    ("rest_api.query_insurance_fund_balance_snapshot", ONE, {"symbols": list, "assets": list}),
    ("rest_api.adl_risk", ONE, {"symbol": SYMBOL, "adlRisk": str, "updateTime": int}),
    ("rest_api.trading_schedule", {}, {"updateTime": int, "marketSchedules": dict}),
    ("websocket_api.order_book", {**ONE, "limit": 5}, {"status": 200, "result": BOOK}),
    ("websocket_api.symbol_price_ticker", ONE, {"status": 200, "result": PRICE}),
    ("websocket_api.symbol_order_book_ticker", ONE, {"status": 200, "result": BEST}),
)

NAME = {"symbol": "btcusdt"}
CHANGE = {"s": SYMBOL, "E": int, "o": amount, "h": amount, "l": amount, "c": amount}
BAR = {"t": int, "T": int, "i": "1m", "o": amount, "c": amount, "n": int, "x": bool}
DEPTH = {
    "e": "depthUpdate",
    "s": SYMBOL,
    "b": list,
    "a": list,
    **fields(int, "E T U u pu"),
}
MARKED = {"e": "markPriceUpdate", "s": SYMBOL, "p": amount, "i": amount, "r": amount, "T": int}
BEST_NOW = {"e": "bookTicker", "u": int, "s": SYMBOL, "b": amount, "B": amount, "a": amount}
STREAMS: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    (
        "aggregate_trade_streams",
        NAME,
        {"e": "aggTrade", "s": SYMBOL, "a": int, "p": amount, "q": amount, "nq": amount, "m": bool},
    ),
    ("mark_price_stream", {**NAME, "update_speed": "1s"}, MARKED),
    ("mark_price_stream_for_all_market", {"update_speed": "1s"}, MARKED),
    (
        "kline_candlestick_streams",
        {**NAME, "interval": "1m"},
        {"e": "kline", "s": SYMBOL, "k": BAR},
    ),
    (
        "continuous_contract_kline_candlestick_streams",
        {"pair": "btcusdt", "contract_type": "perpetual", "interval": "1m"},
        {"e": "continuous_kline", "ps": SYMBOL, "ct": "PERPETUAL", "k": BAR},
    ),
    ("individual_symbol_mini_ticker_stream", NAME, {"e": "24hrMiniTicker", **CHANGE}),
    ("all_market_mini_tickers_stream", {}, {"e": "24hrMiniTicker", **CHANGE}),
    ("individual_symbol_ticker_streams", NAME, {"e": "24hrTicker", **CHANGE, "w": amount}),
    ("all_market_tickers_streams", {}, {"e": "24hrTicker", **CHANGE, "n": int}),
    ("asset_index", {}, {"e": "assetIndexUpdate", "s": str, "i": amount}),
    ("individual_symbol_book_ticker_streams", NAME, BEST_NOW),
    ("all_book_tickers_stream", {}, BEST_NOW),
    ("diff_book_depth_streams", {**NAME, "update_speed": "100ms"}, DEPTH),
    (
        "partial_book_depth_streams",
        {**NAME, "levels": "5", "update_speed": "100ms"},
        {**DEPTH, "b": [LEVEL] * 5, "a": [LEVEL] * 5},
    ),
    ("rpi_diff_book_depth_streams", NAME, DEPTH),
)
QUIET: tuple[tuple[str, dict[str, Any]], ...] = (
    ("composite_index_symbol_information_streams", {"symbol": "defiusdt"}),
    ("contract_info_stream", {}),
    ("trading_session_stream", {}),
    ("liquidation_order_streams", NAME),
    ("all_market_liquidation_order_streams", {}),
)


@pytest.fixture(scope="module")
def client(opened: Opener) -> ForeignClient:
    client = opened("usdm", "binance_sdk.py", "usdm")
    for name, arguments, _ in STREAMS:
        client.listen(name, f"websocket_streams.{name}", **arguments)
    return client


@pytest.mark.parametrize(
    ("path", "arguments", "wanted"), MARKET, ids=[path.rpartition(".")[2] for path, _, _ in MARKET]
)
def test_a_call(client: ForeignClient, path: str, arguments: dict[str, Any], wanted: Any) -> None:
    assert differences(wanted, client.call(path, **arguments)) == []


@pytest.mark.parametrize(("name", "wanted"), [(name, wanted) for name, _, wanted in STREAMS])
def test_a_stream(client: ForeignClient, name: str, wanted: dict[str, Any]) -> None:
    fixed = {key: value for key, value in wanted.items() if isinstance(value, str)}
    assert differences(wanted, client.first(name, fixed)) == []


def test_streams_that_are_quiet_are_taken(client: ForeignClient) -> None:
    for name, arguments in QUIET:
        client.listen(name, f"websocket_streams.{name}", **arguments)
    listed = str(client.call("websocket_streams.list_subscribe"))
    assert "!contractInfo" in listed
    assert "btcusdt@forceOrder" in listed
