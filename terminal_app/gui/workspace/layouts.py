"""Arrangements of the window by name."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from terminal_app.errors import InvalidSetting
from terminal_app.gui.charts import Charts
from terminal_app.gui.docks import DockArea
from terminal_app.gui.further_panels import FurtherPanels
from terminal_app.gui.workspace.panel_windows import PanelWindows
from terminal_app.storage.layout_file import layout_bytes, layout_of
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
    """Keep, show, rename and delete layouts, and take them to and from files.

    ``changed`` asks for the settings to be kept, ``file_made`` carries path and content of a file
    that is to be written.
    """

    changed = Signal()
    file_made = Signal(str, bytes)

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
        self._area, self._charts = area, charts
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
        self._windows.is_locked = self.is_locked

    def keep(self, name: str) -> str:
        """Keep the arrangement of now under a name; return why it is refused, or nothing."""
        try:
            name = checked_name(name)
        except InvalidSetting as error:
            return str(error)
        self._preferences.layouts[name] = self._now()
        self.changed.emit()
        return ""

    def export(self, path: str) -> None:
        """Have the arrangement of now written to a file, under the file's name."""
        self.file_made.emit(path, layout_bytes(Path(path).stem, self._now()))

    def take_in(self, content: bytes) -> str:
        """Keep and show the layout of a file; return its name.

        Raise ``InvalidSetting`` for a file that holds none: nothing is changed then.
        """
        read, before = layout_of(content), self._now()
        name = self._free_name(" ".join(read.name.split())[:LONGEST_NAME] or "Layout")
        if not self._arrange(read.layout):
            self._arrange(before)
            raise InvalidSetting("File", "where its panels stand cannot be read", "chosen")
        self._preferences.layouts[name] = copied(read.layout)
        self.changed.emit()
        return name

    def show_layout(self, name: str) -> bool:
        """Arrange the window as it was kept; return whether that could be read."""
        is_read = self._arrange(self._preferences.layouts[name])
        self.changed.emit()
        return is_read

    def _now(self) -> KeptLayout:
        shape, docks = self._preferences.chart_shape, self._area.state_text()
        return copied(KeptLayout(docks, shape, self._windows.kept(), self._panels.kept()))

    def _free_name(self, name: str) -> str:
        taken = {*PRESETS, *self._preferences.layouts}
        numbered = (f"{name[: LONGEST_NAME - 5]} ({number})" for number in count(2))
        return name if name not in taken else next(one for one in numbered if one not in taken)

    def _arrange(self, layout: KeptLayout) -> bool:
        # What is shown may be changed without changing what was kept.
        kept = copied(layout)
        self._charts.show_shape(kept.chart_shape)
        self._windows.gather()
        self._panels.restore(kept.panels)
        self._windows.restore(kept.windows)
        is_read = self._area.restore_text(kept.docks)
        self.hold()
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
