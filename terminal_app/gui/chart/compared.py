"""Other symbols on a chart: how far each moved since the first bar in sight, in percent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from terminal_app.domain.market import Candle
from terminal_app.gui.chart.candles import Columns, Pixels
from terminal_app.gui.chart.series import CandleSeries, FloatColumn, IntColumn
from terminal_app.gui.widgets.view_state import ViewState

# None of the first ones that indicators take, so that a line is not taken for an average.
COLOURS = ("#e86fb0", "#b57bff", "#3ec9c0", "#f0a63a", "#4f9cf9")
_WIDTH_PX = 1.5


class ComparedSeries:
    """Hold the bars of a symbol that a chart is compared with."""

    def __init__(self, symbol: str) -> None:
        self.symbol = symbol
        self.series = CandleSeries()
        self.state = ViewState.LOADING
        self.problem = ""

    def load(self, candles: Sequence[Candle]) -> None:
        """Take these bars instead of those before."""
        self.series.load(candles)
        self.state = ViewState.NORMAL

    def prepend(self, candles: Sequence[Candle]) -> None:
        """Take a page of history."""
        self.series.prepend(candles)

    def update_candle(self, candle: Candle) -> None:
        """Take the forming bar, a new one or a repaired one."""
        self.series.update(candle)

    def set_state(self, state: ViewState, text: str = "") -> None:
        """Take how its bars stand."""
        self.state, self.problem = state, text

    def closes(self, times_ms: IntColumn) -> FloatColumn:
        """Return the last close known at each time, NaN before its first bar."""
        if not len(self.series):
            return np.full(len(times_ms), np.nan)
        at = np.searchsorted(self.series.open_time_ms, times_ms, side="right") - 1
        return np.where(at >= 0, self.series.close[np.maximum(at, 0)], np.nan)


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """Hold a compared symbol's change in percent at each column in sight, and its colour."""

    symbol: str
    colour: str
    percent: FloatColumn

    @property
    def last(self) -> float | None:
        """Return the change at the right end, None where it is not known."""
        known = self.percent[np.isfinite(self.percent)]
        return float(known[-1]) if len(known) else None


def compared_lines(
    compared: Sequence[ComparedSeries], series: CandleSeries, shown: Columns
) -> tuple[ComparedLine, ...]:
    """Return the lines of compared symbols over the columns in sight.

    Each counts from its own first close among them.
    """
    if not compared or not len(shown):
        return ()
    ends = (shown.index + (shown.group - 1) / 2).astype(np.int64)
    times = series.open_time_ms[np.minimum(ends, len(series) - 1)]
    lines = []
    for number, each in enumerate(compared):
        closes = each.closes(times)
        known = closes[np.isfinite(closes)]
        base = known[0] if len(known) else np.nan
        colour = COLOURS[number % len(COLOURS)]
        lines.append(ComparedLine(each.symbol, colour, (closes / base - 1) * 100))
    return tuple(lines)


def reach_of(lines: Sequence[ComparedLine], base: float) -> tuple[float, float] | None:
    """Return the lowest and the highest price that the lines take on a scale of a base."""
    values = [line.percent[np.isfinite(line.percent)] for line in lines]
    known = np.concatenate(values) if values else np.empty(0)
    if not len(known):
        return None
    return base * (1 + float(known.min()) / 100), base * (1 + float(known.max()) / 100)


def paint_compared(
    painter: QPainter,
    lines: Sequence[ComparedLine],
    shown: Columns,
    pixels: Pixels,
    base: float,
) -> None:
    """Paint the lines; the painter's unit must be the device pixel."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for line in lines:
        known = np.isfinite(line.percent)
        heights = pixels.y(base * (1 + line.percent[known] / 100))
        places = zip(pixels.x(shown.index[known]).tolist(), heights.tolist(), strict=True)
        painter.setPen(QPen(QColor(line.colour), _WIDTH_PX * pixels.wick))
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in places]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
