"""Buttons that open a menu of choices, of which one or many may be taken."""

from collections.abc import Callable, Mapping, Sequence

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

    def _on_triggered(self, action: QAction) -> None:
        self.set_choice(str(action.data()))
        self.chosen.emit()


class ManyChoicesButton(QToolButton):
    """Offer choices of which any number may be taken; `chosen` tells that a person changed them.

    What is offered is asked for when the menu is first opened.
    `choices` stand in the order they were taken; those that are not offered are kept as they are.
    """

    chosen = Signal()

    def __init__(self, offer: Callable[[], Mapping[str, str]], text: str, name: str) -> None:
        super().__init__()
        self._offer = offer
        self._text = text
        self.choices: list[str] = []
        menu = QMenu(self)
        menu.aboutToShow.connect(self.fill)
        self.setMenu(menu)
        self.setProperty("role", "segment")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.set_choices(())

    def set_choices(self, choices: Sequence[str]) -> None:
        """Show choices as taken."""
        self.choices = list(choices)
        count = f" {len(self.choices)}" if self.choices else ""
        self.setText(f"{self._text}{count} ▾")
        self._show_taken()

    def fill(self) -> None:
        """Put the choices into the menu, when it is first opened."""
        menu = self.menu()
        if menu.isEmpty():
            for choice, title in self._offer().items():
                action = QAction(title, menu)
                action.setCheckable(True)
                action.setData(choice)
                action.triggered.connect(
                    lambda is_on, taken=choice: self._on_triggered(taken, is_on)
                )
                menu.addAction(action)
        self._show_taken()

    def _show_taken(self) -> None:
        for action in self.menu().actions():
            action.setChecked(action.data() in self.choices)

    def _on_triggered(self, choice: str, is_on: bool) -> None:
        rest = [taken for taken in self.choices if taken != choice]
        self.set_choices([*rest, choice] if is_on else rest)
        self.chosen.emit()
