"""Paint shapes, with the figures that each is drawn for."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from terminal_app.gui.chart.drawings.places import FIBONACCI, lines_of, spot_of
from terminal_app.gui.chart.drawings.shapes import Shape, ShapeKind
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.format import decimal_text, percent_text, span_text

_HANDLE_PX, _WORDS_EDGE_PX = 4.0, 8.0


def paint_shape(
    painter: QPainter, frame: Frame, shape: Shape, *, is_chosen: bool, note: str = ""
) -> None:
    """Paint one shape; a chosen one shows the points it can be taken by.

    ``note`` is what is said of a position's size.
    """
    theme = frame.theme
    colour = QColor(theme.accent)
    painter.save()
    painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_ground(painter, frame, shape)
    painter.setPen(QPen(colour, 2 if is_chosen else 1.4))
    lines = lines_of(frame, shape)
    for line in lines:
        painter.drawLine(line)
    ground = QColor(theme.panel)
    ground.setAlpha(190)
    for at, text in _words(frame, shape, note):
        if shape.kind is not ShapeKind.TEXT:
            room = frame.plot.width()
            at.setX(words_left(at.x(), painter.fontMetrics().horizontalAdvance(text), room))
        box = painter.fontMetrics().boundingRect(text).translated(at.toPoint())
        painter.fillRect(box.adjusted(-3, 0, 3, 0), ground)
        painter.setPen(QColor(theme.text))
        painter.drawText(at, text)
    if is_chosen:
        painter.setPen(QPen(colour, 1.4))
        painter.setBrush(QColor(theme.panel))
        for point in shape.points:
            painter.drawEllipse(spot_of(frame, point), _HANDLE_PX, _HANDLE_PX)
    painter.restore()


def words_left(left: float, width: float, room: float) -> float:
    """Return where words begin that are not to run out of a room while their place is in it."""
    if left >= room:
        return left
    return min(left, max(room - width - _WORDS_EDGE_PX, min(left, _WORDS_EDGE_PX)))


def _paint_ground(painter: QPainter, frame: Frame, shape: Shape) -> None:
    spots = [spot_of(frame, point) for point in shape.points]
    boxes: list[tuple[QRectF, str]] = []
    if shape.kind in (ShapeKind.RECTANGLE, ShapeKind.RULER):
        boxes = [(QRectF(spots[0], spots[1]), frame.theme.accent)]
    elif shape.kind in (ShapeKind.LONG, ShapeKind.SHORT):
        left, right = spots[0].x(), max(spots[1].x(), spots[0].x() + 40)
        for spot, colour in ((spots[1], frame.theme.sell), (spots[2], frame.theme.buy)):
            boxes.append((QRectF(QPointF(left, spots[0].y()), QPointF(right, spot.y())), colour))
    painter.setPen(Qt.PenStyle.NoPen)
    for box, colour in boxes:
        ground = QColor(colour)
        ground.setAlphaF(0.14)
        painter.fillRect(box.normalized(), ground)


def _words(frame: Frame, shape: Shape, note: str) -> list[tuple[QPointF, str]]:
    match shape.kind:
        case ShapeKind.RULER:
            return [_ruler_words(frame, shape)]
        case ShapeKind.FIBONACCI:
            return _level_words(frame, shape)
        case ShapeKind.LONG | ShapeKind.SHORT:
            return _position_words(frame, shape, note)
        case ShapeKind.TEXT:
            return [(spot_of(frame, shape.points[0]), shape.text)]
        case ShapeKind.HORIZONTAL:
            price = shape.points[0].price
            return [(QPointF(8, frame.price.y(price) - 5), frame.price_text(price))]
    return []


def _ruler_words(frame: Frame, shape: Shape) -> tuple[QPointF, str]:
    first, last = shape.points
    spots = [spot_of(frame, point) for point in shape.points]
    bars = round((spots[1].x() - spots[0].x()) / frame.time.spacing)
    change = Decimal(repr(round(last.price - first.price, 10)))
    percent = _percent(last.price, first.price)
    moved = decimal_text(change, frame.instrument.price_decimals, signed=True)
    span = span_text(last.time_ms - first.time_ms)
    return spots[1] + QPointF(8, -6), f"{moved}  {percent}  {bars} bars, {span}"


def _level_words(frame: Frame, shape: Shape) -> list[tuple[QPointF, str]]:
    first, last = shape.points
    left = min(spot_of(frame, point).x() for point in shape.points)
    words = []
    for level in FIBONACCI:
        price = last.price + (first.price - last.price) * level
        at = QPointF(left + 4, frame.price.y(price) - 4)
        words.append((at, f"{level:g}  {frame.price_text(price)}"))
    return words


def _position_words(frame: Frame, shape: Shape, note: str) -> list[tuple[QPointF, str]]:
    entry, stop, target = shape.points
    risk, reward = abs(entry.price - stop.price), abs(target.price - entry.price)
    ratio = f"{reward / risk:.2f}" if risk else "—"
    left = spot_of(frame, entry).x() + 6
    rows = (
        (entry.price, f"entry {frame.price_text(entry.price)}  reward/risk {ratio}"),
        (stop.price, f"stop {frame.price_text(stop.price)}  {_percent(stop.price, entry.price)}"),
        (
            target.price,
            f"target {frame.price_text(target.price)}  {_percent(target.price, entry.price)}",
        ),
    )
    words = [(QPointF(left, frame.price.y(price) - 5), text) for price, text in rows]
    if note:
        words.append((QPointF(left, frame.price.y(entry.price) + 15), note))
    return words


def _percent(price: float, base: float) -> str:
    change = (price / base - 1) * 100 if base else 0.0
    return percent_text(Decimal(repr(round(change, 2))))
