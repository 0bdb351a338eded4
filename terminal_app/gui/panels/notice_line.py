"""The newest notice in one line, where a person looks: in every window that has panels."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from terminal_app.gui.format import time_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.hints import plain_hint
from terminal_app.gui.theme import restyle
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.services.notifications import Notice, Notifications, Severity

NOTICE_ROLES = {
    Severity.INFO: "muted",
    Severity.SUCCESS: "buy",
    Severity.WARNING: "warning",
    Severity.DANGER: "danger",
}


def notice_words(notice: Notice) -> str:
    """Return a notice with its time, and how often it came."""
    times = f" ×{notice.count}" if notice.count > 1 else ""
    return f"{time_text(notice.time_ms)}  {notice.text}{times}"


class NoticeLine(QLabel):
    """Show the newest notice, as much of it as there is room for."""

    def __init__(self, notifications: Notifications, clock: FrameClock) -> None:
        super().__init__()
        self._notifications, self._clock = notifications, clock
        self.setAccessibleName("Newest notice")
        self.setTextFormat(Qt.TextFormat.PlainText)
        # It takes the room that is left and asks for none.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        notifications.observers.add(lambda _: clock.mark(self))

    def flush(self) -> None:
        """Show the newest notice of this moment."""
        if not self._notifications.notices:
            return
        notice = self._notifications.notices[-1]
        words, room = notice_words(notice), self.width()
        self.setText(self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room))
        self.setToolTip(plain_hint(notice.text))
        self.setProperty("role", NOTICE_ROLES[notice.severity])
        restyle(self)

    @guarded(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._clock.mark(self)
