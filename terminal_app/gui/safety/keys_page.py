"""Which key does what: seen, changed, and refused where a key has work already."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from terminal_app.errors import InvalidSetting
from terminal_app.gui.hotkeys.key_map import Binding, KeyAction, KeyMap, KeyScope
from terminal_app.gui.hotkeys.places import chord_of, words_of
from terminal_app.gui.theme import restyle
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.gui.widgets.still import StillComboBox

INTRODUCTION = (
    "Keys work while trading keys are armed (F8; Esc disarms), never while something is typed, and"
    " once however long they are held. They are known by their place on the keyboard: a Cyrillic"
    " layout trades the same. Sizes are those of the ticket. Panic is Shift+Esc, armed or not."
)
_SCOPES = {KeyScope.ALL: "Anywhere", KeyScope.LADDER: "Ladder under the pointer"}
_ONLY_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta)


class KeyButton(QPushButton):
    """Show a key and take another: press the button, then the key; Esc leaves it as it was.

    Emits ``chosen(chord)``; Backspace gives the action no key.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._chord = ""
        self._is_waiting = False
        self.setAutoDefault(False)
        self.setMinimumWidth(110)
        self.clicked.connect(lambda: self._wait(True))

    def show_chord(self, chord: str) -> None:
        """Show a key."""
        self._chord = chord
        self._wait(False)

    @guarded(False)
    def event(self, event: QEvent) -> bool:
        # While it waits no shortcut and no movement of the focus takes the key away.
        if self._is_waiting and event.type() in (
            QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress,
        ) and isinstance(event, QKeyEvent):  # fmt: skip
            event.accept()
            if event.type() is QEvent.Type.KeyPress and not event.isAutoRepeat():
                self._take(event)
            return True
        return super().event(event)

    @guarded(None)
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._wait(False)

    def _take(self, event: QKeyEvent) -> None:
        if event.key() in _ONLY_MODIFIERS:
            return
        chord = chord_of(event)
        self._wait(False)
        if chord != "Escape":
            self.chosen.emit("" if chord == "Backspace" else chord or "?")

    def _wait(self, is_waiting: bool) -> None:
        self._is_waiting = is_waiting
        self.setText("Press a key …" if is_waiting else words_of(self._chord) or "no key")


class KeysPage(QWidget):
    """Show and change the trading keys; emits ``changed`` when one was."""

    changed = Signal()

    def __init__(self, keys: KeyMap) -> None:
        super().__init__()
        self._keys = keys
        self.buttons: dict[KeyAction, KeyButton] = {}
        self.scopes: dict[KeyAction, StillComboBox] = {}
        self.message = plain_label(role="muted", wraps=True)
        self.restore = QPushButton("Default keys")
        self.restore.setAutoDefault(False)
        self.restore.clicked.connect(self._restore)
        rows = QWidget()
        grid = QGridLayout(rows)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for index, action in enumerate(KeyAction):
            self._add_row(grid, index, action)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(len(KeyAction), 1)
        area = QScrollArea()
        area.setAccessibleName("Trading keys")
        area.setWidget(rows)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        rows.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        foot = QHBoxLayout()
        foot.addWidget(self.message, 1)
        foot.addWidget(self.restore)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(plain_label(INTRODUCTION, "muted", wraps=True))
        layout.addWidget(area, 1)
        layout.addLayout(foot)
        self.load()

    def load(self) -> None:
        """Show which key does what."""
        for action, binding in self._keys.bindings.items():
            self.buttons[action].show_chord(binding.chord)
            scope = self.scopes[action]
            scope.blockSignals(True)
            scope.setCurrentIndex(list(_SCOPES).index(binding.scope))
            scope.blockSignals(False)

    def _add_row(self, grid: QGridLayout, index: int, action: KeyAction) -> None:
        name = action.value[0].upper() + action.value[1:]
        button, scope = KeyButton(), StillComboBox()
        button.setAccessibleName(f"Key for: {name}")
        button.setToolTip("Press, then press the key; Backspace for none, Esc to leave it")
        button.chosen.connect(partial(self._bind_chord, action))
        scope.addItems(list(_SCOPES.values()))
        scope.setAccessibleName(f"Where the key works: {name}")
        scope.currentIndexChanged.connect(partial(self._bind_scope, action))
        grid.addWidget(plain_label(name), index, 0)
        grid.addWidget(button, index, 1)
        grid.addWidget(scope, index, 2)
        self.buttons[action], self.scopes[action] = button, scope

    def _bind_chord(self, action: KeyAction, chord: str) -> None:
        self._bind(action, Binding(chord, self._keys.bindings[action].scope))

    def _bind_scope(self, action: KeyAction, index: int) -> None:
        self._bind(action, Binding(self._keys.bindings[action].chord, list(_SCOPES)[index]))

    def _bind(self, action: KeyAction, binding: Binding) -> None:
        try:
            self._keys.bind(action, binding)
        except InvalidSetting as error:
            self._say(str(error), "danger")
        else:
            words = words_of(binding.chord) if binding.chord else "No key"
            self._say(f"{words}: {action.value}.", "muted")
            self.changed.emit()
        self.load()

    def _restore(self) -> None:
        self._keys.restore_default()
        self._say("The first set of keys holds again.", "muted")
        self.load()
        self.changed.emit()

    def _say(self, text: str, role: str) -> None:
        self.message.setText(text)
        self.message.setProperty("role", role)
        restyle(self.message)
