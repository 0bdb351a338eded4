"""Paint the sizes that rest in the rows; a row whose sizes stay is not painted again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

from terminal_app.gui.format import compact_text, decimal_text
from terminal_app.gui.ladder.layout import LadderLayout
from terminal_app.gui.ladder.rows import LadderRows, Rests
from terminal_app.gui.panels.rows import HEADER_PX, ROW_PX
from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import text_font
from terminal_app.gui.widgets.figures import Figures

GAP_PX = 6

# The size of a cell, None for an empty one, and whether it stands out.
_Cell = tuple[Decimal | None, bool]


class SizesPicture:
    """Keep the sizes of both sides as a picture, and paint anew what changed."""

    def __init__(self, figure: QFont) -> None:
        self._figures = Figures(figure)
        self._bold = Figures(text_font(weight=QFont.Weight.Bold))
        self._picture = QPixmap()
        self._look: tuple[object, ...] = ()
        self._cells: Sequence[tuple[_Cell, _Cell] | None] = ()

    def paint(
        self, painter: QPainter, theme: Theme, layout: LadderLayout, rows: LadderRows, decimals: int
    ) -> None:
        """Paint the sizes of every row in sight."""
        ratio = painter.device().devicePixelRatio()
        look = (theme, ratio, layout, rows.count, decimals)
        if look != self._look:
            self._look = look
            size = QSize(layout.width, rows.count * ROW_PX)
            self._picture = QPixmap(size * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            self._cells = [None] * rows.count
        cells = _cells(rows)
        changed = [row for row, kept in enumerate(self._cells) if kept != cells[row]]
        self._cells = cells
        if changed:
            self._paint_rows(theme, layout, changed, decimals)
        painter.drawPixmap(0, HEADER_PX, self._picture)

    def _paint_rows(
        self, theme: Theme, layout: LadderLayout, changed: list[int], decimals: int
    ) -> None:
        painter = QPainter(self._picture)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        for row in changed:
            painter.fillRect(0, row * ROW_PX, layout.width, ROW_PX, Qt.GlobalColor.transparent)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setPen(QColor(theme.text))
        width, lefts = layout.price_left - GAP_PX, (0, layout.price_right + GAP_PX)
        for row in changed:
            for at, (size, is_large) in enumerate(self._cells[row] or ()):
                if size is None:
                    continue
                is_bid, left = at == 0, lefts[at]
                figures = self._bold if is_large else self._figures
                painter.setFont(figures.font)
                rect = QRect(left, row * ROW_PX, width, ROW_PX)
                figures.draw(painter, rect, size_text(size, decimals), is_right=is_bid)
        painter.end()


def size_text(size: Decimal, decimals: int) -> str:
    """Write a size so that it fits: large ones without decimals that nobody reads."""
    if size >= 1000:
        return compact_text(size)
    return decimal_text(size, min(decimals, 1 if size >= 100 else 3))


def _cells(rows: LadderRows) -> list[tuple[_Cell, _Cell]]:
    top = rows.top or 0
    numbers = range(top, top - rows.count, -1)
    return [*zip(_column(rows.bids, numbers), _column(rows.asks, numbers), strict=True)]


def _column(rests: Rests, numbers: Iterable[int]) -> list[_Cell]:
    sizes, large = rests.sizes, rests.large
    if large is None:
        return [(sizes.get(number), False) for number in numbers]
    return [(size := sizes.get(number), size is not None and size >= large) for number in numbers]
