"""Spot calls for prices and statistics over a stretch of time."""

import re
from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from terminal_app.practice.engine.intervals import DAY_MS, HOUR_MS, MINUTE_MS
from terminal_app.practice.engine.market_values import WindowStatistics
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.common import one_or_many, read_time_zone
from terminal_app.practice.rest.spot_market import SpotDesk, SpotEndpoint
from terminal_app.practice.wire import market, spot_market
from terminal_app.practice.wire.numbers import SPOT_NUMBERS, fixed8

_MOST_SYMBOLS: Final = 100
_WINDOW: Final = re.compile(r"(?P<count>[1-9][0-9]?)(?P<unit>[mhd])")
# unit → its length and how many of them a window may hold
_WINDOW_UNITS: Final = {"m": (MINUTE_MS, 59), "h": (HOUR_MS, 23), "d": (DAY_MS, 7)}


def _average_price(desk: SpotDesk, parameters: Parameters) -> Any:
    return spot_market.average_price(desk.market.data.average_price(parameters.symbol()))


def _ticker_24h(desk: SpotDesk, parameters: Parameters) -> Any:
    data, is_mini = desk.market.data, _is_mini(parameters)

    def write(symbol: str) -> dict[str, Any]:
        statistics = data.ticker_24h(symbol)
        if is_mini:
            return market.ticker_mini(statistics, SPOT_NUMBERS)
        return spot_market.ticker_24h(statistics, data.book_ticker(symbol))

    return one_or_many(data, parameters, write)


def _trading_day(desk: SpotDesk, parameters: Parameters) -> Any:
    data, offset_ms = desk.market.data, read_time_zone(parameters)

    def day(symbol: str) -> WindowStatistics:
        now_ms = data.time_ms(symbol)
        opens_ms = now_ms - (now_ms + offset_ms) % DAY_MS
        return replace(data.statistics(symbol, opens_ms), close_time_ms=opens_ms + DAY_MS - 1)

    return _windows(desk, parameters, day)


def _rolling(desk: SpotDesk, parameters: Parameters) -> Any:
    data, window_ms = desk.market.data, _window_ms(parameters)

    def rolling(symbol: str) -> WindowStatistics:
        now_ms = data.time_ms(symbol)
        return data.statistics(symbol, now_ms - now_ms % MINUTE_MS - window_ms)

    return _windows(desk, parameters, rolling)


def _windows(
    desk: SpotDesk, parameters: Parameters, statistics: Callable[[str], WindowStatistics]
) -> Any:
    symbols = parameters.optional_symbols()
    if symbols is None and parameters.optional_symbol() is None:
        raise ExchangeError(
            -1102, "Param 'symbol' or 'symbols' must be sent, but both were empty/null!"
        )
    if len(symbols or ()) > _MOST_SYMBOLS:
        raise ExchangeError(
            -1101,
            f"Too many values sent for parameter 'symbols', maximum allowed up to {_MOST_SYMBOLS}.",
        )
    write = market.ticker_mini if _is_mini(parameters) else spot_market.ticker_window
    return one_or_many(
        desk.market.data, parameters, lambda name: write(statistics(name), SPOT_NUMBERS)
    )


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


def _is_mini(parameters: Parameters) -> bool:
    kind = parameters.optional_text("type") or "FULL"
    if kind not in ("FULL", "MINI"):
        raise ExchangeError(-1139, "Invalid ticker type.")
    return kind == "MINI"


def _window_ms(parameters: Parameters) -> int:
    match = _WINDOW.fullmatch(parameters.optional_text("windowSize") or "1d")
    if match is not None:
        length, most = _WINDOW_UNITS[match["unit"]]
        if int(match["count"]) <= most:
            return length * int(match["count"])
    raise ExchangeError(-1130, "Data sent for parameter 'windowSize' is not valid.")


def _day_weight(parameters: Parameters) -> int:
    if "symbol" in parameters:
        return 2
    symbols = parameters.optional_symbols()
    if symbols is None or len(symbols) > 100:
        return 80
    return 2 if len(symbols) <= 20 else 40


def _window_weight(parameters: Parameters) -> int:
    return min(200, 4 * len(parameters.optional_symbols() or "1"))


def _price_weight(parameters: Parameters) -> int:
    return 2 if "symbol" in parameters else 4


TICKER_ENDPOINTS: Final[dict[tuple[str, str], SpotEndpoint]] = {
    ("GET", "/api/v3/avgPrice"): SpotEndpoint(_average_price, 2),
    ("GET", "/api/v3/ticker"): SpotEndpoint(_rolling, _window_weight),
    ("GET", "/api/v3/ticker/24hr"): SpotEndpoint(_ticker_24h, _day_weight),
    ("GET", "/api/v3/ticker/tradingDay"): SpotEndpoint(_trading_day, _window_weight),
    ("GET", "/api/v3/ticker/price"): SpotEndpoint(_ticker_price, _price_weight),
    ("GET", "/api/v3/ticker/bookTicker"): SpotEndpoint(_book_ticker, _price_weight),
}
