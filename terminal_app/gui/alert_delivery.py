"""Bring an alert to a person who looks elsewhere: a message of the desktop and a sound."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from terminal_app.storage.preferences import Preferences

SHOWN_MS = 10_000


class AlertDelivery(QObject):
    """Deliver what an alert tells, as far as this desktop can and the person wants it."""

    def __init__(self, window: QWidget, preferences: Preferences) -> None:
        super().__init__(window)
        self._window = window
        self._preferences = preferences
        self._tray: QSystemTrayIcon | None = None

    @property
    def shows_messages(self) -> bool:
        """Say whether this desktop takes messages of programs."""
        return QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()

    def words(self) -> str:
        """Return how an alert reaches the person, in words."""
        ways = ["the strip below"]
        if self._preferences.alert_messages and self.shows_messages:
            ways.append("a message of the desktop")
        if self._preferences.alert_sound:
            ways.append("the system's sound")
        told = f"An alert is told by {', '.join(ways)}."
        if self._preferences.alert_messages and not self.shows_messages:
            told += " This desktop shows no messages of programs."
        return told

    def deliver(self, text: str) -> None:
        """Tell what came about."""
        if self._preferences.alert_sound:
            QApplication.beep()
        if self._preferences.alert_messages and self.shows_messages:
            if self._tray is None:
                self._tray = QSystemTrayIcon(self._window.windowIcon(), self)
                self._tray.messageClicked.connect(self._window.activateWindow)
            # Only while there is something to tell: an icon that never goes is one more to mind.
            self._tray.show()
            self._tray.showMessage(
                self._window.windowTitle(), text, QSystemTrayIcon.MessageIcon.Warning, SHOWN_MS
            )
