"""On what terms positions of the shown symbol are held, at the end of the ticket's title."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtWidgets import QPushButton

from terminal_app.gui.format import UNKNOWN
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.observers import Subscriptions
from terminal_app.services.desk import ENVIRONMENT, SYMBOL, Desk


class TermsButton(QPushButton):
    """Show margin mode and leverage, "Cross 10×"; a press asks to change them."""

    def __init__(self, desk: Desk, clock: FrameClock) -> None:
        super().__init__()
        self._desk = desk
        self._clock = clock
        self._subscriptions = Subscriptions()
        self.setProperty("role", "quiet")
        self.setToolTip("Margin mode and leverage of this symbol; press to change them")
        self.setAccessibleName("Margin mode and leverage")
        desk.observers.add(self._on_desk)
        self._follow()

    def flush(self) -> None:
        """Say how things stand now."""
        session, symbol = self._desk.session, self._desk.symbol
        if session is None:
            return
        settings = session.account.settings(symbol)
        if settings is None:
            self.setText(f"{UNKNOWN} ▾")
            return
        hedged = ", hedge" if session.account.is_hedged else ""
        mode = settings.margin_mode.value.capitalize()
        self.setText(f"{mode} {settings.leverage}×{hedged} ▾")

    def _on_desk(self, key: Hashable) -> None:
        if key in (ENVIRONMENT, SYMBOL):
            self._follow()

    def _follow(self) -> None:
        self._subscriptions.leave()
        session = self._desk.session
        self.setVisible(session is not None and session.venue.settings is not None)
        if session is not None:
            self._subscriptions.hear(lambda _: self._clock.mark(self), session.account.observers)
        self._clock.mark(self)
