"""Check the choice of interval."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

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


def test_the_menu_has_all_other_intervals(panel: ChartPanel) -> None:
    spy = QSignalSpy(panel.interval_chosen)
    actions = {action.text(): action for action in panel.findChildren(QAction) if action.text()}
    assert {"1s", "3m", "30m", "2h", "1w", "1M"} <= set(actions)
    actions["1w"].trigger()
    assert spy.at(0) == ["1w"]
    panel.set_interval("1w")
    assert chosen(panel) == []
    more = panel.findChild(QToolButton)
    assert more is not None
    assert more.text() == "1w ▾"
