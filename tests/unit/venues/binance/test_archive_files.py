"""The names of the public archive's files."""

from __future__ import annotations

from datetime import date

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Interval
from terminal_app.errors import ConfigurationError
from terminal_app.venues.binance.archive_files import ArchiveKind, ArchiveRequest, Portion

LAST_OF_JANUARY, SECOND_OF_MARCH = date(2024, 1, 31), date(2024, 3, 2)


def test_days_are_named_one_by_one_across_months() -> None:
    kinds = [ArchiveKind.AGG_TRADES, ArchiveKind.BOOK_DEPTH]
    last = date(2024, 2, 1)
    request = ArchiveRequest(Market.USDM, ["BTCUSDT"], kinds, LAST_OF_JANUARY, last)
    request.check()
    assert request.paths() == [
        "futures/um/daily/aggTrades/BTCUSDT/BTCUSDT-aggTrades-2024-01-31.zip",
        "futures/um/daily/bookDepth/BTCUSDT/BTCUSDT-bookDepth-2024-01-31.zip",
        "futures/um/daily/aggTrades/BTCUSDT/BTCUSDT-aggTrades-2024-02-01.zip",
        "futures/um/daily/bookDepth/BTCUSDT/BTCUSDT-bookDepth-2024-02-01.zip",
    ]


def test_months_are_named_once_each_and_a_months_candle_differs_from_a_minutes() -> None:
    request = ArchiveRequest(
        Market.SPOT, ["BTCUSDT", "ETHUSDT"], [ArchiveKind.KLINES],
        LAST_OF_JANUARY, SECOND_OF_MARCH, Portion.MONTHLY, Interval.MO1,
    )  # fmt: skip
    request.check()
    paths = request.paths()
    assert paths[0] == "spot/monthly/klines/BTCUSDT/1mo/BTCUSDT-1mo-2024-01.zip"
    assert [path[-11:-4] for path in paths[::2]] == ["2024-01", "2024-02", "2024-03"]


@pytest.mark.parametrize(
    ("market", "symbol", "kind", "portion", "interval", "sentence"),
    [
        ("spot", "BTCUSDT", "bookTicker", "daily", "1m", "bookTicker is published for usdm alone"),
        ("spot", "BTCUSDT", "bookDepth", "daily", "1m", "bookDepth is published for usdm alone"),
        ("usdm", "BTCUSDT", "bookDepth", "monthly", "1m", "take daily files"),
        ("usdm", "BTCUSDT", "klines", "daily", "1s", "1s is published for spot alone"),
        ("spot", "BTCUSDT", "klines", "daily", "1w", "1w is published by the month"),
        ("spot", "../BTCUSDT", "klines", "daily", "1m", "symbol '../BTCUSDT' must be one word"),
        ("spot", "", "klines", "daily", "1m", "symbol '' must be one word"),
    ],
)
def test_what_the_archive_has_not_is_refused(
    market: str, symbol: str, kind: str, portion: str, interval: str, sentence: str
) -> None:
    request = ArchiveRequest(
        Market(market), [symbol], [ArchiveKind(kind)], LAST_OF_JANUARY, SECOND_OF_MARCH,
        Portion(portion), Interval(interval),
    )  # fmt: skip
    with pytest.raises(ConfigurationError, match=sentence):
        request.check()


def test_the_first_day_is_not_after_the_last() -> None:
    kinds = [ArchiveKind.TRADES]
    request = ArchiveRequest(Market.SPOT, ["BTCUSDT"], kinds, SECOND_OF_MARCH, LAST_OF_JANUARY)
    with pytest.raises(ConfigurationError, match="must not be after"):
        request.check()
