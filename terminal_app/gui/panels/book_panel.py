"""Show the order book as two lists that meet at the spread."""

from decimal import Decimal

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.market import Side
from terminal_app.domain.order_book import OrderBook
from terminal_app.domain.price_steps import beside, clean_steps, fitting_step
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


class BookPanel(PaintedView):
    """Paint the best rows of a book that is read at each frame; call `mark()` when it changed.

    `price_clicked` carries the price of a row and the side resting there (`Side.BUY` for bids). A
    book that is stale, crossed or missing tells none. The first levels end a loading or empty state
    by themselves. Plus and minus change the grouping; `step_chosen` carries what a person took,
    None for automatic.
    """

    price_clicked = Signal(object, object)
    step_chosen = Signal(object)

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
        # Whether anything but the last price changed since the last frame.
        self._has_changed = True
        self.steps: tuple[Decimal, ...] = (Decimal(1),)
        self._step: Decimal | None = None
        self._auto_step: Decimal | None = None
        self._asks: list[BookRow] = []
        self._bids: list[BookRow] = []
        self._hovered: QPoint | None = None
        self._fonts = RowFonts()
        self._painter = BookPainter(self._fonts)
        self._grouping = MenuButton("Price", "Price step of the rows (+ and −)", self)
        self._grouping.chosen.connect(self._choose_step)
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
        self.steps = clean_steps(instrument.tick_size)
        steps = [(step_text(step), step) for step in self.steps]
        self._grouping.set_choices([("Auto", None), *steps])
        self.set_step(self.steps[0])
        self.set_state(ViewState.LOADING)

    def set_book(self, book: OrderBook) -> None:
        """Read this book from the next frame on."""
        self._book = book
        self.mark()

    def set_last(self, price: Decimal, direction: int) -> None:
        """Show the last price; the direction is positive, negative or zero."""
        if (price, direction) != (self._last_price, self._direction):
            self._last_price, self._direction = price, direction
            # Every trade moves it, and it stands in a row of its own: the levels stay as they are.
            self._clock.mark(self)

    def set_own_orders(self, own_orders: OwnOrders) -> None:
        """Mark one's own orders by price."""
        self._own_orders = own_orders
        self.mark()

    @property
    def step(self) -> Decimal:
        """Return how far apart the rows are."""
        return self._step or self._auto_step or self.steps[0]

    def set_step(self, step: Decimal | None) -> None:
        """Let rows be this far apart, one of the clean steps; None: as the book is dense now."""
        self._step, self._auto_step = step, None
        self._grouping.show_choice(_step_words(self._step, self.step))
        self.mark()

    def mark(self) -> None:
        self._has_changed = True
        super().mark()

    def flush(self) -> None:
        if not self._has_changed:
            self.update(BookLayout(self.width(), self.height()).spread)
            return
        self._has_changed = False
        if self._instrument is not None and self._book is not None:
            layout = BookLayout(self.width(), self.height())
            book, own = self._book, self._own_orders
            if self._step is None and self._auto_step is None and not book.is_empty:
                # Once: rows whose step changed by itself would be unreadable.
                rows, sides = layout.ask_rows, (book.bids, book.asks)
                self._auto_step = max(fitting_step(self.steps, side, rows) for side in sides)
                self._grouping.show_choice(_step_words(self._step, self.step))
            self._asks = book_rows(book.asks, Side.SELL, self.step, layout.ask_rows, own)
            self._bids = book_rows(book.bids, Side.BUY, self.step, layout.bid_rows, own)
            if (self._asks or self._bids) and self.state in (ViewState.LOADING, ViewState.EMPTY):
                self.set_state(ViewState.NORMAL)
        super().flush()

    def paint(self, painter: QPainter) -> None:
        instrument, layout = self._instrument, BookLayout(self.width(), self.height())
        is_sure = self.state is ViewState.NORMAL and not self.is_crossed
        if instrument is not None and is_sure and layout.spread.contains(self.wanted):
            self._paint_spread(painter, layout, instrument)
            return
        self.paint_surface(painter)
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
            hovered = None if self._hovered is None else self._row_at(self._hovered)
            sides = (self._asks, self._bids)
            self._painter.paint_sides(painter, self.theme, layout, instrument, sides, hovered)
            self._paint_spread(painter, layout, instrument)
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
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._choose_step(beside(self.steps, self.step, 1))
        elif event.key() == Qt.Key.Key_Minus:
            self._choose_step(beside(self.steps, self.step, -1))
        else:
            super().keyPressEvent(event)

    def _choose_step(self, step: Decimal | None) -> None:
        self.set_step(step)
        self.step_chosen.emit(step)

    def _row_at(self, position: QPoint) -> BookRow | None:
        found = BookLayout(self.width(), self.height()).number_at(position)
        if found is None:
            return None
        side, number = found
        rows = self._bids if side is Side.BUY else self._asks
        return rows[number] if number < len(rows) else None

    def _paint_spread(self, painter: QPainter, layout: BookLayout, instrument: Instrument) -> None:
        last = last_words(self.theme, instrument, self._last_price, self._direction)
        words = spread_words(self._book, instrument)
        self._painter.paint_spread(painter, self.theme, layout.spread, last, *words)


def _step_words(chosen: Decimal | None, step: Decimal) -> str:
    return f"{'Auto' if chosen is None else 'Price'} {step_text(step)}"
