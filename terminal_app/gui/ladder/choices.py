"""What a person chooses of the ladder: how clicks are read, what bars mean, how rows move."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from terminal_app.gui.ladder.meaning import MouseScheme
from terminal_app.gui.ladder.painting import LadderLook
from terminal_app.gui.ladder.view import LadderView


@dataclass(frozen=True, slots=True)
class LadderSettings:
    """Hold the choices of a ladder."""

    scheme: MouseScheme = MouseScheme.COLUMNS
    only_rests: bool = False
    shows_sums: bool = True
    is_centred: bool = True


class LadderChoices(QToolButton):
    """Offer the choices of a ladder in a menu; ``changed`` tells that a person took another."""

    changed = Signal()

    def __init__(self, view: LadderView) -> None:
        super().__init__(view)
        self._view = view
        hint = "How clicks are read, what bars mean, how rows are centred"
        self.setText("More ▾")
        self.setProperty("role", "caption")
        self.setToolTip(hint)
        self.setAccessibleName(hint)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        group = QActionGroup(menu)
        self.schemes = {scheme: self._action(menu, scheme.words) for scheme in MouseScheme}
        for action in self.schemes.values():
            group.addAction(action)
        menu.addSeparator()
        self.rests = self._action(menu, "Limit orders only rest (post only)")
        self.sums = self._action(menu, "Bars show the sum from the best price")
        self.centred = self._action(menu, "Keep the market centred, but never under the pointer")
        menu.addSeparator()
        menu.addAction("Centre now (Space or C)", view.centre)
        self.setMenu(menu)
        self.show_choices(LadderSettings())

    def show_choices(self, settings: LadderSettings) -> None:
        """Take choices that were made before."""
        self.schemes[settings.scheme].setChecked(True)
        self.rests.setChecked(settings.only_rests)
        self.sums.setChecked(settings.shows_sums)
        self.centred.setChecked(settings.is_centred)
        view = self._view
        view.rules.scheme, view.rules.only_rests = settings.scheme, settings.only_rests
        view.look = LadderLook(settings.shows_sums)
        view.is_auto_centred = settings.is_centred
        view.mark()

    @property
    def settings(self) -> LadderSettings:
        """Return what is chosen."""
        return LadderSettings(
            scheme=next(name for name, action in self.schemes.items() if action.isChecked()),
            only_rests=self.rests.isChecked(),
            shows_sums=self.sums.isChecked(),
            is_centred=self.centred.isChecked(),
        )

    def _action(self, menu: QMenu, text: str) -> QAction:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.triggered.connect(self._take)
        return action

    def _take(self) -> None:
        self.show_choices(self.settings)
        self.changed.emit()
