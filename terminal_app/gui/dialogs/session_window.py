"""A window that is about one market of one environment, and goes when that is left."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from terminal_app.services.desk import Desk
from terminal_app.services.session import Session


class SessionWindow(QDialog):
    """Hold the session it is about; it lets the rest of the terminal be used meanwhile.

    What it waits for may come after a person has closed it, and Qt has deleted it: ``is_over``
    says so.
    """

    def __init__(self, parent: QWidget, session: Session, title: str) -> None:
        super().__init__(parent)
        self.session = session
        self.is_over = False
        self.finished.connect(self._on_finished)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{title} – {session.venue.environment.title}")

    def _on_finished(self) -> None:
        self.is_over = True


def close_left_windows(window: QWidget, desk: Desk) -> None:
    """Close the windows about an environment that was left: nothing in them is true any more."""
    sessions = list(desk.sessions.values())
    for each in window.findChildren(SessionWindow):
        if each.session not in sessions:
            each.close()
