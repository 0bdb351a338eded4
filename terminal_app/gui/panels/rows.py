"""Share the measures of panels that paint rows of figures themselves."""

from functools import cache

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import LABEL_PX, text_font

ROW_PX = 20
HEADER_PX = 26
MARGIN_PX = 12

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


_SHADES = 5
_DEEPEST = 0.3


@cache
def shades_of(soft: str, strong: str) -> tuple[QColor, ...]:
    """Return the shades of a bar, from that of a small size to that of the largest in sight."""
    base, deep = QColor(soft), QColor(strong)

    def between(start: int, end: int, number: int) -> int:
        return round(start + (end - start) * _DEEPEST * number / (_SHADES - 1))

    return tuple(
        QColor(
            between(base.red(), deep.red(), number),
            between(base.green(), deep.green(), number),
            between(base.blue(), deep.blue(), number),
        )
        for number in range(_SHADES)
    )


class RowFonts:
    """Hold the fonts of a painted table, made once."""

    def __init__(self) -> None:
        self.caption = text_font(LABEL_PX)
        self.figure = text_font()
        self.arrow = text_font(9)
        self.strong = text_font(17, QFont.Weight.DemiBold)


def paint_captions(
    painter: QPainter, theme: Theme, font: QFont, width: int, captions: list[tuple[int, str]]
) -> None:
    """Paint the names of columns, each ending at its right edge, over a hairline."""
    painter.setFont(font)
    painter.setPen(QColor(theme.muted))
    for right, caption in captions:
        painter.drawText(QRect(0, 0, right, HEADER_PX), RIGHT, caption)
    painter.fillRect(0, HEADER_PX - 1, width, 1, QColor(theme.hairline))
