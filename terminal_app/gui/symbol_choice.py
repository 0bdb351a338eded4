"""Which symbol a panel of its own shows: picked by hand, or told by its group."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from terminal_app.domain.instrument import Market
from terminal_app.gui.link_groups import Link, LinkedSymbol, LinkKind
from terminal_app.gui.widgets.own_symbol import set_own_symbol
from terminal_app.gui.widgets.symbol_picker import SymbolPicker
from terminal_app.services.desk import Desk
from terminal_app.services.session import Session


class KeptSymbol(Protocol):
    """Be the preferences that name a symbol of a market."""

    market: str
    symbol: str


class SymbolChoice(QObject):
    """Hold the symbol of a widget in its preferences, and let a person pick another.

    ``changed`` tells that it is another one; whoever shows it follows.
    """

    changed = Signal()

    def __init__(self, widget: QWidget, desk: Desk, link: Link, kept: KeptSymbol) -> None:
        super().__init__(widget)
        self._widget, self._desk, self._link, self._kept = widget, desk, link, kept
        self.picker = SymbolPicker(widget)
        self.picker.chosen.connect(self._on_picked)
        link.symbol_came.connect(self.choose)
        self._mark_widget()

    @property
    def shown(self) -> LinkedSymbol:
        """Return which symbol of which market is shown, or waited for."""
        return LinkedSymbol(Market(self._kept.market), self._kept.symbol)

    @property
    def session(self) -> Session | None:
        """Return the session of its market, None while there is none."""
        return self._desk.sessions.get(self.shown.market)

    def choose(self, shown: LinkedSymbol) -> None:
        """Show another symbol from now on."""
        if shown != self.shown:
            self._kept.market, self._kept.symbol = shown.market.value, shown.symbol
            self._mark_widget()
            self.changed.emit()

    def open_picker(self, button: QWidget) -> None:
        """Let a person pick one of the market's symbols, under a button."""
        session = self.session
        if session is not None:
            listed = list(session.instruments.values())
            self.picker.open_beneath(button, listed, session.venue.environment.venue)

    def _on_picked(self, symbol: str) -> None:
        self.choose(LinkedSymbol(self.shown.market, symbol))
        self._link.tell(LinkKind.SYMBOL, self.shown)

    def _mark_widget(self) -> None:
        set_own_symbol(self._widget, self.shown.market, self.shown.symbol)
