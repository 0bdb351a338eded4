"""Paint the chart that is not there yet, quietly."""

import math

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter

from terminal_app.gui.theme import Theme

_STEP_PX = 16


def paint_chart_skeleton(painter: QPainter, rect: QRect, theme: Theme) -> None:
    """Paint grey bars along a calm wave."""
    colour = QColor(theme.raised)
    for number, left in enumerate(range(rect.left() + 12, rect.right() - 80, _STEP_PX)):
        wave = math.sin(number * 0.31) * 0.10 + math.sin(number * 0.11) * 0.13
        middle = rect.top() + round(rect.height() * (0.46 - wave))
        half = 10 + round(8 * math.sin(number * 1.7) ** 2)
        painter.fillRect(left, middle - half, 8, 2 * half, colour)
        painter.fillRect(left + 3, middle - half - 9, 2, 2 * half + 18, colour)
