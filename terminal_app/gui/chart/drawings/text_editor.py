"""Write the words of a text where it stands on the chart."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from terminal_app.gui.chart.drawings.shapes import LONGEST_TEXT, Shape
from terminal_app.gui.widgets.guarded import guarded

_WIDTH_PX, _HEIGHT_PX = 220, 26


class TextEditor(QLineEdit):
    """Take words until Enter, or until it is left; Escape leaves them as they were.

    ``written`` carries the text with its words.
    """

    written = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._chart = parent
        self._shape: Shape | None = None
        self.setMaxLength(LONGEST_TEXT)
        self.setPlaceholderText("Text, then Enter")
        self.setAccessibleName("Text on the chart")
        self.setToolTip("Enter keeps the text, Escape leaves it as it was")
        self.returnPressed.connect(self._write)
        self.hide()

    def edit(self, shape: Shape, spot: QPoint) -> None:
        """Begin to write a text whose point is at a spot."""
        self._shape = shape
        self.setText(shape.text)
        self.selectAll()
        room = self._chart.size()
        left = max(0, min(spot.x() - 6, room.width() - _WIDTH_PX))
        top = max(0, min(spot.y() - _HEIGHT_PX // 2 - 4, room.height() - _HEIGHT_PX))
        self.setGeometry(left, top, _WIDTH_PX, _HEIGHT_PX)
        self.show()
        self.setFocus()

    @guarded(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
            return
        super().keyPressEvent(event)

    @guarded(None)
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._write()

    def _write(self) -> None:
        shape, words = self._shape, self.text().strip()
        self._leave()
        if shape is not None and words and words != shape.text:
            self.written.emit(replace(shape, text=words))

    def _leave(self) -> None:
        # Hiding takes the focus away, which must not write a second time.
        self._shape = None
        if self.isVisible():
            self.hide()
            self._chart.setFocus()
