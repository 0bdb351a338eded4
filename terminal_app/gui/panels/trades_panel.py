"""Show the tape: public trades, newest on top."""

from collections import deque
from collections.abc import Iterable
from decimal import Decimal
from itertools import islice

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QWidget

from terminal_app.domain.instrument import ZERO, Instrument
from terminal_app.domain.market import Side, Trade
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
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.menu_button import MenuButton
from terminal_app.gui.widgets.painted_view import PaintedView
from terminal_app.gui.widgets.view_state import ViewState, paint_rows_skeleton, paint_stale

KEPT_TRADES = 500
_FILTERS = (10, 100, 1000, 10_000, 100_000)


class TradesPanel(PaintedView):
    """Paint the newest trades, at most 500 kept, those below a least size left out if wished.

    The first trade ends a loading or empty state by itself.
    """

    least_size_changed = Signal(object)

    def __init__(self, theme: Theme, clock: FrameClock, parent: QWidget | None = None) -> None:
        super().__init__(theme, clock, parent)
        self.setAccessibleName("Trades")
        self.setMinimumSize(200, HEADER_PX + 3 * ROW_PX)
        self._instrument: Instrument | None = None
        self._all: deque[Trade] = deque(maxlen=KEPT_TRADES)
        self._shown: deque[Trade] = deque(maxlen=KEPT_TRADES)
        self._least = ZERO
        self._fonts = RowFonts()
        self._filter = MenuButton("All sizes", "Leave smaller trades out", self)
        self._filter.chosen.connect(self.set_least_size)
        self._filter.move(4, 1)

    @property
    def trades(self) -> list[Trade]:
        """Return the trades that pass the filter, newest first."""
        return list(self._shown)

    def set_instrument(self, instrument: Instrument) -> None:
        """Drop the tape and wait for the one of an instrument."""
        self._instrument = instrument
        self._all.clear()
        steps = [instrument.step_size * multiple for multiple in _FILTERS]
        choices = [(f"≥ {step_text(step)} {instrument.base_asset}", step) for step in steps]
        self._filter.set_choices([("All sizes", ZERO), *choices])
        self.set_least_size(ZERO)
        self.set_state(ViewState.LOADING)

    def add_trades(self, trades: Iterable[Trade]) -> None:
        """Put trades on the tape, the newest last."""
        for trade in trades:
            self._all.appendleft(trade)
            if trade.quantity >= self._least:
                self._shown.appendleft(trade)
        if self._all and self.state in (ViewState.LOADING, ViewState.EMPTY):
            self.set_state(ViewState.NORMAL)
        self.mark()

    def set_least_size(self, least: Decimal) -> None:
        """Leave smaller trades out, from now on and of those that are kept."""
        self._least = least
        self._shown = deque((t for t in self._all if t.quantity >= least), maxlen=KEPT_TRADES)
        self._filter.show_choice(f"≥ {step_text(least)}" if least else "All sizes")
        self.least_size_changed.emit(least)
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
        else:
            self._paint_tape(painter, body, instrument)
            if self.state is ViewState.STALE:
                paint_stale(painter, body, self.theme, self.state_text)

    def _rights(self) -> tuple[int, int, int]:
        return round(self.width() * 0.36), round(self.width() * 0.68), self.width() - MARGIN_PX

    def _paint_tape(self, painter: QPainter, body: QRect, instrument: Instrument) -> None:
        painter.setFont(self._fonts.figure)
        if not self._shown:
            painter.setPen(QColor(self.theme.muted))
            text = f"No trade of {step_text(self._least)} {instrument.base_asset} or more yet"
            painter.drawText(body.adjusted(MARGIN_PX, 0, 0, 0), LEFT, text)
        metrics = QFontMetrics(self._fonts.figure)
        price_right, size_right, time_right = self._rights()
        for number, trade in enumerate(islice(self._shown, body.height() // ROW_PX)):
            top = body.top() + number * ROW_PX
            is_buy = trade.taker_side is Side.BUY
            painter.setPen(QColor(self.theme.buy if is_buy else self.theme.sell))
            price = decimal_text(trade.price, instrument.price_decimals)
            painter.drawText(QRect(0, top, price_right, ROW_PX), RIGHT, price)
            painter.setFont(self._fonts.arrow)
            arrow_right = price_right - metrics.horizontalAdvance(price) - 6
            painter.drawText(QRect(0, top, arrow_right, ROW_PX), RIGHT, "▲" if is_buy else "▼")
            painter.setFont(self._fonts.figure)
            painter.setPen(QColor(self.theme.text))
            size = decimal_text(trade.quantity, instrument.quantity_decimals)
            painter.drawText(QRect(0, top, size_right, ROW_PX), RIGHT, size)
            painter.setPen(QColor(self.theme.muted))
            painter.drawText(QRect(0, top, time_right, ROW_PX), RIGHT, time_text(trade.time_ms))
