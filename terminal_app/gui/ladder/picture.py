"""Show the rows of the ladder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.market import Side
from terminal_app.domain.order_book import OrderBook
from terminal_app.gui.format import decimal_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.ladder.layout import LadderLayout
from terminal_app.gui.ladder.painting import LadderLook, LadderPainter, LastTrade, paint_note
from terminal_app.gui.ladder.rows import LadderRows, row_number
from terminal_app.gui.panels.rows import HEADER_PX, ROW_PX, RowFonts, paint_captions
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.painted_view import PaintedView
from terminal_app.gui.widgets.view_state import ViewState, paint_rows_skeleton, paint_stale

LEAST_WIDTH = 276


class LadderPicture(PaintedView):
    """Paint the rows of a book that is read at each frame; call `mark()` when it changed.

    The first levels end a loading or empty state. While the pointer is over the rows they move
    only when a person moves them.
    """

    def __init__(self, theme: Theme, clock: FrameClock, parent: QWidget | None = None) -> None:
        super().__init__(theme, clock, parent)
        self.setMinimumSize(LEAST_WIDTH, HEADER_PX + 8 * ROW_PX)
        self.rows = LadderRows()
        self.look = LadderLook()
        self.is_auto_centred = True
        self.pointer: QPoint | None = None
        self.traded: Callable[[Decimal], Mapping[int, Decimal]] = lambda _step: {}
        self.ahead: Callable[[str], Decimal | None] = lambda _key: None
        self._last: tuple[Decimal, int] | None = None
        self._fonts = RowFonts()
        self._painter = LadderPainter(self._fonts)

    @property
    def layout_now(self) -> LadderLayout:
        """Return where rows and columns are."""
        return LadderLayout(self.width(), self.height(), self._painter.price_px(self.rows))

    @property
    def is_crossed(self) -> bool:
        """Tell whether the shown bid reaches the shown ask, which no book does."""
        return self.rows.book is not None and self.rows.book.is_crossed

    def set_instrument(self, instrument: Instrument) -> None:
        """Drop the book and wait for the one of an instrument."""
        self.rows.set_instrument(instrument)
        self._last = None
        self.set_state(ViewState.LOADING)

    def set_book(self, book: OrderBook) -> None:
        """Read this book from the next frame on."""
        self.rows.book = book
        self.mark()

    def set_last(self, price: Decimal, direction: int) -> None:
        """Mark the last price; the direction is positive or negative."""
        self._last = (price, direction)
        self.mark()

    def centre(self) -> None:
        """Bring the market into the middle, wherever the pointer is."""
        self.rows.centre()
        self.mark()

    def flush(self) -> None:
        rows = self.rows
        if rows.book is not None:
            rows.count = self.layout_now.rows
            rows.take()
            may_move = rows.top is None or (self.is_auto_centred and self.pointer is None)
            if may_move and rows.is_off_centre():
                rows.centre()
                rows.take()
            if rows.top is not None and self.state in (ViewState.LOADING, ViewState.EMPTY):
                self.set_state(ViewState.NORMAL)
        super().flush()

    def paint(self, painter: QPainter) -> None:
        self.paint_surface(painter)
        layout, instrument = self.layout_now, self.rows.instrument
        captions = [(layout.price_left - 6, "Bid"), (layout.price_right + 30, "Ask")]
        paint_captions(painter, self.theme, self._fonts.caption, self.width(), captions)
        body = QRect(0, HEADER_PX, self.width(), self.height() - HEADER_PX)
        if instrument is None or self.rows.top is None or not self.state.has_data:
            if self.state.has_data or self.state is ViewState.LOADING:
                paint_rows_skeleton(painter, body, self.theme, ROW_PX)
            else:
                self.paint_state_message(painter, body)
            return
        self.paint_under_pointer(painter, layout)
        self._paint_rows(painter, layout, instrument)
        self._paint_way_back(painter, body, instrument)
        if self.state is ViewState.STALE or self.is_crossed:
            text = "crossed book: reading it anew" if self.is_crossed else self.state_text
            paint_stale(painter, body, self.theme, text)

    def paint_under_pointer(self, painter: QPainter, layout: LadderLayout) -> None:
        """Paint the row under the pointer brighter."""
        row = layout.row_at(self.pointer) if self.pointer is not None else None
        if row is not None:
            painter.fillRect(layout.row(row), QColor(self.theme.hover))

    @guarded(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.layout_now.rows != self.rows.count:
            # Another number of rows has another middle.
            self.rows.top = None
        self.mark()

    def _paint_way_back(self, painter: QPainter, body: QRect, instrument: Instrument) -> None:
        """Say where the market is when it is not in sight."""
        rows, book = self.rows, self.rows.book
        bid, ask = rows.bids.best, rows.asks.best
        if rows.top is None or book is None or bid is None or ask is None:
            return
        is_above = bid > rows.top
        if not is_above and ask > rows.top - rows.count:
            return
        price = decimal_text(book.middle(), instrument.price_decimals)
        text = f"{'▲' if is_above else '▼'} market at {price}, Space centres"
        paint_note(painter, self.theme, body, text, self._fonts.caption, is_above=is_above)

    def _paint_rows(self, painter: QPainter, layout: LadderLayout, instrument: Instrument) -> None:
        rows, last = self.rows, None
        if self._last is not None:
            price, direction = self._last
            side = Side.BUY if direction < 0 else Side.SELL
            last = LastTrade(row_number(price, rows.step, side), direction)
        inner = self._painter
        inner.paint_rows(painter, self.theme, layout, rows, self.look, instrument.quantity_decimals)
        inner.paint_prices(painter, self.theme, layout, rows, self.traded(rows.step), last)
        known = {
            order.key: ahead
            for orders in rows.own.values()
            for order in orders
            if (ahead := self.ahead(order.key)) is not None
        }
        inner.chips.paint(painter, self.theme, layout, rows, known)
