"""Hold the chart's bars and paint them; who moves them is not its business."""

import time
from collections.abc import Callable, Sequence
from decimal import Decimal

from PySide6.QtCore import QPoint, QRect, QTimer, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from terminal_app.domain.instrument import Instrument, Rounding
from terminal_app.domain.market import Candle
from terminal_app.domain.period import Period, period_of
from terminal_app.gui.chart.badges import Badges
from terminal_app.gui.chart.drawings.pencil import Pencil
from terminal_app.gui.chart.fill_marks import NO_MARKS
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.history_wish import HistoryWish
from terminal_app.gui.chart.kept_frame import TickFrameMaker
from terminal_app.gui.chart.line_hand import LineHand
from terminal_app.gui.chart.linked_pointer import LinkedPointer
from terminal_app.gui.chart.picture import ChartPicture, Scene
from terminal_app.gui.chart.price_line import PriceLine
from terminal_app.gui.chart.series import CandleColumns, CandleSeries, Change
from terminal_app.gui.chart.skeleton import paint_chart_skeleton
from terminal_app.gui.chart.tick_places import Place, region_of
from terminal_app.gui.format import countdown_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import LABEL_PX, text_font
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.painted_view import PaintedView
from terminal_app.gui.widgets.view_state import ViewState

# Ticks alone bring nobody nearer to the first bar: it is looked at so often then.
_PLACE_AGAIN_MS = 1_000


def wall_clock_ms() -> int:
    """Return the time of this machine's clock."""
    return time.time_ns() // 1_000_000


class ChartCanvas(PaintedView):
    """Paint the bars of one instrument and interval with everything that lies over them.

    The first bars end a loading or empty state by themselves; `history_wanted` carries the open
    time of the oldest bar when a person comes near it or an indicator needs older ones, again after
    seconds if none came; `bars_loaded` tells that there are others than before.
    """

    history_wanted = Signal(object)
    bars_loaded = Signal()

    # Whether anything but the last bar changed since it was painted.
    _is_stirred = True
    # The frame that was flushed and is to be painted, while nothing changed since.
    _next: tuple[Frame, Scene] | None = None
    # Where it differs from what was painted last, and all of that as Qt was asked for it.
    _moved: tuple[list[Place], QRegion] | None = None

    def __init__(
        self,
        theme: Theme,
        clock: FrameClock,
        parent: QWidget | None = None,
        now_ms: Callable[[], int] = wall_clock_ms,
    ) -> None:
        super().__init__(theme, clock, parent)
        self.setAccessibleName("Chart")
        self.setMinimumSize(150, 110)
        self.series = CandleSeries()
        self.frames = TickFrameMaker(self.series, _overlay_font())
        self.pointer: QPoint | None = None
        self.linked_pointer = LinkedPointer(self)
        self.badges = Badges(self)
        self._now_ms = now_ms
        self._instrument: Instrument | None = None
        self._period: Period | None = None
        self._close_time_ms = 0
        self._history = HistoryWish()
        self._placed_ms = 0
        self.hand = LineHand(self)
        self.hand.armed.connect(self.mark)
        self.fills = NO_MARKS
        self.pencil = Pencil(self)
        self.pencil.changed.connect(self.mark)
        self._picture = ChartPicture(self.hand, self.pencil)
        self._seconds = QTimer(self)
        self._seconds.setInterval(1000)
        # A second and a tick leave as it is what lies over the bars.
        self._seconds.timeout.connect(lambda: clock.mark(self))
        self._seconds.start()

    @property
    def instrument(self) -> Instrument | None:
        """Return whose bars are shown."""
        return self._instrument

    def set_instrument(self, instrument: Instrument) -> None:
        """Drop all bars and lines and wait for those of an instrument."""
        self._instrument = instrument
        self.hand.set_lines([])
        self.fills = NO_MARKS
        self._start_over()

    def set_interval(self, text: str) -> None:
        """Drop all bars and wait for those of a length, spelt like "5m"."""
        self._period = period_of(text)
        self.frames.bar_ms = self._period.length_ms
        self._start_over()

    def redraw(self) -> None:
        """Paint everything anew, after the look or the indicators were chosen."""
        self._picture.forget()
        self.mark()

    def load(self, candles: Sequence[Candle] | CandleColumns) -> None:
        """Show these bars, keeping the distance from the last one; this ends an error too."""
        if self.state is ViewState.ERROR:
            self.set_state(ViewState.LOADING)
        self.series.load(candles)
        self.frames.studies.forget()
        self._history.forget()
        self._close_time_ms = _last_close_ms(candles, self._period)
        self._picture.forget()
        self._show_or_empty()
        self.mark()
        self.bars_loaded.emit()

    def prepend(self, candles: Sequence[Candle]) -> None:
        """Add a page of history at the left without moving what is in sight."""
        if self.series.prepend(candles):
            self.frames.studies.forget()
            self._picture.forget()
            self._show_or_empty()
            self.mark()
            self.bars_loaded.emit()

    def update_candle(self, candle: Candle) -> None:
        """Take the forming bar, a new one or a repaired one."""
        change = self.series.update(candle)
        if change is Change.APPEND:
            self.frames.time.appended()
        if change is Change.REPAIR:
            self.frames.studies.forget()
            self._picture.forget()
        if change is not Change.REPAIR:
            self._close_time_ms = candle.close_time_ms
        self._show_or_empty()
        self._next = None
        self._clock.mark(self)

    def set_price_lines(self, lines: Sequence[PriceLine]) -> None:
        """Show these horizontal lines instead of the ones before."""
        if self.hand.set_lines(lines):
            self.mark()

    def frame(self) -> Frame | None:
        """Return the geometry of now, or None while there is nothing to place."""
        if self._instrument is None or not len(self.series):
            return None
        ratio = self.devicePixelRatioF()
        return self.frames.make(self.theme, self._instrument, self.width(), self.height(), ratio)

    def plot(self) -> QRect | None:
        """Return where bars are placed, or None while there is nothing to place."""
        if self._instrument is None or not len(self.series):
            return None
        return self.frames.plot(self.width(), self.height(), self._instrument)

    def price_at(self, y: float) -> Decimal | None:
        """Return the tradable price at a height; the float ends here."""
        if self._instrument is None or not len(self.series):
            return None
        price = Decimal(repr(float(self.frames.price.price(y))))
        return self._instrument.round_price(price, Rounding.NEAREST)

    def mark(self) -> None:
        self._is_stirred, self._next = True, None
        super().mark()

    def flush(self) -> None:
        self._next = self._now()
        self.linked_pointer.tell(self._next[0] if self._next else None, self.pointer)
        moved = self._picture.moved(*self._next) if self._next is not None else None
        now_ms = self._now_ms()
        if moved is None or not 0 <= now_ms - self._placed_ms < _PLACE_AGAIN_MS:
            self._placed_ms = now_ms
            plot = self.plot()
            self.badges.place(plot)
            if plot is not None and self.state is ViewState.NORMAL:
                wanted = self._history.wanted(self.frames, self.series, plot.width(), now_ms)
                if wanted is not None:
                    self.history_wanted.emit(wanted)
        if moved is None:
            self._moved = None
            super().flush()
        else:
            self._moved = moved, region_of(moved)
            self.update(self._moved[1])

    @guarded(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._moved is not None and (self._next is None or event.region() != self._moved[1]):
            # More than what a tick moved has to be painted, or something else.
            self._moved = None
        super().paintEvent(event)

    def paint(self, painter: QPainter) -> None:
        # What was not flushed before may go elsewhere than to the screen, which then lags behind.
        is_unasked = self._next is None
        now, self._next = self._next or self._now(), None
        self._is_stirred = self._is_stirred or is_unasked
        moved, self._moved = self._moved, None
        if now is not None:
            self._picture.paint(painter, *now, moved[0] if moved is not None else None)
            return
        self.paint_surface(painter)
        if self.state is ViewState.LOADING:
            paint_chart_skeleton(painter, self.rect(), self.theme)
        self.paint_state_message(painter, self.rect())

    def _start_over(self) -> None:
        self.series.clear()
        self.frames.studies.forget()
        self.frames.time.show_last()
        self.frames.price.is_auto = True
        self._picture.forget()
        self.set_state(ViewState.LOADING)

    def _show_or_empty(self) -> None:
        if self.state in (ViewState.LOADING, ViewState.EMPTY):
            if len(self.series):
                self.set_state(ViewState.NORMAL)
            else:
                self.set_state(ViewState.EMPTY, "No candles yet: the first trade draws one")

    def _now(self) -> tuple[Frame, Scene] | None:
        """Return what is to be painted, None while there is nothing to place."""
        frame = self.frame() if self.state.has_data else None
        if frame is None:
            return None
        if self._is_stirred:
            self._is_stirred = False
            self._picture.stir()
        is_stale = self.state is ViewState.STALE
        remaining = countdown_text(self._close_time_ms + 1 - self._now_ms())
        return frame, Scene(
            interval=self._period.text if self._period is not None else "",
            pointer=self.pointer,
            linked=self.linked_pointer,
            fills=self.fills,
            countdown="" if is_stale else remaining,
            stale=self.state_text if is_stale else "",
        )


def _overlay_font() -> QFont:
    """Return a font without coloured edges: on the clear ground of an overlay there are none."""
    font = text_font(LABEL_PX)
    font.setStyleStrategy(QFont.StyleStrategy.NoSubpixelAntialias)
    return font


def _last_close_ms(candles: Sequence[Candle] | CandleColumns, period: Period | None) -> int:
    if not len(candles):
        return 0
    if not isinstance(candles, CandleColumns):
        return candles[-1].close_time_ms
    last_ms = int(candles.open_time_ms[-1])
    return period.end_ms(last_ms) - 1 if period is not None else last_ms
