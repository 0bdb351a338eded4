"""Paint the rows of the order book."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from terminal_app.domain.instrument import ZERO, Instrument
from terminal_app.domain.large_sizes import large_from
from terminal_app.domain.market import Side
from terminal_app.domain.order_book import OrderBook
from terminal_app.gui.format import compact_text, decimal_text
from terminal_app.gui.panels.book_rows import BookRow
from terminal_app.gui.panels.rows import (
    HEADER_PX,
    LEFT,
    MARGIN_PX,
    RIGHT,
    ROW_PX,
    RowFonts,
    shades_of,
)
from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import text_font

SPREAD_PX = 32


@dataclass(frozen=True, slots=True)
class BookLayout:
    """Place the rows: asks end above the spread, bids begin beneath it."""

    width: int
    height: int

    @property
    def ask_rows(self) -> int:
        """Return how many rows fit above the spread."""
        return max(1, self._rows // 2)

    @property
    def bid_rows(self) -> int:
        """Return how many rows fit beneath it: the odd one is a bid."""
        return max(1, self._rows - self.ask_rows)

    @property
    def spread(self) -> QRect:
        """Return the row of the last price and the spread."""
        return QRect(0, HEADER_PX + self.ask_rows * ROW_PX, self.width, SPREAD_PX)

    @property
    def _rows(self) -> int:
        return (self.height - HEADER_PX - SPREAD_PX) // ROW_PX

    @property
    def rights(self) -> tuple[int, int, int]:
        """Return the right edges of price, size and sum."""
        return round(self.width * 0.36), round(self.width * 0.68), self.width - MARGIN_PX

    def row(self, side: Side, number: int) -> QRect:
        """Return where a row is; number 0 is the best."""
        if side is Side.BUY:
            top = self.spread.bottom() + 1 + number * ROW_PX
        else:
            top = self.spread.top() - (number + 1) * ROW_PX
        return QRect(0, top, self.width, ROW_PX)

    def number_at(self, position: QPoint) -> tuple[Side, int] | None:
        """Return the side and the number of the row under a position."""
        if position.y() > self.spread.bottom():
            number = (position.y() - self.spread.bottom() - 1) // ROW_PX
            return (Side.BUY, number) if number < self.bid_rows else None
        if HEADER_PX <= position.y() < self.spread.top():
            return Side.SELL, (self.spread.top() - 1 - position.y()) // ROW_PX
        return None


@dataclass(frozen=True, slots=True)
class RowScale:
    """Hold the sum of a full bar, the size of the darkest one, and the size from which on a row
    stands out (None: none).
    """

    deepest: Decimal
    biggest: Decimal
    large: Decimal | None


class BookPainter:
    """Paint rows and the spread of one instrument's book."""

    def __init__(self, fonts: RowFonts) -> None:
        self._fonts = fonts
        self._metrics = QFontMetrics(fonts.caption)
        self._figures = QFontMetrics(fonts.figure)
        self._bold = text_font(weight=QFont.Weight.Bold)

    def paint_sides(
        self,
        painter: QPainter,
        theme: Theme,
        layout: BookLayout,
        instrument: Instrument,
        sides: Sequence[list[BookRow]],
        hovered: BookRow | None,
    ) -> None:
        """Paint asks and bids by one measure, and a ground beneath the row under the pointer."""
        deepest = max((rows[-1].total for rows in sides if rows), default=ZERO)
        for rows in sides:
            if hovered is not None and hovered in rows:
                rect = layout.row(hovered.side, rows.index(hovered))
                painter.fillRect(rect, QColor(theme.hover))
            large = large_from(row.quantity for row in rows)
            biggest = max((row.quantity for row in rows), default=ZERO)
            scale = RowScale(deepest, biggest, large)
            self._paint_rows(painter, theme, layout, instrument, rows, scale)

    def _paint_rows(
        self,
        painter: QPainter,
        theme: Theme,
        layout: BookLayout,
        instrument: Instrument,
        rows: list[BookRow],
        scale: RowScale,
    ) -> None:
        # The best row is next to the spread; large sizes are bold, with an edge.
        painter.setFont(self._fonts.figure)
        price_right, size_right, sum_right = layout.rights
        for number, row in enumerate(rows):
            rect = layout.row(row.side, number)
            is_bid = row.side is Side.BUY
            shades = shades_of(
                theme.buy_soft if is_bid else theme.sell_soft, theme.buy if is_bid else theme.sell
            )
            share = float(row.quantity / scale.biggest) if scale.biggest else 0
            soft = shades[int(share * (len(shades) - 1))]
            bar = int(layout.width * row.total / scale.deepest) if scale.deepest else 0
            painter.fillRect(layout.width - bar, rect.top() + 1, bar, ROW_PX - 2, soft)
            colour = QColor(theme.buy if is_bid else theme.sell)
            is_large = scale.large is not None and row.quantity >= scale.large
            if is_large:
                painter.fillRect(layout.width - 3, rect.top() + 1, 3, ROW_PX - 2, colour)
            painter.setPen(colour)
            text = decimal_text(row.price, instrument.price_decimals)
            painter.drawText(rect.adjusted(0, 0, price_right - layout.width, 0), RIGHT, text)
            painter.setPen(QColor(theme.text))
            size = decimal_text(row.quantity, instrument.quantity_decimals)
            painter.setFont(self._bold if is_large else self._fonts.figure)
            painter.drawText(rect.adjusted(0, 0, size_right - layout.width, 0), RIGHT, size)
            painter.setFont(self._fonts.figure)
            painter.setPen(QColor(theme.muted))
            total = _sum_text(row.total, instrument.quantity_decimals)
            painter.drawText(rect.adjusted(0, 0, sum_right - layout.width, 0), RIGHT, total)
            if row.own_quantity > ZERO:
                room = size_right - self._figures.horizontalAdvance(size) - price_right - 12
                self._paint_own(painter, theme, rect, (price_right + 6, room), row.own_quantity)

    def paint_spread(
        self,
        painter: QPainter,
        theme: Theme,
        rect: QRect,
        last: tuple[str, str, str],
        spread: str,
        warning: str,
    ) -> None:
        """Paint the last price (text, arrow, colour) and the spread, or what is wrong instead."""
        painter.fillRect(rect, QColor(theme.window))
        painter.fillRect(rect.left(), rect.top(), rect.width(), 1, QColor(theme.hairline))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, QColor(theme.hairline))
        text, arrow, colour = last
        painter.setPen(QColor(colour))
        painter.setFont(self._fonts.strong)
        inner = rect.adjusted(MARGIN_PX, 0, -MARGIN_PX, 0)
        width = QFontMetrics(self._fonts.strong).horizontalAdvance(text)
        painter.drawText(inner, LEFT, text)
        painter.setFont(self._fonts.caption)
        painter.drawText(inner.adjusted(width + 6, 0, 0, 0), LEFT, arrow)
        painter.setPen(QColor(theme.warning if warning else theme.muted))
        painter.drawText(inner, RIGHT, warning or spread)

    def _paint_own(
        self, painter: QPainter, theme: Theme, rect: QRect, span: tuple[int, int], quantity: Decimal
    ) -> None:
        accent = QColor(theme.accent)
        painter.fillRect(rect.left(), rect.top() + 1, 3, ROW_PX - 2, accent)
        text = f"◂ {decimal_text(quantity)}"
        if self._metrics.horizontalAdvance(text) > span[1]:
            text = "◂"
        painter.setPen(accent)
        painter.setFont(self._fonts.caption)
        painter.drawText(rect.adjusted(span[0], 0, 0, 0), LEFT, text)
        painter.setFont(self._fonts.figure)


def last_words(
    theme: Theme, instrument: Instrument, price: Decimal | None, direction: int
) -> tuple[str, str, str]:
    """Return the last price with its arrow and its colour."""
    text = decimal_text(price, instrument.price_decimals)
    if direction > 0:
        return text, "▲", theme.buy
    if direction < 0:
        return text, "▼", theme.sell
    return text, "", theme.text


def spread_words(book: OrderBook | None, instrument: Instrument) -> tuple[str, str]:
    """Return the spread and, if there is none, the warning why."""
    bid, ask = (book.bids.best(), book.asks.best()) if book is not None else (None, None)
    if bid is None or ask is None:
        return "", "no asks" if bid else "no bids" if ask else "no orders"
    if bid.price >= ask.price:
        return "", "crossed"
    return f"spread {decimal_text(ask.price - bid.price, instrument.price_decimals)}", ""


def _sum_text(total: Decimal, decimals: int) -> str:
    return compact_text(total) if total >= 1000 else decimal_text(total, min(decimals, 3))
