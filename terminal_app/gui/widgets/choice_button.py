"""A button that opens a menu of choices, of which one is taken."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton


class ChoiceButton(QToolButton):
    """Offer choices by their titles; `chosen` tells that a person took another."""

    chosen = Signal()

    def __init__(self, titles: Mapping[str, str], name: str) -> None:
        super().__init__()
        self._titles = dict(titles)
        self._actions = QActionGroup(self)
        menu = QMenu(self)
        for choice, title in titles.items():
            action = QAction(title, menu)
            action.setCheckable(True)
            action.setData(choice)
            self._actions.addAction(action)
            menu.addAction(action)
        self._actions.triggered.connect(self._on_triggered)
        self.setMenu(menu)
        self.setProperty("role", "segment")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.choice = ""
        self.set_choice(next(iter(titles)))

    def set_choice(self, choice: str) -> None:
        """Show a choice as taken."""
        self.choice = choice
        self.setText(f"{self._titles[choice]} ▾")
        for action in self._actions.actions():
            action.setChecked(action.data() == choice)

    def offer(self, choices: Iterable[str]) -> None:
        """Let a person take these choices only."""
        offered = set(choices)
        for action in self._actions.actions():
            action.setVisible(action.data() in offered)

    def _on_triggered(self, action: QAction) -> None:
        self.set_choice(str(action.data()))
        self.chosen.emit()
