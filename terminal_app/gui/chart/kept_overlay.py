"""Keep what lies over the bars as a picture."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPixmap

from terminal_app.gui.chart.frame import Frame


class KeptOverlay:
    """Keep what lies over the bars as a picture for as long as its key is the same.

    It is never painted on the bars themselves: words look a little different on a clear ground, and
    would change their look whenever it is kept.
    """

    def __init__(self) -> None:
        self._pixmap = QPixmap()
        self._key: tuple[object, ...] | None = None

    def forget(self) -> None:
        """Have it painted anew."""
        self._key = None

    def renew(
        self, frame: Frame, key: tuple[object, ...], paint: Callable[[QPainter], None]
    ) -> QPixmap:
        """Return the picture, made anew if its key changed."""
        if key != self._key:
            self._make(frame, paint)
            self._key = key
        return self._pixmap

    def patch(
        self,
        frame: Frame,
        key: tuple[object, ...],
        place: QRect | None,
        paint: Callable[[QPainter], None],
    ) -> None:
        """Make a place of the picture anew; the rest of it holds for the key as well."""
        self._key = key
        if place is None:
            return
        painter = QPainter(self._pixmap)
        painter.setFont(frame.font)
        painter.setClipRect(place)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
        painter.fillRect(place, Qt.GlobalColor.transparent)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        paint(painter)
        painter.end()

    def _make(self, frame: Frame, paint: Callable[[QPainter], None]) -> None:
        size = (round(frame.width * frame.ratio), round(frame.height * frame.ratio))
        if (self._pixmap.width(), self._pixmap.height()) != size:
            self._pixmap = QPixmap(*size)
        self._pixmap.setDevicePixelRatio(frame.ratio)
        self._pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._pixmap)
        painter.setFont(frame.font)
        paint(painter)
        painter.end()
