"""Check when trading keys work: armed, once, never while something is typed or asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCursor, QKeyEvent
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from terminal_app.gui.hotkeys.arming import Arming
from terminal_app.gui.hotkeys.key_map import Binding, KeyAction, KeyMap, KeyScope
from terminal_app.gui.hotkeys.listener import KeyListener
from terminal_app.gui.widgets.hold_to_fire import HoldToFire

pytestmark = pytest.mark.qt_log_ignore("does not support (raise|grabbing the keyboard)")
Q, R, F8, ESC = Qt.Key.Key_Q, Qt.Key.Key_R, Qt.Key.Key_F8, Qt.Key.Key_Escape
PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


class Heard:
    """Take down what keys asked for."""

    def __init__(self) -> None:
        self.actions: list[KeyAction] = []

    def on_trading_key(self, action: KeyAction) -> None:
        """Take it down."""
        self.actions.append(action)


class Ladder(QWidget):
    """Be a panel that trading keys can be for."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.heard = Heard()

    def on_trading_key(self, action: KeyAction) -> None:
        """Take it down."""
        self.heard.on_trading_key(action)


class Desk(QWidget):
    """Be a window with a text field, a button, and keys that are listened to."""

    def __init__(self) -> None:
        super().__init__()
        self.edit, self.button, self.panic = QLineEdit(), QPushButton(), QPushButton("Panic")
        layout = QVBoxLayout(self)
        for widget in (self.edit, self.button, self.panic):
            layout.addWidget(widget)
        self.heard = Heard()
        self.keys = KeyMap({})
        self.arming = Arming(self)
        self.hold = HoldToFire(self.panic)
        self.hold.set_hold_ms(60_000)
        self.show()
        self.listener = KeyListener(self, self.keys, self.arming, lambda: self.hold, self.heard)
        self.button.setFocus()

    def key(
        self, key: int, modifiers: Qt.KeyboardModifier = PLAIN, *, repeats: bool = False,
        kind: QEvent.Type = QEvent.Type.KeyPress, scan_code: int = 0, at_ms: int = 0,
    ) -> None:  # fmt: skip
        """Have the window system tell of a key."""
        event = QKeyEvent(kind, key, modifiers, scan_code, 0, 0, "", repeats)
        event.setTimestamp(at_ms)
        QApplication.sendEvent(self.windowHandle(), event)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk()
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is made.button)
    yield made
    made.hide()


def test_unarmed_no_key_does_anything_and_armed_it_does_until_escape(desk: Desk) -> None:
    desk.key(Q)
    assert (desk.arming.is_armed, desk.heard.actions) == (False, [])
    desk.key(F8)
    desk.key(Q)
    desk.key(R)
    assert desk.heard.actions == [KeyAction.BUY_AT_BID, KeyAction.FLATTEN]
    desk.key(ESC)
    desk.key(Q)
    assert (desk.arming.is_armed, len(desk.heard.actions)) == (False, 2)


def test_a_key_that_is_held_acts_once_and_never_arms(desk: Desk) -> None:
    desk.key(F8, repeats=True)
    assert not desk.arming.is_armed
    desk.key(F8)
    desk.key(Q)
    for _ in range(30):
        desk.key(Q, repeats=True)
    assert desk.heard.actions == [KeyAction.BUY_AT_BID]
    desk.key(F8)
    assert not desk.arming.is_armed


def test_typing_in_a_field_never_trades(desk: Desk, qtbot: QtBot) -> None:
    desk.key(F8)
    desk.edit.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is desk.edit)
    desk.key(Q)
    assert desk.heard.actions == []
    desk.button.setFocus()
    desk.key(Q)
    assert len(desk.heard.actions) == 1


def test_an_open_question_takes_all_keys(desk: Desk, qtbot: QtBot) -> None:
    desk.key(F8)
    question = QDialog(desk)
    qtbot.addWidget(question)
    question.open()
    desk.key(Q)
    assert desk.heard.actions == []
    question.close()
    desk.key(Q)
    assert len(desk.heard.actions) == 1


def test_the_place_counts_and_not_the_letter(desk: Desk) -> None:
    desk.key(F8)
    desk.key(0x0419, scan_code=24)
    assert desk.heard.actions == [KeyAction.BUY_AT_BID]
    desk.key(Q, SHIFT)
    assert desk.heard.actions[1:] == [KeyAction.CANCEL_BUYS]


def test_a_key_of_the_ladder_does_nothing_where_no_ladder_is(desk: Desk) -> None:
    desk.keys.bind(KeyAction.BUY_AT_BID, Binding("KeyQ", KeyScope.LADDER))
    desk.key(F8)
    desk.key(Q)
    assert desk.heard.actions == []


@pytest.fixture
def pointer() -> Iterator[None]:
    """Put the pointer back where it was: tables of other tests mind where it is."""
    before = QCursor.pos()
    yield
    QCursor.setPos(before)


@pytest.mark.usefixtures("pointer")
def test_a_key_of_the_ladder_acts_on_the_one_under_the_pointer(desk: Desk, qtbot: QtBot) -> None:
    ladder = Ladder(desk)
    ladder.setGeometry(desk.rect())
    row = QWidget(ladder)
    row.setGeometry(ladder.rect())
    ladder.show()
    ladder.raise_()
    desk.keys.bind(KeyAction.BUY_AT_BID, Binding("KeyQ", KeyScope.LADDER))
    desk.key(F8)
    QCursor.setPos(desk.mapToGlobal(desk.rect().center()))
    qtbot.waitUntil(lambda: QApplication.widgetAt(QCursor.pos()) is row)
    desk.key(Q)
    desk.key(R)
    assert ladder.heard.actions == [KeyAction.BUY_AT_BID]
    assert desk.heard.actions == [KeyAction.FLATTEN]


def test_panic_is_held_armed_or_not_and_letting_go_ends_it(desk: Desk, qtbot: QtBot) -> None:
    desk.key(ESC, SHIFT, repeats=True)
    assert not desk.hold.is_running
    desk.key(ESC, SHIFT)
    assert desk.hold.is_running
    desk.key(ESC, SHIFT, kind=QEvent.Type.KeyRelease)
    qtbot.waitUntil(lambda: not desk.hold.is_running)
    desk.key(ESC, SHIFT)
    desk.key(Qt.Key.Key_Shift, kind=QEvent.Type.KeyRelease)
    qtbot.waitUntil(lambda: not desk.hold.is_running)


def test_a_release_and_a_press_of_one_moment_are_a_held_key(desk: Desk) -> None:
    desk.key(F8)
    desk.key(Q, at_ms=1000)
    for moment in (1660, 1700, 1740):
        desk.key(Q, kind=QEvent.Type.KeyRelease, at_ms=moment)
        desk.key(Q, at_ms=moment)
    assert desk.heard.actions == [KeyAction.BUY_AT_BID]
    desk.key(Q, kind=QEvent.Type.KeyRelease, at_ms=1800)
    desk.key(Q, at_ms=1900)
    assert len(desk.heard.actions) == 2


def test_panic_goes_on_over_what_only_repeats(desk: Desk, qtbot: QtBot) -> None:
    desk.hold.set_hold_ms(150)
    fired = QSignalSpy(desk.panic.clicked)
    desk.key(ESC, SHIFT, at_ms=1000)
    desk.key(ESC, SHIFT, kind=QEvent.Type.KeyRelease, at_ms=1100)
    desk.key(ESC, SHIFT, at_ms=1100)
    qtbot.waitUntil(lambda: fired.count() == 1)


def test_escape_ends_what_else_is_armed(desk: Desk) -> None:
    heard: list[bool] = []
    desk.arming.escaped.connect(lambda: heard.append(True))
    desk.key(ESC)
    assert heard == [True]
