"""Check the figures of the bar on top: words, signs, colours, and grey when they are old."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import MarkPrice, Ticker
from terminal_app.gui.format import MINUS, THIN_SPACE, UNKNOWN
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.panels.symbol_bar import Figure, SymbolBar
from terminal_app.services.connection import MARKET
from terminal_app.services.desk import Desk
from terminal_app.services.session import Session
from terminal_app.venues.base import ConnectionChanged, ConnectionState
from terminal_app.venues.binance.environments import SPOT_TESTNET
from tests.helpers.market_values import trade
from tests.helpers.quiet_desk import quiet_desk, seat

D = Decimal
HOUR_MS = 3_600_000
TICKER = Ticker(D("61500.0"), D(60000), D(62000), D("59000.5"), D(18204), D(1_120_000_000), 1)


@pytest.fixture
def desk() -> Desk:
    """Make a desk that looks at futures."""
    return quiet_desk()


@pytest.fixture
def session(desk: Desk) -> Session:
    """Make its session, live."""
    made = seat(desk)
    made.connection.apply(ConnectionChanged(MARKET, ConnectionState.LIVE))
    return made


@pytest.fixture
def bar(desk: Desk, qtbot: QtBot) -> Iterator[SymbolBar]:
    """Show the bar of the desk."""
    made = SymbolBar(desk, FrameClock())
    qtbot.addWidget(made)
    made.resize(1600, 56)
    made.show()
    yield made
    made.close()


def shown(figure: Figure) -> tuple[str, str]:
    """Return the words and the role of a figure."""
    text = figure.value.text().replace(THIN_SPACE, " ")
    return text, str(figure.value.property("role"))


def mark_price(left_ms: int, rate: str = "0.0001") -> MarkPrice:
    """Return a mark price whose funding is due in a while."""
    now_ms = time.time_ns() // 1_000_000
    return MarkPrice(D("61501.26"), D("61499.94"), D(rate), now_ms + left_ms, now_ms)


@pytest.mark.usefixtures("session")
def test_what_is_not_known_yet_is_a_dash(bar: SymbolBar) -> None:
    bar.flush()
    assert bar.symbol.text() == "BTCUSDT  ▾"
    assert bar.last.text() == UNKNOWN
    for figure in (bar.mark, bar.index, bar.change, bar.range, bar.volume, bar.funding):
        assert shown(figure)[0] == UNKNOWN


@pytest.mark.parametrize(
    ("last", "text", "role"),
    [
        ("61500.0", "+1 500.0  +2.50 %", "buy"),
        ("58500.0", f"{MINUS}1 500.0  {MINUS}2.50 %", "sell"),
        ("60000.0", "0.0  0.00 %", "figure"),
    ],
)
def test_the_change_of_a_day_has_a_sign_and_a_colour(
    bar: SymbolBar, session: Session, last: str, text: str, role: str
) -> None:
    session.market_data.ticker = replace(TICKER, last_price=D(last))
    bar.flush()
    assert shown(bar.change) == (text, role)


def test_the_other_figures_of_a_day(bar: SymbolBar, session: Session) -> None:
    session.market_data.ticker = TICKER
    bar.flush()
    assert shown(bar.range) == ("62 000.0 / 59 000.5", "figure")
    assert shown(bar.volume) == ("18 204 BTC · 1.12 B USDT", "figure")
    assert bar.last.text().replace(THIN_SPACE, " ") == "61 500.0"
    # What a person can do stands before what stands elsewhere too.
    tool = QPushButton("Panic")
    bar.add_tool(tool)
    tool.show()
    # As in the window, which may be narrower than its parts would like.
    bar.setMinimumWidth(1)
    for width, is_shown in ((4000, [True, True]), (700, [False, False]), (4000, [True, True])):
        bar.resize(width, 56)
        bar.flush()
        assert [bar.range.isVisible(), bar.volume.isVisible()] == is_shown
        assert [tool.isVisible(), bar.change.isVisible()] == [True, True]


def test_the_last_price_goes_before_the_tickers_and_shows_who_took(
    bar: SymbolBar, session: Session
) -> None:
    session.market_data.ticker = TICKER
    for is_buy, direction in ((True, "up"), (False, "down")):
        session.market_data.trades.append(trade(1, "61512.3", is_buy=is_buy))
        bar.flush()
        assert bar.last.text().replace(THIN_SPACE, " ") == "61 512.3"
        assert bar.last.property("direction") == direction


@pytest.mark.parametrize(
    ("left_ms", "captions"),
    [
        # A test takes less than a second: the second begun is still shown, or just gone.
        (2 * HOUR_MS, ("Funding in 02:00:00", "Funding in 01:59:59")),
        (90_000, ("Funding in 01:30", "Funding in 01:29")),
        (-HOUR_MS, ("Funding in 00:00",)),
    ],
)
def test_the_way_to_the_next_funding(
    bar: SymbolBar, session: Session, left_ms: int, captions: tuple[str, ...]
) -> None:
    session.market_data.mark = mark_price(left_ms)
    bar.flush()
    assert bar.funding.caption.text() in captions
    assert shown(bar.mark) == ("61 501.3", "figure")
    assert shown(bar.index) == ("61 499.9", "figure")


@pytest.mark.parametrize(
    ("rate", "text", "role"),
    [
        ("0.0001", "+0.0100 %", "figure"),
        ("0", "0.0000 %", "figure"),
        ("-0.000125", f"{MINUS}0.0125 %", "buy"),
    ],
)
def test_funding_that_a_long_receives_is_green(
    bar: SymbolBar, session: Session, rate: str, text: str, role: str
) -> None:
    session.market_data.mark = mark_price(HOUR_MS, rate)
    bar.flush()
    assert shown(bar.funding) == (text, role)


def test_the_countdown_runs_while_nothing_comes_in(
    bar: SymbolBar, session: Session, qtbot: QtBot
) -> None:
    session.market_data.mark = mark_price(60_000)
    seen = []

    def has_run() -> bool:
        seen.append(bar.funding.caption.text())
        return len(set(seen)) >= 3

    qtbot.waitUntil(has_run, timeout=15_000)
    # "Funding" first, while nothing was shown yet; then fewer and fewer seconds.
    figures = list(dict.fromkeys(seen))
    assert figures[0] == "Funding"
    assert figures[1:] == sorted(figures[1:], reverse=True)
    assert all(text.startswith("Funding in 00:") for text in figures[2:])


def test_old_figures_lose_their_colours(bar: SymbolBar, session: Session) -> None:
    session.market_data.ticker = TICKER
    session.market_data.mark = mark_price(HOUR_MS, "-0.0001")
    session.market_data.trades.append(trade(1))
    bar.flush()
    fresh = [shown(figure)[1] for figure in (bar.change, bar.range, bar.volume, bar.mark)]
    assert fresh == ["buy", "figure", "figure", "figure"]
    session.connection.apply(ConnectionChanged(MARKET, ConnectionState.STALE))
    bar.flush()
    old = (bar.change, bar.range, bar.volume, bar.mark, bar.index, bar.funding)
    assert {shown(figure)[1] for figure in old} == {"muted"}
    assert bar.last.property("direction") == "stale"
    assert (bar.age.isVisibleTo(bar), bar.age.text()) == (True, "0 s old")


def test_spot_has_neither_mark_nor_funding(qtbot: QtBot) -> None:
    desk = quiet_desk(Market.SPOT)
    seat(desk)
    bar = SymbolBar(desk, FrameClock())
    qtbot.addWidget(bar, before_close_func=lambda _: bar.hide())
    bar.resize(1600, 56)
    bar.show()
    bar.flush()
    assert not any(figure.isVisible() for figure in (bar.mark, bar.index, bar.funding))
    assert bar.change.isVisible()


def test_only_the_markets_of_the_environment_are_offered(bar: SymbolBar, desk: Desk) -> None:
    def offered() -> dict[str, tuple[bool, bool]]:
        buttons = bar.markets.values()
        return {each.text(): (each.isVisible(), each.isChecked()) for each in buttons}

    bar.flush()
    assert offered() == {"Spot": (True, False), "Perpetual": (True, True)}
    desk.environment, desk.market = SPOT_TESTNET, Market.SPOT
    bar.flush()
    assert offered() == {"Spot": (True, True), "Perpetual": (False, False)}


def test_a_figure_grows_and_never_shrinks(qtbot: QtBot) -> None:
    figure = Figure("Mark")
    qtbot.addWidget(figure)
    figure.show_text("123 456.78")
    wide = figure.minimumWidth()
    figure.show_text("1")
    assert figure.minimumWidth() == wide > 0


def test_the_symbols_other_names_are_at_hand(bar: SymbolBar, session: Session) -> None:
    bar.flush()
    names = bar.symbol.toolTip().splitlines()[0]
    assert names == "BTC/USDT · binance:BTCUSDT · BTCUSDT.BINANCE"
