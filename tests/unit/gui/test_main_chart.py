"""Check that chart, book and tape show what the services of the symbol know, and how old it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from terminal_app.domain.order import OrderStatus
from terminal_app.gui.book_link import BookLink
from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.focus import DeskFocus
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.main_chart import MainChart
from terminal_app.gui.panels.book_panel import BookPanel
from terminal_app.gui.panels.trades_panel import TradesPanel
from terminal_app.gui.tape_link import TapeLink
from terminal_app.gui.theme import DARK
from terminal_app.gui.widgets.menu_button import MenuButton
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.candles import CandlesState
from terminal_app.services.connection import MARKET
from terminal_app.services.desk import ENVIRONMENT, Desk
from terminal_app.services.session import Session
from terminal_app.venues.base import ConnectionChanged, ConnectionState
from tests.helpers.account_values import LIMIT
from tests.helpers.market_values import candles, trade
from tests.helpers.quiet_desk import quiet_desk, seat

D = Decimal
# More than fit, or the chart would ask the exchange for older ones.
BARS = 900


@dataclass
class Room:
    """Hold the views of a desk in one window."""

    desk: Desk
    chart: ChartPanel
    book: BookPanel
    tape: TradesPanel
    views: MainChart

    @property
    def states(self) -> list[ViewState]:
        """Return what chart, book and tape are in."""
        return [self.chart.view.state, self.book.state, self.tape.state]


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    """Show the views of a desk that has no session yet."""
    window, clock, desk = QWidget(), FrameClock(), quiet_desk()
    qtbot.addWidget(window)
    chart, book, tape = ChartPanel(DARK, clock), BookPanel(DARK, clock), TradesPanel(DARK, clock)
    layout = QHBoxLayout(window)
    for part in (chart, book, tape):
        layout.addWidget(part)
    views, focus = MainChart(desk, clock, chart), DeskFocus(desk)
    BookLink(focus, clock, book)
    TapeLink(focus, clock, tape)
    window.resize(1400, 600)
    window.show()
    yield Room(desk, chart, book, tape, views)
    window.close()


@pytest.fixture
def session(room: Room) -> Session:
    """Give the desk a live session with candles, a book and trades."""
    made = seat(room.desk)
    made.candles.candles = candles(BARS)
    made.candles.state = CandlesState.READY
    data = made.market_data
    data.book.load([("61000", "1")], [("61000.1", "2")], update_id=1)
    add_trades(made, 1, 2, 3)
    made.connection.apply(ConnectionChanged(MARKET, ConnectionState.LIVE))
    room.desk.observers.notify(ENVIRONMENT)
    data.observers.notify("book")
    return made


def add_trades(session: Session, *numbers: int) -> None:
    """Let trades come in."""
    for number in numbers:
        session.market_data.trades.append(trade(number, "61000.1"))
        session.market_data.trade_count += 1
    session.market_data.observers.notify("trades")


@pytest.fixture
def normal(room: Room, session: Session, qtbot: QtBot) -> Session:
    """Wait until every view shows its data."""
    qtbot.waitUntil(lambda: room.states == [ViewState.NORMAL] * 3, timeout=15_000)
    return session


def test_without_a_session_the_views_load_or_say_what_is_wrong(room: Room, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: room.states == [ViewState.LOADING] * 3)
    room.desk.problem = "The port is taken."
    room.desk.observers.notify(ENVIRONMENT)
    expected = [ViewState.ERROR, ViewState.EMPTY, ViewState.EMPTY]
    qtbot.waitUntil(lambda: room.states == expected)
    assert room.chart.view.state_text == "The port is taken."
    assert room.book.state_text == room.tape.state_text == "No market data"
    wanted = QSignalSpy(room.views.retry_wanted)
    room.chart.view.action_requested.emit()
    assert wanted.count() == 1
    assert room.chart.view.state is ViewState.LOADING


@pytest.mark.usefixtures("normal")
def test_what_the_services_know_is_shown(room: Room) -> None:
    assert len(room.chart.view.series) == BARS
    assert [each.trade_id for each in room.tape.trades] == [3, 2, 1]
    asks, bids = room.book.rows
    assert (asks[0].price, bids[0].price) == (D("61000.1"), D(61000))


def test_each_trade_is_shown_once(room: Room, normal: Session, qtbot: QtBot) -> None:
    add_trades(normal, 4, 5)
    qtbot.waitUntil(lambda: [each.trade_id for each in room.tape.trades] == [5, 4, 3, 2, 1])


def test_every_candle_since_the_last_frame_is_taken_over(
    room: Room, normal: Session, qtbot: QtBot
) -> None:
    normal.candles.candles = candles(BARS + 3)
    normal.candles.observers.notify("updated")
    qtbot.waitUntil(lambda: len(room.chart.view.series) == BARS + 3)
    times = room.chart.view.series.open_time_ms.tolist()
    assert times == [each.open_time_ms for each in candles(BARS + 3)]


def test_candles_that_cannot_be_had_are_an_error_of_the_chart_alone(
    room: Room, normal: Session, qtbot: QtBot
) -> None:
    normal.candles.state, normal.candles.problem = CandlesState.FAILED, "No answer in 10 s."
    normal.candles.observers.notify("loaded")
    qtbot.waitUntil(lambda: room.chart.view.state is ViewState.ERROR)
    assert room.chart.view.state_text == "No answer in 10 s."
    assert room.states[1:] == [ViewState.NORMAL] * 2


def test_old_data_is_stale_with_an_age_that_grows_and_then_live_again(
    room: Room, normal: Session, qtbot: QtBot
) -> None:
    def ages() -> list[int]:
        texts = [view.state_text for view in (room.chart.view, room.book, room.tape)]
        found = [re.fullmatch(r"no data for (\d+) s, reconnecting", text) for text in texts]
        return [int(each[1]) if each else -1 for each in found]

    normal.connection.apply(ConnectionChanged(MARKET, ConnectionState.STALE, "silent"))
    qtbot.waitUntil(lambda: room.states == [ViewState.STALE] * 3)
    first = ages()
    assert min(first) >= 0
    qtbot.waitUntil(lambda: min(ages()) > max(first))
    normal.connection.apply(ConnectionChanged(MARKET, ConnectionState.LIVE))
    qtbot.waitUntil(lambda: room.states == [ViewState.NORMAL] * 3)


def test_a_book_with_a_gap_is_stale_alone(room: Room, normal: Session, qtbot: QtBot) -> None:
    normal.market_data.book_problem = "a gap after 17"
    normal.market_data.observers.notify("book")
    qtbot.waitUntil(lambda: room.book.state is ViewState.STALE)
    assert room.book.state_text == "the book is being fetched again"
    assert [room.states[0], room.states[2]] == [ViewState.NORMAL] * 2
    normal.market_data.book_problem = ""
    normal.market_data.observers.notify("book")
    qtbot.waitUntil(lambda: room.book.state is ViewState.NORMAL)


def test_own_orders_come_into_the_book_and_leave_it(
    room: Room, normal: Session, qtbot: QtBot
) -> None:
    normal.orders.store.add(LIMIT)
    qtbot.waitUntil(lambda: room.book.rows[1][0].own_quantity == D("1.5"))
    normal.orders.store.settle("t-run-1", OrderStatus.CANCELED, "by hand")
    qtbot.waitUntil(lambda: room.book.rows[1][0].own_quantity == 0)


def test_the_choices_of_a_symbol_are_kept_and_come_back(
    room: Room, normal: Session, qtbot: QtBot
) -> None:
    QTest.keyClick(room.book, Qt.Key.Key_Plus)
    sizes = room.tape.findChild(MenuButton)
    assert sizes is not None
    sizes.menu().actions()[2].trigger()
    room.tape.merge.trigger()
    step, kept = room.book.steps[1], room.desk.preferences
    assert kept.book_steps == {"usdm:BTCUSDT": format(step, "f")}
    assert kept.tape_sizes == {"usdm:BTCUSDT": "0.100"}
    assert not kept.tape_merges
    room.book.set_step(None)
    seat(room.desk)
    room.desk.observers.notify(ENVIRONMENT)
    assert room.book.step == step
    assert sizes.text() == "≥ 0.1 ▾"
    kept.book_steps["usdm:BTCUSDT"] = "0.123"
    kept.tape_sizes["usdm:BTCUSDT"] = "words"
    seat(room.desk)
    room.desk.observers.notify(ENVIRONMENT)
    assert room.book.step == room.book.steps[0]
    assert sizes.text() == "All sizes ▾"


def test_another_environment_shows_nothing_of_the_last_one(
    room: Room, normal: Session, qtbot: QtBot
) -> None:
    room.desk.sessions.clear()
    room.desk.observers.notify(ENVIRONMENT)
    qtbot.waitUntil(lambda: room.states == [ViewState.LOADING] * 3)
    add_trades(normal, 6)
    other = seat(room.desk)
    room.desk.observers.notify(ENVIRONMENT)
    add_trades(other, 9)
    qtbot.waitUntil(lambda: [each.trade_id for each in room.tape.trades] == [9])
