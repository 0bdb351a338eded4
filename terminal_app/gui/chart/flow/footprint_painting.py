"""Paint what was traded at each price inside the bars."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from terminal_app.gui.chart.flow.flow import bar_length_ms
from terminal_app.gui.chart.flow.footprint import Cells
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.look import ScaleMode
from terminal_app.gui.chart.rects import Rects, fill_rects
from terminal_app.gui.chart.series import FloatColumn, IntColumn
from terminal_app.gui.chart.ticks import price_step

_ROW_PX = 14
_NUMBERS_PX, _SIDES_PX, _CELLS_PX = 84, 24, 8
_CANDLE_PX, _GAP_PX = 5, 3
_SHADES = 8
_IMBALANCE = 3.0
# Below this part of a bar's volume trades are missing: it began before they were gathered.
_WHOLE_SHARE = 0.98
_TEXT_HEIGHT_PX = 13


class Detail(Enum):
    """Name how much of a bar's cells has room."""

    NONE = auto()
    CELLS = auto()
    SIDES = auto()
    NUMBERS = auto()


@dataclass(frozen=True, slots=True)
class BarCells:
    """Hold the cells of one bar, which are None where no trade of it is known."""

    index: int
    trades: tuple[int, int]
    cells: Cells | None

    def is_whole(self, volume: float) -> bool:
        """Say whether all of a bar's volume is in its cells."""
        return self.cells is not None and self.cells.volume >= volume * _WHOLE_SHARE


def detail(frame: Frame) -> Detail:
    """Return how much has room."""
    spacing = frame.time.spacing
    if spacing >= _NUMBERS_PX:
        return Detail.NUMBERS
    if spacing >= _SIDES_PX:
        return Detail.SIDES
    return Detail.CELLS if spacing >= _CELLS_PX else Detail.NONE


def cell_step(frame: Frame) -> float:
    """Return the height of a cell in units of price: a round one that can be read."""
    scale = frame.price
    middle = (scale.high + scale.low) / 2
    per_unit = scale.per_unit / middle if scale.mode is ScaleMode.LOG else scale.per_unit
    least_px = _ROW_PX if detail(frame) is Detail.NUMBERS else _ROW_PX / 2
    return price_step(least_px / per_unit, 1, frame.tick, 1)


def bar_cells(frame: Frame, first: int, last: int) -> list[BarCells]:
    """Return the cells of the bars of a range."""
    opens = frame.series.open_time_ms
    closes = opens[first:last] + bar_length_ms(opens)
    found = frame.flow.footprints.of(opens[first:last], closes, cell_step(frame))
    return [BarCells(first + at, *each) for at, each in enumerate(found)]


def closed_key(frame: Frame) -> tuple[object, ...]:
    """Return what the cells of all bars in sight but the last depend on."""
    tape, opens = frame.flow.tape, frame.series.open_time_ms
    last_ms = opens[-1] if len(opens) else 0
    return tape.dropped, int(np.searchsorted(tape.time_ms, last_ms)), cell_step(frame)


def paint_cells(painter: QPainter, frame: Frame, bars: list[BarCells], most: float) -> None:
    """Paint the cells of bars; the painter's unit is the device-independent pixel.

    ``most`` is the size of a side in a cell that has the full colour.
    """
    known = [(bar.index, bar.cells) for bar in bars if bar.cells is not None]
    level, step = detail(frame), cell_step(frame)
    if not known or level is Detail.NONE:
        return
    theme = frame.theme
    for side, colour in enumerate((theme.sell, theme.buy)):
        boxes = [_side_boxes(frame, index, cells, step, most, side) for index, cells in known]
        rects = np.concatenate([box[0] for box in boxes])
        shades = np.concatenate([box[1] for box in boxes])
        for shade in np.unique(shades[shades > 0]).tolist():
            fill = QColor(colour)
            fill.setAlphaF(0.10 + 0.62 * shade / _SHADES)
            fill_rects(painter, rects[shades == shade], fill)
    for index, cells in known:
        _paint_control(painter, frame, index, cells, step)
        if level is not Detail.CELLS:
            _paint_candle(painter, frame, index)
        if level is Detail.NUMBERS:
            _paint_numbers(painter, frame, index, cells, step)
    if level is Detail.NUMBERS:
        for bar in bars:
            _paint_foot(painter, frame, bar, step)


def short_size(size: float) -> str:
    """Write a size with three digits that count."""
    if size >= 1000:
        return f"{size / 1000:.1f}k"
    decimals = 0 if size >= 100 else 1 if size >= 10 else 2
    return f"{size:.{decimals}f}" if size >= 0.01 or not size else "<0.01"


def _heights(frame: Frame, bins: IntColumn, step: float) -> FloatColumn:
    """Return where the lower edges of bins are."""
    scale = frame.price
    prices = bins.astype(np.float64) * step
    places = np.log(prices) if scale.mode is ScaleMode.LOG else prices
    heights = (scale.place(scale.high) - places) * scale.per_unit
    return np.clip(np.round(heights), -2, frame.plot.height() + 2)


def _span(frame: Frame, index: int) -> tuple[int, int]:
    """Return where a bar's cells begin and end."""
    middle, half = frame.x(index), frame.time.spacing / 2
    left = middle - half + 1
    if detail(frame) is not Detail.CELLS:
        left += _CANDLE_PX + _GAP_PX
    return round(left), round(middle + half) - 2


def _side_boxes(
    frame: Frame, index: int, cells: Cells, step: float, most: float, side: int
) -> tuple[Rects, Rects]:
    """Return the rectangles of what was sold (0) or bought (1), and how strong each is."""
    left, right = _span(frame, index)
    middle = (left + right) // 2
    sizes = cells.bought if side else cells.sold
    level = detail(frame)
    if level is Detail.CELLS:
        surplus = cells.bought - cells.sold
        sizes = np.maximum(surplus if side else -surplus, 0)
    shades = np.ceil(np.clip(sizes / most, 0, 1) * _SHADES).astype(np.int32)
    rects = np.empty((len(sizes), 4), np.int32)
    rects[:, 1] = _heights(frame, cells.bins + 1, step)
    rects[:, 3] = np.maximum(_heights(frame, cells.bins, step) - 2, rects[:, 1])
    starts, ends = (middle + 1, right) if side else (left, middle - 1)
    rects[:, 0], rects[:, 2] = (left, right) if level is Detail.CELLS else (starts, ends)
    if level is Detail.SIDES:
        widths = np.ceil(np.clip(sizes / most, 0, 1) * (ends - starts)).astype(np.int32)
        rects[:, 2 * side] = starts + widths if side else ends - widths
    return rects, shades


def _paint_control(painter: QPainter, frame: Frame, index: int, cells: Cells, step: float) -> None:
    left, right = _span(frame, index)
    edges = np.array([cells.point_of_control + 1, cells.point_of_control], np.int64)
    top, bottom = _heights(frame, edges, step).tolist()
    painter.setPen(QPen(QColor(frame.theme.warning), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(left - 0.5, top - 0.5, right - left + 2, max(2.0, bottom - top)))


def _paint_candle(painter: QPainter, frame: Frame, index: int) -> None:
    series, scale = frame.series, frame.price
    opened, closed = float(series.open[index]), float(series.close[index])
    colour = QColor(frame.theme.buy if closed >= opened else frame.theme.sell)
    left = round(frame.x(index) - frame.time.spacing / 2) + 1
    high, low = round(scale.y(float(series.high[index]))), round(scale.y(float(series.low[index])))
    top, bottom = sorted((round(scale.y(opened)), round(scale.y(closed))))
    painter.fillRect(QRect(left + _CANDLE_PX // 2, high, 1, low - high + 1), colour)
    painter.fillRect(QRect(left, top, _CANDLE_PX, bottom - top + 1), colour)


def _paint_numbers(painter: QPainter, frame: Frame, index: int, cells: Cells, step: float) -> None:
    left, right = _span(frame, index)
    middle = (left + right) / 2
    tops = _heights(frame, cells.bins + 1, step)
    rows = np.flatnonzero((tops > -2) & (tops < frame.plot.height())).tolist()
    strong = cells.sold_imbalances(_IMBALANCE), cells.bought_imbalances(_IMBALANCE)
    height = _heights(frame, cells.bins, step) - tops
    plain, sides = QColor(frame.theme.text), (frame.theme.sell, frame.theme.buy)
    flags = Qt.AlignmentFlag.AlignVCenter
    for row in rows:
        if height[row] < _TEXT_HEIGHT_PX - 1:
            continue
        box = QRectF(left, tops[row], middle - left - 4, height[row] - 1)
        painter.setPen(QColor(sides[0]).lighter(130) if strong[0][row] else plain)
        text = short_size(float(cells.sold[row]))
        painter.drawText(box, flags | Qt.AlignmentFlag.AlignRight, text)
        painter.setPen(QColor(sides[1]).lighter(130) if strong[1][row] else plain)
        box.moveLeft(middle + 4)
        text = short_size(float(cells.bought[row]))
        painter.drawText(box, flags | Qt.AlignmentFlag.AlignLeft, text)


def _paint_foot(painter: QPainter, frame: Frame, bar: BarCells, step: float) -> None:
    """Write a bar's delta under it, and that trades of it are missing."""
    if bar.cells is None:
        return
    theme, delta = frame.theme, bar.cells.delta
    sign = "+" if delta > 0 else "−" if delta < 0 else ""
    lowest = float(_heights(frame, bar.cells.bins[:1], step)[0])
    y = max(lowest, frame.price.y(float(frame.series.low[bar.index]))) + 4
    box = QRectF(frame.x(bar.index) - frame.time.spacing / 2, y, frame.time.spacing, 14)
    painter.setPen(QColor(theme.buy if delta > 0 else theme.sell if delta < 0 else theme.muted))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"Δ {sign}{short_size(abs(delta))}")
    if not bar.is_whole(float(frame.series.volume[bar.index])):
        painter.setPen(QColor(theme.muted))
        painter.drawText(box.translated(0, 14), Qt.AlignmentFlag.AlignCenter, "in part")
