"""What a person chooses of the ladder: how clicks are read, what bars mean, how rows move."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from terminal_app.gui.ladder.meaning import MouseScheme
from terminal_app.gui.ladder.painting import LadderLook
from terminal_app.gui.ladder.view import LadderView


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
        self.sums = self._action(menu, "Bars show the sum from the best price")
        self.centred = self._action(menu, "Keep the market centred, but never under the pointer")
        menu.addSeparator()
        menu.addAction("Centre now (Space or C)", view.centre)
        self.setMenu(menu)
        self.show_choices(MouseScheme.COLUMNS, is_cumulative=True, is_centred=True)

    def show_choices(self, scheme: MouseScheme, *, is_cumulative: bool, is_centred: bool) -> None:
        """Take choices that were made before."""
        self.schemes[scheme].setChecked(True)
        self.sums.setChecked(is_cumulative)
        self.centred.setChecked(is_centred)
        self._view.rules.scheme = scheme
        self._view.look = LadderLook(is_cumulative)
        self._view.is_auto_centred = is_centred
        self._view.mark()

    def _action(self, menu: QMenu, text: str) -> QAction:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.triggered.connect(self._take)
        return action

    def _take(self) -> None:
        scheme = next(name for name, action in self.schemes.items() if action.isChecked())
        is_cumulative, is_centred = self.sums.isChecked(), self.centred.isChecked()
        self.show_choices(scheme, is_cumulative=is_cumulative, is_centred=is_centred)
        self.changed.emit()
