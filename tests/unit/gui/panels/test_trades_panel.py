"""Look at the tape."""

from decimal import Decimal

import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QColor, QEnterEvent
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.panels.tape_rows import KEPT_ROWS
from terminal_app.gui.panels.trades_panel import TradesPanel
from terminal_app.gui.theme import DARK, LIGHT
from terminal_app.gui.widgets.view_state import ViewState
from tests.helpers.market_values import instrument, trade


@pytest.fixture
def panel(qtbot: QtBot) -> TradesPanel:
    """Make an empty tape."""
    made = TradesPanel(DARK, FrameClock())
    qtbot.addWidget(made)
    made.resize(280, 300)
    made.set_instrument(instrument())
    return made


def colours_of_row(panel: TradesPanel, number: int) -> set[str]:
    """Return the colours of a painted row."""
    image = panel.grab().toImage()
    top = 26 + number * 20
    return {
        QColor(image.pixel(x, y)).name() for y in range(top, top + 20) for x in range(image.width())
    }


def test_the_newest_trade_is_on_top_in_the_colour_of_who_took(panel: TradesPanel) -> None:
    panel.add_trades([trade(1, is_buy=True), trade(2, is_buy=False)])
    assert [each.trade_id for each in panel.trades] == [2, 1]
    assert DARK.sell in colours_of_row(panel, 0)
    assert DARK.buy not in colours_of_row(panel, 0)
    assert DARK.buy in colours_of_row(panel, 1)
    assert colours_of_row(panel, 2) == {DARK.panel}


def test_the_first_trade_ends_the_loading_state(panel: TradesPanel) -> None:
    before = panel.state
    panel.add_trades([trade(1)])
    assert (before, panel.state) == (ViewState.LOADING, ViewState.NORMAL)


def test_only_the_newest_are_kept(panel: TradesPanel) -> None:
    panel.add_trades(trade(number) for number in range(KEPT_ROWS + 50))
    assert len(panel.trades) == KEPT_ROWS
    assert panel.trades[0].trade_id == KEPT_ROWS + 49


def test_small_trades_can_be_left_out(panel: TradesPanel) -> None:
    panel.add_trades([trade(1, size="5"), trade(2, size="0.002")])
    panel.set_least_size(Decimal("0.01"))
    panel.add_trades([trade(3, size="0.009"), trade(4, size="0.01")])
    assert [each.trade_id for each in panel.trades] == [4, 1]
    button = panel.findChild(QToolButton)
    assert button is not None
    assert button.text() == "≥ 0.01 ▾"
    button.menu().actions()[0].trigger()
    assert [each.trade_id for each in panel.trades] == [4, 3, 2, 1]


def test_a_filter_that_nothing_passes_says_so(panel: TradesPanel) -> None:
    panel.add_trades([trade(1)])
    panel.set_least_size(Decimal(100))
    assert panel.trades == []
    image = panel.grab().toImage()
    row = {QColor(image.pixel(x, 163)).name() for x in range(image.width())}
    assert row != {DARK.panel}


def test_every_state_looks_different_and_says_why(panel: TradesPanel) -> None:
    panel.add_trades([trade(number, is_buy=number % 2 == 0) for number in range(30)])
    seen = set()
    for state in ViewState:
        panel.set_state(state, "no data for 12 s")
        assert panel.accessibleDescription() == "no data for 12 s"
        image = panel.grab().toImage()
        seen.add(bytes(image.constBits()))
    # What is empty and what is closed differ in their sentences only.
    assert len(seen) == len(ViewState) - 1


def test_a_new_instrument_starts_a_new_tape(panel: TradesPanel) -> None:
    panel.add_trades([trade(1)])
    panel.set_instrument(instrument(step="1"))
    assert panel.trades == []
    assert panel.state is ViewState.LOADING


def test_under_the_pointer_the_tape_stands_still_and_goes_on_without_it(panel: TradesPanel) -> None:
    panel.add_trades([trade(1)])
    middle = QPointF(50, 100)
    QApplication.sendEvent(panel, QEnterEvent(middle, middle, middle))
    panel.add_trades([trade(2), trade(3)])
    assert [each.trade_id for each in panel.trades] == [1]
    QApplication.sendEvent(panel, QEvent(QEvent.Type.Leave))
    assert [each.trade_id for each in panel.trades] == [3, 2, 1]


def test_the_prints_of_one_taker_are_one_row_that_can_be_taken_apart(panel: TradesPanel) -> None:
    first, second = trade(1, price="100.0"), trade(2, price="100.3")
    panel.add_trades([first, second._replace(time_ms=first.time_ms)])
    (row,) = panel.trades
    assert (row.prints, row.quantity) == (2, Decimal(2))
    panel.merge.trigger()
    assert [each.prints for each in panel.trades] == [1, 1]


def test_a_big_print_is_marked(panel: TradesPanel) -> None:
    panel.add_trades(trade(number) for number in range(30))
    panel.add_trades([trade(40, size="11")])
    assert DARK.buy_soft in colours_of_row(panel, 0)
    assert DARK.buy_soft not in colours_of_row(panel, 1)


def test_rows_that_were_pushed_down_look_as_if_painted_anew(panel: TradesPanel) -> None:
    sizes = ("0.5", "2", "0.004", "7", "31", "0.2", "1.25")
    for number in range(90):
        # Now and then several come at once, the newest grows, and what is big changes.
        size = sizes[number % len(sizes)]
        panel.add_trades(
            trade(2 * number + each, is_buy=number % 3 == 0, size=size)
            for each in range(1 + number % 2)
        )
        seen = panel.grab().toImage()
        panel.set_theme(LIGHT)
        panel.grab()
        panel.set_theme(DARK)
        assert seen == panel.grab().toImage(), number
