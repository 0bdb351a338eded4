"""Stream names and the futures routes that carry them."""

import pytest

from terminal_app.practice.streams.names import (
    Kind,
    StreamName,
    is_market,
    is_public,
    is_spot,
    parse_stream,
)


@pytest.mark.parametrize(
    ("name", "stream"),
    [
        ("btcusdt@trade", StreamName(Kind.TRADE, "BTCUSDT")),
        ("btcusdt@aggTrade", StreamName(Kind.AGGREGATE_TRADE, "BTCUSDT")),
        ("btcusdt@kline_1M", StreamName(Kind.CANDLE, "BTCUSDT", interval="1M")),
        ("btcusdt@depth", StreamName(Kind.DEPTH, "BTCUSDT")),
        ("btcusdt@depth@0ms", StreamName(Kind.DEPTH, "BTCUSDT", 0)),
        ("btcusdt@depth@100ms", StreamName(Kind.DEPTH, "BTCUSDT", 100)),
        ("btcusdt@depth5", StreamName(Kind.PARTIAL_DEPTH, "BTCUSDT", levels=5)),
        ("btcusdt@depth20@500ms", StreamName(Kind.PARTIAL_DEPTH, "BTCUSDT", 500, levels=20)),
        ("btcusdt@markPrice", StreamName(Kind.MARK_PRICE, "BTCUSDT", 3_000)),
        ("btcusdt@markPrice@1s", StreamName(Kind.MARK_PRICE, "BTCUSDT", 1_000)),
        ("!miniTicker@arr", StreamName(Kind.MINI_TICKER, speed_ms=1_000)),
        ("!miniTicker@arr@3000ms", StreamName(Kind.MINI_TICKER, speed_ms=3_000)),
        ("测试usdt@bookTicker", StreamName(Kind.BOOK_TICKER, "测试USDT")),
        ("btcusdt@ticker_4h", StreamName(Kind.WINDOW_TICKER, "BTCUSDT", interval="4h")),
        ("!ticker_1d@arr", StreamName(Kind.WINDOW_TICKER, interval="1d")),
        (
            "btcusdt@kline_1d@+08:00",
            StreamName(Kind.CANDLE, "BTCUSDT", interval="1d", offset_ms=8 * 3_600_000),
        ),
        (
            "btcusdt_perpetual@continuousKline_1h",
            StreamName(Kind.CONTINUOUS_CANDLE, "BTCUSDT", interval="1h"),
        ),
        ("btcusdt@rpiDepth@500ms", StreamName(Kind.RPI_DEPTH, "BTCUSDT", 500)),
        ("btcusdt@ticker_2h", None),
        ("btcusdt@kline_1d@+09:00", None),
        ("btcusdt_next_quarter@continuousKline_1h", None),
        ("btcusdt@rpiDepth", None),
        ("BTCUSDT@trade", None),
        ("btcusdt@depth7", None),
        ("btcusdt@depth@3ms", None),
        ("btcusdt@kline", None),
        ("btcusdt@tradeX", None),
        ("btcusdt@bookTicker@1s", None),
        ("0", None),
        ("", None),
    ],
)
def test_parse(name: str, stream: StreamName | None) -> None:
    assert parse_stream(name) == stream


@pytest.mark.parametrize(
    ("name", "public", "market"),
    [
        ("btcusdt@bookTicker", True, False),
        ("btcusdt@depth@100ms", True, False),
        ("btcusdt@depth5", True, False),
        ("btcusdt@kline_1m", False, True),
        ("btcusdt@aggTrade", False, True),
        ("!markPrice@arr@1s", False, True),
        ("!forceOrder@arr", False, True),
        ("!contractInfo", False, True),
        ("tradingSession", False, True),
        ("btcusdt@rpiDepth@500ms", True, False),
        ("btcusdt@kline_1m@+08:00", False, False),
        ("btcusdt@avgPrice", False, False),
        ("3b1c5f", False, False),
    ],
)
def test_routes(name: str, public: bool, market: bool) -> None:
    assert is_public(name) is public
    assert is_market(name) is market


@pytest.mark.parametrize(
    ("name", "carried"),
    [
        ("btcusdt@blockTrade", True),
        ("btcusdt@referencePrice", True),
        ("btcusdt@depth@100ms", True),
        ("btcusdt@kline_1M@+08:00", True),
        ("!miniTicker@arr", True),
        ("!ticker_1h@arr", True),
        ("!ticker@arr", False),
        ("!bookTicker", False),
        ("btcusdt@depth@250ms", False),
        ("btcusdt@markPrice", False),
        ("btcusdt@forceOrder", False),
    ],
)
def test_spot_carries(name: str, carried: bool) -> None:
    assert is_spot(name) is carried
