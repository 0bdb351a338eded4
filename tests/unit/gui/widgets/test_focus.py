"""A button that goes leaves its keys to no other button."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from terminal_app.gui.widgets.focus import leave, set_enabled


@pytest.fixture
def buttons(qtbot: QtBot) -> Iterator[list[QPushButton]]:
    """Show three buttons one after the other; the second has the focus."""
    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    made = [QPushButton(text) for text in ("one", "two", "three")]
    for button in made:
        column.addWidget(button)
    holder.show()
    holder.activateWindow()
    made[1].setFocus()
    qtbot.waitUntil(made[1].hasFocus)
    yield made
    holder.close()


def test_the_next_key_presses_nothing(buttons: list[QPushButton]) -> None:
    presses = [QSignalSpy(button.clicked) for button in buttons]
    QTest.keyClick(buttons[1], Qt.Key.Key_Space)
    set_enabled(buttons[1], False)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert not isinstance(focused, QPushButton)
    QTest.keyClick(focused, Qt.Key.Key_Space)
    assert [spy.count() for spy in presses] == [0, 1, 0]


def test_who_has_no_focus_takes_none(buttons: list[QPushButton]) -> None:
    set_enabled(buttons[0], False)
    leave(buttons[2])
    assert buttons[1].hasFocus()
