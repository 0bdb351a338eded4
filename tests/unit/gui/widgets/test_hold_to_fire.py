"""Check that a button to be held fires once, after the time, and not before."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from terminal_app.gui.widgets.hold_to_fire import HoldToFire

LEFT = Qt.MouseButton.LeftButton
HOLD_MS = 80


def held(qtbot: QtBot, hold_ms: int = HOLD_MS) -> tuple[QPushButton, HoldToFire, QSignalSpy]:
    """Return a button that is to be held, and what counts its clicks."""
    button = QPushButton("Fire")
    qtbot.addWidget(button, before_close_func=lambda _: button.hide())
    hold = HoldToFire(button)
    hold.set_hold_ms(hold_ms)
    button.resize(120, 40)
    button.show()
    return button, hold, QSignalSpy(button.clicked)


def test_held_to_the_end_it_clicks_once(qtbot: QtBot) -> None:
    button, hold, spy = held(qtbot)
    QTest.mousePress(button, LEFT)
    assert hold.is_running
    qtbot.waitUntil(lambda: spy.count() == 1)
    assert not hold.is_running
    QTest.mouseRelease(button, LEFT)
    assert spy.count() == 1


def test_let_go_too_early_it_does_nothing(qtbot: QtBot) -> None:
    button, hold, spy = held(qtbot, 60_000)
    QTest.mouseClick(button, LEFT)
    QTest.mouseDClick(button, LEFT)
    QTest.keyClick(button, Qt.Key.Key_Space)
    QTest.keyClick(button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not hold.is_running)
    assert spy.count() == 0
    QTest.mousePress(button, LEFT)
    QTest.mouseMove(button, QPoint(500, 500))
    assert not hold.is_running


def test_a_repeated_key_does_not_begin_and_a_held_one_does(qtbot: QtBot) -> None:
    button, hold, spy = held(qtbot)
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        repeated = QKeyEvent(kind, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ", True)
        QApplication.sendEvent(button, repeated)
    assert not hold.is_running
    QTest.keyPress(button, Qt.Key.Key_Space)
    assert hold.is_running
    qtbot.waitUntil(lambda: spy.count() == 1)


def test_a_button_that_closes_meanwhile_does_not_fire(qtbot: QtBot) -> None:
    button, hold, spy = held(qtbot, 60_000)
    QTest.mousePress(button, LEFT)
    button.setEnabled(False)
    assert (hold.is_running, spy.count()) == (False, 0)
    hold.begin()
    assert not hold.is_running


def test_with_ctrl_it_is_a_plain_button(qtbot: QtBot) -> None:
    button, hold, spy = held(qtbot, 60_000)
    QTest.mouseClick(button, LEFT, Qt.KeyboardModifier.ControlModifier)
    assert (hold.is_running, spy.count()) == (False, 1)


def test_without_a_time_it_is_a_plain_button(qtbot: QtBot) -> None:
    button, hold, spy = held(qtbot, 0)
    QTest.mouseClick(button, LEFT)
    assert (spy.count(), hold.is_on) == (1, False)
