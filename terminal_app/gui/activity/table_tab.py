"""What every tab beneath the chart is: a table, tools above it, an order of its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.live_table import LiveTable
from terminal_app.gui.widgets.table_rows import Column, Row
from terminal_app.gui.widgets.view_state import ViewState

TOOLS_HEIGHT = 32


class Sortable(Protocol):
    """Be a row's value."""

    def sort_value(self, column: str) -> Any:
        """Return what its row is sorted by, None where that is not known."""


V = TypeVar("V", bound=Sortable)


def in_order(views: Mapping[str, V], column: str, *, descending: bool) -> dict[str, V]:
    """Return views by key, sorted by a column; what is not known comes last either way."""
    known, unknown = [], {}
    for key, view in views.items():
        value = view.sort_value(column)
        if value is None:
            unknown[key] = view
        else:
            known.append((value, key))
    known.sort(key=itemgetter(0), reverse=descending)
    return {key: views[key] for _, key in known} | unknown


class TableTab(QWidget):
    """Hold a table and the tools above it; subclasses say what its rows are made of."""

    def __init__(
        self,
        name: str,
        columns: Sequence[Column],
        make_row: Callable[[str, Any], Row],
        theme: Theme,
        *,
        actions_px: int = 0,
        actions_title: str = "",
        sorted_by: str = "",
    ) -> None:
        super().__init__()
        self.name = name
        self.count = 0
        self.table = LiveTable(columns, theme, actions_px=actions_px, actions_title=actions_title)
        self.table.setAccessibleName(name)
        self._make_row = make_row
        self._column, self._descending = sorted_by, bool(sorted_by)
        self._tools = QWidget()
        self._tools.setProperty("role", "sheet")
        self._tools.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tools = QHBoxLayout(self._tools)
        self.tools.setContentsMargins(8, 2, 8, 2)
        self.tools.setSpacing(6)
        self._tools.setFixedHeight(TOOLS_HEIGHT)
        self._tools.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._tools)
        layout.addWidget(self.table)
        self.table.sort_wanted.connect(self._sort)
        self._show_sorting()

    def add_tool(self, tool: QWidget, stretch: int = 0) -> None:
        """Put a tool above the table."""
        self.tools.addWidget(tool, stretch)
        self._tools.show()

    def refresh(self, state: ViewState, sentence: str) -> None:
        """Show what is known now, or why there is nothing; subclasses say what that is."""
        raise NotImplementedError

    def show_views(
        self, views: dict[str, Any], state: ViewState, sentence: str, empty: str
    ) -> None:
        """Show values by key in the order that is chosen; ``empty`` says that there are none."""
        self.count = len(views)
        if self._column:
            views = in_order(views, self._column, descending=self._descending)
        self.table.show_values(views, self._make_row)
        self.table.set_state(state, empty if state is ViewState.NORMAL else sentence)

    def on_sorted(self) -> None:
        """Hear that the rows are to stand in another order."""

    def _sort(self, column: str) -> None:
        if not column:
            return
        # Figures begin with the greatest; the third press is the order they came in.
        if column != self._column:
            self._column, self._descending = column, True
        elif self._descending:
            self._descending = False
        else:
            self._column = ""
        self._show_sorting()
        self.on_sorted()

    def _show_sorting(self) -> None:
        order = Qt.SortOrder.DescendingOrder if self._descending else Qt.SortOrder.AscendingOrder
        self.table.show_sorting(self._column, order)
