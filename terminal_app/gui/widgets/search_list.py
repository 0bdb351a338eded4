"""A field to type in over a list of what is found."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from terminal_app.gui.widgets.guarded import guarded

_STEPS = {int(Qt.Key.Key_Down): 1, int(Qt.Key.Key_Up): -1}


class SearchList(QFrame):
    """Narrow a list while a person types; the arrows move in it and Return chooses."""

    def __init__(self, parent: QWidget, name: str, hint: str, found_name: str) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "panel")
        self.search = QLineEdit()
        self.search.setPlaceholderText(hint)
        self.search.setAccessibleName(name)
        self.list = QListWidget()
        self.list.setAccessibleName(found_name)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        self.search.textChanged.connect(self._narrow)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(self.choose)

    def rows_for(self, text: str) -> list[QListWidgetItem]:
        """Return the rows for what is typed, the best first."""
        raise NotImplementedError

    def nothing(self, text: str) -> str:
        """Say that nothing is found."""
        raise NotImplementedError

    def choose(self, item: QListWidgetItem) -> None:
        """Act on a row."""
        raise NotImplementedError

    def show_at(self, place: QPoint) -> None:
        """Open somewhere on the screen, with nothing typed."""
        self.search.clear()
        self._narrow("")
        self.move(place)
        self.show()
        self.search.setFocus()

    @guarded(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list and choose from it while the search has the keys."""
        if watched is self.search and isinstance(event, QKeyEvent) and self._took(event):
            return True
        return super().eventFilter(watched, event)

    def _took(self, event: QKeyEvent) -> bool:
        if event.type() is not QEvent.Type.KeyPress:
            return False
        if event.key() in _STEPS:
            row = self.list.currentRow() + _STEPS[event.key()]
            self.list.setCurrentRow(max(0, min(row, self.list.count() - 1)))
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            item = self.list.currentItem()
            # Held down, the key says nothing of what has come beneath it.
            if item is not None and not event.isAutoRepeat():
                self.choose(item)
            return True
        return False

    def _narrow(self, text: str) -> None:
        self.list.clear()
        rows = self.rows_for(text)
        for row in rows:
            self.list.addItem(row)
        if rows:
            self.list.setCurrentRow(0)
        else:
            row = QListWidgetItem(self.nothing(text))
            row.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(row)
