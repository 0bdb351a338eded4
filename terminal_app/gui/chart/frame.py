"""Gather what one painted frame of the chart is made of."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from functools import cached_property, lru_cache

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QPaintEngine, QPainter, QPixmap

from terminal_app.domain.instrument import Instrument
from terminal_app.gui.chart.candles import Columns, Pixels, bars_per_column, columns
from terminal_app.gui.chart.compared import (
    ComparedLine,
    ComparedSeries,
    compared_lines,
    reach_of,
)
from terminal_app.gui.chart.flow.flow import Flow
from terminal_app.gui.chart.look import ChartStyle, ScaleMode
from terminal_app.gui.chart.scales import PriceScale, TimeScale
from terminal_app.gui.chart.series import CandleSeries
from terminal_app.gui.chart.studies import Studies
from terminal_app.gui.chart.study_panes import Pane, Stretch, make_pane, pane_heights
from terminal_app.gui.chart.words import TextWidths
from terminal_app.gui.format import decimal_text, percent_text
from terminal_app.gui.theme import Theme

TIME_AXIS_PX = 24
LEGEND_PX = 36
# Narrower than this a bar's figures take two rows.
_ONE_ROW_PX, _LEGEND_ROW_PX = 460, 20
_VOLUME_SHARE = 0.16
_LEAST_AXIS_PX = 64


@dataclass(frozen=True)
class Frame:
    """Hold the geometry, the bars and the scales of one frame.

    Pixels are device-independent; `plot` starts at the upper left corner of the widget, the price
    axis is right of it and the time axis beneath. Only ``origin``, the middle of the first bar of
    the series, is a whole number of device pixels: so bars keep their look when the chart moves.
    """

    theme: Theme
    instrument: Instrument
    decimals: int
    series: CandleSeries
    time: TimeScale
    price: PriceScale
    font: QFont
    widths: TextWidths
    width: int
    height: int
    plot: QRect
    ratio: float
    origin: int
    first: int
    last: int
    shown: Columns
    most_volume: float
    style: ChartStyle
    studies: Studies
    panes: tuple[Pane, ...]
    stretch: Stretch
    zone: tzinfo | None
    flow: Flow
    compared: tuple[ComparedLine, ...]
    bar_ms: int

    @property
    def count(self) -> int:
        """Return how many bars there are in all."""
        return len(self.series)

    @property
    def tick(self) -> float:
        """Return the instrument's price step for display maths."""
        return float(self.instrument.tick_size) or 1e-8

    @property
    def price_axis(self) -> QRect:
        """Return where prices are named."""
        return QRect(self.plot.width(), 0, self.width - self.plot.width(), self.plot.height())

    @property
    def bottom(self) -> int:
        """Return where the time axis begins, beneath the last pane."""
        return self.panes[-1].place.bottom() + 1 if self.panes else self.plot.height()

    @property
    def panes_place(self) -> QRect:
        """Return where the panes are, beneath the bars."""
        height = self.plot.height()
        return QRect(0, height, self.plot.width(), self.bottom - height)

    @property
    def volume_top(self) -> int:
        """Return the upper edge of the volume bars."""
        return round(self.plot.height() * (1 - _VOLUME_SHARE))

    @property
    def live_columns(self) -> int:
        """Return how many columns at the right end still move: one if the last bar is in sight."""
        return 1 if len(self.shown) and self.last == self.count else 0

    @property
    def key(self) -> tuple[object, ...]:
        """Return what the cached picture of closed bars depends on, but for changed bars."""
        return (*self.standing_key, self.first, self.last, self.count, self.origin)

    @cached_property
    def standing_key(self) -> tuple[object, ...]:
        """Return what that depends on beside which bars are in sight, and where."""
        return (
            *(self.theme, self.instrument, self.width, self.height, self.plot.width(), self.ratio),
            *(self.price.low, self.price.high, self.most_volume, self.time.spacing),
            *(self.style, self.price.mode, self._percent_base, self.studies.revision, self.zone),
            *((pane.scale.low, pane.scale.high) for pane in self.panes),
        )

    @cached_property
    def price_key(self) -> tuple[object, ...]:
        """Return what depends on where prices are, and not on which bars are in sight."""
        return (
            *(self.theme, self.instrument, self.width, self.height, self.plot, self.ratio),
            *(self.price.low, self.price.high, self.price.mode, self._percent_base),
            *(pane.place.top() for pane in self.panes),
        )

    @property
    def _percent_base(self) -> float | None:
        return self.price.base if self.price.mode is ScaleMode.PERCENT else None

    def pane_at(self, y: float) -> Pane | None:
        """Return the pane at a height, None where the bars are."""
        found = (pane for pane in self.panes if pane.place.top() <= y <= pane.place.bottom())
        return next(found, None)

    def x(self, index: float) -> float:
        """Return the middle of a bar."""
        return self.origin / self.ratio + index * self.time.spacing

    def pixel_x(self, index: float) -> float:
        """Return the middle of a bar where it falls on a device pixel."""
        return (self.origin + round(index * self.time.spacing * self.ratio)) / self.ratio

    def place(self, x: float) -> float:
        """Return how many bars a spot is right of the first bar's middle."""
        return (x - self.origin / self.ratio) / self.time.spacing

    def index(self, x: float) -> int:
        """Return the bar whose middle is nearest, which may lie outside of the series."""
        return round(self.place(x))

    def price_text(self, price: float) -> str:
        """Write a price with the instrument's decimals."""
        return _price_text(float(price), self.decimals)

    def axis_text(self, price: float) -> str:
        """Write a price as the axis does: as the change from the first bar on the percent scale."""
        if self.price.mode is not ScaleMode.PERCENT:
            return self.price_text(price)
        return percent_text(Decimal(repr(round(self.price.percent(price), 2))))

    def pixels(self) -> Pixels:
        """Return the mapping into device pixels."""
        ratio, plot = self.ratio, self.plot
        return Pixels(
            origin=self.origin,
            spacing=self.time.spacing * ratio,
            high=self.price.place(self.price.high),
            per_unit=self.price.per_unit * ratio,
            height=round(plot.height() * ratio),
            volume_top=round(self.volume_top * ratio),
            most_volume=self.most_volume,
            wick=max(1, int(ratio)),
            is_log=self.price.mode is ScaleMode.LOG,
        )


class FrameMaker:
    """Make frames of a series, fitting the price scale to what is in sight."""

    def __init__(self, series: CandleSeries, font: QFont) -> None:
        self.studies = Studies(series)
        self.time = TimeScale()
        self.price = PriceScale()
        self.style = ChartStyle.CANDLES
        self.zone: tzinfo | None = None
        self.flow = Flow()
        self.compared: list[ComparedSeries] = []
        self.bar_ms = 0
        self._series = series
        self._font = font
        self._widths = TextWidths(font)
        # How many digits the prices of the axis have, their decimals, and how wide they are.
        self._axis = (0, -1, 0)

    def set_look(self, style: ChartStyle, mode: ScaleMode, zone: tzinfo | None = None) -> None:
        """Draw bars, place prices and name times in this way; None is this computer's zone."""
        self.style, self.zone = style, zone
        if mode is not self.price.mode:
            self.price.set_mode(mode)

    def plot(self, width: int, height: int, instrument: Instrument) -> QRect:
        """Return the plot, leaving the price axis as wide as its longest price."""
        axis = self._axis_width(instrument.price_decimals)
        left = max(40, height - TIME_AXIS_PX)
        return QRect(
            0, 0, max(40, width - axis), left - sum(pane_heights(self.studies.in_panes, left))
        )

    def _axis_width(self, decimals: int) -> int:
        series = self._series
        digits = len(str(math.ceil(series.last.close))) if len(series) else 1
        if (digits, decimals) != self._axis[:2]:
            text = decimal_text(Decimal(int("8" * digits)), decimals)
            width = max(_LEAST_AXIS_PX, self._widths(text) + 20)
            self._axis = digits, decimals, width
        return self._axis[2]

    def make(
        self, theme: Theme, instrument: Instrument, width: int, height: int, ratio: float
    ) -> Frame:
        """Return the frame of now; the series must have a bar."""
        plot = self.plot(width, height, instrument)
        count = len(self._series)
        first, last = self.time.visible(count, plot.width())
        group = bars_per_column(self.time.spacing * ratio)
        # A column that was cut off at the right edge would change while the chart moves.
        last = min(count, math.ceil(last / group) * group)
        shown = columns(self._series, first, last, group, self.style)
        self.price.height = plot.height()
        room = math.ceil(max(0.0, self.time.margin)) if last == count else 0
        stretch = Stretch(first, last, group, count, room, self._series.open_time_ms)
        if len(shown):
            self.price.base = float(shown.close[0]) or 1.0
        compared = compared_lines(self.compared, self._series, shown)
        if self.price.is_auto and len(shown):
            self._fit(shown, compared, float(instrument.tick_size) or 1e-8, plot.width())
        return Frame(
            theme=theme,
            instrument=instrument,
            decimals=instrument.price_decimals,
            series=self._series,
            time=self.time,
            price=self.price,
            font=self._font,
            widths=self._widths,
            width=width,
            height=height,
            plot=plot,
            ratio=ratio,
            origin=round(self.time.x(0, count, plot.width()) * ratio),
            first=first,
            last=last,
            shown=shown,
            most_volume=_steady(float(shown.volume.max()) if len(shown) else 1.0),
            style=self.style,
            studies=self.studies,
            panes=self._panes(plot, height, stretch),
            stretch=stretch,
            zone=self.zone,
            flow=self.flow,
            compared=compared,
            bar_ms=self.bar_ms,
        )

    def _panes(self, plot: QRect, height: int, stretch: Stretch) -> tuple[Pane, ...]:
        self.studies.follow(stretch.first, stretch.last)
        studies, panes, top = self.studies.in_panes, [], plot.height()
        for study, each in zip(studies, pane_heights(studies, height - TIME_AXIS_PX), strict=True):
            panes.append(make_pane(study, QRect(0, top, plot.width(), each), stretch))
            top += each
        return tuple(panes)

    def _fit(
        self, shown: Columns, compared: Sequence[ComparedLine], tick: float, width: int
    ) -> None:
        low, high = float(shown.low.min()), float(shown.high.max())
        reach = reach_of(compared, self.price.base)
        if reach is not None:
            low, high = min(low, reach[0]), max(high, reach[1])
        below = self.price.height * _VOLUME_SHARE + 20
        above = LEGEND_PX + 16 + (_LEGEND_ROW_PX if width < _ONE_ROW_PX else 0)
        self.price.fit(low, high, above, below, tick)


@lru_cache(maxsize=1024)
def _price_text(price: float, decimals: int) -> str:
    return decimal_text(Decimal(repr(price)), decimals)


def in_device_pixels(painter: QPainter, ratio: float) -> None:
    """Make the painter's unit one device pixel."""
    painter.scale(1 / ratio, 1 / ratio)


def is_drawing(painter: QPainter) -> bool:
    """Say whether lines are kept as lines: such a drawing must not hold a picture of pixels."""
    return painter.paintEngine().type() is QPaintEngine.Type.SVG


def coordinates(place: QRect | None, frame: Frame) -> tuple[int, int, int, int]:
    """Return the left, top, right and bottom pixel of a place, of everything for None."""
    if place is None:
        return 0, 0, frame.width - 1, frame.height - 1
    return place.left(), place.top(), place.right(), place.bottom()


def lay_picture(
    painter: QPainter, picture: QPixmap, ratio: float, left: int = 0, top: int = 0
) -> None:
    """Put a kept picture in its place, device pixel on device pixel."""
    if ratio == 1:
        painter.drawPixmap(left, top, picture)
        return
    wide, high = picture.width(), picture.height()
    painter.save()
    in_device_pixels(painter, ratio)
    x, y = round(left * ratio), round(top * ratio)
    painter.drawPixmap(x, y, wide, high, picture, 0, 0, wide, high)
    painter.restore()


def _steady(most: float) -> float:
    # Two significant digits, upwards: a growing bar does not move all the others at every tick.
    if most <= 0:
        return 1.0
    unit = 10.0 ** (np.floor(np.log10(most)) - 1)
    return float(np.ceil(most / unit) * unit)
