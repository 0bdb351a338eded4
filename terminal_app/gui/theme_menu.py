"""Let a person choose how the terminal looks: dark or light, and the colours of up and down."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from terminal_app.gui.theme import DARK, LIGHT, SideColours, Theme, chosen_theme
from terminal_app.storage.preferences import Preferences

_THEMES = {DARK.name: "Dark", LIGHT.name: "Light"}


class ThemeMenu(QObject):
    """Put the choices into a menu and keep them; ``chosen`` carries the theme they make."""

    chosen = Signal(object)

    def __init__(self, menu: QMenu, preferences: Preferences) -> None:
        super().__init__(menu)
        self._preferences = preferences
        self.themes = self._group(menu, _THEMES, preferences.theme)
        menu.addSeparator()
        sides = {each.value: each.words for each in SideColours}
        self.sides = self._group(menu, sides, preferences.side_colours)

    @property
    def theme(self) -> Theme:
        """Return what is chosen now."""
        return chosen_theme(self._preferences.theme, self._preferences.side_colours)

    def _group(self, menu: QMenu, titles: dict[str, str], now: str) -> QActionGroup:
        group = QActionGroup(menu)
        for choice, title in titles.items():
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setData(choice)
            action.setChecked(choice == now)
            group.addAction(action)
        group.triggered.connect(self._on_triggered)
        return group

    def _on_triggered(self) -> None:
        theme, sides = self.themes.checkedAction(), self.sides.checkedAction()
        if theme is not None:
            self._preferences.theme = str(theme.data())
        if sides is not None:
            self._preferences.side_colours = str(sides.data())
        self.chosen.emit(self.theme)
