"""Arrange the panels: chart in the middle, book and tape beside it, ticket at the edge."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QByteArray, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.panel_title import PanelTitle
from terminal_app.gui.workspace.screens import is_on_a_screen

BESIDE_PX = 80
_VERSION = 2
CHART_WIDTHS = 3
# The others wait in the View menu.
SHOWN_FIRST = frozenset({"book", "ladder", "trades", "ticket", "activity"})
# Tabs of another panel's place; the rest have a place of their own, left of the chart.
BEHIND = {"journal": "activity"}


class Dock(QDockWidget):
    """Hold a panel; floating it is a window of its own and says where it trades as well.

    Emits ``closed`` when a person closed it.
    """

    closed = Signal()

    def __init__(self, name: str, title: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self._title = title
        self._colour, self._word = QColor(), ""
        self.setObjectName(name)
        self.head = PanelTitle(self)
        self.setTitleBarWidget(self.head)
        self.topLevelChanged.connect(lambda _: self._show_environment())
        # Who asks for a panel wants to see it, not a tab behind another.
        self.toggleViewAction().triggered.connect(self._come_forward)

    @property
    def title(self) -> str:
        """Return what the panel is called, wherever it stands."""
        return self._title

    def set_environment(self, colour: str, word: str) -> None:
        """Take the colour of the frame and the word in the title."""
        self._colour, self._word = QColor(colour), word
        self._show_environment()

    def _come_forward(self, is_shown: bool) -> None:
        if is_shown:
            self.raise_()

    def _show_environment(self) -> None:
        is_floating = self.isFloating()
        self.setWindowTitle(f"{self._title} – {self._word}" if is_floating else self._title)
        # The border only makes room at the edge: under a title of our own Qt does not paint it.
        self.setStyleSheet("Dock { border: 3px solid; }" if is_floating else "")
        self.update()

    @guarded(None)
    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

    @guarded(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.isFloating():
            # Title and panel cover all of it but the edge.
            painter = QPainter(self)
            painter.fillRect(self.rect(), self._colour)
            painter.end()


class DockArea(QMainWindow):
    """Hold the chart and the docks around it; every dock can be moved, floated and closed.

    Emits ``rearranged`` when a dock went elsewhere, was opened or closed, or the window was moved.
    """

    rearranged = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.docks: dict[str, Dock] = {}
        self._colour, self._word = "", ""
        self._settle = QTimer(self, interval=0, singleShot=True)
        self._settle.timeout.connect(self._show_titles)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setDockNestingEnabled(True)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)

    def add(
        self,
        name: str,
        title: str,
        panel: QWidget,
        lead: QWidget | None = None,
        tool: QWidget | None = None,
    ) -> Dock:
        """Put a panel into a dock; ``lead`` stands where its title would, ``tool`` at its end."""
        dock = Dock(name, title, self)
        if lead is not None:
            dock.head.lead_with(lead)
        if tool is not None:
            dock.head.add_tool(tool)
        dock.setWidget(panel)
        dock.set_environment(self._colour, self._word)
        self.docks[name] = dock
        for signal in (dock.dockLocationChanged, dock.topLevelChanged, dock.visibilityChanged):
            signal.connect(lambda _: self.rearranged.emit())
            # Once Qt has put every tab in its place.
            signal.connect(lambda _: self._settle.start())
        return dock

    def put_near(self, dock: Dock, name: str) -> None:
        """Put a new dock behind another as a tab, or left of the chart where that is not here."""
        before = self.docks.get(name)
        if before is not None and before.parentWidget() is self and not before.isHidden():
            self.tabifyDockWidget(before, dock)
        else:
            self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
            self.resizeDocks([dock], [round(self.width() * 0.3)], Qt.Orientation.Horizontal)

    def set_note(self, names: Collection[str], text: str) -> None:
        """Say more beside the titles of some panels."""
        for name in names:
            self.docks[name].head.set_note(text)

    def remove(self, name: str) -> None:
        """End a dock with its panel."""
        dock = self.docks.pop(name)
        holder = dock.parentWidget()
        if isinstance(holder, QMainWindow):
            holder.removeDockWidget(dock)
        dock.deleteLater()
        self.rearranged.emit()

    def set_locked(self, is_locked: bool) -> None:
        """Keep docks from being dragged, floated and closed, or let them go."""
        feature = QDockWidget.DockWidgetFeature
        free = feature.DockWidgetMovable | feature.DockWidgetFloatable | feature.DockWidgetClosable
        for dock in self.docks.values():
            dock.setFeatures(feature.NoDockWidgetFeatures if is_locked else free)

    def arrange(self, shown: Collection[str] = SHOWN_FIRST) -> None:
        """Put every dock in its place, and show those that are named."""
        right = Qt.DockWidgetArea.RightDockWidgetArea
        book, trades = self.docks["book"], self.docks["trades"]
        ticket, activity = self.docks["ticket"], self.docks["activity"]
        for dock in self.docks.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)
        self.addDockWidget(right, book)
        self.splitDockWidget(book, ticket, Qt.Orientation.Horizontal)
        self.splitDockWidget(book, trades, Qt.Orientation.Vertical)
        self.tabifyDockWidget(book, self.docks["ladder"])
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, activity)
        self._put_aside([name for name in self.docks if name not in SHOWN_FIRST])
        for name, dock in self.docks.items():
            dock.setVisible(name in shown)
        (book if "book" in shown else self.docks["ladder"]).raise_()
        self.fit()

    def _put_aside(self, names: Sequence[str]) -> None:
        """Keep docks as tabs for when they are wanted."""
        beside: Dock | None = None
        for name in names:
            dock = self.docks[name]
            before = self.docks[BEHIND[name]] if name in BEHIND else beside
            if before is not None:
                self.tabifyDockWidget(before, dock)
            else:
                beside = dock
                self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)

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

    def set_environment(self, colour: str, word: str) -> None:
        """Take the environment's colour and word for floating panels."""
        self._colour, self._word = colour, word
        for dock in self.docks.values():
            dock.set_environment(colour, word)

    def bring_back(self) -> None:
        """Bring panels that float where no screen is any more back beside the window."""
        beside = self.window().geometry().topLeft() + QPoint(BESIDE_PX, BESIDE_PX)
        for dock in self.docks.values():
            if dock.isFloating() and not is_on_a_screen(dock.geometry()):
                dock.move(beside)

    def lend(self, dock: Dock, to: QMainWindow) -> None:
        """Let another window hold a dock; its place here is kept for when it comes back."""
        dock.setFloating(False)
        places = self.state_text()
        self.removeDockWidget(dock)
        put_beside(to, dock)
        dock.show()
        # A dock that was removed leaves no place: one that is read of a text and is not there does.
        self.restore_text(places)

    def take_back(self, dock: Dock, *, is_shown: bool) -> None:
        """Take a dock that was lent to where it stood before."""
        dock.setFloating(False)
        holder = dock.parentWidget()
        if isinstance(holder, QMainWindow):
            holder.removeDockWidget(dock)
        dock.setParent(self)
        if not self.restoreDockWidget(dock):
            self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
        dock.setVisible(is_shown)

    def raise_floating(self) -> None:
        """Bring floating panels above the window they belong to."""
        for dock in self.docks.values():
            if dock.isFloating() and dock.isVisible():
                dock.raise_()

    def _show_titles(self) -> None:
        for dock in self.docks.values():
            holder = dock.parentWidget()
            beside = holder.tabifiedDockWidgets(dock) if isinstance(holder, QMainWindow) else []
            is_under_tab = any(not other.isHidden() for other in beside)
            dock.head.set_under_tab(is_under_tab and not dock.isFloating())

    def state_text(self) -> str:
        """Return the arrangement as text."""
        return bytes(self.saveState(_VERSION).toBase64().data()).decode()

    def restore_text(self, text: str) -> bool:
        """Take an arrangement back; return whether it was one."""
        return self.restoreState(QByteArray.fromBase64(text.encode()), _VERSION)


def put_beside(window: QMainWindow, dock: Dock) -> None:
    """Put a dock at the right of those that a window without a middle holds."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    others = [one for one in window.findChildren(Dock, options=direct) if not one.isFloating()]
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    if others:
        window.splitDockWidget(others[-1], dock, Qt.Orientation.Horizontal)
        docks = [*others, dock]
        # A chart needs the width that lists of prices do not.
        widths = [CHART_WIDTHS if one.objectName().startswith("chart") else 1 for one in docks]
        share = window.width() // sum(widths)
        window.resizeDocks(docks, [width * share for width in widths], Qt.Orientation.Horizontal)
