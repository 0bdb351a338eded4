"""Reading of parameters that both markets share."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from terminal_app.practice.engine.intervals import HOUR_MS, MINUTE_MS
from terminal_app.practice.engine.kinds import Side, SymbolStatus, TimeInForce
from terminal_app.practice.engine.market_values import AggregateTrade, Candle
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.exchange import MarketData
from terminal_app.practice.http.params import Parameters

DAY_MS: Final = 86_400_000
_TIME_ZONE: Final = re.compile(r"(?P<sign>[+-]?)(?P<hours>[0-9]{1,2})(:(?P<minutes>[0-5][0-9]))?")


@dataclass(frozen=True, slots=True)
class OrderIds:
    """Name an order by the exchange's id, the client's id or both."""

    order_id: int | None
    client_order_id: str | None


def read_order_ids(
    parameters: Parameters, order_id: str = "orderId", client_order_id: str = "origClientOrderId"
) -> OrderIds:
    """Read the two ids of an order by the names of their parameters; without either error -1102."""
    ids = OrderIds(parameters.optional_integer(order_id), parameters.optional_text(client_order_id))
    if ids.order_id is None and ids.client_order_id is None:
        raise ExchangeError(
            -1102,
            f"Param '{order_id}' or '{client_order_id}' must be sent, but both were empty/null!",
        )
    return ids


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Hold `startTime` and `endTime`."""

    start_ms: int | None
    end_ms: int | None


def read_time_range(parameters: Parameters, longest_ms: int | None = None) -> TimeRange:
    """Read a time range; one that runs backwards is error -1023, one too long -1127."""
    start_ms = parameters.optional_integer("startTime")
    end_ms = parameters.optional_integer("endTime")
    if start_ms is not None and end_ms is not None:
        if start_ms > end_ms:
            raise ExchangeError(-1023, "Start time is greater than end time.")
        if longest_ms is not None and end_ms - start_ms > longest_ms:
            hours = longest_ms // 3_600_000
            message = f"More than {hours} hours between startTime and endTime."
            raise ExchangeError(-1127, message)
    return TimeRange(start_ms, end_ms)


def read_choice(parameters: Parameters, name: str, choices: Sequence[str], default: str) -> str:
    """Read one of some words, error -1130 for any other."""
    text = parameters.optional_text(name) or default
    if text not in choices:
        raise ExchangeError(-1130, f"Data sent for parameter '{name}' is not valid.")
    return text


def read_side(parameters: Parameters, name: str = "side") -> Side:
    """Read the side of an order, error -1117 for any other word."""
    text = parameters.text(name)
    if text not in tuple(Side):
        raise ExchangeError(-1117, "Invalid side.")
    return Side(text)


def read_time_in_force(
    parameters: Parameters, allowed: Sequence[TimeInForce], name: str = "timeInForce"
) -> TimeInForce:
    """Read the mandatory time in force, error -1115 for one the market does not know."""
    text = parameters.text(name)
    if text not in allowed:
        raise ExchangeError(-1115, "Invalid timeInForce.")
    return TimeInForce(text)


def refuse_unneeded(parameters: Parameters, *names: str) -> None:
    """Raise error -1106 for a parameter this kind of order does not take."""
    for name in names:
        if name in parameters:
            raise ExchangeError(-1106, f"Parameter '{name}' sent when not required.")


def read_candles(
    data: MarketData, parameters: Parameters, largest: int, offset_ms: int = 0
) -> Sequence[Candle]:
    """Answer a klines request, 500 candles unless told otherwise."""
    times = read_time_range(parameters)
    return data.candles(
        parameters.symbol(),
        parameters.text("interval"),
        parameters.limit(500, largest),
        times.start_ms,
        times.end_ms,
        offset_ms,
    )


def read_time_zone(parameters: Parameters) -> int:
    """Read `timeZone` as milliseconds ahead of UTC: hours, or hours and minutes, −12:00 to +14:00.

    Spot candles and trading days; what cannot be read is error -1130.
    """
    text = parameters.optional_text("timeZone") or "0"
    match = _TIME_ZONE.fullmatch(text)
    if match is not None:
        minutes = int(match["hours"]) * 60 + int(match["minutes"] or 0)
        offset_ms = minutes * MINUTE_MS * (-1 if match["sign"] == "-" else 1)
        if -12 * HOUR_MS <= offset_ms <= 14 * HOUR_MS:
            return offset_ms
    raise ExchangeError(-1130, "Data sent for parameter 'timeZone' is not valid.")


def read_aggregate_trades(
    data: MarketData, parameters: Parameters, longest_ms: int | None = None
) -> Sequence[AggregateTrade]:
    """Answer an aggTrades request; `fromId` does not go with times."""
    times = read_time_range(parameters, longest_ms)
    from_id = parameters.optional_integer("fromId")
    if from_id is not None and times != TimeRange(None, None):
        raise ExchangeError(-1128, "Combination of optional parameters invalid.")
    limit = parameters.limit(500, 1_000)
    return data.aggregate_trades(parameters.symbol(), limit, from_id, times.start_ms, times.end_ms)


def one_or_many(
    data: MarketData, parameters: Parameters, write: Callable[[str], dict[str, Any]]
) -> Any:
    """Answer with an object for `symbol`, a list for `symbols` or for nothing.

    A symbol in another state than `symbolStatus` is error -1220 alone and left out of a list.
    """
    symbol = parameters.optional_symbol()
    symbols = parameters.optional_symbols()
    status = read_symbol_status(parameters)
    if symbol is not None:
        check_status(data, symbol, status)
        return write(data.rules(symbol).symbol)
    if symbols is None:
        symbols = [rules.symbol for rules in data.symbols()]
    return [write(name) for name in symbols if status in (None, data.status(name))]


def read_symbol_status(parameters: Parameters) -> SymbolStatus | None:
    """Read the optional `symbolStatus`: TRADING, HALT or BREAK."""
    text = parameters.optional_text("symbolStatus")
    if text is None:
        return None
    if text not in ("TRADING", "HALT", "BREAK"):
        raise ExchangeError(-1130, "Data sent for parameter 'symbolStatus' is not valid.")
    return SymbolStatus(text)


def check_status(data: MarketData, symbol: str, status: SymbolStatus | None) -> None:
    """Raise -1220 for a symbol that is in another state than the one asked for."""
    if status is not None and data.status(symbol) is not status:
        raise ExchangeError(-1220, "The symbol's status does not match the requested symbolStatus.")
