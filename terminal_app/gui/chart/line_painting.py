"""Paint one's own lines: orders, positions, plans, and the one in somebody's hand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from terminal_app.gui.chart.frame import Frame, is_drawing
from terminal_app.gui.chart.line_hand import DragWords, LineHand
from terminal_app.gui.chart.line_labels import (
    COUNT_PX,
    LABEL_PX,
    PADDING_PX,
    LabelPlaces,
    LineLabel,
)
from terminal_app.gui.chart.price_line import LineKind, PriceLine
from terminal_app.gui.chart.price_tag import TAG_PX, PriceTags
from terminal_app.gui.chart.sprites import Sprites
from terminal_app.gui.format import decimal_text

_DASHES: dict[LineKind, list[float]] = {
    LineKind.ORDER: [5, 4],
    LineKind.WAITING: [8, 3, 2, 3],
    LineKind.ASKED: [2, 3],
    LineKind.BREAK_EVEN: [1, 4],
    LineKind.LIQUIDATION: [10, 3],
    LineKind.PLANNED: [2, 4],
    LineKind.ALERT: [1, 3],
}
_GHOST_DASHES = [2.0, 3.0]
_ROW_PX, _BESIDE_PX = 17, 12


class LinePainter:
    """Paint each line with its words and its price; words are kept as pictures.

    Lines out of sight are counted at the edge they lie beyond, so that none is forgotten.
    """

    def __init__(self) -> None:
        self._sprites = Sprites()
        self._tags: tuple[Frame, PriceTags] | None = None

    def paint(
        self,
        painter: QPainter,
        frame: Frame,
        hand: LineHand,
        labels: Sequence[LineLabel],
        within: QRect | None = None,
    ) -> None:
        """Paint lines with their words where they stand, or what of it is within a place."""
        top, bottom = (within.top(), within.bottom()) if within is not None else (0, frame.height)
        for label in labels:
            if top <= label.y <= bottom:
                _paint_line(painter, frame, label.line, label.y)
        if self._tags is None or self._tags[0] is not frame:
            self._tags = frame, PriceTags(frame)
        tags, put = self._tags[1], self._put_words
        if is_drawing(painter):
            put = _write_words
        for label in labels:
            if label.reaches(top, bottom):
                put(painter, frame, label, tags)
        if within is None:
            keys = {label.line.key for label in labels}
            self._sprites.keep_only(keys | {_tag_key(key) for key in keys})
        if top < COUNT_PX or bottom > frame.plot.height() - COUNT_PX:
            _paint_counts(painter, frame, hand.places(frame))
        if hand.is_armed:
            painter.setPen(QPen(QColor(frame.theme.warning), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(frame.plot.adjusted(0, 0, -1, -1))

    def _put_words(
        self, painter: QPainter, frame: Frame, label: LineLabel, tags: PriceTags
    ) -> None:
        """Put the pictures of the words and the tag where they stand."""
        key, look = label.line.key, (label.line, label.has_cross)
        place = QRect(tags.left, tags.top(label.middle) - 1, tags.width, TAG_PX + 2)
        self._sprites.put(
            painter, frame, place, _tag_key(key), look,
            lambda each: _paint_tag(each, frame, label, tags),
        )  # fmt: skip
        _paint_elbow(painter, frame, label)
        place = label.box.toAlignedRect().adjusted(0, 0, 1, 1)
        self._sprites.put(
            painter, frame, place, key, look, lambda each: _paint_label(each, frame, label)
        )


def _write_words(painter: QPainter, frame: Frame, label: LineLabel, tags: PriceTags) -> None:
    _paint_tag(painter, frame, label, tags)
    _paint_elbow(painter, frame, label)
    _paint_label(painter, frame, label)


def _tag_key(key: str) -> str:
    return f"{key} in the axis"


def paint_ghost(painter: QPainter, frame: Frame, hand: LineHand) -> None:
    """Paint what is held where it would go, over everything else, and what is said of it."""
    ghost = hand.ghost
    if ghost is None:
        return
    theme = frame.theme
    accent = QColor(theme.warning if ghost.words.warning else theme.accent)
    y = round(frame.price.y(float(ghost.price)))
    pen = QPen(accent, 1)
    pen.setDashPattern(_GHOST_DASHES)
    painter.setPen(pen)
    boxes = [label.box for label in hand.labels(frame)]
    # The line ends before words that it would strike through.
    reached = [box.left() for box in boxes if box.top() <= y <= box.bottom()]
    painter.drawLine(0, y, round(min(reached, default=frame.plot.width())), y)
    right = min((box.left() for box in boxes), default=float(frame.plot.width())) - _BESIDE_PX
    _paint_ghost_words(painter, frame, ghost.words, QPointF(right, y), accent)
    text = decimal_text(ghost.price, frame.decimals)
    PriceTags(frame).paint(painter, y, text, accent)


def _paint_line(painter: QPainter, frame: Frame, line: PriceLine, y: int) -> None:
    painter.setPen(_line_pen(line.kind, line.colour(frame.theme)))
    painter.drawLine(0, y, frame.plot.width(), y)


@lru_cache(maxsize=64)
def _line_pen(kind: LineKind, colour: str) -> QPen:
    pen = QPen(QColor(colour), 1)
    dashes = _DASHES.get(kind)
    if dashes is not None:
        pen.setDashPattern(dashes)
    return pen


def _paint_tag(painter: QPainter, frame: Frame, label: LineLabel, tags: PriceTags) -> None:
    text = decimal_text(label.line.price, frame.decimals)
    tags.paint(painter, label.middle, text, QColor(label.line.colour(frame.theme)))


def _paint_elbow(painter: QPainter, frame: Frame, label: LineLabel) -> None:
    if label.is_moved:
        painter.setPen(QPen(QColor(label.line.colour(frame.theme)), 1))
        # An elbow in the room between words and axis leads back to the line.
        start = QPointF(label.box.right(), label.middle)
        painter.drawLine(start, QPointF(frame.plot.width(), label.y))


def _paint_label(painter: QPainter, frame: Frame, label: LineLabel) -> None:
    theme, line = frame.theme, label.line
    colour = QColor(line.colour(theme))
    pen = QPen(colour, 1)
    if line.kind in (LineKind.PLANNED, LineKind.ASKED):
        pen.setDashPattern([3, 2])
    painter.setPen(pen)
    painter.setBrush(QColor(theme.panel))
    painter.drawRoundedRect(label.box, 2, 2)
    left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.setPen(colour)
    painter.drawText(label.words, left, line.text)
    if line.figure:
        after = QFontMetrics(frame.font).horizontalAdvance(line.text) + PADDING_PX
        painter.setPen(QColor(line.figure_colour(theme)))
        painter.drawText(label.words.adjusted(after, 0, 0, 0), left, line.figure)
    if label.has_cross:
        cross = label.cross
        painter.setPen(QPen(colour, 1))
        painter.drawLine(cross.topLeft(), cross.bottomLeft())
        painter.drawText(cross, Qt.AlignmentFlag.AlignCenter, "×")


def _paint_counts(painter: QPainter, frame: Frame, places: LabelPlaces) -> None:
    above, below, accent = places.above, places.below, frame.theme.accent
    if above:
        _paint_words(painter, frame, f"▲ {_counted(above)} above", COUNT_PX // 2, accent)
    if below:
        middle = frame.plot.height() - COUNT_PX // 2
        _paint_words(painter, frame, f"▼ {_counted(below)} below", middle, accent)


def _counted(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"


def _paint_words(painter: QPainter, frame: Frame, text: str, middle: int, colour: str) -> None:
    width = QFontMetrics(frame.font).horizontalAdvance(text) + 2 * PADDING_PX
    left = frame.plot.width() - width - 12.5
    box = QRectF(left, middle - LABEL_PX / 2, width, LABEL_PX)
    painter.setPen(QPen(QColor(colour), 1))
    painter.setBrush(QColor(frame.theme.panel))
    painter.drawRoundedRect(box, 2, 2)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _paint_ghost_words(
    painter: QPainter, frame: Frame, words: DragWords, at: QPointF, accent: QColor
) -> None:
    """Paint what is said of a ghost, left of the words of the lines: those stay readable."""
    theme = frame.theme
    rows = [(text, theme.muted if number else theme.text) for number, text in enumerate(words.rows)]
    if words.warning:
        rows.append((f"! {words.warning}", theme.warning))
    if not rows:
        return
    metrics = QFontMetrics(frame.font)
    width = max(metrics.horizontalAdvance(text) for text, _ in rows) + 2 * PADDING_PX + 4
    height = len(rows) * _ROW_PX + 8
    left = max(at.x() - width, _BESIDE_PX)
    top = min(max(at.y() - height / 2, 4), frame.plot.height() - height - 4)
    box = QRectF(round(left) + 0.5, round(top) + 0.5, width, height)
    painter.setPen(QPen(accent, 1))
    painter.setBrush(QColor(theme.raised))
    painter.drawRoundedRect(box, 3, 3)
    for number, (text, colour) in enumerate(rows):
        painter.setPen(QColor(colour))
        row = QPointF(box.left() + PADDING_PX + 2, box.top() + 4 + number * _ROW_PX + 13)
        painter.drawText(row, text)
