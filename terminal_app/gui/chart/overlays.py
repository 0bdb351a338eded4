"""Paint what moves over the bars: last price, own lines, crosshair, legend."""

from datetime import datetime
from decimal import Decimal

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from terminal_app.domain.market import DAY_MS, MINUTE_MS
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.line_labels import Obstacle
from terminal_app.gui.chart.ticks import axis_prices
from terminal_app.gui.format import THIN_SPACE, compact_text, percent_text

TAG_PX = 18
_STEP_PX = 8
_BELOW_PX = 14
_NARROW_PX = 260


def last_price_obstacle(frame: Frame) -> Obstacle | None:
    """Return where the tag of the last price stands, None while it is out of sight.

    It moves in steps: what gives way to it does not tremble with every tick.
    """
    y = frame.price.y(float(frame.series.close[-1]))
    if not 0 <= y <= frame.plot.height():
        return None
    near = round(y / _STEP_PX) * _STEP_PX
    return Obstacle(near, near + _BELOW_PX / 2, TAG_PX + _BELOW_PX + _STEP_PX)


def clear_axis_names(painter: QPainter, frame: Frame) -> None:
    """Take those names of the axis away that the last price's tag would leave half seen."""
    y = round(frame.price.y(float(frame.series.close[-1])))
    axis, ground = frame.price_axis, QColor(frame.theme.panel)
    tag = QRect(axis.left() + 1, y - TAG_PX // 2, axis.width() - 1, TAG_PX + _BELOW_PX)
    for price in axis_prices(frame.price, frame.tick):
        top = round(frame.price.y(price)) - 9
        if top > tag.bottom() or top + 18 < tag.top():
            continue
        name = QRect(tag.left() + 1, top, tag.width() - 1, 18)
        if name.intersects(tag):
            painter.fillRect(name, ground)


def paint_last_price_line(painter: QPainter, frame: Frame) -> None:
    """Paint a line at the last price."""
    y = frame.price.y(float(frame.series.close[-1]))
    if not 0 <= y <= frame.plot.height():
        return
    pen = QPen(QColor(_last_price_colour(frame)), 1 / frame.ratio)
    pen.setDashPattern([1 * frame.ratio, 3 * frame.ratio])
    painter.setPen(pen)
    painter.drawLine(0, round(y), frame.plot.width() - 1, round(y))


def paint_last_price_tag(painter: QPainter, frame: Frame, countdown: str) -> None:
    """Paint the last price with the countdown into the axis, off the bars."""
    price = float(frame.series.close[-1])
    y = frame.price.y(price)
    if 0 <= y <= frame.plot.height():
        colour = _last_price_colour(frame)
        paint_price_tag(painter, frame, y, frame.axis_text(price), colour, countdown)


def _last_price_colour(frame: Frame) -> str:
    is_rising = float(frame.series.close[-1]) >= float(frame.series.open[-1])
    return frame.theme.buy if is_rising else frame.theme.sell


def paint_crosshair(painter: QPainter, frame: Frame, pointer: QPoint, price_text: str) -> None:
    """Paint the lines of the pointer with the price and the time that they mean."""
    index = frame.time.index(pointer.x(), frame.count, frame.plot.width())
    pen = QPen(QColor(frame.theme.muted), 1 / frame.ratio)
    pen.setDashPattern([4 * frame.ratio, 4 * frame.ratio])
    painter.setPen(pen)
    painter.drawLine(0, pointer.y(), frame.plot.width(), pointer.y())
    paint_price_tag(painter, frame, pointer.y(), price_text, frame.theme.muted)
    if 0 <= index < frame.count:
        x = round(frame.x(index))
        painter.setPen(pen)
        painter.drawLine(x, 0, x, frame.bottom)
        _paint_time_tag(painter, frame, x, int(frame.series.open_time_ms[index]))


def paint_legend(painter: QPainter, frame: Frame, title: str, index: int) -> None:
    """Paint open, high, low, close, change and volume of a bar at the upper left."""
    series = frame.series
    opened, closed = float(series.open[index]), float(series.close[index])
    change = (closed / opened - 1) * 100 if opened else 0.0
    theme = frame.theme
    side = theme.buy if closed >= opened else theme.sell
    volume = compact_text(Decimal(repr(float(series.volume[index]))))
    parts = [
        (title, theme.text),
        ("O", theme.muted),
        (frame.price_text(opened), side),
        ("H", theme.muted),
        (frame.price_text(float(series.high[index])), side),
        ("L", theme.muted),
        (frame.price_text(float(series.low[index])), side),
        ("C", theme.muted),
        (frame.price_text(closed), side),
        (percent_text(Decimal(repr(change))), side),
        ("V", theme.muted),
        (f"{volume}{THIN_SPACE}{frame.instrument.base_asset}", theme.text),
    ]
    if frame.plot.width() < _NARROW_PX:
        # There is room for what matters most alone.
        parts = [parts[0], *parts[7:10]]
    _paint_words(painter, frame, parts)


def _paint_words(painter: QPainter, frame: Frame, parts: list[tuple[str, str]]) -> None:
    metrics = QFontMetrics(frame.font)
    rows: list[list[tuple[int, str, str]]] = [[]]
    x = 12
    for number, (text, colour) in enumerate(parts):
        width = metrics.horizontalAdvance(text)
        # A label stays with its figure when the row breaks.
        is_label = len(text) == 1
        reach = metrics.horizontalAdvance(parts[number + 1][0]) + 4 if is_label else 0
        if x + width + reach > frame.plot.width() - 12 and rows[-1]:
            rows.append([])
            x = 12
        rows[-1].append((x, text, colour))
        x += width + (4 if is_label else 10)
    ground = QColor(frame.theme.panel)
    ground.setAlpha(215)
    for number, row in enumerate(rows):
        end = row[-1][0] + metrics.horizontalAdvance(row[-1][1])
        painter.fillRect(QRect(6, 8 + number * 20, end, 20), ground)
        for left, text, colour in row:
            painter.setPen(QColor(colour))
            painter.drawText(left, 22 + number * 20, text)


def paint_price_tag(
    painter: QPainter, frame: Frame, y: float, text: str, colour: str, below: str = ""
) -> None:
    """Paint a price into the axis at a height, with a second row beneath it where one is given."""
    axis = frame.price_axis
    height = TAG_PX + (_BELOW_PX if below else 0)
    bottom = frame.bottom if y > frame.plot.height() else frame.plot.height()
    top = min(max(0, round(y) - TAG_PX // 2), bottom - height)
    tag = QRect(axis.left() + 1, top, axis.width() - 1, height)
    # A gap of one pixel keeps tags of one colour apart.
    painter.fillRect(tag.adjusted(0, -1, 0, 1), QColor(frame.theme.panel))
    painter.fillRect(tag, QColor(colour))
    painter.setPen(QColor(frame.theme.on_side))
    left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(QRect(tag.left() + 9, top, tag.width(), TAG_PX), left, text)
    if below:
        painter.drawText(QRect(tag.left() + 9, top + 15, tag.width(), 15), left, below)


def _clock_text(moment: datetime, bar_ms: int) -> str:
    """Return the time of day as exactly as bars of a length need it."""
    if bar_ms >= DAY_MS:
        return ""
    return f"  {moment:%H:%M:%S}" if bar_ms < MINUTE_MS else f"  {moment:%H:%M}"


def _paint_time_tag(painter: QPainter, frame: Frame, x: int, time_ms: int) -> None:
    moment = datetime.fromtimestamp(time_ms / 1000, frame.zone)
    text = f"{moment:%a} {moment.day} {moment:%b %Y}{_clock_text(moment, frame.bar_ms)}"
    width = QFontMetrics(frame.font).horizontalAdvance(text) + 16
    left = min(max(0, x - width // 2), frame.plot.width() - width)
    tag = QRect(left, frame.bottom + 3, width, TAG_PX)
    painter.fillRect(tag, QColor(frame.theme.muted))
    painter.setPen(QColor(frame.theme.on_side))
    painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, text)
