"""A small field that opens beneath a button and takes what can be typed rather than listed."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from terminal_app.gui.theme import restyle


class TypedField(QFrame):
    """Take a typed text; one that cannot be used says why and stays open.

    ``check`` returns what ``chosen`` carries, or raises ``ValueError`` with what to type instead.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget, name: str, advice: str, check: Callable[[str], str]):
        super().__init__(parent, Qt.WindowType.Popup)
        self._check, self._advice = check, advice
        self.setProperty("role", "panel")
        self.setFixedWidth(248)
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(name)
        self.edit.setAccessibleName(name)
        self.words = QLabel(advice)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setProperty("role", "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.edit)
        column.addWidget(self.words)
        self.edit.returnPressed.connect(self._take)
        self.edit.textEdited.connect(lambda _: self._say(self._advice))

    def open_beneath(self, button: QWidget) -> None:
        """Open under a button, empty."""
        self.edit.clear()
        self._say(self._advice)
        self.move(button.mapToGlobal(QPoint(0, button.height() + 4)))
        self.show()
        self.edit.setFocus()

    def _take(self) -> None:
        try:
            text = self._check(self.edit.text())
        except ValueError as error:
            self._say(f"{error}.", is_wrong=True)
            return
        self.hide()
        self.chosen.emit(text)

    def _say(self, words: str, *, is_wrong: bool = False) -> None:
        self.words.setText(words)
        self.words.setProperty("role", "danger" if is_wrong else "caption")
        restyle(self.words)
        self.adjustSize()
