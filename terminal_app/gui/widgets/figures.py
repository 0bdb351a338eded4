"""Paint figures quickly: their widths are known letter by letter, so nothing is laid out."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QFont, QFontMetricsF, QPainter


class Figures:
    """Paint short texts of one font in the middle of a row's height.

    Digits of one width are not kerned, so a text is as wide as its letters.
    """

    def __init__(self, font: QFont) -> None:
        self.font = font
        self._metrics = QFontMetricsF(font)
        self._widths: dict[str, float] = {}

    def draw(self, painter: QPainter, rect: QRect, text: str, *, is_right: bool) -> None:
        """Paint a text from the left edge or up to the right one; the painter has this font."""
        left = rect.right() + 1 - self._width(text) if is_right else rect.left()
        metrics = self._metrics
        top = rect.top() + (rect.height() - metrics.height()) / 2
        painter.drawText(QPointF(left, round(top + metrics.ascent())), text)

    def _width(self, text: str) -> float:
        widths = self._widths
        for letter in text:
            if letter not in widths:
                widths[letter] = self._metrics.horizontalAdvance(letter)
        return sum(widths[letter] for letter in text)
