"""Change a figure in its place in a table: Enter takes it, Esc leaves it as it was."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    Qt,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from terminal_app.gui.hints import plain_hint
from terminal_app.gui.theme import restyle
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.number_field import NumberEdit
from terminal_app.gui.widgets.table_rows import Cell

AnyIndex = QModelIndex | QPersistentModelIndex
# Qt takes None where there is nothing to type; its stubs do not say so.
_NO_EDITOR = cast(QWidget, None)
_ENTERS = (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter))

LEAST_PX = 96


class CellEditor(QStyledItemDelegate):
    """Offer a cell's exact figure to be typed over; the table itself is never written.

    ``take`` is called with row, column and what was typed, and returns why that is refused: then
    the field stays open and says so. What comes from the exchange meanwhile does not disturb what
    is being typed, and leaving the field by a click elsewhere changes nothing.
    """

    def __init__(
        self,
        cell_at: Callable[[int, int], Cell | None],
        take: Callable[[int, int, str], str],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._cell_at = cell_at
        self._take = take
        self._places: dict[NumberEdit, QPersistentModelIndex] = {}

    @property
    def is_open(self) -> bool:
        """Say whether a figure is being typed."""
        return bool(self._places)

    @guarded(_NO_EDITOR)
    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> QWidget:
        cell = self._cell_at(index.row(), index.column())
        if cell is None or cell.edit is None:
            return _NO_EDITOR
        edit = NumberEdit()
        edit.setParent(parent)
        edit.setProperty("role", "cell-edit")
        edit.setAccessibleName("New value: Enter sends it, Escape leaves it")
        edit.setToolTip("Enter sends it to the exchange, Esc leaves it as it is")
        edit.step = Decimal(cell.step)
        edit.setText(cell.edit)
        self._places[edit] = QPersistentModelIndex(index)
        return edit

    @guarded(None)
    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> None:
        # A figure of one digit more than stands there must be in sight, too.
        where = QRect(option.rect)
        where.setLeft(min(where.left(), where.right() - LEAST_PX))
        editor.setGeometry(where)

    @guarded(None)
    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        """Leave what is typed alone: it was filled in once."""

    @guarded(None)
    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: AnyIndex) -> None:
        """Write nothing: the exchange says what a figure becomes."""

    @guarded(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Have what is typed taken at Enter, and close the field only where it was."""
        if (
            isinstance(watched, NumberEdit)
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() in _ENTERS
        ):
            if not event.isAutoRepeat():
                self._on_enter(watched)
            return True
        return super().eventFilter(watched, event)

    @guarded(None)
    def destroyEditor(self, editor: QWidget, index: AnyIndex) -> None:
        if isinstance(editor, NumberEdit):
            self._places.pop(editor, None)
        super().destroyEditor(editor, index)

    def _on_enter(self, edit: NumberEdit) -> None:
        place = self._places.get(edit)
        if place is None:
            return
        refusal = self._take(place.row(), place.column(), edit.text())
        if refusal:
            _show_refusal(edit, refusal)
        else:
            self.closeEditor.emit(edit)


def _show_refusal(edit: NumberEdit, refusal: str) -> None:
    edit.setProperty("invalid", True)
    edit.setToolTip(plain_hint(refusal))
    edit.setAccessibleDescription(refusal)
    restyle(edit)
