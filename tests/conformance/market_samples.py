"""Which call or stream answers like which recorded sample, and where they may differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ONE = {"symbol": "BTCUSDT"}
TWO = {"symbols": '["BTCUSDT","ETHUSDT"]'}
PAIR = {"pair": "BTCUSDT"}
MINI = {"type": "MINI"}
HOURLY = {"interval": "1h", "limit": "3"}
PERIOD = {"period": "1h"}


@dataclass(frozen=True)
class Rest:
    """Ask by REST; of `symbols` the first symbol's row is the sample."""

    path: str
    params: Mapping[str, str]


@dataclass(frozen=True)
class Method:
    """Ask by the WebSocket API; the whole reply is compared."""

    name: str
    params: Mapping[str, str]


@dataclass(frozen=True)
class Stream:
    """Listen on a route to the first event of a stream."""

    route: str
    name: str


Source = Rest | Method | Stream


def _spot(path: str, **params: str) -> Rest:
    return Rest(f"/api/v3/{path}", params)


def _usdm(path: str, **params: str) -> Rest:
    return Rest(f"/fapi/{path}", params)


def _data(path: str, **params: str) -> Rest:
    return Rest(f"/futures/data/{path}", params)


SPOT: dict[str, Source] = {
    "rest__get_ping": _spot("ping"),
    "rest__get_time": _spot("time"),
    "rest__get_exchangeinfo": _spot("exchangeInfo"),
    "synthetic_exchangeInfo_BTCUSDT": _spot("exchangeInfo", **ONE),
    "rest__get_executionrules": _spot("executionRules", **ONE),
    "rest__get_depth": _spot("depth", **ONE),
    "rest__get_trades": _spot("trades", **ONE),
    "rest__get_historicaltrades": _spot("historicalTrades", **ONE),
    "rest__get_historicalblocktrades": _spot("historicalBlockTrades", fromId="0", **ONE),
    "rest__get_aggtrades": _spot("aggTrades", **ONE),
    "rest__get_klines": _spot("klines", **ONE, **HOURLY),
    "rest__get_uiklines": _spot("uiKlines", **ONE, **HOURLY),
    "rest__get_avgprice": _spot("avgPrice", **ONE),
    "rest__get_ticker_24hr__full": _spot("ticker/24hr", **ONE),
    "rest__get_ticker_24hr__array": _spot("ticker/24hr"),
    "rest__get_ticker_24hr__mini": _spot("ticker/24hr", **ONE, **MINI),
    "rest__get_ticker_24hr__array_2": _spot("ticker/24hr", **MINI),
    "rest__get_ticker_tradingday__with_symbol": _spot("ticker/tradingDay", **ONE),
    "rest__get_ticker_tradingday__with_symbols": _spot("ticker/tradingDay", **TWO),
    "rest__get_ticker_tradingday__with_symbol_2": _spot("ticker/tradingDay", **ONE, **MINI),
    "rest__get_ticker_tradingday__with_symbols_2": _spot("ticker/tradingDay", **TWO, **MINI),
    "rest__get_ticker_price": _spot("ticker/price", **ONE),
    "rest__get_ticker_price__array": _spot("ticker/price"),
    "rest__get_ticker_bookticker": _spot("ticker/bookTicker", **ONE),
    "rest__get_ticker_bookticker__array": _spot("ticker/bookTicker"),
    "rest__get_ticker__when_using_symbol": _spot("ticker", **ONE),
    "rest__get_ticker__when_using_symbols": _spot("ticker", **TWO),
    "rest__get_ticker__when_using_symbol_2": _spot("ticker", **ONE, **MINI),
    "rest__get_ticker__when_using_symbols_2": _spot("ticker", **TWO, **MINI),
    "rest__get_referenceprice__set": _spot("referencePrice", **ONE),
    "rest__get_referenceprice_calculation__arithmetic_mean": _spot(
        "referencePrice/calculation", **ONE
    ),
    "wsapi__ping__response": Method("ping", {}),
    "wsapi__time__response": Method("time", {}),
    "wsapi__exchangeInfo__response": Method("exchangeInfo", ONE),
    "wsapi__executionRules__response": Method("executionRules", ONE),
    "wsapi__depth__response": Method("depth", ONE),
    "wsapi__trades.recent__response": Method("trades.recent", ONE),
    "wsapi__trades.historical__response": Method("trades.historical", ONE),
    "wsapi__blockTrades.historical__response": Method(
        "blockTrades.historical", {**ONE, "fromId": "0"}
    ),
    "wsapi__trades.aggregate__response": Method("trades.aggregate", ONE),
    "wsapi__klines__response": Method("klines", {**ONE, **HOURLY}),
    "wsapi__uiKlines__response": Method("uiKlines", {**ONE, **HOURLY}),
    "wsapi__avgPrice__response": Method("avgPrice", ONE),
    "wsapi__ticker.24hr__response__full": Method("ticker.24hr", ONE),
    "wsapi__ticker.24hr__response__mini": Method("ticker.24hr", {**ONE, **MINI}),
    "wsapi__ticker.24hr__response__array": Method("ticker.24hr", {}),
    "wsapi__ticker.tradingDay__response__with_symbol": Method("ticker.tradingDay", ONE),
    "wsapi__ticker.tradingDay__response__with_symbols": Method("ticker.tradingDay", TWO),
    "wsapi__ticker.tradingDay__response__with_symbol_2": Method(
        "ticker.tradingDay", {**ONE, **MINI}
    ),
    "wsapi__ticker.tradingDay__response__with_symbols_2": Method(
        "ticker.tradingDay", {**TWO, **MINI}
    ),
    "wsapi__ticker__response__full": Method("ticker", ONE),
    "wsapi__ticker__response__mini": Method("ticker", {**ONE, **MINI}),
    "wsapi__ticker__response__array": Method("ticker", TWO),
    "wsapi__ticker.price__response": Method("ticker.price", ONE),
    "wsapi__ticker.price__response__array": Method("ticker.price", {}),
    "wsapi__ticker.book__response": Method("ticker.book", ONE),
    "wsapi__ticker.book__response__array": Method("ticker.book", {}),
    "wsapi__referencePrice__response__set": Method("referencePrice", ONE),
    "wsapi__referencePrice.calculation__response__arithmetic_mean": Method(
        "referencePrice.calculation", ONE
    ),
    "stream__referencePrice": Stream("", "btcusdt@referencePrice"),
    "stream__aggTrade": Stream("", "btcusdt@aggTrade"),
    "stream__trade": Stream("", "btcusdt@trade"),
    "stream__kline": Stream("", "btcusdt@kline_1m"),
    "stream__kline_utc8": Stream("", "btcusdt@kline_1d@+08:00"),
    "stream__24hrMiniTicker": Stream("", "btcusdt@miniTicker"),
    "stream__24hrTicker": Stream("", "btcusdt@ticker"),
    "stream__1hTicker": Stream("", "btcusdt@ticker_1h"),
    "stream__bookTicker": Stream("", "btcusdt@bookTicker"),
    "stream__avgPrice": Stream("", "btcusdt@avgPrice"),
    "stream__partialDepth": Stream("", "btcusdt@depth5"),
    "stream__depthUpdate": Stream("", "btcusdt@depth"),
}
USDM: dict[str, Source] = {
    "docs_rest_book_ticker_1": _usdm("v1/ticker/bookTicker", **ONE),
    "docs_rest_book_ticker_2": _usdm("v1/ticker/bookTicker"),
    "docs_rest_depth": _usdm("v1/depth", **ONE),
    "docs_rest_exchange_info": _usdm("v1/exchangeInfo"),
    "docs_rest_funding_rate": _usdm("v1/fundingRate", **ONE),
    "docs_rest_klines": _usdm("v1/klines", **ONE, **HOURLY),
    "docs_rest_premium_index_1": _usdm("v1/premiumIndex", **ONE),
    "docs_rest_premium_index_2": _usdm("v1/premiumIndex"),
    "docs_rest_trading_schedule": _usdm("v1/tradingSchedule"),
    "docs_ws_all_tickers": Stream("/market", "!ticker@arr"),
    "docs_ws_partial_depth5": Stream("/public", "btcusdt@depth5"),
    "nt_ws_agg_trade_stream": Stream("/market", "btcusdt@aggTrade"),
    "nt_ws_book_ticker_stream": Stream("/public", "btcusdt@bookTicker"),
    "nt_ws_depth_update_stream": Stream("/public", "btcusdt@depth"),
    "nt_ws_kline_stream_closed": Stream("/market", "btcusdt@kline_1m"),
    "nt_ws_kline_stream_open": Stream("/market", "btcusdt@kline_1m"),
    "nt_ws_liquidation_stream": Stream("/market", "!forceOrder@arr"),
    "nt_ws_mark_price_stream": Stream("/market", "btcusdt@markPrice"),
    "nt_ws_ticker_stream": Stream("/market", "btcusdt@ticker"),
    "nt_ws_trade_stream": Stream("/public", "btcusdt@trade"),
    "ntpy_rest_market_agg_trades": _usdm("v1/aggTrades", **ONE),
    "ntpy_rest_market_asset_index": _usdm("v1/assetIndex", symbol="BTCUSD"),
    "ntpy_rest_market_book_ticker": _usdm("v1/ticker/bookTicker", **ONE),
    "ntpy_rest_market_continuous_klines": _usdm(
        "v1/continuousKlines", contractType="PERPETUAL", **PAIR, **HOURLY
    ),
    "ntpy_rest_market_depth": _usdm("v1/depth", **ONE),
    "ntpy_rest_market_exchange_info": _usdm("v1/exchangeInfo"),
    "ntpy_rest_market_funding_rate": _usdm("v1/fundingRate", **ONE),
    "ntpy_rest_market_historical_trades": _usdm("v1/historicalTrades", **ONE),
    "ntpy_rest_market_index_price_klines": _usdm("v1/indexPriceKlines", **PAIR, **HOURLY),
    "ntpy_rest_market_klines": _usdm("v1/klines", **ONE, **HOURLY),
    "ntpy_rest_market_mark_price_klines": _usdm("v1/markPriceKlines", **ONE, **HOURLY),
    "ntpy_rest_market_open_interest": _usdm("v1/openInterest", **ONE),
    "ntpy_rest_market_premium_index": _usdm("v1/premiumIndex", **ONE),
    "ntpy_rest_market_ticker_24hr": _usdm("v1/ticker/24hr", **ONE),
    "ntpy_rest_market_ticker_price": _usdm("v2/ticker/price", **ONE),
    "ntpy_rest_market_trades": _usdm("v1/trades", **ONE),
    "ntpy_ws_book_ticker": Stream("/public", "btcusdt@bookTicker"),
    "ntpy_ws_depth_diff_update": Stream("/public", "btcusdt@depth"),
    "ntpy_ws_depth_update": Stream("/public", "btcusdt@depth"),
    "ntpy_ws_ticker_24hr": Stream("/market", "btcusdt@ticker"),
    "real_ws_agg_trade_2026_09_partial": Stream("/market", "btcusdt@aggTrade"),
    "real_ws_mark_price_2026_09_partial": Stream("/market", "btcusdt@markPrice"),
    "rest_adl_risk": _usdm("v1/symbolAdlRisk", **ONE),
    "rest_asset_index": _usdm("v1/assetIndex", symbol="BTCUSD"),
    "rest_basis": _data("basis", contractType="PERPETUAL", **PAIR, **PERIOD),
    "rest_check_server_time": _usdm("v1/time"),
    "rest_compressed_aggregate_trades_list": _usdm("v1/aggTrades", **ONE),
    "rest_continuous_contract_kline_candlestick_data": _usdm(
        "v1/continuousKlines", contractType="PERPETUAL", **PAIR, **HOURLY
    ),
    "rest_get_funding_rate_history": _usdm("v1/fundingRate", **ONE),
    "rest_index_price_kline_candlestick_data": _usdm("v1/indexPriceKlines", **PAIR, **HOURLY),
    "rest_kline_candlestick_data": _usdm("v1/klines", **ONE, **HOURLY),
    "rest_long_short_ratio": _data("globalLongShortAccountRatio", **ONE, **PERIOD),
    "rest_mark_price": _usdm("v1/premiumIndex", **ONE),
    "rest_mark_price_kline_candlestick_data": _usdm("v1/markPriceKlines", **ONE, **HOURLY),
    "rest_old_trades_lookup": _usdm("v1/historicalTrades", **ONE),
    "rest_open_interest": _usdm("v1/openInterest", **ONE),
    "rest_open_interest_statistics": _data("openInterestHist", **ONE, **PERIOD),
    "rest_order_book": _usdm("v1/depth", **ONE),
    "rest_premium_index_kline_data": _usdm("v1/premiumIndexKlines", **ONE, **HOURLY),
    "rest_query_index_price_constituents": _usdm("v1/constituents", **ONE),
    "rest_query_insurance_fund_balance_snapshot": _usdm("v1/insuranceBalance", **ONE),
    "rest_recent_trades_list": _usdm("v1/trades", **ONE),
    "rest_rpi_order_book": _usdm("v1/rpiDepth", **ONE),
    "rest_symbol_order_book_ticker": _usdm("v1/ticker/bookTicker", **ONE),
    "rest_symbol_price_ticker": _usdm("v1/ticker/price", **ONE),
    "rest_symbol_price_ticker_v2": _usdm("v2/ticker/price", **ONE),
    "rest_taker_buy_sell_volume": _data("takerlongshortRatio", **ONE, **PERIOD),
    "rest_ticker24hr_price_change_statistics": _usdm("v1/ticker/24hr", **ONE),
    "rest_top_trader_long_short_ratio_accounts": _data("topLongShortAccountRatio", **ONE, **PERIOD),
    "rest_top_trader_long_short_ratio_positions": _data(
        "topLongShortPositionRatio", **ONE, **PERIOD
    ),
    "rest_trading_schedule": _usdm("v1/tradingSchedule"),
    "ws_aggregate_trade_streams": Stream("/market", "btcusdt@aggTrade"),
    "ws_all_book_tickers_stream": Stream("/public", "!bookTicker"),
    "ws_all_market_liquidation_order_streams": Stream("/market", "!forceOrder@arr"),
    "ws_all_market_mini_tickers_stream": Stream("/market", "!miniTicker@arr"),
    "ws_all_market_tickers_streams": Stream("/market", "!ticker@arr"),
    "ws_asset_index": Stream("/market", "!assetIndex@arr"),
    "ws_continuous_contract_kline_candlestick_streams": Stream(
        "/market", "btcusdt_perpetual@continuousKline_1m"
    ),
    "ws_diff_book_depth_streams": Stream("/public", "btcusdt@depth"),
    "ws_individual_symbol_book_ticker_streams": Stream("/public", "btcusdt@bookTicker"),
    "ws_individual_symbol_mini_ticker_stream": Stream("/market", "btcusdt@miniTicker"),
    "ws_individual_symbol_ticker_streams": Stream("/market", "btcusdt@ticker"),
    "ws_kline_candlestick_streams": Stream("/market", "btcusdt@kline_1m"),
    "ws_mark_price_stream": Stream("/market", "btcusdt@markPrice"),
    "ws_mark_price_stream_for_all_market": Stream("/market", "!markPrice@arr@1s"),
    "ws_partial_book_depth_streams": Stream("/public", "btcusdt@depth5"),
    "ws_rpi_diff_book_depth_streams": Stream("/public", "btcusdt@rpiDepth@500ms"),
    "wsapi_symbol_order_book_ticker": Method("ticker.book", ONE),
    "wsapi_symbol_price_ticker": Method("ticker.price", ONE),
}
# Fixtures of public data without a counterpart in the table, and why.
NOT_COMPARED: dict[str, str] = {
    "spot/wsapi__*__request": "a request, not an answer",
    "spot/stream__ctl_*": "control messages: tests/unit/practice/streams/test_control.py",
    "spot/stream__serverShutdown*": "sent at the end of the server: tests of the connection's life",
    "spot/stream__blockTrade": "comes once an hour: tests/unit/practice/wire/test_shapes.py",
    "spot/*referenceprice__n*": "every symbol has a reference price",
    "spot/*referencePrice__response__n*": "every symbol has a reference price",
    "spot/*err_2043": "every symbol has a reference price",
    "spot/*__external": "reference prices are means here",
    "spot/wsapi__ticker__fragment__window_7d": "two times of a window: tests of its length",
    "spot/faq_price_range*": "the same shapes as executionRules and referencePrice",
    "futures/rest_get_funding_rate_info": "none of these symbols: tests/unit/practice/rest",
    "futures/ws_control_*": "control messages: tests/unit/practice/streams/test_control.py",
    "futures/ws_liquidation_order_streams": "the stream of all symbols says more; a unit test's",
    "futures/*contract_info*": "comes with a change of a symbol: test_control_symbol.py",
    "futures/ws_composite_index*": "no composite index is listed: silent",
    "futures/ws_trading_session_stream": "no share is listed: silent",
    "futures/*composite_index_symbol*": "no composite index is listed: an empty list",
    "futures/ntpy_rest_market_index_info": "no composite index is listed: an empty list",
    "futures/ntpy_rest_market_blvt_nav_kline": "gone from the API",
    "futures/rest_quarterly_contract_settlement_price": "no contract expires: an empty list",
    "futures/ntpy_rest_market_*_ratio": "old: times in text, where the API has numbers",
    "futures/ntpy_rest_market_open_interest_historical": "old: times in text, too",
    "futures/rest_exchange_information": "a generator's, all filters in one",
    "futures/wsapi_order_book": "the sample has its levels beside the result, as no answer has",
}
# Keys of a sample that are absent here, or say another kind of thing, and why.
LEFT_OUT: dict[str, dict[str, str]] = {
    "spot/rest__get_exchangeinfo": {"sors": "no smart order routing"},
    "spot/wsapi__exchangeInfo__response": {"sors": "no smart order routing"},
    "futures/docs_rest_exchange_info": {"OrderType": "the wire says orderTypes"},
}
# Differences of kind in a sample that is not how the wire speaks; the path and why.
ACCEPTED: dict[str, dict[str, str]] = {
    "spot/rest__get_executionrules": {"$.symbolRules[0].rules": "no symbol has any by itself"},
    "spot/wsapi__executionRules__response": {
        "$.result.symbolRules[0].rules": "no symbol has any by itself"
    },
    "futures/docs_rest_exchange_info": {"$.symbols[0].underlyingSubType": "no themes are told"},
    "futures/ntpy_rest_market_exchange_info": {
        "$.symbols[0].underlyingSubType": "no themes are told"
    },
}
# Keys that are served beyond the sample, by the end of their path, and why.
BEYOND: dict[str, str] = {
    "st": "since 2026-06-30, samples are older",
    "ps": "since 2026-06-30, samples are older",
    "nq": "since 2025-12-31, samples are older",
    "ap": "since 2026-03-16, samples are older",
    "isRPITrade": "since 2025-11-18, samples are older",
    "rateType": "since 2026-07, samples are older",
    "markPrice": "a sample of funding rates from before it was told",
    "lastUpdateId": "the WebSocket API's sample of the best prices has it, REST's has not",
    "X": "an undocumented stream, from clients that read it",
    "E": "two captures of 2026-09 were written down without their times",
    "T": "two captures of 2026-09 were written down without their times",
    "rateLimits": "two samples were written down without them",
    "rateLimitType": "a sample with an empty limit",
    "interval": "a sample with an empty limit",
    "intervalNum": "a sample with an empty limit",
    "limit": "a sample with an empty limit",
    "futuresType": "other samples have it",
    "orderTypes": "one sample says OrderType",
    "EQUITY": "a sample without its sessions",
    "COMMODITY": "a sample without its sessions",
}

MARKET_FILES = {
    "spot": (
        *(f"rest__get_{name}*" for name in ("ping", "time", "exch*", "depth", "trades", "agg*")),
        *(f"rest__get_{name}*" for name in ("hist*", "klines", "uiklines", "avg*", "ticker")),
        *(f"rest__get_{name}*" for name in ("executionrules", "referenceprice")),
        *(f"wsapi__{name}*" for name in ("ping", "time", "exch*", "execution*", "depth", "trades")),
        *(f"wsapi__{name}*" for name in ("block*", "klines", "uiKlines", "avg*", "ticker", "ref*")),
        "stream__*",
        "faq_price_range*",
        "synthetic_exchangeInfo*",
    ),
    "futures": (
        "ws_*",
        "docs_ws_*",
        "nt_ws_*",
        "real_ws_*",
        "ntpy_rest_market_*",
        *(f"ntpy_ws_{name}*" for name in ("book", "depth", "ticker")),
        *(f"docs_rest_{name}*" for name in ("book", "depth", "exch*", "funding", "klines")),
        *(f"docs_rest_{name}*" for name in ("premium", "trading_sch*")),
        *(f"rest_{name}*" for name in ("adl_risk", "asset_index", "basis", "check", "composite")),
        *(f"rest_{name}*" for name in ("compressed", "contin*", "exchange_inf*", "get_funding")),
        *(f"rest_{name}*" for name in ("index_", "kline", "long_", "mark_", "old_", "open_int*")),
        *(f"rest_{name}*" for name in ("order_book", "premium_", "quarterly", "query_in*")),
        *(f"rest_{name}*" for name in ("recent", "rpi_", "symbol_order", "symbol_price")),
        *(f"rest_{name}*" for name in ("taker", "ticker", "top_", "trading_schedule")),
        *(f"wsapi_{name}*" for name in ("order_book", "symbol_")),
    ),
}
