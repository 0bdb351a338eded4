"""Spot calls for market data."""

from typing import Any, Final

from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.exchange import SpotMarket
from terminal_app.practice.http.endpoint import Desk, Endpoint, depends_on_symbol
from terminal_app.practice.http.limits import SPOT_LIMITS
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.common import one_or_many, read_aggregate_trades, read_candles
from terminal_app.practice.wire import market, spot_market
from terminal_app.practice.wire.numbers import SPOT_NUMBERS, fixed8

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
    symbol = parameters.optional_symbol()
    names = [symbol] if symbol is not None else parameters.optional_symbols()
    listed = data.symbols() if names is None else [data.rules(name) for name in names]
    return {
        "timezone": "UTC",
        "serverTime": desk.now_ms(),
        "rateLimits": [limit.to_json() for limit in SPOT_LIMITS],
        "exchangeFilters": [],
        "symbols": [spot_market.symbol_rules(rules) for rules in listed],
    }


def _depth(desk: SpotDesk, parameters: Parameters) -> Any:
    snapshot = desk.market.data.depth(parameters.symbol(), parameters.limit(100, 5_000))
    return spot_market.depth(snapshot)


def _trades(desk: SpotDesk, parameters: Parameters) -> Any:
    limit = parameters.limit(500, 1_000)
    trades = desk.market.data.recent_trades(parameters.symbol(), limit)
    return [spot_market.trade(trade) for trade in trades]


def _historical_trades(desk: SpotDesk, parameters: Parameters) -> Any:
    limit = parameters.limit(500, 1_000)
    from_id = parameters.optional_integer("fromId")
    trades = desk.market.data.recent_trades(parameters.symbol(), limit, from_id)
    return [spot_market.trade(trade) for trade in trades]


def _aggregate_trades(desk: SpotDesk, parameters: Parameters) -> Any:
    trades = read_aggregate_trades(desk.market.data, parameters)
    return [spot_market.aggregate_trade(trade) for trade in trades]


def _candles(desk: SpotDesk, parameters: Parameters) -> Any:
    candles = read_candles(desk.market.data, parameters, 1_000)
    return [market.candle_row(candle, SPOT_NUMBERS) for candle in candles]


def _average_price(desk: SpotDesk, parameters: Parameters) -> Any:
    return spot_market.average_price(desk.market.data.average_price(parameters.symbol()))


def _ticker_24h(desk: SpotDesk, parameters: Parameters) -> Any:
    kind = parameters.optional_text("type") or "FULL"
    if kind not in ("FULL", "MINI"):
        raise ExchangeError(-1139, "Invalid ticker type.")
    data = desk.market.data

    def write(symbol: str) -> dict[str, Any]:
        if kind == "MINI":
            return market.ticker_mini(data.ticker_24h(symbol), SPOT_NUMBERS)
        return spot_market.ticker_full(data.ticker_24h(symbol), data.book_ticker(symbol))

    return one_or_many(data, parameters, write)


def _ticker_price(desk: SpotDesk, parameters: Parameters) -> Any:
    data = desk.market.data
    return one_or_many(
        data, parameters, lambda name: {"symbol": name, "price": fixed8(data.last_price(name))}
    )


def _book_ticker(desk: SpotDesk, parameters: Parameters) -> Any:
    data = desk.market.data
    return one_or_many(
        data, parameters, lambda name: spot_market.book_ticker(data.book_ticker(name))
    )


def _depth_weight(parameters: Parameters) -> int:
    limit = parameters.limit(100, 5_000)
    return next(weight for largest, weight in _DEPTH_WEIGHTS if limit <= largest)


_two_or_four: Final = depends_on_symbol(2, 4)
MARKET_ENDPOINTS: Final[dict[tuple[str, str], SpotEndpoint]] = {
    ("GET", "/api/v3/ping"): SpotEndpoint(_ping),
    ("GET", "/api/v3/time"): SpotEndpoint(_time),
    ("GET", "/api/v3/exchangeInfo"): SpotEndpoint(exchange_info, 20),
    ("GET", "/api/v3/depth"): SpotEndpoint(_depth, _depth_weight),
    ("GET", "/api/v3/trades"): SpotEndpoint(_trades, 25),
    ("GET", "/api/v3/historicalTrades"): SpotEndpoint(_historical_trades, 25),
    ("GET", "/api/v3/aggTrades"): SpotEndpoint(_aggregate_trades, 4),
    ("GET", "/api/v3/klines"): SpotEndpoint(_candles, 2),
    ("GET", "/api/v3/uiKlines"): SpotEndpoint(_candles, 2),
    ("GET", "/api/v3/avgPrice"): SpotEndpoint(_average_price, 2),
    ("GET", "/api/v3/ticker/24hr"): SpotEndpoint(_ticker_24h, depends_on_symbol(2, 80)),
    ("GET", "/api/v3/ticker/price"): SpotEndpoint(_ticker_price, _two_or_four),
    ("GET", "/api/v3/ticker/bookTicker"): SpotEndpoint(_book_ticker, _two_or_four),
}
