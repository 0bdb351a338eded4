"""One search over everything: type, choose with the arrow keys, Enter does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import LABEL_PX, text_font
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.search_list import SearchList
from terminal_app.gui.workspace.commands import Command, matches

SIZE = QSize(560, 420)
TOP_PX = 96
ROW_PX = 30
# More than these nobody reads; another letter narrows them.
MOST_SHOWN = 60
RECENT_KEPT = 12
_COMMAND = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


class CommandPalette(SearchList):
    """Find a command by any part of its name. What it was used for last comes first.

    Nothing that sends an order is among the commands: those stay with their own guards.
    """

    def __init__(
        self, window: QWidget, theme: Theme, commands: Callable[[], Sequence[Command]]
    ) -> None:
        hint = "Search symbols, panels, layouts, settings …"
        super().__init__(window, "Search everything", hint, "What was found")
        self.resize(SIZE)
        self._window = window
        self._make = commands
        self._commands: Sequence[Command] = ()
        self._recent: list[str] = []
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rows = CommandRows(theme, self.list)
        self.list.setItemDelegate(self._rows)

    def open_here(self) -> None:
        """Open over the window that has the keys, with nothing typed."""
        self._commands = self._make()
        over = QApplication.activeWindow() or self._window
        left = (over.width() - self.width()) // 2
        self.show_at(over.mapToGlobal(QPoint(left, TOP_PX)))

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours from now on."""
        self._rows.theme = theme

    def rows_for(self, text: str) -> list[QListWidgetItem]:
        """Return the commands that are called so."""
        found = matches(self._commands, text, self._recent)[:MOST_SHOWN]
        return [_row(command) for command in found]

    def nothing(self, text: str) -> str:
        """Say that nothing is called so."""
        return f"Nothing is called “{text}”"

    def choose(self, item: QListWidgetItem) -> None:
        """Run the command of a row."""
        command = item.data(_COMMAND)
        if not isinstance(command, Command):
            return
        self.hide()
        recent = [name for name in self._recent if name != command.name]
        self._recent = [command.name, *recent][:RECENT_KEPT]
        command.run()


def _row(command: Command) -> QListWidgetItem:
    item = QListWidgetItem(f"{command.title}, {command.kind} {command.keys}".strip())
    item.setData(_COMMAND, command)
    return item


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
