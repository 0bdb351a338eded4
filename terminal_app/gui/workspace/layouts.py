"""Arrangements of the window by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from terminal_app.errors import InvalidSetting
from terminal_app.gui.charts import Charts
from terminal_app.gui.docks import DockArea
from terminal_app.gui.further_panels import FurtherPanels
from terminal_app.gui.workspace.panel_windows import PanelWindows
from terminal_app.storage.preferences import KeptLayout, Preferences, copied

LONGEST_NAME = 40
# A drag tells of many places: the last of them is kept.
SETTLE_MS = 1500
# What a person can begin with: the panels that are open in each.
PRESETS = {
    "Default": ("1", ("book", "ladder", "trades", "ticket", "activity")),
    "Scalping": ("1", ("ladder", "trades", "ticket", "activity")),
    "Charts": ("2|2", ("ticket", "activity")),
    "Watching": ("1", ("watchlist", "alerts", "book", "trades", "ticket", "activity")),
}


class Layouts(QObject):
    """Keep, show, rename and delete layouts; ``changed`` asks for the settings to be kept."""

    changed = Signal()

    def __init__(
        self,
        window: QWidget,
        area: DockArea,
        windows: PanelWindows,
        panels: FurtherPanels,
        charts: Charts,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._window, self._area, self._charts = window, area, charts
        self._windows, self._panels = windows, panels
        self._preferences = preferences
        self._settle = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self.changed)
        area.rearranged.connect(self._settle.start)
        windows.rearranged.connect(self._settle.start)

    @property
    def names(self) -> list[str]:
        """Return the names of the kept layouts, in their order."""
        return sorted(self._preferences.layouts, key=str.casefold)

    @property
    def is_locked(self) -> bool:
        """Say whether panels stay where they are."""
        return self._preferences.layout_locked

    def lock(self, is_locked: bool) -> None:
        """Keep panels from being dragged, floated and closed, or let them go."""
        self._preferences.layout_locked = is_locked
        self.hold()
        self.changed.emit()

    def hold(self) -> None:
        """Have every panel obey the lock."""
        self._area.set_locked(self.is_locked)
        self._windows.set_locked(self.is_locked)

    def keep(self, name: str) -> str:
        """Keep the arrangement of now under a name; return why it is refused, or nothing."""
        try:
            name = checked_name(name)
        except InvalidSetting as error:
            return str(error)
        shape = self._preferences.chart_shape
        kept = KeptLayout(self._area.state_text(), shape, self._windows.kept(), self._panels.kept())
        self._preferences.layouts[name] = copied(kept)
        self.changed.emit()
        return ""

    def show_layout(self, name: str) -> bool:
        """Arrange the window as it was kept; return whether that could be read."""
        # What is shown may be changed without changing what was kept.
        kept = copied(self._preferences.layouts[name])
        self._charts.show_shape(kept.chart_shape)
        self._windows.gather()
        self._panels.restore(kept.panels)
        self._windows.restore(kept.windows)
        is_read = self._area.restore_text(kept.docks)
        self.hold()
        self.changed.emit()
        return is_read

    def show_preset(self, name: str) -> None:
        """Arrange the window as the program offers it."""
        shape, shown = PRESETS[name]
        self._charts.show_shape(shape)
        self._windows.gather()
        self._panels.restore(())
        self._area.arrange(shown)
        self.changed.emit()

    def rename(self, name: str, new_name: str) -> str:
        """Give a layout another name; return why it is refused, or nothing."""
        try:
            new_name = checked_name(new_name)
        except InvalidSetting as error:
            return str(error)
        if new_name != name and new_name in self._preferences.layouts:
            return f"There is a layout “{new_name}” already: choose another name."
        self._preferences.layouts[new_name] = self._preferences.layouts.pop(name)
        self.changed.emit()
        return ""

    def delete(self, name: str) -> None:
        """Forget a layout; what is shown stays."""
        del self._preferences.layouts[name]
        self.changed.emit()

    def fill_menu(self, menu: QMenu) -> None:
        """Offer everything that can be done with layouts."""
        menu.aboutToShow.connect(lambda: self._refill(menu))
        self._refill(menu)

    def ask_name(self, name: str, take: Callable[[str], str], text: str = "") -> None:
        """Ask for a name until it is one; ``take`` returns why it is refused."""
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle("Name of the layout")
        dialog.setLabelText(text or "Name, at most 40 characters:")
        dialog.setTextValue(name)
        dialog.finished.connect(dialog.deleteLater)

        def on_name(given: str) -> None:
            problem = take(given)
            if problem:
                self.ask_name(given, take, problem)

        dialog.textValueSelected.connect(on_name)
        dialog.open()

    def _refill(self, menu: QMenu) -> None:
        menu.clear()
        for name in PRESETS:
            _offer(menu, name, partial(self.show_preset, name))
        menu.addSeparator()
        for name in self.names:
            _offer(menu, name, partial(self.show_layout, name))
        _offer(menu, "Keep as …", partial(self.ask_name, "", self.keep))
        if self.names:
            menu.addSeparator()
            rename, delete = menu.addMenu("Rename"), menu.addMenu("Delete")
            for name in self.names:
                take = partial(self.rename, name)
                _offer(rename, f"{name} …", partial(self.ask_name, name, take))
                _offer(delete, name, partial(self.delete, name))


def _offer(menu: QMenu, title: str, work: Callable[[], object]) -> None:
    menu.addAction(title).triggered.connect(lambda _checked: work())


def checked_name(name: str) -> str:
    """Return a name without spaces around it; raise ``InvalidSetting`` for one that is none."""
    name = " ".join(name.split())
    if not name:
        raise InvalidSetting("Name", "it must have at least one letter", "“”")
    if len(name) > LONGEST_NAME:
        rule = f"it must have at most {LONGEST_NAME} characters"
        raise InvalidSetting("Name", rule, f"“{name}”", name[:LONGEST_NAME])
    if name in PRESETS:
        raise InvalidSetting("Name", "the program itself offers one of that name", f"“{name}”")
    return name
