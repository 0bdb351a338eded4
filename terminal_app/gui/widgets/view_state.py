"""Name what a view can be in, and paint every state but the normal one."""

from enum import StrEnum

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import text_font


class ViewState(StrEnum):
    """Say why a view shows what it shows."""

    LOADING = "loading"
    EMPTY = "empty"
    NORMAL = "normal"
    STALE = "stale"
    ERROR = "error"
    DISABLED = "disabled"

    @property
    def has_data(self) -> bool:
        """Tell whether figures are painted in this state."""
        return self in (ViewState.NORMAL, ViewState.STALE)


def paint_message(painter: QPainter, rect: QRect, theme: Theme, state: ViewState, text: str) -> int:
    """Paint the sentence of a state in the middle of the rectangle; return its lower edge."""
    weight = QFont.Weight.Medium if state is ViewState.ERROR else QFont.Weight.Normal
    painter.setFont(text_font(weight=weight))
    painter.setPen(QColor(theme.danger if state is ViewState.ERROR else theme.muted))
    box = rect.adjusted(16, 0, -16, -24)
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    return painter.drawText(box, flags, text).bottom()


def paint_rows_skeleton(painter: QPainter, rect: QRect, theme: Theme, row_height: int) -> None:
    """Paint quiet bars where rows of figures will be."""
    colour = QColor(theme.raised)
    for index, top in enumerate(range(rect.top(), rect.bottom() - row_height, row_height)):
        middle = top + row_height // 2 - 3
        for part, width in ((0.02, 0.20), (0.42, 0.14 + 0.03 * (index % 3)), (0.80, 0.18)):
            left = rect.left() + round(rect.width() * part)
            painter.fillRect(left, middle, round(rect.width() * width), 6, colour)


def paint_stale(painter: QPainter, rect: QRect, theme: Theme, text: str, down_px: int = 16) -> None:
    """Grey what is painted and say how old it is, `down_px` beneath the upper edge."""
    veil = QColor(theme.panel)
    veil.setAlpha(150)
    painter.fillRect(rect, veil)
    font = text_font(11, QFont.Weight.Medium)
    metrics = QFontMetrics(font)
    tag = QRect(0, 0, min(rect.width() - 8, metrics.horizontalAdvance(text) + 20), 22)
    tag.moveCenter(QPoint(rect.center().x(), rect.top() + down_px + 11))
    painter.fillRect(tag, QColor(theme.raised))
    painter.setPen(QColor(theme.warning))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(tag.adjusted(0, 0, -1, -1))
    painter.setFont(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, tag.width() - 12)
    painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, shown)
