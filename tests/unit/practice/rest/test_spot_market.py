"""Public spot calls: parameters, windows, time zones, weights."""

import json
from typing import Any

import pytest

from terminal_app.practice.engine.intervals import DAY_MS, HOUR_MS, MINUTE_MS
from terminal_app.practice.engine.kinds import SymbolStatus
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.exchange import Exchange
from terminal_app.practice.http.endpoint import Desk
from terminal_app.practice.http.limits import RateCounter
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.http.rules import SPOT_RULES
from terminal_app.practice.rest.spot_market import MARKET_ENDPOINTS, SpotDesk
from terminal_app.practice.rest.spot_tickers import TICKER_ENDPOINTS
from terminal_app.practice.wire.numbers import encode
from tests.helpers.engine import START_MS, SetClock, quiet_spot

ENDPOINTS = MARKET_ENDPOINTS | TICKER_ENDPOINTS
SYMBOLS = '["BTCUSDT","ETHUSDT"]'


@pytest.fixture(scope="module")
def desk() -> SpotDesk:
    clock = SetClock()
    exchange = Exchange(clock, 5)
    exchange.advance(START_MS + 5_000)
    return Desk(exchange.spot, RateCounter(SPOT_RULES, clock.now_ms), clock.now_ms)


def get(desk: SpotDesk, path: str, **values: str | int) -> Any:
    parameters = Parameters({name: str(value) for name, value in values.items()})
    endpoint = ENDPOINTS["GET", f"/api/v3/{path}"]
    return json.loads(encode(endpoint.handler(desk, parameters)))


def weight(path: str, **values: str | int) -> int:
    parameters = Parameters({name: str(value) for name, value in values.items()})
    return ENDPOINTS["GET", f"/api/v3/{path}"].weigh(parameters)


def code(desk: SpotDesk, path: str, **values: str | int) -> int:
    with pytest.raises(ExchangeError) as error:
        get(desk, path, **values)
    return error.value.code


def test_exchange_info_lists_what_was_asked(desk: SpotDesk) -> None:
    everything = get(desk, "exchangeInfo")["symbols"]
    assert len(everything) > 2
    assert everything[0]["permissionSets"] == [["SPOT"]]
    assert [s["symbol"] for s in get(desk, "exchangeInfo", symbols=SYMBOLS)["symbols"]] == [
        "BTCUSDT",
        "ETHUSDT",
    ]
    hidden = get(desk, "exchangeInfo", symbol="BTCUSDT", showPermissionSets="false")
    assert hidden["symbols"][0]["permissionSets"] == []
    assert get(desk, "exchangeInfo", permissions="LEVERAGED")["symbols"] == []
    assert get(desk, "exchangeInfo", permissions='["MARGIN","SPOT"]')["symbols"] == everything
    assert get(desk, "exchangeInfo", symbolStatus="HALT")["symbols"] == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"symbol": "NOSUCH"}, -1121),
        ({"symbol": "BTCUSDT", "symbols": SYMBOLS}, -1128),
        ({"symbol": "BTCUSDT", "permissions": "SPOT"}, -1128),
        ({"symbols": SYMBOLS, "symbolStatus": "TRADING"}, -1128),
        ({"symbolStatus": "SLEEPING"}, -1130),
        ({"permissions": "[1"}, -1130),
        ({"symbols": '["BTCUSDT","BTCUSDT"]'}, -1151),
    ],
)
def test_exchange_info_refuses(desk: SpotDesk, values: dict[str, str], expected: int) -> None:
    assert code(desk, "exchangeInfo", **values) == expected


def test_a_state_that_does_not_match_is_an_error_alone_and_dropped_from_lists() -> None:
    quiet, clock = quiet_spot(), SetClock()
    desk: SpotDesk = Desk(quiet.market, RateCounter(SPOT_RULES, clock.now_ms), clock.now_ms)
    quiet.listing.status = SymbolStatus.HALT
    for path in ("depth", "ticker/price", "ticker/24hr", "ticker", "ticker/tradingDay"):
        assert code(desk, path, symbol="BTCUSDT", symbolStatus="TRADING") == -1220
        assert get(desk, path, symbol="BTCUSDT", symbolStatus="HALT")
    assert get(desk, "ticker/price", symbolStatus="TRADING") == []
    assert get(desk, "exchangeInfo")["symbols"][0]["status"] == "HALT"


@pytest.mark.parametrize(
    ("window", "length_ms"),
    [("1m", MINUTE_MS), ("59m", 59 * MINUTE_MS), ("23h", 23 * HOUR_MS), ("7d", 7 * DAY_MS)],
)
def test_a_rolling_window_opens_on_a_minute(desk: SpotDesk, window: str, length_ms: int) -> None:
    ticker = get(desk, "ticker", symbol="BTCUSDT", windowSize=window)
    assert ticker["openTime"] % MINUTE_MS == 0
    assert length_ms <= ticker["closeTime"] - ticker["openTime"] < length_ms + MINUTE_MS
    rows = get(
        desk, "klines", symbol="BTCUSDT", interval="1m", limit=1000, startTime=ticker["openTime"]
    )
    assert ticker["openPrice"] == rows[0][1]


def test_a_rolling_window_adds_up_its_minutes(desk: SpotDesk) -> None:
    ticker = get(desk, "ticker", symbol="ETHUSDT", windowSize="2h")
    rows = get(desk, "klines", symbol="ETHUSDT", interval="1m", startTime=ticker["openTime"])
    assert len(rows) == 121
    assert sum(row[8] for row in rows) == ticker["count"]
    assert f"{sum(float(row[5]) for row in rows):.4f}" == f"{float(ticker['volume']):.4f}"
    assert max(float(row[2]) for row in rows) == float(ticker["highPrice"])
    assert get(desk, "ticker", symbol="ETHUSDT", windowSize="2h", type="MINI").keys() < (
        ticker.keys()
    )


@pytest.mark.parametrize("window", ["60m", "24h", "8d", "0m", "1w", "d", "1.5h"])
def test_a_window_that_is_none_is_refused(desk: SpotDesk, window: str) -> None:
    assert code(desk, "ticker", symbol="BTCUSDT", windowSize=window) == -1130


@pytest.mark.parametrize(
    ("zone", "offset_ms"), [("0", 0), ("8", 8 * HOUR_MS), ("-1:30", -90 * MINUTE_MS)]
)
def test_a_trading_day_opens_at_midnight_of_its_zone(
    desk: SpotDesk, zone: str, offset_ms: int
) -> None:
    day = get(desk, "ticker/tradingDay", symbol="BTCUSDT", timeZone=zone)
    assert (day["openTime"] + offset_ms) % DAY_MS == 0
    assert day["closeTime"] == day["openTime"] + DAY_MS - 1
    candle = get(desk, "klines", symbol="BTCUSDT", interval="1d", limit=1, timeZone=zone)[0]
    assert (candle[0], candle[1], candle[8]) == (day["openTime"], day["openPrice"], day["count"])


def test_windows_want_a_symbol(desk: SpotDesk) -> None:
    assert code(desk, "ticker") == -1102
    names = json.dumps([f"S{number}" for number in range(101)])
    assert code(desk, "ticker/tradingDay", symbols=names) == -1101
    assert [row["symbol"] for row in get(desk, "ticker", symbols=SYMBOLS)] == ["BTCUSDT", "ETHUSDT"]


@pytest.mark.parametrize("interval", ["30m", "1h", "12h", "1d", "3d", "1w", "1M"])
@pytest.mark.parametrize("zone", ["-12:00", "05:45", "8", "14:00"])
def test_candles_of_a_zone_add_up_those_of_utc(desk: SpotDesk, interval: str, zone: str) -> None:
    rows = get(desk, "klines", symbol="BTCUSDT", interval=interval, timeZone=zone, limit=3)
    parts = get(desk, "klines", symbol="BTCUSDT", interval="15m", startTime=rows[-1][0], limit=1000)
    assert rows[0][6] + 1 == rows[1][0]
    if len(parts) < 1000:
        assert sum(row[8] for row in parts) == rows[-1][8]
        assert (parts[0][1], parts[-1][4]) == (rows[-1][1], rows[-1][4])


@pytest.mark.parametrize("zone", ["-12:01", "14:01", "15", "1:60", "east", "8.5"])
def test_a_time_zone_that_is_none_is_refused(desk: SpotDesk, zone: str) -> None:
    assert code(desk, "uiKlines", symbol="BTCUSDT", interval="1d", timeZone=zone) == -1130


def test_short_candles_do_not_depend_on_the_zone(desk: SpotDesk) -> None:
    asked: dict[str, str | int] = {"symbol": "BTCUSDT", "interval": "1m", "limit": 5}
    assert get(desk, "klines", **asked, timeZone="05:45") == get(desk, "klines", **asked)


def test_reference_price_is_the_mean_of_ten_seconds(desk: SpotDesk) -> None:
    reference = get(desk, "referencePrice", symbol="BTCUSDT")
    seconds = get(
        desk, "klines", symbol="BTCUSDT", interval="1s", limit=10,
        endTime=reference["timestamp"] - 1,
    )  # fmt: skip
    mean = sum(float(row[4]) for row in seconds) / 10
    assert float(reference["referencePrice"]) == pytest.approx(mean, abs=1e-6)
    calculation = get(desk, "referencePrice/calculation", symbol="BTCUSDT")
    assert (calculation["bucketCount"], calculation["bucketWidthMs"]) == (10, 1_000)


def test_block_trades_go_on_from_an_id(desk: SpotDesk) -> None:
    trades = get(desk, "historicalBlockTrades", symbol="BTCUSDT", fromId=0, limit=30)
    assert len(trades) == 30
    assert trades == sorted(trades, key=lambda trade: int(trade["time"]))
    again = get(desk, "historicalBlockTrades", symbol="BTCUSDT", fromId=trades[10]["id"], limit=5)
    assert again == trades[10:15]
    assert code(desk, "historicalBlockTrades", symbol="BTCUSDT") == -1102


def test_execution_rules_leave_out_symbols_without_any(desk: SpotDesk) -> None:
    (row,) = get(desk, "executionRules", symbol="BTCUSDT")["symbolRules"]
    assert row["symbol"] == "BTCUSDT"
    everything = get(desk, "executionRules")["symbolRules"]
    assert all(one["rules"] for one in everything)
    assert code(desk, "executionRules", symbol="BTCUSDT", symbolStatus="TRADING") == -1128


@pytest.mark.parametrize(
    ("path", "values", "expected"),
    [
        ("depth", {"limit": 100}, 5),
        ("depth", {"limit": 101}, 25),
        ("depth", {"limit": 1000}, 50),
        ("depth", {"limit": 9999}, 250),
        ("ticker/24hr", {"symbol": "BTCUSDT"}, 2),
        ("ticker/24hr", {"symbols": SYMBOLS}, 2),
        ("ticker/24hr", {"symbols": json.dumps([f"S{n}" for n in range(21)])}, 40),
        ("ticker/24hr", {}, 80),
        ("ticker", {"symbol": "BTCUSDT"}, 4),
        ("ticker", {"symbols": SYMBOLS}, 8),
        ("ticker/tradingDay", {"symbols": json.dumps([f"S{n}" for n in range(60)])}, 200),
        ("ticker/price", {"symbol": "BTCUSDT"}, 2),
        ("ticker/price", {"symbols": SYMBOLS}, 4),
        ("ticker/bookTicker", {}, 4),
        ("executionRules", {"symbol": "BTCUSDT"}, 2),
        ("executionRules", {"symbols": SYMBOLS}, 4),
        ("executionRules", {}, 40),
        ("aggTrades", {"symbol": "BTCUSDT"}, 4),
    ],
)
def test_weights(path: str, values: dict[str, str | int], expected: int) -> None:
    assert weight(path, **values) == expected


def test_aggregate_trades_from_an_id_or_a_time(desk: SpotDesk) -> None:
    newest = get(desk, "aggTrades", symbol="BTCUSDT", limit=5)
    from_id = get(desk, "aggTrades", symbol="BTCUSDT", fromId=newest[0]["a"], limit=2)
    assert from_id == newest[:2]
    since = get(desk, "aggTrades", symbol="BTCUSDT", startTime=newest[0]["T"], limit=1)
    assert since[0]["T"] == newest[0]["T"]
    until = get(desk, "aggTrades", symbol="BTCUSDT", endTime=newest[-1]["T"])
    assert until[-1]["a"] == newest[-1]["a"]
    assert code(desk, "aggTrades", symbol="BTCUSDT", fromId=1, startTime=1) == -1128
