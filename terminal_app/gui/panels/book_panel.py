"""Show the order book as two lists that meet at the spread."""

from decimal import Decimal

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from terminal_app.domain.instrument import ZERO, Instrument
from terminal_app.domain.market import Side
from terminal_app.domain.order_book import OrderBook
from terminal_app.gui.format import step_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.panels.book_painting import (
    BookLayout,
    BookPainter,
    last_words,
    spread_words,
)
from terminal_app.gui.panels.book_rows import BookRow, OwnOrders, book_rows
from terminal_app.gui.panels.rows import HEADER_PX, ROW_PX, RowFonts, paint_captions
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.menu_button import MenuButton
from terminal_app.gui.widgets.painted_view import PaintedView
from terminal_app.gui.widgets.view_state import ViewState, paint_rows_skeleton, paint_stale

_GROUPINGS = (1, 10, 100, 1000, 10_000)


class BookPanel(PaintedView):
    """Paint the best rows of a book that is read at each frame; call `mark()` when it changed.

    `price_clicked` carries the price of a row and the side resting there (`Side.BUY` for bids). A
    book that is stale, crossed or missing tells none. The first levels end a loading or empty state
    by themselves. Plus and minus change the grouping.
    """

    price_clicked = Signal(object, object)

    def __init__(self, theme: Theme, clock: FrameClock, parent: QWidget | None = None) -> None:
        super().__init__(theme, clock, parent)
        self.setAccessibleName("Order book")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(200, HEADER_PX + 8 * ROW_PX)
        self._instrument: Instrument | None = None
        self._book: OrderBook | None = None
        self._own_orders: OwnOrders = {}
        self._last_price: Decimal | None = None
        self._direction = 0
        self._multiple = 1
        self._asks: list[BookRow] = []
        self._bids: list[BookRow] = []
        self._hovered: QPoint | None = None
        self._fonts = RowFonts()
        self._painter = BookPainter(self._fonts)
        self._grouping = MenuButton("Price", "Price step of the rows (+ and −)", self)
        self._grouping.chosen.connect(self.set_grouping)
        self._grouping.move(4, 1)

    @property
    def rows(self) -> tuple[list[BookRow], list[BookRow]]:
        """Return the asks and bids that are shown, best first."""
        return self._asks, self._bids

    @property
    def is_crossed(self) -> bool:
        """Tell whether the shown bid reaches the shown ask, which no book does."""
        return self._book is not None and self._book.is_crossed

    def set_instrument(self, instrument: Instrument) -> None:
        """Drop the book and wait for the one of an instrument."""
        self._instrument = instrument
        self._book, self._own_orders = None, {}
        self._last_price, self._direction = None, 0
        self._asks, self._bids = [], []
        steps = ((instrument.tick_size * multiple, multiple) for multiple in _GROUPINGS)
        self._grouping.set_choices((step_text(step), multiple) for step, multiple in steps)
        self.set_grouping(1)
        self.set_state(ViewState.LOADING)

    def set_book(self, book: OrderBook) -> None:
        """Read this book from the next frame on."""
        self._book = book
        self.mark()

    def set_last(self, price: Decimal, direction: int) -> None:
        """Show the last price; the direction is positive, negative or zero."""
        self._last_price, self._direction = price, direction
        self.mark()

    def set_own_orders(self, own_orders: OwnOrders) -> None:
        """Mark one's own orders by price."""
        self._own_orders = own_orders
        self.mark()

    def set_grouping(self, multiple: int) -> None:
        """Let rows be this many ticks apart: 1, 10, 100, 1000 or 10000."""
        self._multiple = multiple
        if self._instrument is not None:
            step = self._instrument.tick_size * multiple
            self._grouping.show_choice(f"Price {step_text(step)}")
        self.mark()

    def flush(self) -> None:
        if self._instrument is not None and self._book is not None:
            layout = self._layout()
            step = (self._instrument.tick_size or Decimal("0.01")) * self._multiple
            book, own = self._book, self._own_orders
            self._asks = book_rows(book.asks, Side.SELL, step, layout.ask_rows, own)
            self._bids = book_rows(book.bids, Side.BUY, step, layout.bid_rows, own)
            if (self._asks or self._bids) and self.state in (ViewState.LOADING, ViewState.EMPTY):
                self.set_state(ViewState.NORMAL)
        super().flush()

    def paint(self, painter: QPainter) -> None:
        self.paint_surface(painter)
        instrument, layout = self._instrument, self._layout()
        size = f"Size {instrument.base_asset}" if instrument else "Size"
        _, size_right, sum_right = layout.rights
        captions = [(size_right, size), (sum_right, "Sum")]
        paint_captions(painter, self.theme, self._fonts.caption, self.width(), captions)
        body = QRect(0, HEADER_PX, self.width(), self.height() - HEADER_PX)
        if instrument is None or not self.state.has_data:
            if self.state is ViewState.LOADING:
                paint_rows_skeleton(painter, body, self.theme, ROW_PX)
            self.paint_state_message(painter, body)
        else:
            self._paint_book(painter, layout, instrument)
            if self.state is ViewState.STALE or self.is_crossed:
                text = "crossed book: reading it anew" if self.is_crossed else self.state_text
                paint_stale(painter, body, self.theme, text)

    @guarded(None)
    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().toPoint())
        is_sure = self.state is ViewState.NORMAL and not self.is_crossed
        if event.button() is Qt.MouseButton.LeftButton and row is not None and is_sure:
            self.price_clicked.emit(row.price, row.side)

    @guarded(None)
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered = event.position().toPoint()
        self.mark()

    @guarded(None)
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hovered = None
        self.mark()

    @guarded(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = _GROUPINGS.index(self._multiple)
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal) and at + 1 < len(_GROUPINGS):
            self.set_grouping(_GROUPINGS[at + 1])
        elif event.key() == Qt.Key.Key_Minus and at:
            self.set_grouping(_GROUPINGS[at - 1])
        else:
            super().keyPressEvent(event)

    def _layout(self) -> BookLayout:
        return BookLayout(self.width(), self.height())

    def _row_at(self, position: QPoint) -> BookRow | None:
        found = self._layout().number_at(position)
        if found is None:
            return None
        side, number = found
        rows = self._bids if side is Side.BUY else self._asks
        return rows[number] if number < len(rows) else None

    def _paint_book(self, painter: QPainter, layout: BookLayout, instrument: Instrument) -> None:
        deepest = max((rows[-1].total for rows in (self._asks, self._bids) if rows), default=ZERO)
        row = None if self._hovered is None else self._row_at(self._hovered)
        for rows in (self._asks, self._bids):
            if row is not None and row in rows:
                rect = layout.row(row.side, rows.index(row))
                painter.fillRect(rect, QColor(self.theme.hover))
            self._painter.paint_rows(painter, self.theme, layout, instrument, rows, deepest)
        last = last_words(self.theme, instrument, self._last_price, self._direction)
        words = spread_words(self._book, instrument)
        self._painter.paint_spread(painter, self.theme, layout.spread, last, *words)
