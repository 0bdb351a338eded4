"""USDⓈ-M calls for mark prices, indexes, funding and the state of the contracts."""

from typing import Any, Final

from terminal_app.practice.engine.intervals import DAY_MS, HOUR_MS
from terminal_app.practice.engine.usdm_values import Funding
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.endpoint import depends_on_symbol
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.http.rules import FUNDING_POOL
from terminal_app.practice.rest.common import one_or_many, read_candles, read_time_range
from terminal_app.practice.rest.usdm_market import UsdmDesk, UsdmEndpoint, candle_weight
from terminal_app.practice.usdm import derived
from terminal_app.practice.usdm.derived import PriceKind
from terminal_app.practice.usdm.mark_prices import FUNDING_RATE_CAP
from terminal_app.practice.wire import market, usdm_market
from terminal_app.practice.wire.numbers import fixed8, natural

_USUAL_FUNDING_HOURS: Final = 8
_ADL_PERIOD_MS: Final = HOUR_MS // 2
_INSURANCE_FUND: Final = "1000000000.00000000"
# hours of the UTC day at which each session of US shares begins
_EQUITY_SESSIONS: Final = (
    (0, "OVERNIGHT"),
    (9, "PRE_MARKET"),
    (14, "REGULAR"),
    (21, "AFTER_MARKET"),
)
# Exchanges whose prices make up an index on Binance, with equal weights.
_CONSTITUENTS: Final = ("binance", "okex", "coinbase", "kucoin", "gateio")


def _price_candles(kind: PriceKind, name: str) -> Any:
    def answer(desk: UsdmDesk, parameters: Parameters) -> Any:
        symbol = parameters.text(name)
        desk.numbers(symbol)
        asked = Parameters(parameters.as_dict() | {"symbol": symbol})
        candles = read_candles(desk.market.data, asked, 1_500)
        rows = derived.price_candles(desk.market, symbol, kind, candles)
        return [market.price_candle_row(candle) for candle in rows]

    return answer


def _premium_index(desk: UsdmDesk, parameters: Parameters) -> Any:
    venue = desk.market
    return one_or_many(
        venue.data, parameters, lambda name: usdm_market.premium_index(venue.mark_price(name))
    )


def _funding_rate(desk: UsdmDesk, parameters: Parameters) -> Any:
    times = read_time_range(parameters)
    is_unbounded = times.start_ms is None and times.end_ms is None
    limit = parameters.limit(200 if is_unbounded else 100, 1_000)
    rows = desk.market.funding_history(
        parameters.optional_symbol(), limit, times.start_ms, times.end_ms
    )
    return [_funding(row) for row in rows]


def _funding(row: Funding) -> dict[str, Any]:
    return {
        "symbol": row.symbol,
        "fundingRate": fixed8(row.rate),
        "fundingTime": row.time_ms,
        "markPrice": fixed8(row.mark_price),
        "rateType": "Regular",
    }


def _funding_info(desk: UsdmDesk, _parameters: Parameters) -> Any:
    """Answer with the symbols whose interval is not the usual one."""
    return [
        {
            "symbol": rules.symbol,
            "adjustedFundingRateCap": fixed8(FUNDING_RATE_CAP),
            "adjustedFundingRateFloor": fixed8(-FUNDING_RATE_CAP),
            "fundingIntervalHours": rules.funding_interval_hours,
            "disclaimer": False,
        }
        for rules in desk.market.data.symbols()
        if rules.funding_interval_hours != _USUAL_FUNDING_HOURS
    ]


def _open_interest(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol, data, now_ms = parameters.symbol(), desk.market.data, desk.market.now_ms
    interest = derived.open_interest(data, symbol, now_ms)
    return {"symbol": symbol, "openInterest": natural(interest), "time": now_ms}


def _index_info(desk: UsdmDesk, parameters: Parameters) -> Any:
    """Answer with no composite index: none is listed."""
    symbol = parameters.optional_symbol()
    if symbol is not None:
        desk.numbers(symbol)
    return []


def _asset_index(desk: UsdmDesk, parameters: Parameters) -> Any:
    venue, wanted = desk.market, parameters.optional_symbol()
    marks = [venue.mark_price(rules.symbol) for rules in venue.data.symbols()]
    rows = usdm_market.asset_indexes(marks, venue.now_ms)
    if wanted is None:
        return rows
    for row in rows:
        if row["symbol"] == wanted:
            return row
    raise ExchangeError(-1121, "Invalid symbol.")


def _constituents(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol = parameters.symbol()
    mark = desk.market.mark_price(symbol)
    weight = f"{1 / len(_CONSTITUENTS):.8f}"
    return {
        "symbol": symbol,
        "time": desk.market.now_ms,
        "constituents": [
            {
                "exchange": name,
                "symbol": symbol,
                "price": fixed8(mark.index_price),
                "weight": weight,
            }
            for name in _CONSTITUENTS
        ],
    }


def _insurance_balance(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol = parameters.optional_symbol()
    if symbol is not None:
        desk.numbers(symbol)
    names = [rules.symbol for rules in desk.market.data.symbols()]
    updated_ms = desk.market.now_ms - desk.market.now_ms % DAY_MS
    assets = [{"asset": "USDT", "marginBalance": _INSURANCE_FUND, "updateTime": updated_ms}]
    fund = {"symbols": names, "assets": assets}
    return [fund] if symbol is None else fund


def _adl_risk(desk: UsdmDesk, parameters: Parameters) -> Any:
    time_ms = desk.market.now_ms
    time_ms -= time_ms % _ADL_PERIOD_MS
    return one_or_many(
        desk.market.data,
        parameters,
        lambda name: {"symbol": name, "adlRisk": "low", "updateTime": time_ms},
    )


def _trading_schedule(desk: UsdmDesk, _parameters: Parameters) -> Any:
    """Answer with the week of US shares, which no symbol here follows."""
    day_ms = desk.market.now_ms - desk.market.now_ms % DAY_MS
    sessions = []
    for number in range(7):
        opens_ms = day_ms + number * DAY_MS
        is_weekend = (opens_ms // DAY_MS + 3) % 7 >= 5
        rows = ((0, "NO_TRADING"),) if is_weekend else _EQUITY_SESSIONS
        ends = [*(hour for hour, _ in rows[1:]), 24]
        sessions += [
            {
                "startTime": opens_ms + hour * HOUR_MS,
                "endTime": opens_ms + end * HOUR_MS,
                "type": kind,
            }
            for (hour, kind), end in zip(rows, ends, strict=True)
        ]
    schedules = {"EQUITY": {"sessions": sessions}, "COMMODITY": {"sessions": sessions}}
    return {"updateTime": day_ms, "marketSchedules": schedules}


PRICE_ENDPOINTS: Final[dict[tuple[str, str], UsdmEndpoint]] = {
    ("GET", "/fapi/v1/indexPriceKlines"): UsdmEndpoint(
        _price_candles(PriceKind.INDEX, "pair"), candle_weight
    ),
    ("GET", "/fapi/v1/markPriceKlines"): UsdmEndpoint(
        _price_candles(PriceKind.MARK, "symbol"), candle_weight
    ),
    ("GET", "/fapi/v1/premiumIndexKlines"): UsdmEndpoint(
        _price_candles(PriceKind.PREMIUM, "symbol"), candle_weight
    ),
    ("GET", "/fapi/v1/premiumIndex"): UsdmEndpoint(_premium_index, depends_on_symbol(1, 10)),
    ("GET", "/fapi/v1/fundingRate"): UsdmEndpoint(_funding_rate, 0, pool=FUNDING_POOL),
    ("GET", "/fapi/v1/fundingInfo"): UsdmEndpoint(_funding_info, 0, pool=FUNDING_POOL),
    ("GET", "/fapi/v1/openInterest"): UsdmEndpoint(_open_interest),
    ("GET", "/fapi/v1/indexInfo"): UsdmEndpoint(_index_info),
    ("GET", "/fapi/v1/assetIndex"): UsdmEndpoint(_asset_index, depends_on_symbol(1, 10)),
    ("GET", "/fapi/v1/constituents"): UsdmEndpoint(_constituents, 2),
    ("GET", "/fapi/v1/insuranceBalance"): UsdmEndpoint(_insurance_balance),
    ("GET", "/fapi/v1/symbolAdlRisk"): UsdmEndpoint(_adl_risk),
    ("GET", "/fapi/v1/tradingSchedule"): UsdmEndpoint(_trading_schedule, 5),
}
