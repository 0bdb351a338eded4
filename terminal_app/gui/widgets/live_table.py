"""A table whose rows live by key: only what changed is written, never all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QWidget,
)

from terminal_app.gui.hints import plain_hint
from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import text_font
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.press_guard import PressGuard
from terminal_app.gui.widgets.view_state import ViewState, paint_message, paint_rows_skeleton

ROW_HEIGHT = 26
ACTIONS_WIDTH = 84
# Columns take the room there is, but neither cut their figures nor drift apart.
LEAST_SHARE, MOST_SHARE = 0.65, 1.5


class Tone(StrEnum):
    """Name a colour by what it means; the words are those of the theme."""

    TEXT = "text"
    MUTED = "muted"
    BUY = "buy"
    SELL = "sell"
    ACCENT = "accent"
    WARNING = "warning"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Column:
    """Describe a column and its usual width; figures stand right, words left."""

    title: str
    width: int
    is_figure: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold what one cell shows; the hint tells more than its text does."""

    text: str
    tone: Tone = Tone.TEXT
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one row; ``actions`` are (name, caption, hint) of the buttons at its end."""

    key: str
    cells: tuple[Cell, ...]
    actions: tuple[tuple[str, str, str], ...] = ()
    is_enabled: bool = True


class LiveTable(QTableView):
    """Show rows by key, with buttons at their end and a sentence where there are none.

    Emits ``action(key, name)`` for a button and ``opened(key)`` for a double click on a row.
    """

    action = Signal(str, str)
    opened = Signal(str)

    def __init__(self, columns: Sequence[Column], theme: Theme, *, has_actions: bool) -> None:
        super().__init__()
        self._columns = columns
        self._theme = theme
        self._has_actions = has_actions
        self._rows: list[Row] = []
        self._presses = PressGuard()
        self._state, self._sentence = ViewState.LOADING, ""
        titles = [column.title for column in columns] + ([""] if has_actions else [])
        self._model = QStandardItemModel(0, len(titles), self)
        self._model.setHorizontalHeaderLabels(titles)
        self.setModel(self._model)
        self._dress()
        self.doubleClicked.connect(self._on_double_click)

    @property
    def rows(self) -> Sequence[Row]:
        """Return what is shown."""
        return self._rows

    def set_state(self, state: ViewState, sentence: str) -> None:
        """Say why there are no rows, or that those shown are old."""
        if (state, sentence) != (self._state, self._sentence):
            self._state, self._sentence = state, sentence
            self.viewport().update()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows in this order, touching only cells that differ."""
        if [row.key for row in rows] != [row.key for row in self._rows]:
            self._match_keys(rows)
        for index, (row, shown) in enumerate(zip(rows, self._rows, strict=True)):
            if row is not shown and row != shown:
                self._write(index, row, shown)
        self._rows = list(rows)

    def button(self, key: str, name: str) -> QPushButton | None:
        """Return the button of a row, for the keyboard and for tests."""
        for index, row in enumerate(self._rows):
            if row.key == key:
                widget = self.indexWidget(self._model.index(index, len(self._columns)))
                return widget.findChild(QPushButton, name) if widget is not None else None
        return None

    def _dress(self) -> None:
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(40)
        header.setFixedHeight(24)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        for index, column in enumerate(self._columns):
            item = self._model.horizontalHeaderItem(index)
            item.setTextAlignment(_alignment(column))

    def _match_keys(self, rows: Sequence[Row]) -> None:
        places = {row.key: place for place, row in enumerate(self._rows)}
        if any(places.get(row.key, place) != place for place, row in enumerate(rows)):
            self._presses.on_moved()
        wanted = {row.key for row in rows}
        for index in range(len(self._rows) - 1, -1, -1):
            if self._rows[index].key not in wanted:
                self._model.removeRow(index)
                del self._rows[index]
        for index, row in enumerate(rows):
            if index < len(self._rows) and self._rows[index].key == row.key:
                continue
            known = next(
                (place for place, shown in enumerate(self._rows) if shown.key == row.key), None
            )
            if known is not None:
                self._model.removeRow(known)
                del self._rows[known]
            self._insert(index, row)

    def _insert(self, index: int, row: Row) -> None:
        items = []
        for column, cell in zip(self._columns, row.cells, strict=True):
            item = QStandardItem(cell.text)
            item.setTextAlignment(_alignment(column))
            self._paint(item, cell)
            items.append(item)
        self._model.insertRow(index, items)
        self._rows.insert(index, row)
        self._put_buttons(index, row)

    def _write(self, index: int, row: Row, shown: Row) -> None:
        for place, (cell, old) in enumerate(zip(row.cells, shown.cells, strict=True)):
            if cell == old:
                continue
            item = self._model.item(index, place)
            if cell.text != old.text:
                item.setText(cell.text)
            self._paint(item, cell)
        if row.actions != shown.actions:
            self._put_buttons(index, row)
        elif row.is_enabled != shown.is_enabled:
            for name, _, _ in row.actions:
                button = self.button(row.key, name)
                if button is not None:
                    button.setEnabled(row.is_enabled)

    def _paint(self, item: QStandardItem, cell: Cell) -> None:
        item.setForeground(QColor(getattr(self._theme, cell.tone.value)))
        item.setToolTip(plain_hint(cell.hint or cell.text))

    def _put_buttons(self, index: int, row: Row) -> None:
        if not self._has_actions:
            return
        strip = QWidget()
        layout = QHBoxLayout(strip)
        layout.setContentsMargins(4, 1, 4, 1)
        layout.setSpacing(4)
        layout.addStretch(1)
        for name, caption, hint in row.actions:
            button = QPushButton(caption)
            button.setObjectName(name)
            button.setProperty("role", "row")
            button.setToolTip(hint)
            button.setEnabled(row.is_enabled)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(f"{caption} {row.cells[0].text}")
            button.clicked.connect(partial(self._on_pressed, button, row.key))
            layout.addWidget(button)
        self.setIndexWidget(self._model.index(index, len(self._columns)), strip)

    def _on_pressed(self, button: QPushButton, key: str) -> None:
        if not self._presses.allows(button):
            return
        if button.hasFocus():
            # When the button goes, Qt would hand its keys to the button of another row.
            self.setFocus()
        self.action.emit(key, button.objectName())

    def _on_double_click(self, index: QModelIndex) -> None:
        self.opened.emit(self._rows[index.row()].key)

    @guarded(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.viewport().width() - (ACTIONS_WIDTH if self._has_actions else 0)
        share = room / sum(column.width for column in self._columns)
        share = max(LEAST_SHARE, min(share, MOST_SHARE))
        if self._has_actions:
            self.setColumnWidth(len(self._columns), ACTIONS_WIDTH)
        for index, column in enumerate(self._columns):
            self.setColumnWidth(index, int(column.width * share))

    @guarded(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._rows and self._state is not ViewState.STALE:
            return
        painter = QPainter(self.viewport())
        area = self.viewport().rect()
        if self._rows:
            veil = QColor(self._theme.panel)
            veil.setAlpha(130)
            painter.fillRect(area, veil)
            painter.setPen(QColor(self._theme.warning))
            painter.setFont(text_font(11))
            foot = QRect(area.left() + 8, area.bottom() - 22, area.width() - 16, 20)
            painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, self._sentence)
        elif self._state is ViewState.LOADING:
            paint_rows_skeleton(painter, area, self._theme, ROW_HEIGHT)
        else:
            paint_message(painter, area, self._theme, self._state, self._sentence)
        painter.end()


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.is_figure else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
