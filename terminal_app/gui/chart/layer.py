"""Keep a picture of everything that does not move with a tick."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPixmap

from terminal_app.gui.chart.candles import Columns, Mask, paint_columns, paint_line
from terminal_app.gui.chart.flow.painting import flow_key, paint_flow_bars, paint_flow_ground
from terminal_app.gui.chart.frame import Frame, in_device_pixels
from terminal_app.gui.chart.gaps import paint_gaps
from terminal_app.gui.chart.look import ChartStyle
from terminal_app.gui.chart.study_painting import StudyPainter, paint_pane_frame
from terminal_app.gui.chart.ticks import TimeTick, axis_prices, time_ticks
from terminal_app.gui.theme import Theme

_LABEL_GAP_PX = 28
# On a narrower chart the words of highs and lows would hide the bars.
_MARKED_FROM_PX = 200
_LINES = frozenset({ChartStyle.LINE, ChartStyle.AREA, ChartStyle.HEATMAP_LINE})


class ClosedBarsLayer:
    """Cache grid, axes and closed bars; paint them anew only when the frame's key changed."""

    def __init__(self) -> None:
        self._pixmap = QPixmap()
        self._key: tuple[object, ...] | None = None

    def forget(self) -> None:
        """Have the picture made anew, because closed bars changed."""
        self._key = None

    def key(self, frame: Frame) -> tuple[object, ...]:
        """Return what the picture depends on, but for changed bars."""
        return (*frame.key, *flow_key(frame))

    def renew(self, frame: Frame, key: tuple[object, ...]) -> QPixmap:
        """Return the picture, made anew if its key changed."""
        if self._key != key:
            self._key = key
            self._rebuild(frame)
        return self._pixmap

    def _rebuild(self, frame: Frame) -> None:
        size = (round(frame.width * frame.ratio), round(frame.height * frame.ratio))
        if (self._pixmap.width(), self._pixmap.height()) != size:
            self._pixmap = QPixmap(*size)
        self._pixmap.setDevicePixelRatio(frame.ratio)
        painter = QPainter(self._pixmap)
        paint_closed(painter, frame)
        painter.end()


def paint_closed(painter: QPainter, frame: Frame) -> None:
    """Paint everything that does not move with a tick."""
    painter.fillRect(0, 0, frame.width, frame.height, QColor(frame.theme.panel))
    painter.setFont(frame.font)
    paint_flow_ground(painter, frame)
    _paint_price_grid(painter, frame)
    _paint_time_grid(painter, frame)
    closed = frame.shown.part(slice(0, len(frame.shown) - frame.live_columns))
    paint_bars(painter, frame, closed, 0)
    _paint_studies(painter, frame)
    for pane in frame.panes:
        paint_pane_frame(painter, pane, frame.theme, frame.price_axis)
    paint_gaps(painter, frame)
    _paint_extremes(painter, frame)
    _paint_edges(painter, frame)


def paint_bars(painter: QPainter, frame: Frame, shown: Columns, first: int) -> None:
    """Paint some columns from ``first`` on, and lines from the first of all."""
    painter.save()
    painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
    painted = paint_flow_bars(painter, frame, shown.part(slice(first, None)))
    in_device_pixels(painter, frame.ratio)
    _paint_columns(painter, frame, shown, first, painted)
    painter.restore()


def _paint_studies(painter: QPainter, frame: Frame) -> None:
    """Paint the values of indicators that stand still."""
    pixels = frame.pixels()
    hand = StudyPainter(painter, frame.theme, pixels, frame.stretch)
    on_price = [study for study in frame.studies.on_price if not study.choice.is_hidden]
    if on_price:
        painter.save()
        painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
        in_device_pixels(painter, frame.ratio)
        for study in on_price:
            hand.paint_on_price(study)
        painter.restore()
    for pane in frame.panes:
        if not pane.study.choice.is_hidden:
            painter.save()
            painter.setClipRect(pane.place, Qt.ClipOperation.IntersectClip)
            in_device_pixels(painter, frame.ratio)
            hand.paint_in_pane(pane, frame.ratio)
            painter.restore()


def _paint_columns(
    painter: QPainter, frame: Frame, shown: Columns, first: int, painted: Mask | None
) -> None:
    theme, pixels, colours = frame.theme, frame.pixels(), colours_of(frame.theme)
    paint_columns(painter, shown.part(slice(first, None)), pixels, colours, frame.style, painted)
    if frame.style in _LINES:
        is_filled = frame.style is ChartStyle.AREA
        paint_line(painter, shown, pixels, QColor(theme.accent), is_filled=is_filled)


@lru_cache(maxsize=4)
def colours_of(theme: Theme) -> tuple[QColor, QColor, QColor, QColor]:
    """Return the colours of up, down, bought volume and sold volume."""
    buy, sell = theme.buy, theme.sell
    return (
        QColor(buy),
        QColor(sell),
        _blend(buy, theme.panel, 0.34),
        _blend(sell, theme.panel, 0.34),
    )


@lru_cache(maxsize=64)
def _blend(colour: str, ground: str, share: float) -> QColor:
    above, below = QColor(colour), QColor(ground)
    return QColor(
        round(above.red() * share + below.red() * (1 - share)),
        round(above.green() * share + below.green() * (1 - share)),
        round(above.blue() * share + below.blue() * (1 - share)),
    )


def _grid_pen(frame: Frame) -> QPen:
    return QPen(_blend(frame.theme.hairline, frame.theme.panel, 0.62), 1 / frame.ratio)


def _paint_price_grid(painter: QPainter, frame: Frame) -> None:
    plot, axis = frame.plot, frame.price_axis
    grid, label = _grid_pen(frame), QColor(frame.theme.muted)
    for price in axis_prices(frame.price, frame.tick):
        y = round(frame.price.y(price))
        painter.setPen(grid)
        painter.drawLine(0, y, plot.width(), y)
        if 8 <= y <= plot.height() - 8:
            painter.setPen(label)
            box = QRect(axis.left() + 10, y - 9, axis.width() - 12, 18)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, frame.axis_text(price))


def _paint_time_grid(painter: QPainter, frame: Frame) -> None:
    metrics = QFontMetrics(frame.font)
    apart = (metrics.horizontalAdvance("00:00:00") + _LABEL_GAP_PX) / frame.time.spacing
    times = frame.series.open_time_ms[frame.first : frame.last]
    for tick in time_ticks(times, frame.first, apart, frame.zone):
        _paint_time_tick(painter, frame, metrics, tick)


def _paint_time_tick(
    painter: QPainter, frame: Frame, metrics: QFontMetrics, tick: TimeTick
) -> None:
    x = round(frame.x(tick.index))
    painter.setPen(
        QPen(QColor(frame.theme.hairline), 1 / frame.ratio) if tick.is_major else _grid_pen(frame)
    )
    painter.drawLine(x, 0, x, frame.bottom)
    width = metrics.horizontalAdvance(tick.text) + 4
    if width / 2 <= x <= frame.plot.width() - width / 2:
        painter.setPen(QColor(frame.theme.text if tick.is_major else frame.theme.muted))
        box = QRectF(x - width / 2, frame.bottom + 4, width, 18)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, tick.text)


def _paint_extremes(painter: QPainter, frame: Frame) -> None:
    shown = frame.shown
    if len(shown) < 8 or frame.plot.width() < _MARKED_FROM_PX:
        return
    is_line = frame.style in _LINES
    highs, lows = (shown.close, shown.close) if is_line else (shown.high, shown.low)
    top, bottom = int(highs.argmax()), int(lows.argmin())
    _paint_extreme(painter, frame, shown.index[top], float(highs[top]), -9)
    _paint_extreme(painter, frame, shown.index[bottom], float(lows[bottom]), 9)


def _paint_extreme(painter: QPainter, frame: Frame, index: float, price: float, shift: int) -> None:
    text = frame.price_text(price)
    x, y = frame.x(index), frame.price.y(price) + shift
    if not 10 < y < frame.plot.height() - 10:
        return
    width = QFontMetrics(frame.font).horizontalAdvance(text)
    painter.setPen(QPen(QColor(frame.theme.muted), 1 / frame.ratio))
    is_left = x > frame.plot.width() / 2
    start = x - 22 - width if is_left else x + 22
    near = x - 18 if is_left else x + 18
    painter.drawLine(QPointF(x, y), QPointF(near, y))
    painter.drawText(QRectF(start, y - 9, width + 4, 18), Qt.AlignmentFlag.AlignVCenter, text)


def _paint_edges(painter: QPainter, frame: Frame) -> None:
    painter.setPen(QPen(QColor(frame.theme.hairline), 1 / frame.ratio))
    plot = frame.plot
    painter.drawLine(plot.width(), 0, plot.width(), frame.height)
    for y in (*(pane.place.top() for pane in frame.panes), frame.bottom):
        painter.drawLine(0, y, frame.width, y)
