"""Keep words that stand now here, now there as pictures: to write them takes ten times as long."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPixmap

from terminal_app.gui.chart.frame import Frame, lay_picture


class Sprites:
    """Keep a small picture for each key, for as long as what it depends on is the same."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[tuple[object, ...], QPixmap]] = {}

    def put(
        self,
        painter: QPainter,
        frame: Frame,
        place: QRect,
        key: str,
        look: tuple[object, ...],
        paint: Callable[[QPainter], None],
    ) -> None:
        """Put the picture of a key in its place; what it shows depends on the look alone."""
        kept, look = self._kept.get(key), (*look, frame.theme, frame.ratio, place.size())
        if kept is None or kept[0] != look:
            kept = self._kept[key] = look, _picture(frame, place, paint)
        lay_picture(painter, kept[1], frame.ratio, place.left(), place.top())

    def keep_only(self, keys: Collection[str]) -> None:
        """Forget the pictures of all other keys."""
        self._kept = {key: kept for key, kept in self._kept.items() if key in keys}


def _picture(frame: Frame, place: QRect, paint: Callable[[QPainter], None]) -> QPixmap:
    picture = QPixmap(
        math.ceil(place.width() * frame.ratio), math.ceil(place.height() * frame.ratio)
    )
    picture.setDevicePixelRatio(frame.ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setFont(frame.font)
    painter.translate(-place.left(), -place.top())
    paint(painter)
    painter.end()
    return picture
