"""One search over everything: type, choose with the arrow keys, Enter does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import LABEL_PX, text_font
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.workspace.commands import Command, matches

SIZE = QSize(560, 420)
TOP_PX = 96
ROW_PX = 30
# More than these nobody reads; another letter narrows them.
MOST_SHOWN = 60
RECENT_KEPT = 12
_COMMAND = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


class CommandPalette(QFrame):
    """Find a command by any part of its name. What it was used for last comes first.

    Nothing that sends an order is among the commands: those stay with their own guards.
    """

    def __init__(
        self, window: QWidget, theme: Theme, commands: Callable[[], Sequence[Command]]
    ) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        self.setProperty("role", "panel")
        self.resize(SIZE)
        self._window = window
        self._make = commands
        self._commands: Sequence[Command] = ()
        self._recent: list[str] = []
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search symbols, panels, layouts, settings …")
        self.search.setAccessibleName("Search everything")
        self.list = QListWidget()
        self.list.setAccessibleName("What was found")
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rows = CommandRows(theme, self.list)
        self.list.setItemDelegate(self._rows)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        self.search.textChanged.connect(self._narrow)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(self._run)

    def open_here(self) -> None:
        """Open over the window that has the keys, with nothing typed."""
        self._commands = self._make()
        self.search.clear()
        self._narrow("")
        over = QApplication.activeWindow() or self._window
        left = (over.width() - self.width()) // 2
        self.move(over.mapToGlobal(QPoint(left, TOP_PX)))
        self.show()
        self.search.setFocus()

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours from now on."""
        self._rows.theme = theme

    @guarded(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list and choose from it while the search has the keys."""
        is_press = isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress
        if watched is self.search and is_press and isinstance(event, QKeyEvent):
            step = {int(Qt.Key.Key_Down): 1, int(Qt.Key.Key_Up): -1}.get(event.key())
            if step is not None:
                row = self.list.currentRow() + step
                self.list.setCurrentRow(max(0, min(row, self.list.count() - 1)))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
                item = self.list.currentItem()
                if item is not None:
                    self._run(item)
                return True
        return super().eventFilter(watched, event)

    def _narrow(self, typed: str) -> None:
        self.list.clear()
        for command in matches(self._commands, typed, self._recent)[:MOST_SHOWN]:
            item = QListWidgetItem(f"{command.title}, {command.kind} {command.keys}".strip())
            item.setData(_COMMAND, command)
            self.list.addItem(item)
        if self.list.count():
            self.list.setCurrentRow(0)
        else:
            nothing = QListWidgetItem(f"Nothing is called “{typed}”")
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(nothing)

    def _run(self, item: QListWidgetItem) -> None:
        command = item.data(_COMMAND)
        if not isinstance(command, Command):
            return
        self.hide()
        recent = [name for name in self._recent if name != command.name]
        self._recent = [command.name, *recent][:RECENT_KEPT]
        command.run()


class CommandRows(QStyledItemDelegate):
    """Paint a command's title left, its kind and keys right."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self.theme = theme

    @guarded(QSize(1, 1))
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        # As wide as the list is, whatever that is.
        return QSize(1, ROW_PX)

    @guarded(None)
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        command = index.data(_COMMAND)
        if not isinstance(command, Command):
            super().paint(painter, option, index)
            return
        area: QRect = option.rect
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(self.theme.accent_soft))
        inner = area.adjusted(10, 0, -10, 0)
        painter.setFont(text_font())
        painter.setPen(QColor(self.theme.text))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | middle, command.title)
        painter.setFont(text_font(LABEL_PX))
        painter.setPen(QColor(self.theme.muted))
        side = "   ".join(filter(None, (command.kind, command.keys)))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | middle, side)
