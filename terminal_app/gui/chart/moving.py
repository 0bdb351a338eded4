"""What lies over the closed bars of a frame: what a tick moves, and what stands over that."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter

from terminal_app.gui.chart.crosshair import Crosshair
from terminal_app.gui.chart.frame import Frame, coordinates
from terminal_app.gui.chart.last_price import LastPrice
from terminal_app.gui.chart.legend import Legend
from terminal_app.gui.chart.moving_column import MovingColumn
from terminal_app.gui.chart.sprites import Sprites
from terminal_app.gui.chart.study_anchors import newest_anchor_ms, paint_anchors
from terminal_app.gui.chart.tick_places import last_column
from terminal_app.gui.chart.words import WordRow


class Moving:
    """Hold what moves in a frame and the crosshair over it, made once; the last bar is that of now.

    What the one before has is taken over where prices, sizes and indicators stand as they did.
    ``is_far`` says that a tick changes more than the last column, its price and words.
    """

    price: LastPrice
    legend: Legend

    def __init__(self, frame: Frame, before: Moving | None) -> None:
        self.frame = frame
        self._standing = frame.standing_key
        self.bar = MovingColumn(frame)
        self.column = last_column(frame)
        self._crosshair: Crosshair | None = None
        alike = before if before is not None and before._standing == self._standing else None
        self.price = alike.price if alike is not None else LastPrice(frame)
        self.legend = alike.legend if alike is not None else Legend(frame)
        if alike is not None:
            self.price.follow()
            self._crosshair = alike._crosshair
        if self._crosshair is not None:
            self._crosshair.follow(frame)
        anchor_ms = newest_anchor_ms(frame)
        self._has_anchor = anchor_ms is not None
        self.is_far = (
            frame.studies.moves_far
            or bool(frame.compared)
            or (anchor_ms is not None and anchor_ms >= int(frame.series.open_time_ms[-1]))
        )

    def crosshair(self, pointer: QPoint, sprites: Sprites) -> Crosshair:
        """Return the lines of the pointer with their tags."""
        kept = self._crosshair
        if kept is None or kept.pointer != pointer:
            kept = self._crosshair = Crosshair(self.frame, pointer, sprites)
        return kept

    def paint_words(self, painter: QPainter, rows: list[WordRow], place: QRect | None) -> None:
        """Paint words of a bar, and where indicators begin, or what of it is in a place."""
        if self._has_anchor:
            paint_anchors(painter, self.frame)
        ends = coordinates(place, self.frame)
        for row in rows:
            if row.meets(*ends):
                row.paint(painter, place)
