"""Know whether what is to be shown can be seen on any screen there is now."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

# As much of a window has to be seen as a hand needs to take hold of it.
LEAST_SEEN_PX = 48


def is_on_a_screen(area: QRect) -> bool:
    """Say whether enough of an area can be seen to be taken hold of."""
    for screen in QGuiApplication.screens():
        seen = screen.availableGeometry().intersected(area)
        if seen.width() >= LEAST_SEEN_PX and seen.height() >= LEAST_SEEN_PX:
            return True
    return False


def bring_on_screen(window: QWidget, beside: QPoint) -> None:
    """Move a window that no screen shows to where one does."""
    if not is_on_a_screen(window.geometry()):
        window.move(beside)
