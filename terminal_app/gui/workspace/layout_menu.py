"""Everything that a person can do with layouts, as a menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from terminal_app.gui.dialogs.file_paths import ask_where, ask_which
from terminal_app.gui.workspace.layouts import PRESETS, Layouts

FILES = "Layout (*.json)"


class LayoutMenu(QObject):
    """Fill a menu with what can be done with layouts now.

    ``file_wanted`` carries the path of a file whose content is for ``Layouts.take_in``.
    """

    file_wanted = Signal(str)

    def __init__(self, window: QWidget, layouts: Layouts, menu: QMenu) -> None:
        super().__init__(menu)
        self._window, self._layouts, self._menu = window, layouts, menu
        menu.aboutToShow.connect(self._refill)
        self._refill()

    def _refill(self) -> None:
        menu, layouts = self._menu, self._layouts
        menu.clear()
        for name in PRESETS:
            _offer(menu, name, partial(layouts.show_preset, name))
        menu.addSeparator()
        for name in layouts.names:
            _offer(menu, name, partial(layouts.show_layout, name))
        _offer(menu, "Keep as …", partial(self._ask_name, "", layouts.keep))
        _offer(menu, "Save to a file …", self._ask_where)
        _offer(menu, "Take from a file …", self._ask_which)
        if layouts.names:
            menu.addSeparator()
            rename, delete = menu.addMenu("Rename"), menu.addMenu("Delete")
            for name in layouts.names:
                take = partial(layouts.rename, name)
                _offer(rename, f"{name} …", partial(self._ask_name, name, take))
                _offer(delete, name, partial(layouts.delete, name))

    def _ask_where(self) -> None:
        ask_where(self._window, "Save the layout", "layout.json", FILES, self._layouts.export)

    def _ask_which(self) -> None:
        ask_which(self._window, "Take a layout", FILES, self.file_wanted.emit)

    def _ask_name(self, name: str, take: Callable[[str], str], text: str = "") -> None:
        """Ask for a name until it is one; ``take`` returns why it is refused."""
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle("Name of the layout")
        dialog.setLabelText(text or "Name, at most 40 characters:")
        dialog.setTextValue(name)
        dialog.finished.connect(dialog.deleteLater)

        def on_name(given: str) -> None:
            problem = take(given)
            if problem:
                self._ask_name(given, take, problem)

        dialog.textValueSelected.connect(on_name)
        dialog.open()


def _offer(menu: QMenu, title: str, work: Callable[[], object]) -> None:
    menu.addAction(title).triggered.connect(lambda _checked: work())
