"""Check the choice of interval."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from terminal_app.domain.market import Interval
from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK


@pytest.fixture
def panel(qtbot: QtBot) -> ChartPanel:
    """Make a chart of five minutes."""
    made = ChartPanel(DARK, FrameClock())
    qtbot.addWidget(made)
    made.set_interval("5m")
    return made


def chosen(panel: ChartPanel) -> list[str]:
    """Return which buttons look chosen."""
    return [button.text() for button in panel.findChildren(QPushButton) if button.isChecked()]


def test_a_button_asks_and_only_the_answer_changes_it(panel: ChartPanel, qtbot: QtBot) -> None:
    spy = QSignalSpy(panel.interval_chosen)
    hour = next(button for button in panel.findChildren(QPushButton) if button.text() == "1h")
    QTest.mouseClick(hour, Qt.MouseButton.LeftButton)
    assert spy.at(0) == ["1h"]
    assert chosen(panel) == ["5m"]
    panel.set_interval("1h")
    assert chosen(panel) == ["1h"]


def actions(panel: ChartPanel) -> dict[str, QAction]:
    """Open the menu of intervals and return what it offers."""
    panel.bar.more.fill()
    return {action.text(): action for action in panel.bar.more.menu().actions() if action.text()}


def test_the_menu_has_all_intervals_that_the_venue_has(panel: ChartPanel) -> None:
    spy = QSignalSpy(panel.interval_chosen)
    assert {"1s", "3m", "30m", "2h", "1w", "1M"} <= set(actions(panel))
    actions(panel)["1w"].trigger()
    assert spy.at(0) == ["1w"]
    panel.set_interval("1w")
    assert chosen(panel) == []
    assert panel.bar.more.text() == "1w ▾"
    panel.set_offered([interval for interval in Interval if interval is not Interval.S1])
    assert "1s" not in actions(panel)


@pytest.mark.qt_log_ignore("does not support (raise|grabbing)")
def test_a_typed_length_is_checked_offered_and_kept(panel: ChartPanel, qtbot: QtBot) -> None:
    spy, field = QSignalSpy(panel.interval_chosen), panel.bar.more.field
    kept: list[str] = []
    panel.bar.more.custom = kept
    panel.set_offered([interval for interval in Interval if interval is not Interval.S1])
    panel.show()
    field.open_beneath(panel.bar)
    QTest.keyClicks(field.edit, "30s")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert (field.isVisible(), spy.count()) == (True, 0)
    assert "type 1m or longer" in field.words.text()
    for typed in ("45m", "60m", "45m"):
        field.edit.setText(typed)
        QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert not field.isVisible()
    assert [spy.at(number) for number in range(3)] == [["45m"], ["1h"], ["45m"]]
    assert kept == ["45m"]
    assert "45m" in actions(panel)
    panel.hide()


def test_tools_that_find_no_room_are_in_a_menu(panel: ChartPanel, qtbot: QtBot) -> None:
    def fit(width: int) -> tuple[bool, bool, bool]:
        panel.resize(width, 300)
        qtbot.wait(1)
        quick = next(each for each in panel.findChildren(QPushButton) if each.text() == "1m")
        return quick.isVisible(), panel.arm_button.isVisible(), panel.export_button.isVisible()

    panel.show()
    assert fit(1500) == (True, True, True)
    assert fit(760) == (True, True, False)
    rest = next(each for each in panel.findChildren(QToolButton) if each.text() == "⋯")
    assert rest.isVisible()
    rest.menu().aboutToShow.emit()
    words = [action.text() for action in rest.menu().actions()]
    assert words[-1] == "Export"
    assert "Style: Candles" in words
    assert fit(260) == (False, False, False)
    assert panel.bar.more.text() == "5m ▾"
    assert fit(1500) == (True, True, True)
    assert panel.bar.more.text() == "More ▾"
    panel.hide()
