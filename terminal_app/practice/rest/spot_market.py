"""Spot calls for market data."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from terminal_app.practice.engine.intervals import SECOND_MS
from terminal_app.practice.engine.model import SymbolRules
from terminal_app.practice.engine.tape import REFERENCE_BUCKETS
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.exchange import MarketData, SpotMarket
from terminal_app.practice.http.endpoint import Desk, Endpoint, Reads
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.common import (
    check_status,
    read_aggregate_trades,
    read_candles,
    read_symbol_status,
    read_time_zone,
)
from terminal_app.practice.wire import market, spot_filters, spot_market
from terminal_app.practice.wire.numbers import SPOT_NUMBERS

SpotDesk = Desk[SpotMarket]
SpotEndpoint = Endpoint[SpotDesk]
_DEPTH_WEIGHTS: Final = ((100, 5), (500, 25), (1_000, 50), (5_000, 250))


def _ping(_desk: SpotDesk, _parameters: Parameters) -> Any:
    return {}


def _time(desk: SpotDesk, _parameters: Parameters) -> Any:
    return {"serverTime": desk.now_ms()}


def exchange_info(desk: SpotDesk, parameters: Parameters) -> dict[str, Any]:
    """Answer exchangeInfo, whole or for the symbols asked."""
    data = desk.market.data
    shows_sets = parameters.flag("showPermissionSets", True)
    return {
        "timezone": "UTC",
        "serverTime": desk.now_ms(),
        "rateLimits": [limit.to_json() for limit in desk.counter.rules.limits],
        "exchangeFilters": spot_filters.exchange_filters(desk.market.limits),
        "symbols": [
            spot_market.symbol_rules(rules, data.status(rules.symbol), shows_sets)
            for rules in _wanted_symbols(data, parameters)
        ],
    }


def _wanted_symbols(data: MarketData, parameters: Parameters) -> Sequence[SymbolRules]:
    symbol, names = parameters.optional_symbol(), parameters.optional_symbols()
    names = names if symbol is None else [symbol]
    permissions = _permissions(parameters)
    status = read_symbol_status(parameters)
    if names is not None:
        if permissions is not None or status is not None:
            raise ExchangeError(-1128, "Combination of optional parameters invalid.")
        return [data.rules(name) for name in names]
    if permissions is not None and spot_market.PERMISSIONS.isdisjoint(permissions):
        return []
    return [rules for rules in data.symbols() if status in (None, data.status(rules.symbol))]


def _permissions(parameters: Parameters) -> Sequence[str] | None:
    text = parameters.optional_text("permissions")
    if text is None or not text.startswith("["):
        return None if text is None else [text]
    try:
        return msgspec.json.decode(text, type=list[str])
    except msgspec.MsgspecError:
        raise ExchangeError(-1130, "Data sent for parameter 'permissions' is not valid.") from None


def _depth(desk: SpotDesk, parameters: Parameters) -> Any:
    data, symbol = desk.market.data, parameters.symbol()
    check_status(data, symbol, read_symbol_status(parameters))
    return spot_market.depth(data.depth(symbol, parameters.limit(100, 5_000)))


def _trades(desk: SpotDesk, parameters: Parameters) -> Any:
    limit = parameters.limit(500, 1_000)
    trades = desk.market.data.recent_trades(parameters.symbol(), limit)
    return [spot_market.trade(trade) for trade in trades]


def _historical_trades(desk: SpotDesk, parameters: Parameters) -> Any:
    limit = parameters.limit(500, 1_000)
    from_id = parameters.optional_integer("fromId")
    trades = desk.market.data.recent_trades(parameters.symbol(), limit, from_id)
    return [spot_market.trade(trade) for trade in trades]


def _historical_block_trades(desk: SpotDesk, parameters: Parameters) -> Any:
    from_id, limit = parameters.integer("fromId"), parameters.limit(500, 1_000)
    trades = desk.market.data.block_trades(parameters.symbol(), 0)
    wanted = [trade for trade in trades if trade.trade_id >= from_id]
    return [market.trade(trade, SPOT_NUMBERS) for trade in wanted[:limit]]


def _aggregate_trades(desk: SpotDesk, parameters: Parameters) -> Any:
    trades = read_aggregate_trades(desk.market.data, parameters)
    return [spot_market.aggregate_trade(trade) for trade in trades]


def _candles(desk: SpotDesk, parameters: Parameters) -> Any:
    offset_ms = read_time_zone(parameters)
    candles = read_candles(desk.market.data, parameters, 1_000, offset_ms)
    return [market.candle_row(candle, SPOT_NUMBERS) for candle in candles]


def _execution_rules(desk: SpotDesk, parameters: Parameters) -> Any:
    data = desk.market.data
    symbol, symbols = parameters.optional_symbol(), parameters.optional_symbols()
    status = read_symbol_status(parameters)
    if status is not None and (symbol or symbols):
        raise ExchangeError(-1128, "Combination of optional parameters invalid.")
    names = [symbol] if symbol is not None else symbols
    if names is not None:
        rules = [data.rules(name) for name in names]
    else:
        rules = [
            one
            for one in data.symbols()
            if one.price_range is not None and status in (None, data.status(one.symbol))
        ]
    return {"symbolRules": [spot_market.execution_rules(one) for one in rules]}


def _reference_price(desk: SpotDesk, parameters: Parameters) -> Any:
    symbol = parameters.symbol()
    reference = desk.market.data.reference_price(symbol)
    if reference is None:
        raise _no_reference_price()
    return spot_market.reference_price(symbol, reference)


def _reference_price_calculation(desk: SpotDesk, parameters: Parameters) -> Any:
    data, symbol = desk.market.data, parameters.symbol()
    check_status(data, symbol, read_symbol_status(parameters))
    if data.reference_price(symbol) is None:
        raise _no_reference_price()
    return {
        "symbol": symbol,
        "calculationType": "ARITHMETIC_MEAN",
        "bucketCount": REFERENCE_BUCKETS,
        "bucketWidthMs": SECOND_MS,
    }


def _no_reference_price() -> ExchangeError:
    return ExchangeError(-2043, "This symbol doesn't have a reference price.")


def _depth_weight(parameters: Parameters) -> int:
    limit = parameters.limit(100, 5_000)
    return next(weight for largest, weight in _DEPTH_WEIGHTS if limit <= largest)


def _execution_rules_weight(parameters: Parameters) -> int:
    if "symbol" in parameters:
        return 2
    symbols = parameters.optional_symbols()
    return 40 if symbols is None else min(40, 2 * len(symbols))


MARKET_ENDPOINTS: Final[dict[tuple[str, str], SpotEndpoint]] = {
    ("GET", "/api/v3/ping"): SpotEndpoint(_ping),
    ("GET", "/api/v3/time"): SpotEndpoint(_time),
    ("GET", "/api/v3/exchangeInfo"): SpotEndpoint(exchange_info, 20),
    ("GET", "/api/v3/depth"): SpotEndpoint(_depth, _depth_weight, reads=Reads.SNAPSHOT),
    ("GET", "/api/v3/trades"): SpotEndpoint(_trades, 25),
    ("GET", "/api/v3/historicalTrades"): SpotEndpoint(_historical_trades, 25),
    ("GET", "/api/v3/historicalBlockTrades"): SpotEndpoint(_historical_block_trades, 25),
    ("GET", "/api/v3/aggTrades"): SpotEndpoint(_aggregate_trades, 4),
    ("GET", "/api/v3/klines"): SpotEndpoint(_candles, 2),
    ("GET", "/api/v3/uiKlines"): SpotEndpoint(_candles, 2),
    ("GET", "/api/v3/executionRules"): SpotEndpoint(_execution_rules, _execution_rules_weight),
    ("GET", "/api/v3/referencePrice"): SpotEndpoint(_reference_price, 2),
    ("GET", "/api/v3/referencePrice/calculation"): SpotEndpoint(_reference_price_calculation, 2),
}
