"""Join a book to the symbol that it looks at."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.market import Side
from terminal_app.gui.focus import Focus
from terminal_app.gui.focus_link import FocusLink
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.kept_steps import kept_key, kept_step, step_words
from terminal_app.gui.own_marks import own_sizes, resting_limits
from terminal_app.gui.panels.book_panel import BookPanel
from terminal_app.gui.view_states import show_freshness, show_waiting
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.connection import MARKET
from terminal_app.services.market_data import BOOK
from terminal_app.services.market_lines import MarketLine
from terminal_app.services.session import Session


class BookLink(FocusLink):
    """Hand book, last price and one's own orders of a symbol to a book."""

    def __init__(self, focus: Focus, clock: FrameClock, panel: BookPanel) -> None:
        self._panel = panel
        self._needs_own = False
        panel.step_chosen.connect(self._keep_step)
        super().__init__(focus, clock, panel)

    def _begin(self, session: Session, instrument: Instrument, line: MarketLine) -> None:
        self._panel.set_instrument(instrument)
        steps, kept = self._panel.steps, self._focus.desk.preferences.book_steps
        self._panel.set_step(kept_step(kept.get(kept_key(instrument), ""), steps, steps[0]))

    def _join(self, session: Session, line: MarketLine) -> None:
        self._panel.set_book(line.data.book)
        self._needs_own = True
        self._subscriptions.hear(self._on_own, session.orders.store.observers)

    def _show(self, session: Session, instrument: Instrument, line: MarketLine) -> None:
        panel, data = self._panel, line.data
        show_freshness(panel, session)
        is_live = session.connection.link(MARKET).is_live
        if is_live and data.book_problem and not data.book.is_empty:
            panel.set_state(ViewState.STALE, "the book is being fetched again")
        if data.last_trade is not None:
            panel.set_last(data.last_trade.price, 1 if data.last_side is Side.BUY else -1)
        if self._needs_own:
            self._needs_own = False
            resting = resting_limits(session.orders.store.working(), instrument)
            panel.set_own_orders(own_sizes(resting))

    def _wait(self) -> None:
        show_waiting(self._panel, self._focus)

    def _on_market(self, key: Hashable) -> None:
        if key == BOOK:
            self._panel.mark()
        super()._on_market(key)

    def _keep_step(self, step: Decimal | None) -> None:
        if self._instrument is not None:
            kept = self._focus.desk.preferences.book_steps
            kept[kept_key(self._instrument)] = step_words(step)

    def _on_own(self, _: Hashable) -> None:
        self._needs_own = True
        self._clock.mark(self)
