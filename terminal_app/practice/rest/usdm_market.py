"""USDⓈ-M calls for market data."""

from dataclasses import dataclass
from typing import Any, Final

from terminal_app.practice.engine.intervals import HOUR_MS
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.exchange import UsdmMarket
from terminal_app.practice.http.endpoint import Desk, Endpoint, Reads, Security, depends_on_symbol
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.common import one_or_many, read_aggregate_trades, read_candles
from terminal_app.practice.streams.listen_keys import ListenKeys
from terminal_app.practice.wire import market, usdm_market
from terminal_app.practice.wire.numbers import Numbers, usdm_numbers

_DEPTH_WEIGHTS: Final = {5: 2, 10: 2, 20: 2, 50: 2, 100: 5, 500: 10, 1_000: 20}
_CONTRACT_TYPES: Final = (
    "PERPETUAL",
    "CURRENT_QUARTER",
    "NEXT_QUARTER",
    "TRADIFI_PERPETUAL",
)
_CANDLE_WEIGHTS: Final = ((99, 1), (499, 2), (1_000, 5), (1_500, 10))


@dataclass(frozen=True, slots=True)
class UsdmDesk(Desk[UsdmMarket]):
    """Give the futures handlers their market and the account's listen key."""

    listen_keys: ListenKeys

    def numbers(self, symbol: str) -> Numbers:
        """Return how the numbers of a symbol are written; error -1121 when it is unknown."""
        return usdm_numbers(self.market.data.rules(symbol))


UsdmEndpoint = Endpoint[UsdmDesk]


def _ping(_desk: UsdmDesk, _parameters: Parameters) -> Any:
    return {}


def _time(desk: UsdmDesk, _parameters: Parameters) -> Any:
    return {"serverTime": desk.now_ms()}


def _exchange_info(desk: UsdmDesk, _parameters: Parameters) -> Any:
    data = desk.market.data
    return {
        "timezone": "UTC",
        "serverTime": desk.now_ms(),
        "futuresType": "U_MARGINED",
        "rateLimits": [limit.to_json() for limit in desk.counter.rules.limits],
        "exchangeFilters": [],
        "assets": [{"asset": "USDT", "marginAvailable": True, "autoAssetExchange": "-10000"}],
        "symbols": [
            usdm_market.symbol_rules(rules, data.status(rules.symbol)) for rules in data.symbols()
        ],
    }


def _depth(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol = parameters.symbol()
    limit = _depth_limit(parameters)
    if limit not in _DEPTH_WEIGHTS:
        raise ExchangeError(-4021, f"'{limit}' is not valid depth limit.")
    return usdm_market.depth(desk.market.data.depth(symbol, limit), desk.numbers(symbol))


def _depth_limit(parameters: Parameters) -> int:
    limit = parameters.optional_integer("limit")
    return 500 if limit is None else limit


def _trades(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol = parameters.symbol()
    numbers = desk.numbers(symbol)
    trades = desk.market.data.recent_trades(symbol, parameters.limit(500, 1_000))
    return [usdm_market.trade(trade, numbers) for trade in trades]


def _historical_trades(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol = parameters.symbol()
    numbers = desk.numbers(symbol)
    from_id = parameters.optional_integer("fromId")
    trades = desk.market.data.recent_trades(symbol, parameters.limit(100, 500), from_id)
    return [usdm_market.trade(trade, numbers) for trade in trades]


def _aggregate_trades(desk: UsdmDesk, parameters: Parameters) -> Any:
    numbers = desk.numbers(parameters.symbol())
    trades = read_aggregate_trades(desk.market.data, parameters, HOUR_MS)
    return [usdm_market.aggregate_trade(trade, numbers) for trade in trades]


def _candles(desk: UsdmDesk, parameters: Parameters) -> Any:
    numbers = desk.numbers(parameters.symbol())
    candles = read_candles(desk.market.data, parameters, 1_500)
    return [market.candle_row(candle, numbers) for candle in candles]


def _continuous_candles(desk: UsdmDesk, parameters: Parameters) -> Any:
    pair, contract = parameters.text("pair"), parameters.text("contractType")
    if contract not in _CONTRACT_TYPES:
        raise ExchangeError(-1130, "Data sent for parameter 'contractType' is not valid.")
    desk.numbers(pair)
    if contract != "PERPETUAL":
        return []
    return _candles(desk, Parameters(parameters.as_dict() | {"symbol": pair}))


def _rpi_depth(desk: UsdmDesk, parameters: Parameters) -> Any:
    """Answer with the book itself: nobody here improves prices for retail."""
    symbol, limit = parameters.symbol(), parameters.optional_integer("limit")
    if limit not in (None, 1_000):
        raise ExchangeError(-4021, f"'{limit}' is not valid depth limit.")
    return usdm_market.depth(desk.market.data.depth(symbol, 1_000), desk.numbers(symbol))


def _ticker_24h(desk: UsdmDesk, parameters: Parameters) -> Any:
    data = desk.market.data
    return one_or_many(
        data,
        parameters,
        lambda name: usdm_market.ticker(data.ticker_24h(name), desk.numbers(name)),
    )


def _ticker_price(desk: UsdmDesk, parameters: Parameters) -> Any:
    market = desk.market

    def write(name: str) -> dict[str, Any]:
        price = desk.numbers(name).price(market.data.last_price(name))
        return {"symbol": name, "price": price, "time": market.now_ms}

    return one_or_many(market.data, parameters, write)


def _book_ticker(desk: UsdmDesk, parameters: Parameters) -> Any:
    data = desk.market.data
    return one_or_many(
        data,
        parameters,
        lambda name: usdm_market.book_ticker(data.book_ticker(name), desk.numbers(name)),
    )


def _depth_weight(parameters: Parameters) -> int:
    return _DEPTH_WEIGHTS.get(_depth_limit(parameters), 2)


def candle_weight(parameters: Parameters) -> int:
    """Return the weight of a call for candles, which grows with their number."""
    limit = parameters.limit(500, 1_500)
    return next(weight for largest, weight in _CANDLE_WEIGHTS if limit <= largest)


_price_weight: Final = depends_on_symbol(1, 2)
MARKET_ENDPOINTS: Final[dict[tuple[str, str], UsdmEndpoint]] = {
    ("GET", "/fapi/v1/ping"): UsdmEndpoint(_ping),
    ("GET", "/fapi/v1/time"): UsdmEndpoint(_time),
    ("GET", "/fapi/v1/exchangeInfo"): UsdmEndpoint(_exchange_info),
    ("GET", "/fapi/v1/depth"): UsdmEndpoint(_depth, _depth_weight, reads=Reads.SNAPSHOT),
    ("GET", "/fapi/v1/trades"): UsdmEndpoint(_trades, 5),
    ("GET", "/fapi/v1/historicalTrades"): UsdmEndpoint(_historical_trades, 200, Security.KEY),
    ("GET", "/fapi/v1/aggTrades"): UsdmEndpoint(_aggregate_trades, 20),
    ("GET", "/fapi/v1/klines"): UsdmEndpoint(_candles, candle_weight),
    ("GET", "/fapi/v1/rpiDepth"): UsdmEndpoint(_rpi_depth, 20),
    ("GET", "/fapi/v1/continuousKlines"): UsdmEndpoint(_continuous_candles, candle_weight),
    ("GET", "/fapi/v1/ticker/24hr"): UsdmEndpoint(_ticker_24h, depends_on_symbol(1, 40)),
    ("GET", "/fapi/v1/ticker/price"): UsdmEndpoint(_ticker_price, _price_weight),
    ("GET", "/fapi/v2/ticker/price"): UsdmEndpoint(_ticker_price, _price_weight),
    ("GET", "/fapi/v1/ticker/bookTicker"): UsdmEndpoint(_book_ticker, depends_on_symbol(2, 5)),
}
