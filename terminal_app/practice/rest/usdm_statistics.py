"""USDⓈ-M calls under /futures/data: statistics over periods, made up but consistent."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from terminal_app.practice.engine.intervals import DAY_MS, FIXED_MS
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.http.rules import STATISTICS_POOL
from terminal_app.practice.rest.common import read_time_range
from terminal_app.practice.rest.usdm_market import UsdmDesk, UsdmEndpoint
from terminal_app.practice.usdm import derived
from terminal_app.practice.wire.numbers import fixed8, natural

_PERIODS: Final = ("5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d")
_KEPT_MS: Final = 30 * DAY_MS
# Of a coin's supply the open interest is a small part; only its order of magnitude is said.
_SUPPLY_PER_INTEREST: Final = 200


def _open_interest_history(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol = parameters.symbol()
    data, numbers = desk.market.data, desk.numbers(symbol)
    rows = []
    for time_ms, price in _points(desk, parameters, symbol):
        interest = derived.open_interest(data, symbol, time_ms)
        rows.append(
            {
                "symbol": symbol,
                "sumOpenInterest": fixed8(interest),
                "sumOpenInterestValue": fixed8(interest * price),
                "CMCCirculatingSupply": numbers.quantity(interest * _SUPPLY_PER_INTEREST),
                "timestamp": time_ms,
            }
        )
    return rows


def _ratio(group: str) -> Callable[[UsdmDesk, Parameters], Any]:
    def answer(desk: UsdmDesk, parameters: Parameters) -> Any:
        symbol = parameters.symbol()
        rows = []
        for time_ms, _ in _points(desk, parameters, symbol):
            long = derived.long_share(group, symbol, time_ms).long
            rows.append(
                {
                    "symbol": symbol,
                    "longShortRatio": f"{long / (1 - long):.4f}",
                    "longAccount": f"{long:.4f}",
                    "shortAccount": f"{1 - long:.4f}",
                    "timestamp": time_ms,
                }
            )
        return rows

    return answer


def _taker_volume(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol = parameters.symbol()
    period_ms, start_ms, end_ms, limit = _range(desk, parameters)
    period = parameters.text("period")
    candles = desk.market.data.candles(symbol, period, limit + 1, start_ms, end_ms - period_ms)
    rows = []
    for candle in candles[-limit:]:
        bought, sold = candle.taker_buy_volume, candle.volume - candle.taker_buy_volume
        rows.append(
            {
                "buySellRatio": f"{bought / sold if sold else Decimal(1):.4f}",
                "buyVol": f"{bought:.4f}",
                "sellVol": f"{sold:.4f}",
                "timestamp": candle.open_time_ms,
            }
        )
    return rows


def _basis(desk: UsdmDesk, parameters: Parameters) -> Any:
    pair, contract = parameters.text("pair"), parameters.text("contractType")
    desk.numbers(pair)
    if contract not in ("PERPETUAL", "CURRENT_QUARTER", "NEXT_QUARTER"):
        raise ExchangeError(-1130, "Data sent for parameter 'contractType' is not valid.")
    if contract != "PERPETUAL":
        return []
    rows = []
    for time_ms, price in _points(desk, parameters, pair):
        index = derived.index_price(pair, price, time_ms)
        rows.append(
            {
                "indexPrice": fixed8(index),
                "contractType": contract,
                "basisRate": f"{(price - index) / index:.4f}",
                "futuresPrice": natural(price),
                "annualizedBasisRate": "",
                "basis": fixed8(price - index),
                "pair": pair,
                "timestamp": time_ms,
            }
        )
    return rows


def _delivery_price(desk: UsdmDesk, parameters: Parameters) -> Any:
    desk.numbers(parameters.text("pair"))
    return []


def _points(desk: UsdmDesk, parameters: Parameters, symbol: str) -> Sequence[tuple[int, Decimal]]:
    """Return the ends of periods, oldest first, with the last price before each."""
    period_ms, start_ms, end_ms, limit = _range(desk, parameters)
    period = parameters.text("period")
    low = None if start_ms is None else start_ms - period_ms
    candles = desk.market.data.candles(symbol, period, limit, low, end_ms - period_ms)
    return [(candle.close_time_ms + 1, candle.close) for candle in candles]


def _range(desk: UsdmDesk, parameters: Parameters) -> tuple[int, int | None, int, int]:
    period = parameters.text("period")
    if period not in _PERIODS:
        raise ExchangeError(-1130, "Data sent for parameter 'period' is not valid.")
    times, now_ms = read_time_range(parameters), desk.market.now_ms
    end_ms = now_ms if times.end_ms is None else min(times.end_ms, now_ms)
    start_ms = times.start_ms
    if start_ms is not None and start_ms < now_ms - _KEPT_MS:
        raise ExchangeError(-1130, "parameter 'startTime' is invalid.")
    return FIXED_MS[period], start_ms, end_ms, parameters.limit(30, 500)


_CALLS: Final[dict[str, Callable[[UsdmDesk, Parameters], Any]]] = {
    "openInterestHist": _open_interest_history,
    "topLongShortAccountRatio": _ratio("top accounts"),
    "topLongShortPositionRatio": _ratio("top positions"),
    "globalLongShortAccountRatio": _ratio("accounts"),
    "takerlongshortRatio": _taker_volume,
    "basis": _basis,
    "delivery-price": _delivery_price,
}
STATISTICS_ENDPOINTS: Final[dict[tuple[str, str], UsdmEndpoint]] = {
    ("GET", f"/futures/data/{name}"): UsdmEndpoint(answer, 0, pool=STATISTICS_POOL)
    for name, answer in _CALLS.items()
}
