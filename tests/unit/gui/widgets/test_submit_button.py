"""Check that a held key presses the loudest button once, also where Qt does not see it repeat."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal_app.gui.theme import DARK
from terminal_app.gui.widgets.submit_button import SubmitButton

PRESS, RELEASE = QEvent.Type.KeyPress, QEvent.Type.KeyRelease


def tell(button: SubmitButton, kind: QEvent.Type, at_ms: int, *, repeats: bool = False) -> None:
    """Tell the button of its space bar."""
    plain = Qt.KeyboardModifier.NoModifier
    event = QKeyEvent(kind, Qt.Key.Key_Space, plain, " ", repeats)
    event.setTimestamp(at_ms)
    QApplication.sendEvent(button, event)


def test_a_held_space_bar_presses_once(qtbot: QtBot) -> None:
    button = SubmitButton(DARK)
    qtbot.addWidget(button)
    clicks = QSignalSpy(button.clicked)
    tell(button, PRESS, 1000)
    for moment in range(1660, 2000, 40):
        tell(button, RELEASE, moment)
        tell(button, PRESS, moment)
    for moment in range(2000, 2200, 40):
        tell(button, RELEASE, moment, repeats=True)
        tell(button, PRESS, moment, repeats=True)
    tell(button, RELEASE, 2300)
    assert clicks.count() == 1
    tell(button, PRESS, 2700)
    tell(button, RELEASE, 2800)
    assert clicks.count() == 2
