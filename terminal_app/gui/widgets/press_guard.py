"""Tell a second press from the other half of a double click."""

from __future__ import annotations

import time

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QPushButton

SETTLE_SECONDS = 0.25
SAME_PLACE_PX = 12


class PressGuard:
    """Refuse presses that a hand cannot have meant for the button they hit.

    A button may have come to lie under the pointer a moment ago, because a row above it went; or
    the press is the second half of a double click, of which the first half was obeyed.
    """

    def __init__(self) -> None:
        self._pressed_at = self._moved_at = float("-inf")
        self._place = QPoint()

    def on_moved(self) -> None:
        """Take note that buttons changed places."""
        self._moved_at = time.monotonic()

    def allows(self, button: QPushButton) -> bool:
        """Say whether a press of a button is to be obeyed."""
        now = time.monotonic()
        place = button.mapToGlobal(button.rect().center())
        is_near = (place - self._place).manhattanLength() <= SAME_PLACE_PX
        is_second = is_near and now - self._pressed_at < QApplication.doubleClickInterval() / 1000
        is_settling = now - self._moved_at < SETTLE_SECONDS
        self._pressed_at, self._place = now, place
        return not (is_second or is_settling)
