"""Keep keys that act on the desk's symbol from one who looks at another."""

from __future__ import annotations

from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication

from terminal_app.gui.hotkeys.key_map import KeyAction
from terminal_app.gui.hotkeys.listener import KeyTarget
from terminal_app.gui.widgets.own_symbol import own_symbol
from terminal_app.services.desk import Desk
from terminal_app.services.notifications import Severity


class SeenDesk:
    """Pass trading keys on, but not while pointer or focus are in a panel of another symbol."""

    def __init__(self, desk: Desk, keys: KeyTarget) -> None:
        self._desk = desk
        self._keys = keys

    def on_trading_key(self, action: KeyAction) -> None:
        """Do what a key was pressed for, where the eye and the key mean one symbol."""
        here = (self._desk.market, self._desk.symbol)
        for widget in (QApplication.widgetAt(QCursor.pos()), QApplication.focusWidget()):
            seen = own_symbol(widget)
            if seen is not None and seen != here:
                self._desk.notifications.tell(
                    Severity.WARNING,
                    f"Nothing was done: the hand is at {seen[1]}, this key acts on {here[1]}.",
                )
                return
        self._keys.on_trading_key(action)
