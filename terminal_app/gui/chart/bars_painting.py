"""Paint bars and indicators in the plot and the panes."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter

from terminal_app.gui.chart.axes import blended
from terminal_app.gui.chart.candles import Columns, Mask, paint_columns, paint_line
from terminal_app.gui.chart.flow.painting import paint_flow_bars
from terminal_app.gui.chart.frame import Frame, in_device_pixels
from terminal_app.gui.chart.look import ChartStyle
from terminal_app.gui.chart.study_painting import StudyPainter
from terminal_app.gui.chart.study_panes import Stretch
from terminal_app.gui.theme import Theme

_INSIDE = Qt.ClipOperation.IntersectClip


def paint_bars(painter: QPainter, frame: Frame, shown: Columns, first: int = 0) -> None:
    """Paint bars from ``first`` on, with a line from the first of all."""
    painter.save()
    painter.setClipRect(frame.plot, _INSIDE)
    bars = shown.part(slice(first, None))
    painted = paint_flow_bars(painter, frame, bars)
    in_device_pixels(painter, frame.ratio)
    _paint_columns(painter, frame, bars, painted)
    if frame.style.is_line:
        colour, is_filled = QColor(frame.theme.accent), frame.style is ChartStyle.AREA
        paint_line(painter, shown, frame.pixels(), colour, is_filled=is_filled)
    painter.restore()


def paint_studies(painter: QPainter, frame: Frame, stretch: Stretch) -> None:
    """Paint the values of indicators that stand still, of a stretch."""
    hand = StudyPainter(painter, frame.theme, frame.pixels(), stretch)
    on_price = [study for study in frame.studies.on_price if not study.choice.is_hidden]
    if on_price:
        painter.save()
        painter.setClipRect(frame.plot, _INSIDE)
        in_device_pixels(painter, frame.ratio)
        for study in on_price:
            hand.paint_on_price(study)
        painter.restore()
    for pane in frame.panes:
        if not pane.study.choice.is_hidden:
            painter.save()
            painter.setClipRect(pane.place, _INSIDE)
            in_device_pixels(painter, frame.ratio)
            hand.paint_in_pane(pane, frame.ratio)
            painter.restore()


def _paint_columns(painter: QPainter, frame: Frame, bars: Columns, painted: Mask | None) -> None:
    colours = colours_of(frame.theme)
    paint_columns(painter, bars, frame.pixels(), colours, frame.style, painted)


@lru_cache(maxsize=4)
def colours_of(theme: Theme) -> tuple[QColor, QColor, QColor, QColor]:
    """Return the colours of up, down, bought volume and sold volume."""
    buy, sell = theme.buy, theme.sell
    return (
        QColor(buy),
        QColor(sell),
        blended(buy, theme.panel, 0.34),
        blended(sell, theme.panel, 0.34),
    )
