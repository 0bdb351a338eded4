"""Offer to change on what terms a symbol's positions are held."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from terminal_app.gui.activity.position_dialogs import (
    HedgeModeDialog,
    LeverageDialog,
    MarginModeDialog,
)
from terminal_app.gui.dialogs.setting_dialog import Start
from terminal_app.services.desk import Desk
from terminal_app.services.session import Session


class TermsMenu(QObject):
    """Open the windows for leverage, margin mode and position mode."""

    def __init__(self, window: QWidget, desk: Desk, start: Start) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._start = start

    def fill(self, menu: QMenu, session: Session, symbol: str) -> None:
        """Add what can be changed of a symbol."""
        window, start = self._window, self._start
        menu.addAction("Leverage …", lambda: LeverageDialog(window, session, symbol, start).show())
        menu.addAction(
            "Margin mode …", lambda: MarginModeDialog(window, session, symbol, start).show()
        )
        menu.addAction(
            "Position mode of the account …",
            lambda: HedgeModeDialog(window, session, start).show(),
        )

    def serve(self, button: QAbstractButton) -> None:
        """Open the menu of the symbol that is shown beneath a button when that is pressed."""
        button.clicked.connect(lambda: self._open_beneath(button))

    def _open_beneath(self, button: QAbstractButton) -> None:
        session, symbol = self._desk.session, self._desk.symbol
        if session is None or session.venue.settings is None or not symbol:
            return
        menu = QMenu(self._window)
        self.fill(menu, session, symbol)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))
