"""Make pixel rectangles of bars and hand them to the painter in one call per colour."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from terminal_app.gui.chart.look import ChartStyle
from terminal_app.gui.chart.rects import Rects, fill_rects, polygon
from terminal_app.gui.chart.series import CandleSeries, FloatColumn, IntColumn

Mask = npt.NDArray[np.bool_]
_RUN_UP_BARS = 60
# How much of its room a bar takes; over the book's heat it leaves most of it in sight.
USUAL_SHARE, _NARROW_SHARE = 0.72, 0.28


@dataclass(frozen=True, slots=True)
class Columns:
    """Hold what is painted: one entry per bar, or per group of bars where they are too many.

    `index` is the middle of each group in bars, `group` how many bars each has.
    """

    group: int
    index: FloatColumn
    open: FloatColumn
    high: FloatColumn
    low: FloatColumn
    close: FloatColumn
    volume: FloatColumn
    bought: FloatColumn

    def __len__(self) -> int:
        return len(self.index)

    def part(self, chosen: slice) -> "Columns":
        """Return some of the columns."""
        return Columns(
            self.group,
            self.index[chosen],
            self.open[chosen],
            self.high[chosen],
            self.low[chosen],
            self.close[chosen],
            self.volume[chosen],
            self.bought[chosen],
        )


@dataclass(frozen=True, slots=True)
class Pixels:
    """Hold how columns become device pixels: `x = origin + index * spacing`, the same for y.

    The origin is whole, so that what is rounded before it is added is the same wherever it lies.
    On the log scale `high` and `per_unit` are of logarithms.
    """

    origin: int
    spacing: float
    high: float
    per_unit: float
    height: int
    volume_top: int
    most_volume: float
    wick: int
    is_log: bool = False

    def x(self, index: FloatColumn) -> FloatColumn:
        """Return the middles of bars."""
        return self.origin + index * self.spacing

    def y(self, prices: FloatColumn) -> FloatColumn:
        """Return the heights of prices, at most just outside of the plot."""
        return np.clip(np.round(self.exact_y(prices)), -2, self.height + 2)

    def exact_y(self, prices: FloatColumn) -> FloatColumn:
        """Return the heights of prices, between pixels and wherever they are."""
        with np.errstate(invalid="ignore", divide="ignore"):
            places = np.log(prices) if self.is_log else prices
        return (self.high - places) * self.per_unit


def bars_per_column(device_spacing: float) -> int:
    """Return how many bars share a column so that each has two device pixels at least."""
    return max(1, math.ceil(2 / device_spacing))


def columns(
    series: CandleSeries,
    first: int,
    last: int,
    group: int,
    style: ChartStyle = ChartStyle.CANDLES,
) -> Columns:
    """Gather the bars of a range, merged in groups counted from the first bar of the series.

    A merged column has the first open, the last close, and the extremes: no spike is lost.
    """
    start = first // group * group
    values = tuple(column[start:last] for column in _values(series))
    if style is ChartStyle.HEIKIN_ASHI:
        values = _heikin_ashi(series, start, last)
    if group == 1:
        return Columns(1, np.arange(first, last, dtype=np.float64), *values)
    starts: IntColumn = np.arange(0, last - start, group)
    ends = np.minimum(starts + group, last - start) - 1
    opens, highs, lows, closes, volumes, bought = values
    highest = np.maximum.reduceat(volumes, starts)
    whole = np.add.reduceat(volumes, starts)
    share = np.divide(
        np.add.reduceat(bought, starts), whole, out=np.zeros(len(starts)), where=whole > 0
    )
    return Columns(
        group,
        np.asarray(start + starts + (group - 1) / 2, np.float64),
        opens[starts],
        np.maximum.reduceat(highs, starts),
        np.minimum.reduceat(lows, starts),
        closes[ends],
        highest,
        highest * share,
    )


def _heikin_ashi(series: CandleSeries, start: int, last: int) -> tuple[FloatColumn, ...]:
    """Return averaged bars: the close is a bar's mean, the open lies midway in the bar before.

    Each open halves what came before, so that 60 bars of run-up leave nothing to see of the rest.
    """
    begin = max(0, start - _RUN_UP_BARS)
    opens, highs, lows, closes, volumes, bought = (column[begin:last] for column in _values(series))
    close = (opens + highs + lows + closes) / 4
    halves = 0.5 ** np.arange(1, _RUN_UP_BARS + 1)
    count = len(close)
    steady = np.concatenate(([0.0], np.convolve(close, halves)[: max(count - 1, 0)]))[:count]
    first = (opens[0] + closes[0]) / 2 if count else 0.0
    open_ = steady + first * 0.5 ** np.arange(count, dtype=np.float64)
    cut = slice(start - begin, None)
    return (
        open_[cut],
        np.maximum(highs, np.maximum(open_, close))[cut],
        np.minimum(lows, np.minimum(open_, close))[cut],
        close[cut],
        volumes[cut],
        bought[cut],
    )


def paint_columns(
    painter: QPainter,
    shown: Columns,
    pixels: Pixels,
    colours: tuple[QColor, QColor, QColor, QColor],
    style: ChartStyle = ChartStyle.CANDLES,
    painted: "Mask | None" = None,
) -> None:
    """Paint bars and volume: colours of up, down, bought volume and sold volume.

    What buyers took stands below what sellers took. Lines have volume only here, see `paint_line`,
    and so have bars that are ``painted`` already. The painter's unit must be the device pixel.
    """
    if not len(shown):
        return
    left, width = _body(
        shown, pixels, _NARROW_SHARE if style is ChartStyle.HEATMAP else USUAL_SHARE
    )
    wanted: Mask = np.ones(len(shown), np.bool_) if painted is None else ~painted
    rising: Mask = shown.close >= shown.open
    bars = _BAR_RECTS[style](shown, pixels, left, width)
    sold, bought = _volume_rects(shown, pixels, left, width)
    fill_rects(painter, sold, colours[3])
    fill_rects(painter, bought, colours[2])
    for mask, colour in ((rising & wanted, colours[0]), (~rising & wanted, colours[1])):
        fill_rects(painter, bars[:, mask].reshape(-1, 4), colour)


def _values(series: CandleSeries) -> tuple[FloatColumn, ...]:
    return series.open, series.high, series.low, series.close, series.volume, series.bought


def _body(shown: Columns, pixels: Pixels, share: float) -> tuple[npt.NDArray[np.int32], int]:
    width = max(1, math.floor(pixels.spacing * shown.group * share))
    # The wick stands exactly in the middle: both widths even or both odd.
    if width > pixels.wick and (width - pixels.wick) % 2:
        width -= 1
    places = np.floor(shown.index * pixels.spacing - width / 2 + 0.5).astype(np.int64)
    return (places + pixels.origin).astype(np.int32), width


def _candle_rects(shown: Columns, pixels: Pixels, left: Rects, width: int) -> Rects:
    opens, closes = pixels.y(shown.open), pixels.y(shown.close)
    rects = np.empty((2, len(shown), 4), np.int32)
    rects[0] = _wicks(shown, pixels, left, width)
    rects[1, :, 0] = left
    rects[1, :, 1] = np.minimum(opens, closes)
    rects[1, :, 2] = left + width - 1
    rects[1, :, 3] = np.maximum(opens, closes)
    return rects


def _bar_rects(shown: Columns, pixels: Pixels, left: Rects, width: int) -> Rects:
    opens, closes = pixels.y(shown.open), pixels.y(shown.close)
    rects = np.empty((3, len(shown), 4), np.int32)
    rects[0] = _wicks(shown, pixels, left, width)
    for row, start, end, heights in (
        (1, left, rects[0, :, 0], opens),
        (2, rects[0, :, 2], left + width - 1, closes),
    ):
        rects[row, :, 0], rects[row, :, 2] = start, end
        rects[row, :, 1] = heights
        rects[row, :, 3] = heights + min(pixels.wick, width) - 1
    return rects


def _no_rects(shown: Columns, _pixels: Pixels, _left: Rects, _width: int) -> Rects:
    return np.empty((0, len(shown), 4), np.int32)


def _wicks(shown: Columns, pixels: Pixels, left: Rects, width: int) -> Rects:
    wick = min(pixels.wick, width)
    rects = np.empty((len(shown), 4), np.int32)
    rects[:, 0] = left + (width - wick) // 2
    rects[:, 1] = pixels.y(shown.high)
    rects[:, 2] = rects[:, 0] + wick - 1
    rects[:, 3] = pixels.y(shown.low)
    return rects


_BAR_RECTS = {
    ChartStyle.CANDLES: _candle_rects,
    ChartStyle.HEIKIN_ASHI: _candle_rects,
    ChartStyle.BARS: _bar_rects,
    ChartStyle.LINE: _no_rects,
    ChartStyle.AREA: _no_rects,
    ChartStyle.HEATMAP: _candle_rects,
    ChartStyle.HEATMAP_LINE: _no_rects,
    ChartStyle.FOOTPRINT: _candle_rects,
}


def paint_line(
    painter: QPainter, shown: Columns, pixels: Pixels, colour: QColor, *, is_filled: bool
) -> None:
    """Paint the closes as a line, with the area under it where wanted."""
    if not len(shown):
        return
    points = polygon(pixels.x(shown.index), pixels.y(shown.close))
    if is_filled:
        ground = QColor(colour)
        ground.setAlphaF(0.16)
        area = QPolygonF(points)
        area.append(QPointF(points.last().x(), pixels.height))
        area.append(QPointF(points.first().x(), pixels.height))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawPolygon(area)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.5 * pixels.wick))
    painter.drawPolyline(points)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _volume_rects(shown: Columns, pixels: Pixels, left: Rects, width: int) -> tuple[Rects, Rects]:
    per_unit = (pixels.height - pixels.volume_top) / pixels.most_volume
    whole = np.round(shown.volume * per_unit).astype(np.int32)
    bought = np.minimum(np.round(shown.bought * per_unit).astype(np.int32), whole)
    rects = np.empty((2, len(shown), 4), np.int32)
    rects[:, :, 0], rects[:, :, 2] = left, left + width - 1
    rects[0, :, 1], rects[0, :, 3] = pixels.height - whole, pixels.height - bought - 1
    rects[1, :, 1], rects[1, :, 3] = pixels.height - bought, pixels.height - 1
    is_seen = rects[:, :, 3] >= rects[:, :, 1]
    return rects[0, is_seen[0]], rects[1, is_seen[1]]
