"""Real buttons at the end of the rows in sight, pinned to the edge while columns scroll."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from terminal_app.gui.widgets import focus
from terminal_app.gui.widgets.press_guard import PressGuard
from terminal_app.gui.widgets.table_rows import Row

MARGIN_PX, SPACING_PX = 6, 4


class RowButtons:
    """Keep a strip of buttons for each row in sight; a press is obeyed once and never by accident.

    ``pressed`` is called with the key of the row and the name of the button.
    """

    def __init__(self, viewport: QWidget, pressed: Callable[[str, str], None]) -> None:
        self._viewport = viewport
        self._pressed = pressed
        self._strips: dict[str, QWidget] = {}
        self._rows: dict[str, Row] = {}
        self._presses = PressGuard()

    def on_moved(self) -> None:
        """Take note that rows changed places."""
        self._presses.on_moved()

    def find(self, key: str, name: str) -> QPushButton | None:
        """Return a button of a row in sight."""
        strip = self._strips.get(key)
        return strip.findChild(QPushButton, name) if strip is not None else None

    def place(self, rows: Iterable[tuple[Row, QRect]], width: int) -> None:
        """Show the buttons of these rows, each within its rectangle's right ``width`` pixels."""
        seen = set()
        for row, area in rows:
            if not row.actions:
                continue
            seen.add(row.key)
            strip = self._strip(row)
            where = QRect(area.right() - width + 1, area.top(), width, area.height())
            if strip.geometry() != where:
                strip.setGeometry(where)
            strip.show()
        for key in self._strips.keys() - seen:
            self._rows.pop(key)
            self._drop(key)

    def _strip(self, row: Row) -> QWidget:
        shown = self._rows.get(row.key)
        if shown is None or shown.actions != row.actions:
            self._drop(row.key)
            self._strips[row.key] = self._made(row)
        elif shown.is_enabled != row.is_enabled:
            for button in self._strips[row.key].findChildren(QPushButton):
                focus.set_enabled(button, row.is_enabled)
        self._rows[row.key] = row
        return self._strips[row.key]

    def _drop(self, key: str) -> None:
        old = self._strips.pop(key, None)
        if old is not None:
            focus.leave(old)
            old.hide()
            old.deleteLater()

    def _made(self, row: Row) -> QWidget:
        strip = QWidget(self._viewport)
        strip.setProperty("role", "row-buttons")
        strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QHBoxLayout(strip)
        layout.setContentsMargins(MARGIN_PX, 1, MARGIN_PX, 1)
        layout.setSpacing(SPACING_PX)
        layout.addStretch(1)
        for action in row.actions:
            button = QPushButton(action.caption)
            button.setObjectName(action.name)
            button.setProperty("role", action.role)
            button.setToolTip(action.hint)
            button.setEnabled(row.is_enabled)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(f"{action.caption} {row.cells[0].text}")
            button.setAccessibleDescription(action.hint)
            button.clicked.connect(partial(self._on_pressed, button, row.key))
            layout.addWidget(button)
        return strip

    def _on_pressed(self, button: QPushButton, key: str) -> None:
        if not self._presses.allows(button):
            return
        # When the button goes, Qt would hand its keys to the button of another row.
        if button.hasFocus():
            self._viewport.setFocus()
        self._pressed(key, button.objectName())
