"""Any zone there is can be typed; the chart names its times by it and keeps it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from pytestqt.qtbot import QtBot

from terminal_app.gui.chart.look import ChartStyle, ScaleMode
from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.chart.zone_button import named_zone
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Zurich", "Europe/Zurich"),
        ("new york", "America/New_York"),
        ("Pacific/Chatham", "Pacific/Chatham"),
        ("utc", "UTC"),
        (" america/argentina/ushuaia ", "America/Argentina/Ushuaia"),
    ],
)
def test_a_zone_is_found_by_its_name_or_its_city(typed: str, name: str) -> None:
    assert named_zone(typed) == name


def test_a_name_that_no_zone_has_says_which_is_meant() -> None:
    with pytest.raises(ValueError, match="did you mean Europe/Zurich"):
        named_zone("Zürich")
    with pytest.raises(ValueError, match="No zone is called “Atlantis City”"):
        named_zone("Atlantis City")


@pytest.mark.qt_log_ignore("does not support (raise|grabbing)")
def test_a_typed_zone_is_shown_told_and_offered_again(qtbot: QtBot) -> None:
    panel = ChartPanel(DARK, FrameClock())
    qtbot.addWidget(panel)
    panel.show()
    told, button = QSignalSpy(panel.look_chosen), panel.zone_button
    button.field.open_beneath(panel.bar)
    QTest.keyClicks(button.field.edit, "Kathmandu")
    QTest.keyClick(button.field.edit, Qt.Key.Key_Return)
    assert told.at(0)[2] == "Asia/Kathmandu"
    assert str(panel.view.frames.zone) == "Asia/Kathmandu"
    assert button.text() == "Kathmandu ▾"
    button.fill()
    checked = [action.text() for action in button.menu().actions() if action.isChecked()]
    assert checked == ["Kathmandu"]
    panel.set_look(ChartStyle.CANDLES, ScaleMode.LINEAR, "Mars/Olympus")
    assert panel.view.frames.zone is None
    panel.hide()
