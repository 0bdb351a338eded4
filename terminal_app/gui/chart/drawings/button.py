"""The button that gives a tool into the hand."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from terminal_app.gui.chart.drawings.pencil import Pencil
from terminal_app.gui.chart.drawings.shapes import ShapeKind


class DrawButton(QToolButton):
    """Offer the tools of a pencil, its magnet, and what takes drawings away."""

    def __init__(self, pencil: Pencil) -> None:
        super().__init__()
        self._pencil = pencil
        menu = QMenu(self)
        for kind in ShapeKind:
            action = QAction(kind.words, menu)
            action.triggered.connect(lambda _on, tool=kind: self._take(tool))
            menu.addAction(action)
        menu.addSeparator()
        magnet = QAction("Magnet: open, high, low, close", menu)
        magnet.setCheckable(True)
        magnet.toggled.connect(self._set_magnet)
        menu.addAction(magnet)
        menu.addAction("Remove all drawings", self._clear)
        self.setMenu(menu)
        self.setProperty("role", "segment")
        self.setCheckable(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName("Draw on the chart")
        self.setToolTip("Draw; Delete removes what is chosen, Ctrl+Z takes a change back")
        pencil.tool_done.connect(self._show_tool)
        self._show_tool()

    def _take(self, tool: ShapeKind) -> None:
        self._pencil.choose_tool(tool)
        self._show_tool()

    def _set_magnet(self, is_on: bool) -> None:
        self._pencil.has_magnet = is_on

    def _clear(self) -> None:
        self._pencil.drawings.clear()
        self._pencil.chosen = None
        self._pencil.changed.emit()

    def _show_tool(self) -> None:
        tool = self._pencil.tool
        self.setText(f"{tool.words if tool is not None else 'Draw'} ▾")
        self.setChecked(tool is not None)
