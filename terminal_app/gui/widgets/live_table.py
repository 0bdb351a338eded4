"""A table whose rows live by key: only what is in sight and changed is written."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QPushButton, QTableView

from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.cell_editor import CellEditor
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.gui.widgets.row_buttons import RowButtons
from terminal_app.gui.widgets.row_model import MakeRow, RowModel
from terminal_app.gui.widgets.table_rows import Column, Row, fitted, settled
from terminal_app.gui.widgets.view_state import (
    ViewState,
    paint_message,
    paint_rows_skeleton,
    paint_stale,
)

ROW_HEIGHT, HEADER_PX = 26, 24
# How far the age of what is old stands above the lower edge.
TAG_UP_PX = 28
# Rows change places at most this often, and never beneath the pointer.
RESORT_SECONDS = 1.0
DELETE = "delete"

_OPENS = (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter))


class LiveTable(QTableView):
    """Show values by key as rows, with buttons at their end and a sentence where there are none.

    Emits ``action(key, name)`` for a button, and with ``DELETE`` for that key; ``opened(key,
    column)`` for a double click or Enter on a row; ``menu_wanted(key, position)`` and
    ``sort_wanted(column)``. ``take`` is given key, column and text of a figure that was typed over,
    and returns why it is refused.
    """

    action = Signal(str, str)
    opened = Signal(str, str)
    menu_wanted = Signal(str, QPoint)
    sort_wanted = Signal(str)

    def __init__(
        self,
        columns: Sequence[Column],
        theme: Theme,
        *,
        actions_px: int = 0,
        actions_title: str = "",
    ) -> None:
        super().__init__()
        self._columns = columns
        self._theme = theme
        self._actions_px = actions_px
        self._sorted_at = float("-inf")
        self._state, self._sentence = ViewState.LOADING, ""
        self._model = RowModel(columns, theme, self, has_actions=actions_px > 0)
        self.setModel(self._model)
        # The buttons stay at the edge while columns scroll beneath them, and so does their title.
        self._corner = plain_label(actions_title, parent=self.horizontalHeader())
        self._corner.setProperty("role", "table-corner")
        self._corner.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._corner.setVisible(actions_px > 0)
        self._buttons = RowButtons(self.viewport(), self.action.emit)
        self.take: Callable[[str, str, str], str] = lambda _key, _column, _text: ""
        self._editor = CellEditor(
            self._model.cell,
            lambda place, column, text: self.take(*self._model.names(place, column), text),
            self,
        )
        _dress(self, is_sortable=any(column.name for column in columns))
        self.setItemDelegate(self._editor)
        self.doubleClicked.connect(self._on_opened)
        self.customContextMenuRequested.connect(self._on_menu)
        self.horizontalHeader().sectionClicked.connect(
            lambda section: self.sort_wanted.emit(self._model.names(-1, section)[1])
        )
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.valueChanged.connect(lambda _: self._write_sight())

    @property
    def rows(self) -> list[Row]:
        """Return every row, those out of sight among them."""
        return self._model.rows

    @property
    def selected(self) -> str | None:
        """Return the key of the row that is chosen."""
        index = self.currentIndex()
        return self._model.keys[index.row()] if index.isValid() else None

    def set_state(self, state: ViewState, sentence: str) -> None:
        """Say why there are no rows, or that those shown are old."""
        if (state, sentence) != (self._state, self._sentence):
            self._state, self._sentence = state, sentence
            self.setAccessibleDescription(sentence)
            self.viewport().update()

    def set_theme(self, theme: Theme) -> None:
        """Write in other colours."""
        self._theme = theme
        self._model.set_theme(theme)
        self._write_sight()

    def show_values(self, values: Mapping[str, Any], make: MakeRow) -> None:
        """Show a row for each value, in their order as far as rows may move now.

        Rows are made of values in sight that differ from what is shown.
        """
        keys, wanted = self._model.keys, list(values)
        if wanted != keys:
            if not self._may_move(keys, wanted):
                wanted = settled(keys, wanted)
            self._match(wanted)
            if bool(keys) is not bool(wanted):
                self._fit()
        self._model.set_values(values, make)
        self._write_sight()

    def show_rows(self, rows: Iterable[Row]) -> None:
        """Show rows that are made already."""
        self.show_values({row.key: row for row in rows}, lambda _key, row: row)

    def show_sorting(self, name: str, order: Qt.SortOrder) -> None:
        """Mark the column that rows are sorted by; they may take their places at once."""
        names = [column.name for column in self._columns]
        is_falling = order is Qt.SortOrder.DescendingOrder
        self._model.show_sorted(names.index(name) if name in names else -1, is_falling=is_falling)
        self._sorted_at = float("-inf")

    def button(self, key: str, name: str) -> QPushButton | None:
        """Return the button of a row in sight, for the keyboard and for tests."""
        return self._buttons.find(key, name)

    def _may_move(self, shown: Sequence[str], wanted: Sequence[str]) -> bool:
        if self._editor.is_open or self.viewport().underMouse():
            return False
        known, kept = set(shown), set(wanted)
        if [key for key in wanted if key in known] == [key for key in shown if key in kept]:
            return True
        now = time.monotonic()
        if now - self._sorted_at < RESORT_SECONDS:
            return False
        self._sorted_at = now
        return True

    def _match(self, wanted: Sequence[str]) -> None:
        chosen, column = self.selected, self.currentIndex().column()
        if self._model.set_keys(wanted):
            self._buttons.on_moved()
        if chosen is None or chosen == self.selected:
            return
        # Qt's choice stays with the line, but a person chose the row: no key may hit another.
        place = wanted.index(chosen) if chosen in wanted else -1
        self.setCurrentIndex(self._model.index(place, column))

    def _write_sight(self) -> None:
        top = self.verticalScrollBar().value()
        first = top // ROW_HEIGHT
        last = (top + self.viewport().height()) // ROW_HEIGHT + 1
        before = list(self._model.text_px)
        rows = self._model.write(first, last)
        if before != self._model.text_px:
            self._fit()
        if self._actions_px:
            width = self.viewport().width()
            areas = (
                QRect(0, (first + place) * ROW_HEIGHT - top, width, ROW_HEIGHT)
                for place in range(len(rows))
            )
            self._buttons.place(zip(rows, areas, strict=True), self._actions_px)

    def _fit(self) -> None:
        room = self.viewport().width() - self._actions_px
        widths = fitted(self._columns, self._model.text_px, room)
        is_empty = not self._model.keys
        for index, width in enumerate(widths):
            # Nothing can be scrolled while there are no rows: no caption is cut then, the last go.
            is_hidden = is_empty and sum(widths[: index + 1]) > room
            if is_hidden is not self.isColumnHidden(index):
                self.setColumnHidden(index, is_hidden)
            if not is_hidden and width != self.columnWidth(index):
                self.setColumnWidth(index, width)
        policy = Qt.ScrollBarPolicy
        is_scrolled = not is_empty and sum(widths) > room
        self.setHorizontalScrollBarPolicy(
            policy.ScrollBarAlwaysOn if is_scrolled else policy.ScrollBarAlwaysOff
        )
        if self._actions_px:
            self.setColumnWidth(len(self._columns), self._actions_px)
            left = self.viewport().width() - self._actions_px
            self._corner.setGeometry(left, 0, self._actions_px, HEADER_PX - 1)

    def _on_opened(self, index: QModelIndex) -> None:
        cell = self._model.cell(index.row(), index.column())
        if cell is None or cell.edit is None:
            is_cell = index.column() < len(self._columns)
            title = self._columns[index.column()].title if is_cell else ""
            self.opened.emit(self._model.keys[index.row()], title)

    def _on_menu(self, position: QPoint) -> None:
        index = self.indexAt(position)
        if not index.isValid():
            # The menu key means the row that is chosen.
            index = self.currentIndex()
            position = self.visualRect(index).bottomLeft()
        if index.isValid():
            where = self.viewport().mapToGlobal(position)
            self.menu_wanted.emit(self._model.keys[index.row()], where)

    @guarded(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, chosen = event.key(), self.selected
        if chosen is None or event.isAutoRepeat():
            super().keyPressEvent(event)
        elif key == int(Qt.Key.Key_Delete):
            self.action.emit(chosen, DELETE)
        elif key in _OPENS:
            self.opened.emit(chosen, "")
        else:
            if key == int(Qt.Key.Key_F2):
                _choose_editable(self, self._model)
            super().keyPressEvent(event)

    @guarded(False)
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Leave:
            # What waited for the pointer to go may move now.
            self._sorted_at = float("-inf")
        return super().viewportEvent(event)

    @guarded(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._write_sight()

    @guarded(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        has_rows = bool(self._model.keys)
        if has_rows and self._state is not ViewState.STALE:
            return
        painter = QPainter(self.viewport())
        area = self.viewport().rect()
        if has_rows:
            # Beside the buttons, which lie over what is painted.
            free = area.adjusted(0, 0, -self._actions_px, 0)
            paint_stale(painter, free, self._theme, self._sentence, area.height() - TAG_UP_PX)
        elif self._state is ViewState.LOADING:
            paint_rows_skeleton(painter, area, self._theme, ROW_HEIGHT)
        else:
            paint_message(painter, area, self._theme, self._state, self._sentence)
        painter.end()


def _choose_editable(table: QTableView, model: RowModel) -> None:
    # The key means the row, whichever of its cells was clicked to choose it.
    chosen = table.currentIndex()
    for column in (chosen.column(), *range(model.columnCount())):
        cell = model.cell(chosen.row(), column)
        if cell is not None and cell.edit is not None:
            table.setCurrentIndex(model.index(chosen.row(), column))
            return


def _dress(table: QTableView, *, is_sortable: bool) -> None:
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
    table.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionsClickable(is_sortable)
    header.setMinimumSectionSize(30)
    header.setFixedHeight(HEADER_PX)
    header.setStretchLastSection(True)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    table.setShowGrid(False)
    edits = QAbstractItemView.EditTrigger
    table.setEditTriggers(edits.EditKeyPressed | edits.DoubleClicked)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
