"""The watchlist: every symbol of the market with its day, searched, starred and sorted."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from terminal_app.gui.format import age_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.panels.watch_list import WatchList
from terminal_app.gui.panels.watch_rows import (
    WatchColumn,
    WatchFilter,
    WatchOrder,
    WatchRow,
    ordered_symbols,
    watch_row,
)
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.menu_button import MenuButton
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.observers import Subscriptions
from terminal_app.services.connection import MARKET
from terminal_app.services.desk import ENVIRONMENT, INSTRUMENTS, SYMBOL, Desk
from terminal_app.services.session import Session

# Rows are put in order again this often, never while the pointer is over them.
ORDER_MS = 2000


class Watchlist(QWidget):
    """List the symbols of the market that is looked at; emits ``opened(str)`` with one.

    It follows the market only while it can be seen.
    """

    opened = Signal(str)

    def __init__(self, desk: Desk, theme: Theme, clock: FrameClock) -> None:
        super().__init__()
        self._desk = desk
        self._session: Session | None = None
        self._subscriptions = Subscriptions()
        # What is looked for and how it is sorted.
        kept = desk.preferences
        self.order = WatchOrder.kept(
            kept.watch_shown, kept.watch_column, is_rising=kept.watch_is_rising
        )
        self.list = WatchList(theme, clock)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search symbols")
        self.search.setAccessibleName("Search the watchlist")
        self.search.setToolTip("Type a part of a name; Up, Down and Enter choose")
        self.search.setClearButtonEnabled(True)
        self.filter = MenuButton(WatchFilter.ALL, "Which symbols are shown")
        self.filter.set_choices([(choice.value, choice) for choice in WatchFilter])
        self.filter.show_choice(self.order.shown.value)
        self.setProperty("role", "sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._lay_out()
        self._connect()
        desk.observers.add(self._on_desk)

    def sort_by(self, column: WatchColumn) -> None:
        """Sort by a column, the other way round if it is sorted by it already."""
        rises = column is WatchColumn.SYMBOL
        if column is self.order.column:
            rises = not self.order.is_rising
        self._look_for(replace(self.order, column=column, is_rising=rises))

    def show_only(self, shown: WatchFilter) -> None:
        """Show only the symbols of a filter."""
        self.filter.show_choice(shown.value)
        self._look_for(replace(self.order, shown=shown))

    def star(self, symbol: str) -> None:
        """Make a symbol a favourite, or end that."""
        favourites = self._desk.preferences.favourites
        of_market = favourites.setdefault(self._desk.market.value, [])
        if symbol in of_market:
            of_market.remove(symbol)
        else:
            of_market.append(symbol)
        self._put_in_order()

    @guarded(None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()
        self._timer.start()

    @guarded(None)
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self._subscriptions.leave()

    @guarded(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list while the search has the keys."""
        if watched is self.search and isinstance(event, QKeyEvent):
            step = {int(Qt.Key.Key_Down): 1, int(Qt.Key.Key_Up): -1}.get(event.key())
            if event.type() is QEvent.Type.KeyPress and step is not None:
                self.list.move_by(step)
                return True
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(8, 6, 8, 6)
        head.setSpacing(6)
        head.addWidget(self.search, 1)
        head.addWidget(self.filter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.list, 1)
        self.setFocusProxy(self.search)

    def _connect(self) -> None:
        self._timer = QTimer(self, interval=ORDER_MS)
        self._timer.timeout.connect(self._on_time)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(
            lambda text: self._look_for(replace(self.order, search=text))
        )
        self.search.returnPressed.connect(self._open_first)
        self.filter.chosen.connect(self.show_only)
        self.list.read_rows_by(lambda symbol: _row(self._desk, self._session, symbol))
        self.list.opened.connect(self.opened)
        self.list.starred.connect(self.star)
        self.list.sorted_by.connect(self.sort_by)
        self.list.action_requested.connect(self._try_again)

    def _open_first(self) -> None:
        symbols = self.list.symbols
        if symbols and self.list.current not in symbols:
            self.opened.emit(symbols[0])

    def _try_again(self) -> None:
        if self._session is not None:
            self.list.set_state(ViewState.LOADING)
            self._session.overview.reload()

    def _look_for(self, order: WatchOrder) -> None:
        self.order, kept = order, self._desk.preferences
        kept.watch_shown, kept.watch_column = order.shown.value, order.column.value
        kept.watch_is_rising = order.is_rising
        self._put_in_order()

    def _on_desk(self, key: Hashable) -> None:
        if key == ENVIRONMENT and self.isVisible():
            self._follow()
        elif key == SYMBOL:
            self.list.show_current(self._desk.symbol)
        elif key == INSTRUMENTS:
            self._put_in_order()

    def _follow(self) -> None:
        self._subscriptions.leave()
        session = self._session = self._desk.session
        self.list.show_current(self._desk.symbol)
        if session is not None:
            self.list.has_funding = session.venue.capabilities.has_mark_price
            self._subscriptions.own(session.overview.look())
            self._subscriptions.hear(lambda _: self._on_news(), session.overview.observers)
        self._put_in_order()

    def _on_news(self) -> None:
        if not self.list.state.has_data:
            self._put_in_order()
        self.list.mark()

    def _on_time(self) -> None:
        if self.list.is_hovered:
            self._show_state()
        else:
            self._put_in_order()

    def _put_in_order(self) -> None:
        session = self._session
        symbols: list[str] = []
        if session is not None:
            of_market = self._desk.preferences.favourites.get(self._desk.market.value, [])
            symbols = ordered_symbols(
                session.instruments.values(), session.overview, frozenset(of_market), self.order
            )
        self.list.show_symbols(symbols, (self.order.column, self.order.is_rising))
        self._show_state()

    def _show_state(self) -> None:
        session = self._session
        if session is None:
            is_cut = bool(self._desk.problem)
            words = "No market data" if is_cut else ""
            self.list.set_state(ViewState.EMPTY if is_cut else ViewState.LOADING, words)
        elif not session.overview.tickers:
            problem = session.overview.problem
            self.list.set_state(ViewState.ERROR if problem else ViewState.LOADING, problem)
        elif not self.list.symbols:
            self.list.set_state(ViewState.EMPTY, _nothing(self.order))
        elif not session.connection.link(MARKET).is_live:
            age = age_text(round((session.overview.age_s or 0) * 1000))
            self.list.set_state(ViewState.STALE, f"no data for {age}, reconnecting")
        else:
            self.list.set_state(ViewState.NORMAL)


def _row(desk: Desk, session: Session | None, symbol: str) -> WatchRow:
    assert session is not None
    of_market = desk.preferences.favourites.get(desk.market.value, [])
    return watch_row(session.instruments[symbol], session.overview, symbol in of_market)


def _nothing(order: WatchOrder) -> str:
    if order.search:
        return f"No symbol contains “{order.search}”"
    if order.shown is WatchFilter.FAVOURITES:
        return "No favourites yet: click the star of a symbol"
    return "No symbol moved by 3 % or more"
