"""Paint what moves with a tick where the last bar is."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter

from terminal_app.gui.chart import moving_study
from terminal_app.gui.chart.bars_painting import colours_of, paint_bars
from terminal_app.gui.chart.frame import Frame, in_device_pixels
from terminal_app.gui.chart.last_candle import LastCandle
from terminal_app.gui.chart.look import ChartStyle
from terminal_app.gui.chart.profile_painting import paint_profile


class MovingColumn:
    """Paint the last bar of a frame and the last values of indicators.

    What stands still as long as the frame does is worked out once.
    """

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        pixels = frame.pixels()
        self._candle: LastCandle | None = None
        if frame.live_columns and frame.style is ChartStyle.CANDLES:
            self._candle = LastCandle(frame.shown, pixels, colours_of(frame.theme))
        look = frame.stretch, pixels, frame.theme
        self._on_price = [
            moving_study.on_price(study, *look)
            for study in frame.studies.on_price
            if not study.choice.is_hidden
        ]
        self._in_panes = [
            (pane.place, moving_study.in_pane(pane, *look, frame.ratio))
            for pane in frame.panes
            if not pane.study.choice.is_hidden
        ]

    def paint(self, painter: QPainter) -> None:
        """Paint all of it as it is now."""
        frame = self._frame
        paint_profile(painter, frame)
        if frame.live_columns and self._candle is None:
            # A line needs the bar before to begin at.
            last = frame.shown.part(slice(-2, None))
            paint_bars(painter, frame, last, len(last) - 1)
        if self._candle is not None or self._on_price:
            self._enter(painter, frame.plot)
            if self._candle is not None:
                self._candle.paint(painter)
            for study in self._on_price:
                study.paint(painter)
            painter.restore()
        for place, moving in self._in_panes:
            self._enter(painter, place)
            moving.paint(painter)
            painter.restore()

    def _enter(self, painter: QPainter, place: QRect) -> None:
        painter.save()
        painter.setClipRect(place, Qt.ClipOperation.IntersectClip)
        # Bars lie on whole pixels: it is lines that this is for.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        in_device_pixels(painter, self._frame.ratio)
