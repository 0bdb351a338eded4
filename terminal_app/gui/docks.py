"""Arrange the panels: chart in the middle, book and tape beside it, ticket at the edge."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.panel_title import PanelTitle

_VERSION = 1


class DockArea(QMainWindow):
    """Hold the chart and the docks around it; every dock can be moved, floated and closed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._colour = theme.practice
        self.docks: dict[str, QDockWidget] = {}
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setDockNestingEnabled(True)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.setTabPosition(
            Qt.DockWidgetArea.AllDockWidgetAreas,
            self.tabPosition(Qt.DockWidgetArea.TopDockWidgetArea),
        )

    def add(
        self,
        name: str,
        title: str,
        panel: QWidget,
        lead: QWidget | None = None,
        tool: QWidget | None = None,
    ) -> QDockWidget:
        """Put a panel into a dock; ``lead`` stands where its title would, ``tool`` at its end."""
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        title_bar = PanelTitle(dock)
        if lead is not None:
            title_bar.lead_with(lead)
        if tool is not None:
            title_bar.add_tool(tool)
        dock.setTitleBarWidget(title_bar)
        dock.setWidget(panel)
        dock.topLevelChanged.connect(lambda _: self._frame(dock))
        self.docks[name] = dock
        return dock

    def arrange(self) -> None:
        """Put every dock where a first start shows it."""
        right = Qt.DockWidgetArea.RightDockWidgetArea
        book, trades = self.docks["book"], self.docks["trades"]
        ticket, activity = self.docks["ticket"], self.docks["activity"]
        for dock in self.docks.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)
        self.addDockWidget(right, book)
        self.splitDockWidget(book, ticket, Qt.Orientation.Horizontal)
        self.splitDockWidget(book, trades, Qt.Orientation.Vertical)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, activity)
        for dock in self.docks.values():
            dock.show()
        self.fit()

    def fit(self) -> None:
        """Give the docks the shares of a first start in the present size."""
        width, height = max(self.width(), 1000), max(self.height(), 600)
        docks = self.docks
        beside = 232 if width < 1400 else 268
        self.resizeDocks(
            [docks["book"], docks["ticket"]],
            [beside, beside + 8],
            Qt.Orientation.Horizontal,
        )
        self.resizeDocks(
            [docks["book"], docks["trades"]],
            [round(height * 0.6), round(height * 0.4)],
            Qt.Orientation.Vertical,
        )
        self.resizeDocks([docks["activity"]], [round(height * 0.27)], Qt.Orientation.Vertical)

    def set_colour(self, colour: str) -> None:
        """Take the environment's colour for the frame of floating panels."""
        self._colour = colour
        for dock in self.docks.values():
            self._frame(dock)

    def state_text(self) -> str:
        """Return the arrangement as text."""
        return bytes(self.saveState(_VERSION).toBase64().data()).decode()

    def restore_text(self, text: str) -> bool:
        """Take an arrangement back; return whether it was one."""
        return self.restoreState(QByteArray.fromBase64(text.encode()), _VERSION)

    def _frame(self, dock: QDockWidget) -> None:
        # A floating panel is a window of its own and must say where it trades as well.
        style = f"QDockWidget {{ border: 3px solid {self._colour}; }}" if dock.isFloating() else ""
        dock.setStyleSheet(style)
