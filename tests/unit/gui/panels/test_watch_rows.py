"""A watchlist shows what there is room for, in the order a person wants."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.market import BestPrices, MarkPrice, Ticker
from terminal_app.gui.panels.watch_rows import (
    WatchColumn,
    WatchFilter,
    WatchOrder,
    columns_of,
    ordered_symbols,
    watch_row,
)
from terminal_app.services.overview import OverviewService
from tests.helpers.market_values import instrument
from tests.helpers.quiet_desk import quiet_desk, seat

D = Decimal
NAMES = ("BTCUSDT", "ETHUSDT", "BNBUSDT", "ETHBTC")
INSTRUMENTS = [replace(instrument(), symbol=name) for name in NAMES]


def ticker(last: str, first: str, quote: str) -> Ticker:
    """Return the day of a symbol."""
    return Ticker(D(last), D(first), D(last), D(first), D(1), D(quote), 1)


@pytest.fixture
def overview() -> OverviewService:
    """Return what an overview holds at a moment; nothing of it is asked for here."""
    made = seat(quiet_desk()).overview
    made.tickers = {
        "BTCUSDT": ticker("110", "100", "5000000"),
        "ETHUSDT": ticker("95", "100", "9000000"),
        "BNBUSDT": ticker("100", "100", "1"),
    }
    made.best = {"BTCUSDT": BestPrices(D("109.9"), D(1), D("110.1"), D(1), 1)}
    made.marks = {"BTCUSDT": MarkPrice(D(110), D(110), D("0.0001"), 0, 0)}
    return made


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (WatchOrder(), ["ETHUSDT", "BTCUSDT", "BNBUSDT", "ETHBTC"]),
        (WatchOrder(is_rising=True), ["BNBUSDT", "BTCUSDT", "ETHUSDT", "ETHBTC"]),
        (WatchOrder(column=WatchColumn.CHANGE), ["BTCUSDT", "BNBUSDT", "ETHUSDT", "ETHBTC"]),
        (WatchOrder(column=WatchColumn.SYMBOL, is_rising=True), sorted(NAMES)),
        (WatchOrder(column=WatchColumn.SPREAD), ["BTCUSDT", "BNBUSDT", "ETHBTC", "ETHUSDT"]),
        (WatchOrder(search="eth/"), ["ETHUSDT", "ETHBTC"]),
        (WatchOrder(shown=WatchFilter.FAVOURITES), ["BNBUSDT"]),
        (WatchOrder(shown=WatchFilter.RISING), ["BTCUSDT"]),
        (WatchOrder(shown=WatchFilter.FALLING), ["ETHUSDT"]),
    ],
)
def test_rows_stand_as_they_are_wanted(
    overview: OverviewService, wanted: WatchOrder, names: list[str]
) -> None:
    favourites = frozenset({"BNBUSDT"})
    assert ordered_symbols(INSTRUMENTS, overview, favourites, wanted) == names


def test_figures_come_as_far_as_they_fit() -> None:
    assert columns_of(False, 100)[1:] == (WatchColumn.LAST, WatchColumn.CHANGE)
    assert len(columns_of(True, 132 + 5 * 72)) == 6
    assert WatchColumn.FUNDING not in columns_of(False, 2000)


def test_a_row_says_what_is_known_and_a_dash_for_the_rest(overview: OverviewService) -> None:
    row = watch_row(INSTRUMENTS[0], overview, True)
    assert row.direction == 1
    assert row.texts[WatchColumn.CHANGE].startswith("+10.00")
    assert row.texts[WatchColumn.SPREAD].startswith("0.182")
    assert row.texts[WatchColumn.FUNDING].startswith("+0.0100")
    unknown = watch_row(INSTRUMENTS[3], overview, False)
    assert {unknown.texts[column] for column in list(WatchColumn)[1:]} == {"—"}
    assert unknown.direction == 0


def test_an_order_that_was_kept_comes_back_and_one_that_is_none_is_the_usual_one() -> None:
    kept = WatchOrder.kept("Rising", "24 h", is_rising=True)
    assert kept == WatchOrder("", WatchFilter.RISING, WatchColumn.CHANGE, is_rising=True)
    assert WatchOrder.kept("", "", is_rising=True) == WatchOrder()
    assert WatchOrder.kept("All", "gone", is_rising=True) == WatchOrder()
