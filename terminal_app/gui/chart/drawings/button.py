"""The button that gives a tool into the hand."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from terminal_app.gui.chart.drawings.pencil import Pencil
from terminal_app.gui.chart.drawings.risk import RISKS
from terminal_app.gui.chart.drawings.shapes import ShapeKind
from terminal_app.gui.format import percent_text


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
        self._risks = QMenu("Risk of a position", menu)
        for percent in RISKS:
            action = self._risks.addAction(f"{percent_text(percent, signed=False)} of the account")
            action.setCheckable(True)
            action.setData(percent)
            action.triggered.connect(lambda _on, risk=percent: self._set_risk(risk))
        menu.addMenu(self._risks)
        menu.addAction("Remove all drawings", self._clear)
        menu.aboutToShow.connect(self._show_risk)
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

    def _set_risk(self, percent: Decimal) -> None:
        if self._pencil.sizer is not None:
            self._pencil.sizer.percent = percent
            self._pencil.changed.emit()

    def _show_risk(self) -> None:
        sizer = self._pencil.sizer
        self._risks.menuAction().setVisible(sizer is not None)
        for action in self._risks.actions():
            action.setChecked(sizer is not None and action.data() == sizer.percent)

    def _clear(self) -> None:
        self._pencil.drawings.clear()
        self._pencil.chosen = None
        self._pencil.changed.emit()

    def _show_tool(self) -> None:
        tool = self._pencil.tool
        self.setText(f"{tool.words if tool is not None else 'Draw'} ▾")
        self.setChecked(tool is not None)
