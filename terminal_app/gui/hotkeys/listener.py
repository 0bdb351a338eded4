"""Hear keys before any panel does, and let those through that are no trading keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QCursor, QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from terminal_app.gui.hotkeys.arming import ARM_KEY, Arming
from terminal_app.gui.hotkeys.key_map import KeyAction, KeyMap, KeyScope
from terminal_app.gui.hotkeys.places import chord_of, place_of
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.hold_to_fire import HoldToFire
from terminal_app.gui.widgets.key_repeat import KeyRepeat

_TEXTS = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)


@runtime_checkable
class KeyTarget(Protocol):
    """Be what a key acts on: a ladder that lies under the pointer, or the whole desk."""

    def on_trading_key(self, action: KeyAction) -> None:
        """Do what a key was pressed for."""


class KeyListener(QObject):
    """Arm, disarm, panic, and hand trading keys to what they act on.

    A key acts once however long it is held, never while something is typed, never while a dialog
    or a menu is open, and never unarmed. ``panic`` returns what the key of panic holds down: the
    button of the window in front.
    """

    def __init__(
        self,
        window: QWidget,
        keys: KeyMap,
        arming: Arming,
        panic: Callable[[], HoldToFire],
        desk: KeyTarget,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._keys = keys
        self._arming = arming
        self._panic = panic
        self._held: HoldToFire | None = None
        self._desk = desk
        self._repeat = KeyRepeat()
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        # Each window hears keys of its own; a floated panel has one as well.
        application.focusWindowChanged.connect(self.listen_to)
        self.listen_to(window.windowHandle())

    def listen_to(self, window: QWindow | None) -> None:
        """Hear the keys of a window of ours."""
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    @guarded(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_press(event, repeats=self._repeat.hear(event))
        if event.type() is QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            repeats = self._repeat.hear(event)
            is_of_panic = place_of(event) == "Escape" or event.key() == Qt.Key.Key_Shift
            if self._held is not None and not repeats and is_of_panic:
                self._held.stop_soon()
        return False

    def _on_press(self, event: QKeyEvent, *, repeats: bool) -> bool:
        chord = chord_of(event)
        if chord == "Shift+Escape":
            if not repeats:
                self._held = self._panic()
                self._held.begin()
            elif self._held is not None:
                self._held.go_on()
            return True
        if chord == "Escape":
            # Whatever else it ends, it ends this too.
            self._arming.escape()
            return False
        if chord == ARM_KEY:
            if not repeats and not _is_interrupted():
                self._arming.toggle()
            return True
        found = self._keys.find(chord)
        if found is None or not self._arming.is_armed or _is_typing() or _is_interrupted():
            return False
        action, scope = found
        target = ladder_under_pointer() if scope is KeyScope.LADDER else self._desk
        if target is None:
            return False
        if not repeats:
            target.on_trading_key(action)
        return True


def ladder_under_pointer() -> KeyTarget | None:
    """Return the ladder that the pointer is over, None where it is over something else."""
    widget = QApplication.widgetAt(QCursor.pos())
    while widget is not None:
        if isinstance(widget, KeyTarget):
            return widget
        widget = widget.parentWidget()
    return None


def _is_typing() -> bool:
    widget = QApplication.focusWidget()
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, _TEXTS)


def _is_interrupted() -> bool:
    return (
        QApplication.activeModalWidget() is not None or QApplication.activePopupWidget() is not None
    )
