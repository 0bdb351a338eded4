"""A field for one number: caption left, figure right, unit at the edge, arrow keys step it."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton

from terminal_app.domain.instrument import decimals_of
from terminal_app.gui.format import edit_text, parse_decimal
from terminal_app.gui.theme import restyle
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.plain_label import plain_label

FIELD_HEIGHT = 34


class NumberEdit(QLineEdit):
    """Take a number; Up, Down and the wheel step it, with Shift ten times as far.

    The wheel counts only while the field has the focus: nobody changes a number in passing.
    """

    focus_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.step = Decimal(1)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setProperty("role", "figure-edit")

    @guarded(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Compared, not made a Qt.Key of: a keyboard may send numbers that Qt has no name for.
        sign = {int(Qt.Key.Key_Up): 1, int(Qt.Key.Key_Down): -1}.get(event.key())
        if sign is None:
            super().keyPressEvent(event)
            return
        times = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        self._move(sign * times * self.step)

    @guarded(None)
    def wheelEvent(self, event: QWheelEvent) -> None:
        # With Alt or Shift some systems turn the wheel's direction.
        turned = event.angleDelta().y() or event.angleDelta().x()
        if not self.hasFocus() or self.isReadOnly() or not turned:
            event.ignore()
            return
        times = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        self._move((1 if turned > 0 else -1) * times * self.step)
        event.accept()

    @guarded(None)
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    @guarded(None)
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit(False)

    def _move(self, distance: Decimal) -> None:
        try:
            value = parse_decimal(self.text())
        except ValueError:
            value = Decimal(0)
        # As many decimals as the step has, or as were typed beyond it.
        decimals = max(decimals_of(self.step), decimals_of(value))
        self.setText(edit_text(max(value + distance, Decimal(0)), decimals))
        self.textEdited.emit(self.text())


class NumberField(QFrame):
    """Show a caption, a number and its unit; the unit is a button where it can be switched.

    Emits ``edited`` for every change by hand and ``unit_clicked`` for the unit.
    """

    edited = Signal()
    unit_clicked = Signal()

    def __init__(self, caption: str, *, has_unit_switch: bool = False, hint: str = "") -> None:
        super().__init__()
        self.setProperty("role", "field")
        self.setFixedHeight(FIELD_HEIGHT)
        self._caption = plain_label(caption, "muted")
        self.edit = NumberEdit()
        self.edit.setAccessibleName(caption)
        self.edit.setToolTip(hint)
        self.edit.setAccessibleDescription(hint)
        self._unit = QPushButton()
        self._unit.setProperty("role", "link" if has_unit_switch else "unit")
        self._unit.setEnabled(has_unit_switch)
        by_keys = Qt.FocusPolicy.TabFocus if has_unit_switch else Qt.FocusPolicy.NoFocus
        self._unit.setFocusPolicy(by_keys)
        if has_unit_switch:
            self._unit.setToolTip(f"Another unit for: {caption}")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(10, 1, 4, 1)
        self._row.setSpacing(4)
        self._row.addWidget(self._caption)
        self._row.addWidget(self.edit, 1)
        self._row.addWidget(self._unit)
        self.edit.textEdited.connect(lambda _: self.edited.emit())
        self.edit.focus_changed.connect(self._show_focus)
        self._unit.clicked.connect(self.unit_clicked)

    @property
    def caption(self) -> str:
        """Return the field's name."""
        return self._caption.text()

    def value(self) -> Decimal | None:
        """Return the number, None while empty; raise ``ValueError`` with what to type instead."""
        text = self.edit.text()
        return parse_decimal(text) if text.strip() else None

    def set_value(self, value: Decimal | None, decimals: int | None = None) -> None:
        """Put a number in, as if typed."""
        self.edit.setText("" if value is None else edit_text(value, decimals))

    def set_unit(self, unit: str, step: Decimal) -> None:
        """Name the unit and how far an arrow key goes."""
        self._unit.setText(unit)
        self._unit.setVisible(bool(unit))
        # Without a unit it is one of two in a row: figures need the room.
        self._caption.setProperty("role", "muted" if unit else "caption")
        self._row.setContentsMargins(10 if unit else 7, 1, 4 if unit else 5, 1)
        self._row.setSpacing(4 if unit else 1)
        self.setProperty("narrow", not unit)
        for widget in (self, self._caption, self.edit):
            restyle(widget)
        self.edit.step = step

    def set_invalid(self, invalid: bool) -> None:
        """Mark the field as the one that is refused."""
        if bool(self.property("invalid")) != invalid:
            self.setProperty("invalid", invalid)
            restyle(self)

    def _show_focus(self, has_focus: bool) -> None:
        self.setProperty("focused", has_focus)
        restyle(self)
