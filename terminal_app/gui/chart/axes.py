"""Paint the lines of the grid and the words of the axes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from PySide6.QtCore import QLineF, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.ticks import TimeTick, axis_prices, time_ticks
from terminal_app.gui.theme import Theme

_LABEL_GAP_PX = 28


@lru_cache(maxsize=64)
def blended(colour: str, ground: str, share: float) -> QColor:
    """Return a colour that takes a share of a ground."""
    above, below = QColor(colour), QColor(ground)
    return QColor(
        round(above.red() * share + below.red() * (1 - share)),
        round(above.green() * share + below.green() * (1 - share)),
        round(above.blue() * share + below.blue() * (1 - share)),
    )


def ticks_in_sight(frame: Frame) -> tuple[TimeTick, ...]:
    """Return the times that are named."""
    apart = (frame.widths("00:00:00") + _LABEL_GAP_PX) / frame.time.spacing
    times = frame.series.open_time_ms[frame.first : frame.last]
    return tuple(time_ticks(times, frame.first, apart, frame.zone))


def paint_grid(painter: QPainter, frame: Frame, ticks: Iterable[TimeTick]) -> None:
    """Paint a line at each price and time that is named."""
    painter.setPen(_grid_pen(frame.theme, frame.ratio))
    width, price = frame.plot.width(), frame.price
    heights = [round(price.y(each)) for each in axis_prices(price, frame.tick)]
    painter.drawLines([QLineF(0, y, width, y) for y in heights])
    days = []
    for tick in ticks:
        x = frame.pixel_x(tick.index)
        line = QLineF(x, 0, x, frame.bottom)
        if tick.is_major:
            days.append(line)
        else:
            painter.drawLine(line)
    painter.setPen(_edge_pen(frame))
    painter.drawLines(days)


def paint_price_words(painter: QPainter, frame: Frame) -> None:
    """Write the prices beside the plot."""
    axis, height = frame.price_axis, frame.plot.height()
    painter.setPen(QColor(frame.theme.muted))
    for price in axis_prices(frame.price, frame.tick):
        y = round(frame.price.y(price))
        if 8 <= y <= height - 8:
            box = QRect(axis.left() + 10, y - 9, axis.width() - 12, 18)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, frame.axis_text(price))


def paint_time_words(painter: QPainter, frame: Frame, ticks: Iterable[TimeTick]) -> None:
    """Write the times beneath the plot, on a ground of their own."""
    theme, width, top = frame.theme, frame.plot.width(), frame.bottom
    painter.fillRect(0, top, width, frame.height - top, QColor(theme.panel))
    metrics = QFontMetrics(frame.font)
    baseline = top + 4 + (18 - metrics.height()) / 2 + metrics.ascent()
    pens = QPen(QColor(theme.muted)), QPen(QColor(theme.text))
    for tick in ticks:
        x, half = frame.pixel_x(tick.index), frame.widths(tick.text) / 2
        if half + 2 <= x <= width - half - 2:
            painter.setPen(pens[tick.is_major])
            painter.drawText(QPointF(x - half, baseline), tick.text)


def paint_edges(painter: QPainter, frame: Frame) -> None:
    """Paint the edges of plot, panes and axes."""
    painter.setPen(_edge_pen(frame))
    width = frame.plot.width()
    painter.drawLine(width, 0, width, frame.height)
    for y in (*(pane.place.top() for pane in frame.panes), frame.bottom):
        painter.drawLine(0, y, frame.width, y)


@lru_cache(maxsize=8)
def _grid_pen(theme: Theme, ratio: float) -> QPen:
    return QPen(blended(theme.hairline, theme.panel, 0.62), 1 / ratio)


def _edge_pen(frame: Frame) -> QPen:
    return QPen(QColor(frame.theme.hairline), 1 / frame.ratio)
