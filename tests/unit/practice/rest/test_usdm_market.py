"""Public futures calls: prices that are derived, statistics, funding, weights."""

import itertools
import json
from decimal import Decimal
from typing import Any

import pytest

from terminal_app.practice.engine.intervals import DAY_MS, FIXED_MS, HOUR_MS, MINUTE_MS
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.exchange import Exchange
from terminal_app.practice.http.limits import RateCounter
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.http.rules import USDM_RULES
from terminal_app.practice.rest.usdm_market import MARKET_ENDPOINTS, UsdmDesk
from terminal_app.practice.rest.usdm_prices import PRICE_ENDPOINTS
from terminal_app.practice.rest.usdm_statistics import STATISTICS_ENDPOINTS
from terminal_app.practice.streams.listen_keys import ListenKeys
from terminal_app.practice.wire.numbers import encode
from tests.helpers.engine import START_MS, SetClock
from tests.helpers.shapes import shape_differences
from tests.helpers.shared import shared_json

ENDPOINTS = MARKET_ENDPOINTS | PRICE_ENDPOINTS | STATISTICS_ENDPOINTS
NOW_MS = START_MS + 5_000
Values = dict[str, str | int]
BTC: Values = {"symbol": "BTCUSDT"}
PAIR: Values = {"pair": "BTCUSDT"}
RATIOS = ("topLongShortAccountRatio", "topLongShortPositionRatio", "globalLongShortAccountRatio")


@pytest.fixture(scope="module")
def desk() -> UsdmDesk:
    clock = SetClock()
    exchange = Exchange(clock, 5)
    exchange.advance(NOW_MS)
    keys = ListenKeys(clock.now_ms)
    return UsdmDesk(exchange.usdm, RateCounter(USDM_RULES, clock.now_ms), clock.now_ms, keys)


def get(desk: UsdmDesk, path: str, **values: str | int) -> Any:
    parameters = Parameters({name: str(value) for name, value in values.items()})
    full = f"/futures/data/{path[5:]}" if path.startswith("data/") else f"/fapi/v1/{path}"
    return json.loads(encode(ENDPOINTS["GET", full].handler(desk, parameters)))


def code(desk: UsdmDesk, path: str, **values: str | int) -> int:
    with pytest.raises(ExchangeError) as error:
        get(desk, path, **values)
    return error.value.code


@pytest.mark.parametrize(
    ("path", "name"),
    [("markPriceKlines", "symbol"), ("indexPriceKlines", "pair"), ("premiumIndexKlines", "symbol")],
)
@pytest.mark.parametrize("interval", ["1m", "4h", "1d"])
def test_candles_of_prices_enclose_themselves(
    desk: UsdmDesk, path: str, name: str, interval: str
) -> None:
    rows = get(desk, path, **{name: "BTCUSDT"}, interval=interval, limit=20)
    points = FIXED_MS[interval] // (5_000 if "premium" in path else 1_000)
    assert {row[8] for row in rows[:-1]} == {points}
    for row in rows:
        opening, high, low, closing = (Decimal(text) for text in row[1:5])
        assert low <= min(opening, closing) <= max(opening, closing) <= high
        assert [row[5], row[7], *row[9:]] == ["0", "0", "0", "0", "0"]
        assert row[6] == row[0] + FIXED_MS[interval] - 1
    assert code(desk, path, **{name: "NOSUCH"}, interval=interval) == -1121


def test_forming_candles_of_prices_end_at_the_present(desk: UsdmDesk) -> None:
    present = get(desk, "premiumIndex", **BTC)
    mark = get(desk, "markPriceKlines", **BTC, interval="1h", limit=1)[0]
    index = get(desk, "indexPriceKlines", **PAIR, interval="1h", limit=1)[0]
    assert (mark[4], index[4]) == (present["markPrice"], present["indexPrice"])
    assert 0 < mark[8] < 3_600


def test_index_and_mark_differ_by_the_premium(desk: UsdmDesk) -> None:
    asked: Values = {"interval": "1h", "limit": 10}
    marks = get(desk, "markPriceKlines", **BTC, **asked)[:-1]
    indexes = get(desk, "indexPriceKlines", **PAIR, **asked)[:-1]
    premiums = get(desk, "premiumIndexKlines", **BTC, **asked)[:-1]
    for mark, index, premium in zip(marks, indexes, premiums, strict=True):
        expected = Decimal(mark[4]) / Decimal(index[4]) - 1
        assert abs(expected - Decimal(premium[4])) < Decimal("1e-8")


def test_continuous_candles_are_those_of_the_perpetual(desk: UsdmDesk) -> None:
    asked: Values = {"interval": "15m", "limit": 7}
    perpetual = get(desk, "continuousKlines", **PAIR, contractType="PERPETUAL", **asked)
    assert perpetual == get(desk, "klines", **BTC, **asked)
    assert get(desk, "continuousKlines", **PAIR, contractType="NEXT_QUARTER", **asked) == []
    assert code(desk, "continuousKlines", **PAIR, contractType="FOREVER", **asked) == -1130


@pytest.mark.parametrize(
    "path", ["data/openInterestHist", "data/takerlongshortRatio", *(f"data/{r}" for r in RATIOS)]
)
def test_statistics_keep_their_past(desk: UsdmDesk, path: str) -> None:
    rows = get(desk, path, **BTC, period="1h", limit=48)
    times = [row["timestamp"] for row in rows]
    assert len(rows) == 48
    assert times == list(range(times[0], times[-1] + 1, HOUR_MS))
    part = get(desk, path, **BTC, period="1h", startTime=times[10], endTime=times[20], limit=500)
    assert [row for row in part if row in rows] == part
    assert part[0]["timestamp"] == times[10]
    assert code(desk, path, **BTC, period="7h") == -1130
    assert code(desk, path, **BTC, period="1h", startTime=NOW_MS - 31 * DAY_MS) == -1130


def test_open_interest_and_its_history_meet(desk: UsdmDesk) -> None:
    now = get(desk, "openInterest", **BTC)
    last = get(desk, "data/openInterestHist", **BTC, period="5m", limit=1)[0]
    assert now["time"] - last["timestamp"] < 5 * MINUTE_MS
    share = Decimal(last["sumOpenInterest"]) / Decimal(now["openInterest"])
    assert abs(share - 1) < Decimal("0.01")
    value = Decimal(last["sumOpenInterestValue"]) / Decimal(last["sumOpenInterest"])
    price = Decimal(get(desk, "ticker/price", **BTC)["price"])
    assert abs(value / price - 1) < Decimal("0.05")


@pytest.mark.parametrize("name", RATIOS)
def test_shares_add_up(desk: UsdmDesk, name: str) -> None:
    for row in get(desk, f"data/{name}", **BTC, period="4h"):
        long, short = Decimal(row["longAccount"]), Decimal(row["shortAccount"])
        assert long + short == 1
        assert abs(long / short - Decimal(row["longShortRatio"])) < Decimal("0.0001")


def test_taker_volume_is_that_of_the_candles(desk: UsdmDesk) -> None:
    row = get(desk, "data/takerlongshortRatio", **BTC, period="1h", limit=1)[0]
    candle = get(desk, "klines", **BTC, interval="1h", startTime=row["timestamp"], limit=1)[0]
    bought, sold = Decimal(row["buyVol"]), Decimal(row["sellVol"])
    assert (bought, bought + sold) == (Decimal(candle[9]), Decimal(candle[5]))


def test_basis_is_the_price_less_the_index(desk: UsdmDesk) -> None:
    rows = get(desk, "data/basis", **PAIR, contractType="PERPETUAL", period="1h")
    assert len(rows) == 30
    for row in rows:
        price, index = Decimal(row["futuresPrice"]), Decimal(row["indexPrice"])
        assert price - index == Decimal(row["basis"])
    asked: Values = {**PAIR, "period": "1h"}
    assert get(desk, "data/basis", contractType="NEXT_QUARTER", **asked) == []


def test_funding_rates_go_back(desk: UsdmDesk) -> None:
    rows = get(desk, "fundingRate", **BTC)
    assert len(rows) == 200
    assert all(row["fundingTime"] % (8 * HOUR_MS) == 0 for row in rows)
    assert {row["rateType"] for row in rows} == {"Regular"}
    first = get(desk, "fundingRate", **BTC, startTime=rows[5]["fundingTime"], limit=3)
    assert first == rows[5:8]


def test_state_of_the_contracts(desk: UsdmDesk) -> None:
    symbols = {row["symbol"] for row in get(desk, "exchangeInfo")["symbols"]}
    assert {row["symbol"] for row in get(desk, "symbolAdlRisk")} == symbols
    unusual = get(desk, "fundingInfo")
    assert {row["symbol"] for row in unusual} < symbols
    assert {row["fundingIntervalHours"] for row in unusual} == {1, 4}
    assert (
        shape_differences(shared_json("fixtures/futures/rest_get_funding_rate_info.json"), unusual)
        == []
    )
    assert get(desk, "assetIndex", symbol="USDTUSD")["index"] == "1.00000000"
    assert code(desk, "assetIndex", symbol="BTCUSDT") == -1121
    constituents = get(desk, "constituents", **BTC)["constituents"]
    assert sum(Decimal(row["weight"]) for row in constituents) == 1
    sessions = get(desk, "tradingSchedule")["marketSchedules"]["EQUITY"]["sessions"]
    assert all(a["endTime"] == b["startTime"] for a, b in itertools.pairwise(sessions))
    assert get(desk, "indexInfo") == []
    assert set(get(desk, "insuranceBalance")[0]["symbols"]) == symbols


def test_limits_of_depth_and_windows(desk: UsdmDesk) -> None:
    assert code(desk, "depth", **BTC, limit=7) == -4021
    assert code(desk, "rpiDepth", **BTC, limit=500) == -4021
    assert get(desk, "rpiDepth", **BTC)["bids"] == get(desk, "depth", **BTC, limit=1000)["bids"]
    window: Values = {"startTime": NOW_MS - 2 * HOUR_MS, "endTime": NOW_MS}
    assert code(desk, "aggTrades", **BTC, **window) == -1127


@pytest.mark.parametrize(
    ("path", "values", "weight"),
    [
        ("/fapi/v1/depth", {"limit": 1000}, 20),
        ("/fapi/v1/klines", {"limit": 99}, 1),
        ("/fapi/v1/markPriceKlines", {"limit": 1001}, 10),
        ("/fapi/v1/premiumIndex", {}, 10),
        ("/fapi/v1/assetIndex", BTC, 1),
        ("/fapi/v1/rpiDepth", {}, 20),
        ("/fapi/v1/tradingSchedule", {}, 5),
        ("/futures/data/basis", {}, 0),
    ],
)
def test_weights(path: str, values: Values, weight: int) -> None:
    parameters = Parameters({name: str(value) for name, value in values.items()})
    assert ENDPOINTS["GET", path].weigh(parameters) == weight
