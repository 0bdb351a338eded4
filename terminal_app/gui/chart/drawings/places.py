"""Where shapes are on a frame, and where on a chart a spot is."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QFontMetrics

from terminal_app.gui.chart.drawings.shapes import Point, Shape, ShapeKind
from terminal_app.gui.chart.frame import Frame

REACH_PX = 6.0
_MAGNET_PX = 10.0
FIBONACCI = (0.0, 0.236, 0.382, 0.5, 0.618, 0.786, 1.0)


def spot_of(frame: Frame, point: Point) -> QPointF:
    """Return where a point is; times between and beyond the bars are placed evenly."""
    times = frame.series.open_time_ms
    bar_ms = _bar_ms(frame)
    if point.time_ms <= times[0] or point.time_ms >= times[-1]:
        edge = 0 if point.time_ms <= times[0] else len(times) - 1
        index = edge + (point.time_ms - float(times[edge])) / bar_ms
    else:
        index = float(np.interp(point.time_ms, times, np.arange(len(times))))
    return QPointF(frame.x(index), frame.price.y(point.price))


def point_at(frame: Frame, spot: QPointF, *, magnet: bool = False) -> Point:
    """Return the time and the price of a spot; a magnet pulls to a near price of the bar."""
    times = frame.series.open_time_ms
    index = frame.place(spot.x())
    price = frame.price.price(spot.y())
    nearest = min(max(round(index), 0), frame.count - 1)
    if magnet and abs(index - nearest) <= 1:
        series = frame.series
        bar = (series.open, series.high, series.low, series.close)
        near = min((float(column[nearest]) for column in bar), key=lambda each: abs(each - price))
        if abs(frame.price.y(near) - spot.y()) <= _MAGNET_PX:
            return Point(int(times[nearest]), near)
    if 0 <= index <= frame.count - 1:
        time_ms = float(np.interp(index, np.arange(len(times)), times))
    else:
        edge = 0 if index < 0 else frame.count - 1
        time_ms = float(times[edge]) + (index - edge) * _bar_ms(frame)
    return Point(round(time_ms), price)


def lines_of(frame: Frame, shape: Shape) -> list[QLineF]:
    """Return the lines a shape is made of, as they are seen."""
    spots = [spot_of(frame, point) for point in shape.points]
    width, height = frame.plot.width(), frame.plot.height()
    match shape.kind:
        case ShapeKind.TEXT:
            return []
        case ShapeKind.HORIZONTAL:
            return [QLineF(0, spots[0].y(), width, spots[0].y())]
        case ShapeKind.VERTICAL:
            return [QLineF(spots[0].x(), 0, spots[0].x(), height)]
        case ShapeKind.RAY:
            return [_lengthened(QLineF(spots[0], spots[1]), width + height)]
        case ShapeKind.RECTANGLE | ShapeKind.RULER:
            return _edges(QRectF(spots[0], spots[1]).normalized())
        case ShapeKind.CHANNEL:
            across = QPointF(0, spots[2].y() - _height_at(QLineF(spots[0], spots[1]), spots[2].x()))
            first = QLineF(spots[0], spots[1])
            return [first, first.translated(across)]
        case ShapeKind.FIBONACCI:
            return [QLineF(*ends) for ends in _levels(frame, shape)]
        case ShapeKind.LONG | ShapeKind.SHORT:
            left, right = spots[0].x(), max(spots[1].x(), spots[0].x() + 40)
            return [QLineF(left, spot.y(), right, spot.y()) for spot in spots]
    return [QLineF(spots[0], spots[1])]


def point_near(frame: Frame, shape: Shape, spot: QPointF) -> int | None:
    """Return the number of the point that a spot is on."""
    for number, point in enumerate(shape.points):
        away = spot_of(frame, point) - spot
        if math.hypot(away.x(), away.y()) <= REACH_PX:
            return number
    return None


def text_box(frame: Frame, shape: Shape) -> QRectF:
    """Return where the words of a text stand: right of its point."""
    box = QRectF(QFontMetrics(frame.font).boundingRect(shape.text or " "))
    return box.translated(spot_of(frame, shape.points[0])).adjusted(-5, -3, 5, 3)


def is_near(frame: Frame, shape: Shape, spot: QPointF) -> bool:
    """Say whether a spot is on a shape."""
    if shape.kind is ShapeKind.TEXT and text_box(frame, shape).contains(spot):
        return True
    if point_near(frame, shape, spot) is not None:
        return True
    return any(_distance(line, spot) <= REACH_PX for line in lines_of(frame, shape))


def covers(frame: Frame, shape: Shape, spot: QPointF) -> bool:
    """Say whether a spot is within the boxes of a drawn position."""
    if shape.kind not in (ShapeKind.LONG, ShapeKind.SHORT):
        return False
    lines = lines_of(frame, shape)
    tops = [line.y1() for line in lines]
    box = QRectF(lines[0].x1(), min(tops), lines[0].dx(), max(tops) - min(tops))
    return box.contains(spot)


def _bar_ms(frame: Frame) -> float:
    times = frame.series.open_time_ms
    return float(np.diff(times[-50:]).min()) if len(times) > 1 else 60_000.0


def _levels(frame: Frame, shape: Shape) -> list[tuple[QPointF, QPointF]]:
    first, last = shape.points
    left, right = sorted(spot_of(frame, point).x() for point in shape.points)
    prices = (last.price + (first.price - last.price) * level for level in FIBONACCI)
    heights = (frame.price.y(price) for price in prices)
    return [(QPointF(left, y), QPointF(right, y)) for y in heights]


def _edges(box: QRectF) -> list[QLineF]:
    corners = [box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()]
    return [QLineF(corners[n], corners[(n + 1) % 4]) for n in range(4)]


def _lengthened(line: QLineF, reach: float) -> QLineF:
    if line.length() > 0:
        line.setLength(max(line.length(), reach * 4))
    return line


def _height_at(line: QLineF, x: float) -> float:
    if abs(line.dx()) < 1e-9:
        return line.y1()
    return line.y1() + (x - line.x1()) * line.dy() / line.dx()


def _distance(line: QLineF, spot: QPointF) -> float:
    length = line.dx() ** 2 + line.dy() ** 2
    if length == 0:
        return math.hypot(spot.x() - line.x1(), spot.y() - line.y1())
    along = ((spot.x() - line.x1()) * line.dx() + (spot.y() - line.y1()) * line.dy()) / length
    at = line.pointAt(min(max(along, 0.0), 1.0))
    return math.hypot(spot.x() - at.x(), spot.y() - at.y())
