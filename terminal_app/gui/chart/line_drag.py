"""A hand on one's own lines: what it holds, and what letting go would ask for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetrics

from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.price_line import PriceLine

CROSS_PX = 20
_LABEL_HEIGHT_PX = 19

# Says what it would mean to have a line's order at a price: key, price → words.
DragWords = Callable[[str, Decimal], str]


@dataclass(frozen=True, slots=True)
class Ghost:
    """Hold where a line would go, and the words for it."""

    line: PriceLine
    price: Decimal
    words: str


def label_box(frame: Frame, text: str, y: int, *, can_cancel: bool = False) -> QRectF:
    """Return where a line's words stand; a line that can be cancelled ends in a cross."""
    width = QFontMetrics(frame.font).horizontalAdvance(text) + 16 + CROSS_PX * can_cancel
    return QRectF(frame.plot.width() - width - 12.5, y - 9.5, width, _LABEL_HEIGHT_PX)


def cross_box(label: QRectF) -> QRectF:
    """Return where a label's cross is."""
    return QRectF(label.right() - CROSS_PX, label.top(), CROSS_PX, label.height())


def line_at(frame: Frame, lines: Sequence[PriceLine], spot: QPointF) -> PriceLine | None:
    """Return the line whose words are at a spot; the one painted last lies on top."""
    for line in reversed(lines):
        y = round(frame.price.y(float(line.price)))
        if label_box(frame, line.text, y, can_cancel=line.can_cancel).contains(spot):
            return line
    return None


def is_on_cross(frame: Frame, line: PriceLine, spot: QPointF) -> bool:
    """Say whether a spot is on a line's cross."""
    y = round(frame.price.y(float(line.price)))
    return line.can_cancel and cross_box(label_box(frame, line.text, y, can_cancel=True)).contains(
        spot
    )
