"""Keep the rows of the tape as a picture: what comes pushes it down, and is painted alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QPainter, QPixmap, QRegion

from terminal_app.domain.sweeps import Sweep
from terminal_app.gui.panels.rows import ROW_PX

PaintRow = Callable[[QPainter, int, Sweep], None]


class TapePicture:
    """Hold rows as they were painted last, the newest on top."""

    def __init__(self) -> None:
        self._picture = QPixmap()
        self._look: tuple[object, ...] = ()
        self._rows: Sequence[Sweep] = ()

    def paint(
        self,
        painter: QPainter,
        body: QRect,
        ground: str,
        look: tuple[object, ...],
        rows: Sequence[Sweep],
        paint_row: PaintRow,
    ) -> None:
        """Paint rows into a body; only what is new is painted while the look is the same.

        ``paint_row`` is given the top of a row. The newest row may have grown since.
        """
        ratio = painter.device().devicePixelRatio()
        # Whole rows alone: what is pushed beneath the last one is gone.
        size = QSize(body.width(), body.height() // ROW_PX * ROW_PX)
        look = (look, size.toTuple(), ratio, ground)
        # A row must be a whole number of the screen's pixels to be pushed down exactly.
        is_same = look == self._look and (ROW_PX * ratio).is_integer()
        pushed = _pushed_by(self._rows, rows) if is_same else None
        if pushed is None:
            self._begin(size, ratio)
            fresh = len(rows)
        else:
            # The row that was the newest may have become another.
            fresh = pushed + 1
            if pushed:
                down, area = round(pushed * ROW_PX * ratio), self._picture.rect()
                self._picture.scroll(0, down, area, QRegion())
        self._look, self._rows = look, rows
        inner = QPainter(self._picture)
        height = size.height() if pushed is None else min(fresh, len(rows)) * ROW_PX
        inner.fillRect(0, 0, size.width(), height, QColor(ground))
        for number, row in enumerate(rows[:fresh]):
            paint_row(inner, number * ROW_PX, row)
        inner.end()
        painter.drawPixmap(body.topLeft(), self._picture)

    def _begin(self, size: QSize, ratio: float) -> None:
        self._picture = QPixmap(round(size.width() * ratio), round(size.height() * ratio))
        self._picture.setDevicePixelRatio(ratio)


def _pushed_by(shown: Sequence[Sweep], rows: Sequence[Sweep]) -> int | None:
    """Return by how many rows those that were shown moved down, None where they are others."""
    if len(shown) < 2 or len(rows) < len(shown):
        return None
    # The newest may have grown, and is looked at apart: the one before it stays as it was.
    second = shown[1]
    for place in range(1, len(rows)):
        if rows[place] is second:
            pushed = place - 1
            return pushed if _same(rows[place:], shown[1:]) else None
    return None


def _same(rows: Sequence[Sweep], shown: Sequence[Sweep]) -> bool:
    return all(row is known for row, known in zip(rows, shown, strict=False))
