"""A book, a ladder or a tape that looks at a symbol of its own."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terminal_app.gui.book_link import BookLink
from terminal_app.gui.focus import FOCUS, OwnFocus
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.ladder.link import LadderLink
from terminal_app.gui.ladder.panel import LadderPanel
from terminal_app.gui.link_groups import LinkGroups, LinkKind, restore_link
from terminal_app.gui.panels.book_panel import BookPanel
from terminal_app.gui.panels.symbol_bar import MARKET_WORDS
from terminal_app.gui.panels.trades_panel import TradesPanel
from terminal_app.gui.symbol_choice import SymbolChoice
from terminal_app.gui.tape_link import TapeLink
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.link_dot import LinkDot
from terminal_app.gui.widgets.symbol_band import SymbolBand
from terminal_app.services.desk import ENVIRONMENT, SYMBOL, Desk
from terminal_app.storage.preferences import PanelKind, PanelPreferences

NOT_FILLED_IN = "Not put into the ticket: that is of another symbol."


class FurtherPanel(QObject):
    """Show one symbol of one market of the desk's environment, whatever the desk looks at.

    It follows the symbol while it is open and lets go when ``close`` is called. ``price_wanted``
    carries the price of a click while the desk is of the same symbol, ``changed`` asks for what it
    shows to be kept.
    """

    price_wanted = Signal(object)
    changed = Signal()

    def __init__(
        self,
        desk: Desk,
        clock: FrameClock,
        theme: Theme,
        kept: PanelPreferences,
        groups: LinkGroups,
    ) -> None:
        widget = QWidget()
        super().__init__(widget)
        self.widget, self.kept = widget, kept
        self._desk = desk
        self.link = groups.link(self)
        self.choice = SymbolChoice(widget, desk, self.link, kept)
        # The group may tell of another symbol at once.
        restore_link(self.link, kept.group, [LinkKind.SYMBOL])
        self.focus = OwnFocus(desk, self.choice.shown)
        self.ladder: LadderPanel | None = None
        self._link_data = self._make(clock, theme)
        self.dot = LinkDot(self.link, theme, (LinkKind.SYMBOL,))
        self.band = SymbolBand()
        column = QVBoxLayout(widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.band)
        column.addWidget(self._view, 1)
        self._connect()
        self._show_symbol()

    def close(self) -> None:
        """Let its streams go and hear nothing any more."""
        self._forget_desk()
        self.link.leave()
        self._link_data.close()
        self.focus.close()

    def _make(self, clock: FrameClock, theme: Theme) -> BookLink | LadderLink | TapeLink:
        if self.kept.kind is PanelKind.BOOK:
            book = BookPanel(theme, clock)
            book.price_clicked.connect(lambda price, _side: self._want_price(price))
            self._view: QWidget = book
            return BookLink(self.focus, clock, book)
        if self.kept.kind is PanelKind.TRADES:
            tape = TradesPanel(theme, clock)
            self._view = tape
            return TapeLink(self.focus, clock, tape)
        self.ladder = LadderPanel(theme, clock)
        self.ladder.view.price_clicked.connect(self._want_price)
        self._view = self.ladder
        return LadderLink(self.focus, clock, self.ladder)

    def _connect(self) -> None:
        self.band.pressed.connect(lambda: self.choice.open_picker(self.band.button))
        self.choice.changed.connect(self._on_choice)
        self.link.changed.connect(self._keep_link)
        self.focus.observers.add(self._on_focus)
        self._forget_desk = self._desk.observers.add(self._on_desk)

    def _on_choice(self) -> None:
        self.focus.choose(self.choice.shown)
        self.changed.emit()

    def _keep_link(self) -> None:
        self.kept.group = self.link.group.value
        self.changed.emit()

    def _want_price(self, price: object) -> None:
        # The ticket is of the desk's symbol: a price of another one must not get into it.
        if self.focus.is_of_desk:
            self.price_wanted.emit(price)
        elif self.ladder is not None:
            self.ladder.view.say(NOT_FILLED_IN)

    def _on_focus(self, key: Hashable) -> None:
        if key == FOCUS:
            self._show_symbol()

    def _on_desk(self, key: Hashable) -> None:
        if key in (ENVIRONMENT, SYMBOL):
            self._show_symbol()

    def _show_symbol(self) -> None:
        shown = self.focus.shown
        of_desk = "" if self.focus.is_of_desk else self._desk.symbol
        self.band.show_symbol(shown.symbol, MARKET_WORDS[shown.market], of_desk)
