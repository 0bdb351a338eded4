"""A few tiny buttons in a row, shown beside what they are about."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from terminal_app.gui.widgets.guarded import guarded

_SIZE_PX = 20
_TEETH = 8


class Glyph(Enum):
    """Name a shape on a button."""

    EYE = auto()
    GEAR = auto()
    CROSS = auto()


class GlyphButtons(QWidget):
    """Hold one button for each glyph; ``pressed`` tells which one."""

    pressed = Signal(Glyph)

    def __init__(self, parent: QWidget, words: Mapping[Glyph, str]) -> None:
        super().__init__(parent)
        self._words = dict(words)
        self.all = {glyph: _GlyphButton(glyph) for glyph in words}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for glyph, button in self.all.items():
            button.clicked.connect(lambda _on=False, pressed=glyph: self.pressed.emit(pressed))
            row.addWidget(button)
        self.setFixedSize(_SIZE_PX * len(self.all), _SIZE_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "glyphs")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()

    def show_for(self, name: str, at: QPoint) -> None:
        """Show the buttons of something at a place."""
        for glyph, button in self.all.items():
            words = f"{self._words[glyph]}: {name}"
            button.setAccessibleName(words)
            button.setToolTip(words)
        self.move(at)
        self.show()


class _GlyphButton(QToolButton):
    def __init__(self, glyph: Glyph) -> None:
        super().__init__()
        self._glyph = glyph
        self.setProperty("role", "glyph")
        self.setFixedSize(_SIZE_PX, _SIZE_PX)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @guarded(QSize(_SIZE_PX, _SIZE_PX))
    def sizeHint(self) -> QSize:
        return QSize(_SIZE_PX, _SIZE_PX)

    @guarded(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = self.palette()
        if self.underMouse():
            painter.fillRect(self.rect(), colours.color(colours.ColorRole.Mid))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(QPointF(self.width() / 2, self.height() / 2))
        painter.setPen(QPen(QColor(colours.color(colours.ColorRole.ButtonText)), 1.3))
        _SHAPES[self._glyph](painter)
        painter.end()


def _paint_eye(painter: QPainter) -> None:
    path = QPainterPath(QPointF(-6, 0))
    path.quadTo(QPointF(0, -6.5), QPointF(6, 0))
    path.quadTo(QPointF(0, 6.5), QPointF(-6, 0))
    painter.drawPath(path)
    painter.drawEllipse(QRectF(-1.6, -1.6, 3.2, 3.2))


def _paint_gear(painter: QPainter) -> None:
    painter.drawEllipse(QRectF(-3.8, -3.8, 7.6, 7.6))
    painter.drawEllipse(QRectF(-1.2, -1.2, 2.4, 2.4))
    for _ in range(_TEETH):
        painter.drawLine(QPointF(0, -3.8), QPointF(0, -6))
        painter.rotate(360 / _TEETH)


def _paint_cross(painter: QPainter) -> None:
    painter.drawLine(QPointF(-4, -4), QPointF(4, 4))
    painter.drawLine(QPointF(-4, 4), QPointF(4, -4))


_SHAPES = {Glyph.EYE: _paint_eye, Glyph.GEAR: _paint_gear, Glyph.CROSS: _paint_cross}
