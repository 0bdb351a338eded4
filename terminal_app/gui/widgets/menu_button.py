"""Choose one of a few values from a quiet button."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget


class MenuButton(QToolButton):
    """Show the choice of now among captions and open the others; `chosen` carries a value."""

    chosen = Signal(object)

    def __init__(self, text: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = QMenu(self)
        self.setProperty("role", "caption")
        self.setToolTip(hint)
        self.setAccessibleName(hint)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(self._choices)
        self.show_choice(text)

    def set_choices(self, choices: Iterable[tuple[str, object]]) -> None:
        """Offer these texts, each with its value."""
        self._choices.clear()
        for text, value in choices:
            action = self._choices.addAction(text)
            action.triggered.connect(lambda _checked, picked=value: self.chosen.emit(picked))

    def show_choice(self, text: str) -> None:
        """Show what is chosen now."""
        self.setText(f"{text} ▾")
        self.adjustSize()
