"""The View menu and the search: what a person does with the window itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from terminal_app.domain.period import period_of
from terminal_app.gui.charts import Charts
from terminal_app.gui.docks import Dock, DockArea
from terminal_app.gui.further_panels import FurtherPanels
from terminal_app.gui.panels.environment_bar import EnvironmentBar
from terminal_app.gui.panels.symbol_bar import MARKET_WORDS
from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_menu import ThemeMenu
from terminal_app.gui.workspace.commands import Command, menu_commands
from terminal_app.gui.workspace.layout_menu import LayoutMenu
from terminal_app.gui.workspace.layouts import Layouts
from terminal_app.gui.workspace.palette import CommandPalette
from terminal_app.gui.workspace.panel_places import fill_windows
from terminal_app.gui.workspace.panel_window import PanelWindow, fill_panel_menu
from terminal_app.gui.workspace.panel_windows import PanelWindows
from terminal_app.services.desk import Desk
from terminal_app.storage.preferences import KeptWindow, PanelPreferences

SEARCH_KEYS, LOCK_KEYS, LEAVE_KEYS = "Ctrl+K", "Ctrl+Shift+L", "Ctrl+Q"
SCALES = (85, 100, 115, 130, 150)


class Workspace(QObject):
    """Own layouts, the search and the View menu.

    ``changed`` asks for the settings to be kept, ``themed`` carries a theme that was chosen.
    """

    changed = Signal()
    themed = Signal(object)

    def __init__(
        self,
        window: QWidget,
        desk: Desk,
        theme: Theme,
        area: DockArea,
        charts: Charts,
        panels: FurtherPanels,
        bar: EnvironmentBar,
    ) -> None:
        super().__init__(window)
        self._window, self._desk, self._area = window, desk, area
        self._menu, self._charts, self._panels = bar.view_menu, charts, panels
        self.windows = PanelWindows(window, area)
        self.layouts = Layouts(window, area, self.windows, panels, charts, desk.preferences)
        self.palette = CommandPalette(window, theme, lambda: list(self.commands()))
        self.search = QPushButton(f"Search  {SEARCH_KEYS}")
        self.search.setProperty("role", "quiet")
        self.search.setAccessibleName("Search symbols, panels, layouts and settings")
        self.search.setToolTip(f"Search symbols, panels, layouts and settings ({SEARCH_KEYS})")
        self.search.clicked.connect(self.palette.open_here)
        self.lock = QAction("Lock the layout", self)
        self.lock.setCheckable(True)
        self.lock.setShortcut(QKeySequence(LOCK_KEYS))
        self.lock.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        self.lock.setChecked(self.layouts.is_locked)
        self.lock.toggled.connect(self.layouts.lock)
        window.addAction(self.lock)
        self._fill(self._menu)
        self._shortcut(SEARCH_KEYS, self.palette.open_here)
        self._shortcut(LEAVE_KEYS, window.close)
        self.layouts.changed.connect(self.changed)
        self.windows.changed.connect(self.changed)
        self.windows.opened.connect(self._equip)
        for part in (charts, panels):
            part.changed.connect(self.changed)
        panels.opened.connect(self._take_in)

    def restore(
        self, arrangement: str, panels: Iterable[PanelPreferences], windows: Iterable[KeptWindow]
    ) -> bool:
        """Take an arrangement of panels and further windows back; return whether it was one."""
        self._panels.restore(panels)
        self._area.arrange()
        self.windows.restore(windows)
        is_read = self._area.restore_text(arrangement)
        self.layouts.hold()
        self._area.bring_back()
        return is_read

    def commands(self) -> Iterator[Command]:
        """Return everything that can be found now."""
        yield from self._symbols()
        for market in self._desk.sessions:
            select = partial(self._desk.select_market, market)
            yield Command(f"Market {MARKET_WORDS[market]}", "Market", select)
        session = self._desk.session
        if session is not None:
            for interval in session.venue.capabilities.intervals:
                select_period = partial(self._desk.select_period, period_of(interval.value))
                yield Command(f"Bars of {interval.value}", "Chart", select_period)
        yield from menu_commands(self._charts.shape_button.menu(), "Charts")
        yield from menu_commands(self._menu, "View")

    def _symbols(self) -> Iterator[Command]:
        session = self._desk.session
        if session is not None:
            word = MARKET_WORDS[session.market]
            for symbol, instrument in sorted(session.instruments.items()):
                closed = "" if instrument.is_trading else f"  {instrument.status.lower()}"
                name = f"{symbol}{closed}"
                show = partial(self._desk.select_symbol, symbol)
                yield Command(name, word, show, key=f"{session.market}: {symbol}")

    def _equip(self, window: PanelWindow) -> None:
        window.search_wanted.connect(self.palette.open_here)
        window.panel_wanted.connect(lambda kind: self.windows.move(self._panels.open(kind), window))

    def _take_in(self, dock: Dock) -> None:
        self.windows.follow(dock)
        self.layouts.hold()

    def _fill(self, menu: QMenu) -> None:
        for dock in self._area.docks.values():
            menu.addAction(dock.toggleViewAction())
            self.windows.follow(dock)
        menu.addSeparator()
        fill_panel_menu(menu.addMenu("New panel of its own symbol"), self._panels.open)
        places, docks = menu.addMenu("Windows"), self._area.docks
        places.aboutToShow.connect(lambda: fill_windows(self.windows, docks.values(), places))
        self.layout_menu = LayoutMenu(self._window, self.layouts, menu.addMenu("Layouts"))
        menu.addAction(self.lock)
        self.themes = ThemeMenu(menu.addMenu("Colours"), self._desk.preferences)
        self.themes.chosen.connect(self.themed)
        self.themes.chosen.connect(lambda _: self.changed.emit())
        self._fill_scales(menu.addMenu("Size of everything"))

    def _fill_scales(self, menu: QMenu) -> None:
        preferences, scales = self._desk.preferences, QActionGroup(menu)
        for percent in SCALES:
            action = menu.addAction(f"{percent} %")
            action.setCheckable(True)
            action.setData(percent)
            action.setChecked(percent == preferences.scale_percent)
            scales.addAction(action)
        menu.addSeparator()
        menu.addAction("Holds from the next start on").setEnabled(False)

        def take(action: QAction) -> None:
            preferences.scale_percent = int(action.data())
            self.changed.emit()

        scales.triggered.connect(take)

    def _shortcut(self, keys: str, action: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self._window)
        shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
        shortcut.activated.connect(action)
