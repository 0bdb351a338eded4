"""A price in the axis on a ground of its colour."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFontMetrics, QPainter

from terminal_app.gui.chart.frame import Frame

TAG_PX, BELOW_PX = 18, 14
_TEXT_LEFT_PX = 9
_BELOW_TOP_PX, _BELOW_ROW_PX = 15, 15


class PriceTags:
    """Paint prices into the axis of a frame, from ``left`` on and over its whole ``width``.

    Words stand on a ``baseline`` beneath the top of their tag.
    """

    def __init__(self, frame: Frame) -> None:
        axis, metrics = frame.price_axis, QFontMetrics(frame.font)
        self.left, self.width = axis.left() + 1, axis.width() - 1
        self._plot_bottom, self._bottom = frame.plot.height(), frame.bottom
        self._panel, self._words = QColor(frame.theme.panel), QColor(frame.theme.on_side)
        high, ascent = metrics.height(), metrics.ascent()
        self.baseline = (TAG_PX - high + 1) // 2 + ascent
        self._below_baseline = _BELOW_TOP_PX + (_BELOW_ROW_PX - high + 1) // 2 + ascent

    def top(self, y: float, height: int = TAG_PX) -> int:
        """Return where a tag of a height begins: at its price, or at the edge next to it."""
        bottom = self._bottom if y > self._plot_bottom else self._plot_bottom
        return min(max(0, round(y) - TAG_PX // 2), bottom - height)

    def paint(
        self, painter: QPainter, y: float, text: str, colour: QColor, below: str = ""
    ) -> None:
        """Paint a price at a height, with a second row beneath it where one is given."""
        left, width = self.left, self.width
        height = TAG_PX + (BELOW_PX if below else 0)
        top = self.top(y, height)
        # A gap of one pixel keeps tags of one colour apart.
        painter.fillRect(left, top - 1, width, height + 2, self._panel)
        painter.fillRect(left, top, width, height, colour)
        painter.setPen(self._words)
        painter.drawText(left + _TEXT_LEFT_PX, top + self.baseline, text)
        if below:
            painter.drawText(left + _TEXT_LEFT_PX, top + self._below_baseline, below)
