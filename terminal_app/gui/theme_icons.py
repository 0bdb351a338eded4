"""Draw the few shapes that a style sheet can take from files only."""

from pathlib import Path

from PySide6.QtCore import QObject, QPointF, Qt, QTemporaryDir
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

_SIZE_PX = 12
_SHAPES = {
    "down": [QPointF(3, 4.5), QPointF(6, 7.5), QPointF(9, 4.5)],
    "up": [QPointF(3, 7.5), QPointF(6, 4.5), QPointF(9, 7.5)],
    # One stroke: it goes back through the middle.
    "cross": [
        QPointF(3.5, 3.5),
        QPointF(8.5, 8.5),
        QPointF(6, 6),
        QPointF(8.5, 3.5),
        QPointF(3.5, 8.5),
    ],
    "check": [QPointF(2.5, 6.2), QPointF(5, 8.7), QPointF(9.5, 3.6)],
}


class ThemeIcons(QObject):
    """Own a folder of drawn shapes, in a colour and for three pixel ratios each.

    The folder lives as long as the parent, which is the application.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._folder = QTemporaryDir()

    def draw(self, shape: str, colour: str) -> str:
        """Draw `down`, `up`, `cross` or `check` and return its path as a style sheet spells it."""
        base = Path(self._folder.path()) / f"{shape}-{colour.lstrip('#')}"
        for ratio in (1, 2, 3):
            suffix = f"@{ratio}x" if ratio > 1 else ""
            path = base.with_name(f"{base.name}{suffix}.png")
            if not path.exists():
                _picture(shape, colour, ratio).save(str(path))
        return base.with_suffix(".png").as_posix()


def _picture(shape: str, colour: str, ratio: int) -> QPixmap:
    pixmap = QPixmap(_SIZE_PX * ratio, _SIZE_PX * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.scale(ratio, ratio)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), 1.6))
    painter.drawPolyline(_SHAPES[shape])
    painter.end()
    return pixmap
