"""Paint what moves over the bars: last price, own lines, crosshair, legend."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from terminal_app.gui.chart.frame import LEGEND_PX, Frame
from terminal_app.gui.chart.line_drag import CROSS_PX, Ghost, cross_box, label_box
from terminal_app.gui.chart.price_line import LineKind, PriceLine
from terminal_app.gui.chart.study_painting import paint_study_words
from terminal_app.gui.format import THIN_SPACE, UNKNOWN, compact_text, decimal_text, percent_text

_TAG_PX = 18


def paint_last_price(painter: QPainter, frame: Frame, countdown: str) -> None:
    """Paint a line at the last price; its tag and the countdown lie in the axis, off the bars."""
    price = float(frame.series.close[-1])
    y = frame.price.y(price)
    if not 0 <= y <= frame.plot.height():
        return
    is_rising = price >= float(frame.series.open[-1])
    colour = frame.theme.buy if is_rising else frame.theme.sell
    pen = QPen(QColor(colour), 1 / frame.ratio)
    pen.setDashPattern([1 * frame.ratio, 3 * frame.ratio])
    painter.setPen(pen)
    painter.drawLine(QPointF(0, round(y)), QPointF(frame.plot.width(), round(y)))
    _paint_price_tag(painter, frame, y, frame.axis_text(price), colour, countdown)


def paint_price_lines(
    painter: QPainter,
    frame: Frame,
    lines: list[PriceLine],
    ghost: Ghost | None = None,
    *,
    with_crosses: bool = False,
) -> None:
    """Paint own orders dashed and positions solid, each with its words and its price.

    Those out of sight are counted at the edge they lie beyond, so that none is forgotten. A ghost
    is a line on its way in somebody's hand: nothing was sent yet.
    """
    bottom, above, below = frame.plot.height(), 0, 0
    for line in lines:
        y = frame.price.y(float(line.price))
        above, below = above + (y < 0), below + (y > bottom)
        if 0 <= y <= bottom:
            held = line if with_crosses else replace(line, can_cancel=False)
            _paint_line(painter, frame, held, line.price, line.text, line.colour(frame.theme))
    accent = frame.theme.accent
    if above:
        _paint_line_label(painter, frame, f"▲ {_lines(above)} above", 18, accent)
    if below:
        _paint_line_label(painter, frame, f"▼ {_lines(below)} below", bottom - 18, accent)
    if ghost is not None:
        _paint_line(painter, frame, ghost.line, ghost.price, ghost.words, accent, is_ghost=True)


def _paint_line(
    painter: QPainter,
    frame: Frame,
    line: PriceLine,
    price: Decimal,
    text: str,
    colour: str,
    *,
    is_ghost: bool = False,
) -> None:
    y = frame.price.y(float(price))
    pen = QPen(QColor(colour), 1)
    if line.kind is not LineKind.POSITION or is_ghost:
        pen.setDashPattern([2, 3] if is_ghost else [5, 4])
    painter.setPen(pen)
    painter.drawLine(0, round(y), frame.plot.width(), round(y))
    _paint_line_label(
        painter, frame, text, round(y), colour, can_cancel=line.can_cancel and not is_ghost
    )
    decimals = frame.instrument.price_decimals
    _paint_price_tag(painter, frame, y, decimal_text(price, decimals), colour)


def paint_crosshair(painter: QPainter, frame: Frame, pointer: QPoint, price_text: str) -> None:
    """Paint the lines of the pointer with the price and the time that they mean."""
    index = frame.time.index(pointer.x(), frame.count, frame.plot.width())
    pen = QPen(QColor(frame.theme.muted), 1 / frame.ratio)
    pen.setDashPattern([4 * frame.ratio, 4 * frame.ratio])
    painter.setPen(pen)
    painter.drawLine(0, pointer.y(), frame.plot.width(), pointer.y())
    _paint_price_tag(painter, frame, pointer.y(), price_text, frame.theme.muted)
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
    _paint_words(painter, frame, parts)


def paint_studies(painter: QPainter, frame: Frame, index: int) -> None:
    """Write what every indicator says of a bar: over the bars, and in each pane."""
    y = float(LEGEND_PX + 14)
    for study in frame.studies.on_price:
        values = [
            frame.price_text(line[index]) if line[index] == line[index] else UNKNOWN
            for line in study.lines
        ]
        colours = frame.studies.colours(study)
        paint_study_words(painter, study, colours, values, QPointF(12, y), frame.theme)
        y += 20
    for pane in frame.panes:
        values = [
            pane.text(line[index]) if line[index] == line[index] else UNKNOWN
            for line in pane.study.lines
        ]
        at = QPointF(12, pane.place.top() + 16)
        paint_study_words(painter, pane.study, pane.colours, values, at, frame.theme)


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"


def _paint_words(painter: QPainter, frame: Frame, parts: list[tuple[str, str]]) -> None:
    metrics = QFontMetrics(frame.font)
    rows: list[list[tuple[int, str, str]]] = [[]]
    x = 12
    for text, colour in parts:
        width = metrics.horizontalAdvance(text)
        # A label stays with its figure when the row breaks.
        if x + width > frame.plot.width() - 12 and len(text) == 1:
            rows.append([])
            x = 12
        rows[-1].append((x, text, colour))
        x += width + (4 if len(text) == 1 else 10)
    ground = QColor(frame.theme.panel)
    ground.setAlpha(215)
    for number, row in enumerate(rows):
        end = row[-1][0] + metrics.horizontalAdvance(row[-1][1])
        painter.fillRect(QRect(6, 8 + number * 20, end, 20), ground)
        for left, text, colour in row:
            painter.setPen(QColor(colour))
            painter.drawText(left, 22 + number * 20, text)


def _paint_price_tag(
    painter: QPainter, frame: Frame, y: float, text: str, colour: str, below: str = ""
) -> None:
    axis = frame.price_axis
    height = _TAG_PX + (14 if below else 0)
    top = min(max(0, round(y) - _TAG_PX // 2), frame.plot.height() - height)
    tag = QRect(axis.left() + 1, top, axis.width() - 1, height)
    # A gap of one pixel keeps tags of one colour apart.
    painter.fillRect(tag.adjusted(0, -1, 0, 1), QColor(frame.theme.panel))
    painter.fillRect(tag, QColor(colour))
    painter.setPen(QColor(frame.theme.on_side))
    left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(QRect(tag.left() + 9, top, tag.width(), _TAG_PX), left, text)
    if below:
        painter.drawText(QRect(tag.left() + 9, top + 15, tag.width(), 15), left, below)


def _paint_time_tag(painter: QPainter, frame: Frame, x: int, time_ms: int) -> None:
    moment = datetime.fromtimestamp(time_ms / 1000, frame.zone)
    text = f"{moment:%a} {moment.day} {moment:%b %Y  %H:%M}"
    width = QFontMetrics(frame.font).horizontalAdvance(text) + 16
    left = min(max(0, x - width // 2), frame.plot.width() - width)
    tag = QRect(left, frame.bottom + 3, width, _TAG_PX)
    painter.fillRect(tag, QColor(frame.theme.muted))
    painter.setPen(QColor(frame.theme.on_side))
    painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, text)


def _paint_line_label(
    painter: QPainter, frame: Frame, text: str, y: int, colour: str, *, can_cancel: bool = False
) -> None:
    box = label_box(frame, text, y, can_cancel=can_cancel)
    painter.setPen(QPen(QColor(colour), 1))
    painter.setBrush(QColor(frame.theme.panel))
    painter.drawRoundedRect(box, 2, 2)
    words = box.adjusted(0, 0, -CROSS_PX, 0) if can_cancel else box
    painter.drawText(words, Qt.AlignmentFlag.AlignCenter, text)
    if can_cancel:
        cross = cross_box(box)
        painter.drawLine(cross.topLeft(), cross.bottomLeft())
        painter.drawText(cross, Qt.AlignmentFlag.AlignCenter, "×")
