"""The cells of a live table, held by Qt: written only in sight and where something changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QFont, QFontMetrics, QStandardItem, QStandardItemModel

from terminal_app.gui.hints import plain_hint
from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import text_font
from terminal_app.gui.widgets.table_rows import Cell, Column, Row

FALLS, RISES = " ▾", " ▴"
MakeRow = Callable[[str, Any], Row]


class RowModel(QStandardItemModel):
    """Keep values by key in an order, and write the rows that are asked for.

    A row is made anew only when its value differs from the one it was made of.
    """

    def __init__(
        self, columns: Sequence[Column], theme: Theme, parent: QObject, *, has_actions: bool
    ) -> None:
        titles = [column.title for column in columns] + ([""] if has_actions else [])
        super().__init__(0, len(titles), parent)
        self.setHorizontalHeaderLabels(titles)
        self._columns = columns
        self._theme = theme
        self._values: Mapping[str, Any] = {}
        self._make: MakeRow = _no_row
        self._made: dict[str, tuple[Any, Row]] = {}
        self._metrics = QFontMetrics(text_font(weight=QFont.Weight.Medium))
        # The widest text that stood in each column: columns grow with their figures.
        self.text_px = [0] * len(columns)
        # Which key's cells stand in each line, "" where they were never written.
        self._lines: list[str] = []
        self.keys: list[str] = []
        for index, column in enumerate(columns):
            # With the sign of sorting, that columns do not move when it comes.
            sign = RISES if column.name else ""
            self.text_px[index] = self._metrics.horizontalAdvance(f"{column.title}{sign}")
            item = self.horizontalHeaderItem(index)
            item.setTextAlignment(column.alignment)
            item.setToolTip(column.hint)

    @property
    def rows(self) -> list[Row]:
        """Return every row, those never written among them."""
        return [self._make(key, self._values[key]) for key in self.keys]

    def set_values(self, values: Mapping[str, Any], make: MakeRow) -> None:
        """Take values for the keys there are."""
        self._values, self._make = values, make

    def set_theme(self, theme: Theme) -> None:
        """Write in other colours from now on."""
        self._theme = theme
        self._lines = [""] * len(self._lines)

    def show_sorted(self, section: int, *, is_falling: bool) -> None:
        """Mark the column that rows are sorted by, none for −1."""
        for index, column in enumerate(self._columns):
            sign = (FALLS if is_falling else RISES) if index == section else ""
            self.horizontalHeaderItem(index).setText(f"{column.title}{sign}")

    def set_keys(self, wanted: Sequence[str]) -> bool:
        """Let rows come, go and move; return whether one that stays has changed its place."""
        places = {key: place for place, key in enumerate(self.keys)}
        has_moved = any(places.get(key, place) != place for place, key in enumerate(wanted))
        kept = set(wanted)
        for place in range(len(self.keys) - 1, -1, -1):
            if self.keys[place] not in kept:
                self._made.pop(self.keys[place], None)
                self.removeRow(place)
                del self.keys[place], self._lines[place]
        for place, key in enumerate(wanted):
            if key not in places:
                self.insertRow(place)
                self.keys.insert(place, key)
                self._lines.insert(place, "")
        # Those that are left in another order keep their lines, and change what stands there.
        self.keys = list(wanted)
        return has_moved

    def write(self, first: int, last: int) -> list[Row]:
        """Write the lines from ``first`` to before ``last`` where they differ; return the rows."""
        return [self._write_line(place) for place in range(first, min(last, len(self.keys)))]

    def cell(self, place: int, column: int) -> Cell | None:
        """Return a cell as it is now, None where there is none or its row takes no changes."""
        if not 0 <= place < len(self.keys) or column >= len(self._columns):
            return None
        key = self.keys[place]
        row = self._make(key, self._values[key])
        return row.cells[column] if row.is_enabled else None

    def names(self, place: int, column: int) -> tuple[str, str]:
        """Return the key of a line and the name of a column, "" where there is none."""
        key = self.keys[place] if 0 <= place < len(self.keys) else ""
        return key, self._columns[column].name if column < len(self._columns) else ""

    def _write_line(self, place: int) -> Row:
        key = self.keys[place]
        value = self._values[key]
        known = self._made.get(key)
        row = known[1] if known is not None and known[0] == value else self._make(key, value)
        if self._lines[place] != key or known is None:
            self._write_cells(place, row, ())
        elif row is not known[1]:
            self._write_cells(place, row, known[1].cells)
        self._lines[place] = key
        self._made[key] = (value, row)
        return row

    def _write_cells(self, place: int, row: Row, shown: Sequence[Cell]) -> None:
        for index, cell in enumerate(row.cells):
            if index < len(shown) and cell == shown[index]:
                continue
            item = self.item(place, index)
            if item is None:
                item = QStandardItem()
                item.setTextAlignment(self._columns[index].alignment)
                self.setItem(place, index, item)
            item.setEditable(cell.edit is not None)
            item.setText(cell.text)
            width = self._metrics.horizontalAdvance(cell.text)
            self.text_px[index] = max(self.text_px[index], width)
            item.setForeground(QColor(getattr(self._theme, cell.tone.value)))
            item.setToolTip(plain_hint(cell.hint or cell.text))


def _no_row(key: str, _: Any) -> Row:
    raise KeyError(key)
