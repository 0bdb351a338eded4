"""Check the choice of interval."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget
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
    quick = next(each for each in panel.findChildren(QPushButton) if each.text() == "1m")

    def narrow_until(widget: QWidget) -> None:
        while widget.isVisible():
            panel.resize(panel.width() - 20, 300)
            QApplication.sendPostedEvents()

    panel.show()
    panel.resize(1600, 300)
    qtbot.waitUntil(lambda: panel.export_button.isVisible() and quick.isVisible())
    assert panel.bar.more.text() == "More ▾"
    narrow_until(panel.style_button)
    assert quick.isVisible()
    assert panel.arm_button.isVisible()
    assert not panel.export_button.isVisible()
    rest = next(each for each in panel.findChildren(QToolButton) if each.text() == "⋯")
    assert rest.isVisible()
    rest.menu().aboutToShow.emit()
    words = [action.text() for action in rest.menu().actions()]
    assert words == ["Style: Candles", "Scale: Linear", "Time: Local time", "Export"]
    narrow_until(quick)
    assert panel.bar.more.text() == "5m ▾"
    panel.resize(1600, 300)
    qtbot.waitUntil(lambda: panel.export_button.isVisible() and quick.isVisible())
    assert panel.bar.more.text() == "More ▾"
    panel.hide()
