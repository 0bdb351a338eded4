"""Show the tape: public trades, newest on top."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import islice

from PySide6.QtCore import QEvent, QRect, Signal
from PySide6.QtGui import QAction, QColor, QEnterEvent, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QWidget

from terminal_app.domain.instrument import ZERO, Instrument
from terminal_app.domain.market import Side, Trade
from terminal_app.domain.sweeps import Sweep
from terminal_app.gui.format import decimal_text, step_text, time_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.panels.rows import (
    HEADER_PX,
    LEFT,
    MARGIN_PX,
    RIGHT,
    ROW_PX,
    RowFonts,
    paint_captions,
)
from terminal_app.gui.panels.tape_picture import TapePicture
from terminal_app.gui.panels.tape_rows import KEPT_ROWS, TapeRows, range_text
from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import text_font
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.menu_button import MenuButton
from terminal_app.gui.widgets.painted_view import PaintedView
from terminal_app.gui.widgets.view_state import ViewState, paint_rows_skeleton, paint_stale

_FILTERS = (10, 100, 1000, 10_000, 100_000)


class TradesPanel(PaintedView):
    """Paint the newest trades, those below a least size left out if wished.

    The prints of one taker order are one row, with their number and prices, unless that is turned
    off. Under the pointer the rows stand still; what comes meanwhile is counted. The first trade
    ends a loading or empty state by itself. `least_size_chosen` and `merging_chosen` carry what a
    person took.
    """

    least_size_chosen = Signal(object)
    merging_chosen = Signal(bool)

    def __init__(self, theme: Theme, clock: FrameClock, parent: QWidget | None = None) -> None:
        super().__init__(theme, clock, parent)
        self.setAccessibleName("Trades")
        self.setMinimumSize(200, HEADER_PX + 3 * ROW_PX)
        self._instrument: Instrument | None = None
        self._rows = TapeRows()
        self._held: list[Trade] = []
        self._is_paused = False
        self._picture = TapePicture()
        self._fonts = RowFonts()
        self._bold = text_font(weight=QFont.Weight.Bold)
        self._filter = MenuButton("All sizes", "Leave smaller trades out", self)
        self._filter.chosen.connect(self._choose_least)
        self._filter.move(4, 1)
        self.merge = QAction("One row for one taker order", self, checkable=True, checked=True)
        self.merge.toggled.connect(self._set_merging)
        self.merge.triggered.connect(self.merging_chosen)

    @property
    def trades(self) -> list[Sweep]:
        """Return the rows that pass the filter, newest first."""
        return list(self._rows.shown)

    def set_instrument(self, instrument: Instrument) -> None:
        """Drop the tape and wait for the one of an instrument."""
        self._instrument = instrument
        self._rows.clear()
        self._held.clear()
        steps = [instrument.step_size * multiple for multiple in _FILTERS]
        choices = [(f"≥ {step_text(step)} {instrument.base_asset}", step) for step in steps]
        self._filter.set_choices([("All sizes", ZERO), *choices])
        self._filter.menu().addSeparator()
        self._filter.menu().addAction(self.merge)
        self.set_least_size(ZERO)
        self.set_state(ViewState.LOADING)

    def add_trades(self, trades: Iterable[Trade]) -> None:
        """Put trades on the tape, the newest last."""
        if self._is_paused and len(self._rows):
            self._held = [*self._held, *trades][-KEPT_ROWS:]
        else:
            self._rows.add(trades)
        if len(self._rows) and self.state in (ViewState.LOADING, ViewState.EMPTY):
            self.set_state(ViewState.NORMAL)
        self.mark()

    def set_least_size(self, least: Decimal) -> None:
        """Leave smaller trades out, from now on and of those that are kept."""
        self._rows.set_least(least)
        self._filter.show_choice(f"≥ {step_text(least)}" if least else "All sizes")
        self.mark()

    @guarded(None)
    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._is_paused = True
        self.mark()

    @guarded(None)
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._is_paused = False
        self._rows.add(self._held)
        self._held = []
        self.mark()

    def paint(self, painter: QPainter) -> None:
        self.paint_surface(painter)
        instrument, rights = self._instrument, self._rights()
        size = f"Size {instrument.base_asset}" if instrument else "Size"
        captions = [(rights[1], size), (rights[2], "Time")]
        paint_captions(painter, self.theme, self._fonts.caption, self.width(), captions)
        body = QRect(0, HEADER_PX, self.width(), self.height() - HEADER_PX)
        if instrument is None or not self.state.has_data:
            if self.state is ViewState.LOADING:
                paint_rows_skeleton(painter, body, self.theme, ROW_PX)
            self.paint_state_message(painter, body)
            return
        self._paint_tape(painter, body, instrument)
        if self.state is ViewState.STALE:
            paint_stale(painter, body, self.theme, self.state_text)
        elif self._is_paused:
            self._paint_pause(painter, body)

    def _choose_least(self, least: Decimal) -> None:
        self.set_least_size(least)
        self.least_size_chosen.emit(least)

    def _set_merging(self, merges: bool) -> None:
        self._rows.set_merging(merges=merges)
        self.mark()

    def _rights(self) -> tuple[int, int, int]:
        return round(self.width() * 0.43), round(self.width() * 0.74), self.width() - MARGIN_PX

    def _paint_tape(self, painter: QPainter, body: QRect, instrument: Instrument) -> None:
        if not self._rows.shown:
            painter.setFont(self._fonts.figure)
            painter.setPen(QColor(self.theme.muted))
            least = step_text(self._rows.least)
            text = f"No trade of {least} {instrument.base_asset} or more yet"
            painter.drawText(body.adjusted(MARGIN_PX, 0, 0, 0), LEFT, text)
            return
        rows = list(islice(self._rows.shown, body.height() // ROW_PX))
        look = (self.theme, instrument, self._rows.big)
        self._picture.paint(
            painter,
            body,
            self.theme.panel,
            look,
            rows,
            lambda inner, top, row: self._paint_row(inner, top, row, instrument),
        )

    def _paint_row(self, painter: QPainter, top: int, row: Sweep, instrument: Instrument) -> None:
        theme, fonts = self.theme, self._fonts
        price_right, size_right, time_right = self._rights()
        is_buy = row.side is Side.BUY
        colour = QColor(theme.buy if is_buy else theme.sell)
        is_big = self._rows.big is not None and row.quantity >= self._rows.big
        if is_big:
            soft = QColor(theme.buy_soft if is_buy else theme.sell_soft)
            painter.fillRect(0, top + 1, self.width(), ROW_PX - 2, soft)
            painter.fillRect(0, top + 1, 3, ROW_PX - 2, colour)
        painter.setFont(fonts.figure)
        painter.setPen(colour)
        price = range_text(row.first_price, row.last_price, instrument.price_decimals)
        painter.drawText(QRect(0, top, price_right, ROW_PX), RIGHT, price)
        figures = QFontMetrics(fonts.figure)
        painter.setFont(fonts.arrow)
        arrow_right = price_right - figures.horizontalAdvance(price) - 6
        painter.drawText(QRect(0, top, arrow_right, ROW_PX), RIGHT, "▲" if is_buy else "▼")
        size = decimal_text(row.quantity, instrument.quantity_decimals)
        painter.setFont(self._bold if is_big else fonts.figure)
        painter.setPen(QColor(theme.text))
        painter.drawText(QRect(0, top, size_right, ROW_PX), RIGHT, size)
        painter.setFont(fonts.caption)
        painter.setPen(QColor(theme.muted))
        if row.prints > 1:
            count_right = size_right - figures.horizontalAdvance(size) - 6
            painter.drawText(QRect(0, top, count_right, ROW_PX), RIGHT, f"{row.prints}×")
        painter.setFont(fonts.figure)
        painter.drawText(QRect(0, top, time_right, ROW_PX), RIGHT, time_text(row.time_ms))

    def _paint_pause(self, painter: QPainter, body: QRect) -> None:
        count = len(self._held)
        text = f"paused under the pointer, {count} newer" if count else "paused under the pointer"
        painter.setFont(self._fonts.caption)
        width = QFontMetrics(self._fonts.caption).horizontalAdvance(text) + 16
        tag = QRect(body.right() - width - 4, body.bottom() - 24, width, 20)
        painter.fillRect(tag, QColor(self.theme.raised))
        painter.setPen(QColor(self.theme.muted))
        painter.drawText(tag.adjusted(8, 0, 0, 0), LEFT, text)
