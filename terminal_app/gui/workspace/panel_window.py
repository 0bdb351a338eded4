"""A further window for panels: another screen holds what a person wants to see there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QMoveEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from terminal_app.gui.docks import Dock
from terminal_app.gui.further_panels import WORDS
from terminal_app.gui.safety.dress import FRAME_PX, dresses_itself
from terminal_app.gui.theme import restyle
from terminal_app.gui.widgets.environment_icon import environment_icon
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.storage.preferences import PanelKind

STRIP_PX = 26
FOOT_PX = 36
FIRST_SIZE = (760, 720)
SMALLEST = (420, 320)
_VERSION = 1


class PanelWindow(QWidget):
    """Hold docks beside each other under a strip that says where they trade.

    Emits ``close_wanted`` when a person closes it, ``moved`` when it went elsewhere or has another
    size, ``search_wanted``, and ``panel_wanted`` with the kind of a new panel; ``panels_menu`` is
    filled by who knows the panels. Closing it does nothing by itself.
    """

    close_wanted = Signal()
    search_wanted = Signal()
    panel_wanted = Signal(object)
    moved = Signal()

    def __init__(self, parent: QWidget, number: int) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        dresses_itself(self)
        self.number = number
        self._colour = QColor()
        self.strip, self.foot = QFrame(), QFrame()
        self.strip.setProperty("role", "environment")
        self.strip.setFixedHeight(STRIP_PX)
        self.foot.setProperty("role", "status")
        self.foot.setFixedHeight(FOOT_PX)
        self.title, self.name = plain_label(""), plain_label(self.words)
        self.title.setObjectName("environment-title")
        self.area = QMainWindow()
        self.area.setWindowFlags(Qt.WindowType.Widget)
        self.area.setDockNestingEnabled(True)
        self.area.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.panels_menu = QMenu(self)
        self._lay_out()
        self.setMinimumSize(*SMALLEST)
        self.resize(*FIRST_SIZE)

    @property
    def words(self) -> str:
        """Return what it is called."""
        return f"Window {self.number}"

    @property
    def docks(self) -> list[Dock]:
        """Return the docks it holds."""
        return self.area.findChildren(Dock, options=Qt.FindChildOption.FindDirectChildrenOnly)

    def add_tool(self, tool: QWidget) -> None:
        """Put a widget into the foot, the last one at the right."""
        self._tools.addWidget(tool)

    def add_line(self, line: QWidget) -> None:
        """Put a widget into the foot that takes the room the others leave."""
        self._tools.addWidget(line, 1)

    def set_environment(self, kind: str, colour: str, ink: str, word: str, symbol: str) -> None:
        """Take the environment's colour and word, and the symbol of the desk's panels."""
        self.name.setText(f"{self.words}  ·  desk: {symbol}" if symbol else self.words)
        self._colour = QColor(colour)
        self.title.setText(word)
        self.setWindowTitle(f"{self.words} – {word} – Terminal")
        self.setWindowIcon(environment_icon(colour, ink))
        self.strip.setProperty("environment", kind)
        restyle(self.strip)
        self.update()

    def geometry_text(self) -> str:
        """Return size and place as text."""
        return bytes(self.saveGeometry().toBase64().data()).decode()

    def state_text(self) -> str:
        """Return how the docks stand as text."""
        return bytes(self.area.saveState(_VERSION).toBase64().data()).decode()

    def restore_text(self, geometry: str, docks: str) -> None:
        """Take size, place and how the docks stand back; what cannot be read changes nothing."""
        self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        self.area.restoreState(QByteArray.fromBase64(docks.encode()), _VERSION)

    @guarded(None)
    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.close_wanted.emit()

    @guarded(None)
    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.moved.emit()

    @guarded(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.moved.emit()

    @guarded(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._colour)
        painter.end()

    def _lay_out(self) -> None:
        strip = QHBoxLayout(self.strip)
        strip.setContentsMargins(12, 0, 8, 0)
        strip.setSpacing(8)
        strip.addWidget(self.title)
        strip.addWidget(self.name)
        strip.addStretch(1)
        panels = _button("Panels ▾", "Bring panels into this window, or send them back")
        panels.clicked.connect(
            lambda: self.panels_menu.popup(panels.mapToGlobal(panels.rect().bottomLeft()))
        )
        search = _button("Search", "Search symbols, panels, layouts and settings (Ctrl+K)")
        search.clicked.connect(self.search_wanted)
        back = _button("Close", "Close this window; its panels go back to where they came from")
        back.clicked.connect(self.close)
        for button in (panels, search, back):
            strip.addWidget(button)
        self._tools = QHBoxLayout(self.foot)
        self._tools.setContentsMargins(8, 0, 8, 0)
        self._tools.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(FRAME_PX, 0, FRAME_PX, FRAME_PX)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(self.area, 1)
        column.addWidget(self.foot)


def fill_panel_menu(menu: QMenu, take: Callable[[PanelKind], object]) -> None:
    """Offer every kind of panel that can look at a symbol of its own."""
    for kind, words in WORDS.items():
        action = menu.addAction(f"New {words.lower()}")
        action.triggered.connect(lambda _checked, kind=kind: take(kind))


def _button(text: str, hint: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("role", "on-environment")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setToolTip(hint)
    button.setAccessibleName(hint)
    return button
