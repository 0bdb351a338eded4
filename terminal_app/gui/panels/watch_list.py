"""The painted list of a watchlist: only the rows that can be seen are made and painted."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.panels.rows import HEADER_PX, LEFT, MARGIN_PX, RIGHT, RowFonts
from terminal_app.gui.panels.watch_rows import WatchColumn, WatchRow, columns_of
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.painted_view import PaintedView
from terminal_app.gui.widgets.view_state import ViewState, paint_rows_skeleton, paint_stale

LINE_PX = 24
STAR_PX = 24
SYMBOL_PX = 96
BAR_PX = 4
# Narrower, figures would run into each other.
LEAST_PX = 290
# A figure that changed stays bright this long.
BRIGHT_S = 0.15


class WatchList(PaintedView):
    """Show symbols in rows under captions that sort; rows are read at each frame.

    Emits ``opened(str)`` for a click or Enter, ``starred(str)`` for a click on the star or Space,
    and ``sorted_by(WatchColumn)`` for a click on a caption.
    """

    opened = Signal(str)
    starred = Signal(str)
    sorted_by = Signal(object)

    def __init__(self, theme: Theme, clock: FrameClock, parent: QWidget | None = None) -> None:
        super().__init__(theme, clock, parent)
        self.setAccessibleName("Symbols of the watchlist")
        self.setToolTip("Click or Enter shows a symbol, Space stars it, a caption sorts")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(LEAST_PX, HEADER_PX + 4 * LINE_PX)
        self.has_funding = False
        self.current = ""
        # What is listed, seen or not, in its order.
        self.symbols: Sequence[str] = ()
        self._row_of: Callable[[str], WatchRow] | None = None
        self._sort = (WatchColumn.VOLUME, False)
        self._first = 0
        self._hovered: QPoint | None = None
        self._fonts = RowFonts()
        self._seen: dict[str, tuple[str, float]] = {}
        # Brightness ends at once: between its beginning and its end nothing is painted for it.
        self._fading = QTimer(self, interval=round(BRIGHT_S * 1000), singleShot=True)
        self._fading.timeout.connect(self.mark)

    @property
    def is_hovered(self) -> bool:
        """Say whether the pointer is over a row: rows must not move beneath it."""
        return self._hovered is not None

    def read_rows_by(self, row_of: Callable[[str], WatchRow]) -> None:
        """Ask this for what stands in the row of a symbol."""
        self._row_of = row_of

    def show_symbols(self, symbols: Sequence[str], sort: tuple[WatchColumn, bool]) -> None:
        """List these symbols; ``sort`` names the column and whether it rises."""
        self.symbols, self._sort = symbols, sort
        self._scroll_to(self._first)
        self.mark()

    def show_current(self, symbol: str) -> None:
        """Mark the symbol that is looked at."""
        self.current = symbol
        self.mark()

    def move_by(self, step: int) -> None:
        """Open the symbol so many rows further down, or up."""
        if not self.symbols:
            return
        at = self.symbols.index(self.current) if self.current in self.symbols else -1
        at = max(0, min(at + step, len(self.symbols) - 1))
        if at < self._first:
            self._scroll_to(at)
        elif at >= self._first + self._room():
            self._scroll_to(at - self._room() + 1)
        self.opened.emit(self.symbols[at])

    def paint(self, painter: QPainter) -> None:
        self.paint_surface(painter)
        columns = columns_of(self.has_funding, self.width())
        self._paint_captions(painter, columns)
        body = QRect(0, HEADER_PX, self.width(), self.height() - HEADER_PX)
        if self._row_of is None or not self.state.has_data or not self.symbols:
            if self.state is ViewState.LOADING:
                paint_rows_skeleton(painter, body, self.theme, LINE_PX)
            self.paint_state_message(painter, body)
            return
        now_s = time.monotonic()
        is_bright = False
        for place in range(min(self._room() + 1, len(self.symbols) - self._first)):
            row = self._row_of(self.symbols[self._first + place])
            top = body.top() + place * LINE_PX
            is_bright |= self._paint_row(painter, row, columns, top, now_s)
        self._paint_bar(painter, body)
        if self.state is ViewState.STALE:
            paint_stale(painter, body, self.theme, self.state_text)
        elif is_bright and not self._fading.isActive():
            self._fading.start()

    def _paint_captions(self, painter: QPainter, columns: Sequence[WatchColumn]) -> None:
        painter.setFont(self._fonts.caption)
        for column, area in self._areas(columns, 0, HEADER_PX):
            is_sorted = column is self._sort[0]
            painter.setPen(QColor(self.theme.text if is_sorted else self.theme.muted))
            arrow = ("▴" if self._sort[1] else "▾") if is_sorted else ""
            flags = LEFT if column is WatchColumn.SYMBOL else RIGHT
            painter.drawText(area, flags, f"{column} {arrow}".rstrip())
        painter.fillRect(0, HEADER_PX - 1, self.width(), 1, QColor(self.theme.hairline))

    def _paint_row(
        self,
        painter: QPainter,
        row: WatchRow,
        columns: Sequence[WatchColumn],
        top: int,
        now_s: float,
    ) -> bool:
        theme = self.theme
        line = QRect(0, top, self.width(), LINE_PX)
        if row.symbol == self.current:
            painter.fillRect(line, QColor(theme.accent_soft))
        elif self._hovered is not None and line.contains(self._hovered):
            painter.fillRect(line, QColor(theme.hover))
        painter.setFont(self._fonts.figure)
        painter.setPen(QColor(theme.warning if row.is_favourite else theme.faint))
        star = QRect(0, top, STAR_PX, LINE_PX)
        painter.drawText(star, Qt.AlignmentFlag.AlignCenter, "★" if row.is_favourite else "☆")
        last = row.texts[WatchColumn.LAST]
        shown, since_s = self._seen.get(row.symbol, (last, 0.0))
        if shown != last:
            since_s = now_s
        self._seen[row.symbol] = last, since_s
        is_bright = now_s - since_s < BRIGHT_S
        moved = {1: theme.buy, -1: theme.sell}.get(row.direction, theme.muted)
        metrics = QFontMetrics(self._fonts.figure)
        for column, area in self._areas(columns, top, LINE_PX):
            text, colour = row.texts[column], theme.muted
            if column is WatchColumn.SYMBOL:
                text = text if row.is_trading else f"{text} closed"
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
                colour = theme.text if row.is_trading else theme.muted
            elif column is WatchColumn.LAST:
                colour = theme.accent if is_bright else theme.text
            elif column is WatchColumn.CHANGE:
                colour = moved
            painter.setPen(QColor(colour))
            painter.drawText(area, LEFT if column is WatchColumn.SYMBOL else RIGHT, text)
        return is_bright

    def _paint_bar(self, painter: QPainter, body: QRect) -> None:
        count, room = len(self.symbols), self._room()
        if count <= room:
            return
        height = max(16, body.height() * room // count)
        top = body.top() + (body.height() - height) * self._first // (count - room)
        bar = QRect(self.width() - BAR_PX, top, BAR_PX, height)
        painter.fillRect(bar, QColor(self.theme.hairline))

    def _areas(
        self, columns: Sequence[WatchColumn], top: int, height: int
    ) -> list[tuple[WatchColumn, QRect]]:
        areas = [(WatchColumn.SYMBOL, QRect(STAR_PX, top, SYMBOL_PX, height))]
        left = STAR_PX + SYMBOL_PX
        figures = columns[1:]
        width = (self.width() - left - MARGIN_PX) // max(1, len(figures))
        areas += [
            (column, QRect(left + place * width, top, width, height))
            for place, column in enumerate(figures)
        ]
        return areas

    def _room(self) -> int:
        return max(1, (self.height() - HEADER_PX) // LINE_PX)

    def _scroll_to(self, first: int) -> None:
        self._first = max(0, min(first, len(self.symbols) - self._room()))
        self.mark()

    def _symbol_at(self, position: QPoint) -> str | None:
        place = self._first + (position.y() - HEADER_PX) // LINE_PX
        if position.y() < HEADER_PX or not self.state.has_data or place >= len(self.symbols):
            return None
        return self.symbols[place]

    @guarded(None)
    def mousePressEvent(self, event: QMouseEvent) -> None:
        position = event.position().toPoint()
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if position.y() < HEADER_PX:
            columns = columns_of(self.has_funding, self.width())
            for column, area in self._areas(columns, 0, HEADER_PX):
                if area.contains(position):
                    self.sorted_by.emit(column)
            return
        symbol = self._symbol_at(position)
        if symbol is not None:
            (self.starred if position.x() < STAR_PX else self.opened).emit(symbol)

    @guarded(None)
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position().toPoint()
        self._hovered = position if position.y() >= HEADER_PX else None
        self.mark()

    @guarded(None)
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hovered = None
        self.mark()

    @guarded(None)
    def wheelEvent(self, event: QWheelEvent) -> None:
        self._scroll_to(self._first - round(event.angleDelta().y() / 40))

    @guarded(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        page = self._room() - 1
        steps = {
            Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: page,
            Qt.Key.Key_PageUp: -page, Qt.Key.Key_Home: -len(self.symbols),
            Qt.Key.Key_End: len(self.symbols),
        }  # fmt: skip
        # Compared, not made a Qt.Key of: a keyboard may send numbers that Qt has no name for.
        step = {int(key): by for key, by in steps.items()}.get(event.key())
        if step is not None:
            self.move_by(step)
        elif event.key() == Qt.Key.Key_Space and self.current:
            self.starred.emit(self.current)
        else:
            super().keyPressEvent(event)
