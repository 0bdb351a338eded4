"""The window's icon in the taskbar, in the colour of what is at stake."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

SIDE = 64
# Wick and body of three candles: left, top, width, height on a field of 64.
_CANDLES = (
    (QRect(16, 22, 2, 30), QRect(12, 28, 10, 18)),
    (QRect(31, 12, 2, 34), QRect(27, 18, 10, 20)),
    (QRect(46, 18, 2, 32), QRect(42, 24, 10, 14)),
)


def environment_icon(colour: str, ink: str) -> QIcon:
    """Return three candles in ink on a rounded field of a colour."""
    pixmap = QPixmap(SIDE, SIDE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(0, 0, SIDE, SIDE, 12, 12)
    for wick, body in _CANDLES:
        painter.fillRect(wick, QColor(ink))
        painter.fillRect(body, QColor(ink))
    painter.end()
    return QIcon(pixmap)
