"""Five sizes under the keys 1 to 5, one of them active."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QPushButton, QWidget

from terminal_app.domain.instrument import Instrument, plain
from terminal_app.errors import InvalidOrder
from terminal_app.gui.format import parse_decimal
from terminal_app.gui.theme import Theme, restyle
from terminal_app.gui.theme_fonts import text_font
from terminal_app.gui.widgets.guarded import guarded

EDIT_PX = 72


class VolumeButton(QPushButton):
    """Show a size with its key; a double click asks for another size."""

    edit_wanted = Signal()

    def __init__(self, key: int, theme: Theme) -> None:
        super().__init__()
        self._key, self._theme = key, theme
        self.setCheckable(True)
        self.setProperty("role", "volume")
        self.setToolTip(f"Size of a click (key {key}); double click changes it")
        self.setAccessibleName(f"Working volume {key}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumSize(38, 26)

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self.update()

    @guarded(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setFont(text_font(9))
        painter.setPen(QColor(self._theme.accent if self.isChecked() else self._theme.muted))
        painter.drawText(QRect(3, 1, 12, 12), Qt.AlignmentFlag.AlignLeft, str(self._key))
        if self.isChecked():
            painter.fillRect(4, self.height() - 2, self.width() - 8, 2, QColor(self._theme.accent))
        painter.end()

    @guarded(None)
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.edit_wanted.emit()


class VolumeEdit(QLineEdit):
    """Take one size; Enter keeps it, Escape and a click elsewhere do not."""

    left = Signal()

    @guarded(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class WorkingVolumes(QWidget):
    """Choose the size of a click; ``chosen`` tells of another one, ``edited`` of changed sizes.

    ``refused`` carries why a size that was typed cannot be taken.
    """

    chosen = Signal()
    edited = Signal()
    refused = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._instrument: Instrument | None = None
        self.volumes: list[Decimal] = []
        # What keys are for once a size was typed.
        self.rest: QWidget | None = None
        self._edited_at = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._group = QButtonGroup(self)
        self.buttons = [VolumeButton(number + 1, theme) for number in range(5)]
        for number, button in enumerate(self.buttons):
            self._group.addButton(button, number)
            button.edit_wanted.connect(lambda at=number: self._open_edit(at))
            row.addWidget(button, 1)
        self.buttons[0].setChecked(True)
        self._group.idToggled.connect(lambda _number, is_on: self.chosen.emit() if is_on else None)
        self.edit = VolumeEdit(self)
        self.edit.setAccessibleName("Working volume")
        self.edit.setProperty("role", "cell-edit")
        self.edit.hide()
        self.edit.returnPressed.connect(self._take_edit)
        self.edit.left.connect(self._close_edit)
        self.edit.editingFinished.connect(self._leave_edit)

    @property
    def active(self) -> Decimal | None:
        """Return the size of a click, None while there is none."""
        number = self._group.checkedId()
        return self.volumes[number] if 0 <= number < len(self.volumes) else None

    def choose(self, number: int) -> None:
        """Make a size the active one; 0 is the first."""
        self.buttons[number].setChecked(True)

    def set_volumes(self, instrument: Instrument, volumes: Sequence[Decimal]) -> None:
        """Offer these sizes of an instrument, the first of them active."""
        self._instrument = instrument
        self._show(volumes)
        self.choose(0)
        self.chosen.emit()

    def clear(self) -> None:
        """Offer nothing, while sizes are not known."""
        self._instrument = None
        self._show(())

    def _show(self, volumes: Sequence[Decimal]) -> None:
        self.volumes = list(volumes)
        for number, button in enumerate(self.buttons):
            has_size = number < len(self.volumes)
            button.setText(plain(self.volumes[number]) if has_size else "—")
            button.setEnabled(has_size)

    def _open_edit(self, number: int) -> None:
        self._edited_at = number
        where = self.buttons[number].geometry()
        where.setWidth(max(where.width(), EDIT_PX))
        where.moveRight(min(where.right(), self.rect().right()))
        self.edit.setGeometry(where)
        self.edit.setText(plain(self.volumes[number]))
        self._mark_invalid(is_invalid=False)
        self.edit.selectAll()
        self.edit.show()
        self.edit.raise_()
        self.edit.setFocus()

    def _take_edit(self) -> None:
        if self._instrument is None:
            return
        try:
            size = parse_decimal(self.edit.text())
            self._instrument.check_quantity(size, is_market=False)
        except (ValueError, InvalidOrder) as error:
            self._mark_invalid(is_invalid=True)
            self.refused.emit(str(error))
            return
        self.volumes[self._edited_at] = size
        self._show(self.volumes)
        self._close_edit()
        self.choose(self._edited_at)
        self.chosen.emit()
        self.edited.emit()

    def _close_edit(self) -> None:
        # No focus proxy: with one Tab would never come past the ladder.
        if self.edit.hasFocus() and self.rest is not None:
            self.rest.setFocus()
        self.edit.hide()

    def _leave_edit(self) -> None:
        if not self.edit.hasFocus():
            self.edit.hide()

    def _mark_invalid(self, *, is_invalid: bool) -> None:
        self.edit.setProperty("invalid", is_invalid)
        restyle(self.edit)
