"""Paint what the pointer tells: crosshair and legend."""

from datetime import datetime
from decimal import Decimal

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from terminal_app.domain.market import DAY_MS, MINUTE_MS
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.price_tag import TAG_PX, PriceTags
from terminal_app.gui.format import THIN_SPACE, compact_text, percent_text

_NARROW_PX = 260


def paint_crosshair(painter: QPainter, frame: Frame, pointer: QPoint, price_text: str) -> None:
    """Paint the lines of the pointer with the price and the time that they mean."""
    index = frame.time.index(pointer.x(), frame.count, frame.plot.width())
    muted = QColor(frame.theme.muted)
    pen = QPen(muted, 1 / frame.ratio)
    pen.setDashPattern([4 * frame.ratio, 4 * frame.ratio])
    painter.setPen(pen)
    painter.drawLine(0, pointer.y(), frame.plot.width(), pointer.y())
    PriceTags(frame).paint(painter, pointer.y(), price_text, muted)
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
