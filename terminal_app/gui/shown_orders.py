"""Show one's own orders, positions and fills on a chart that is only looked at."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace

from terminal_app.domain.instrument import Instrument
from terminal_app.gui.chart.fill_marks import fill_marks
from terminal_app.gui.chart.view import ChartView
from terminal_app.gui.chart_lines import Held, order_lines, position_lines, shown_orders
from terminal_app.observers import Subscriptions
from terminal_app.services.session import Session


class ShownOrders:
    """Keep the lines and arrows of a symbol; a hand on them can ask for nothing.

    ``mark`` asks for the frame in which somebody calls ``flush``.
    """

    def __init__(self, view: ChartView, mark: Callable[[], None]) -> None:
        self._view = view
        self._mark = mark
        self._session: Session | None = None
        self._instrument: Instrument | None = None
        self._subscriptions = Subscriptions()
        self._is_old = False
        self._fills = -1

    def follow(self, session: Session, instrument: Instrument) -> None:
        """Show what is one's own of a symbol from now on."""
        self.leave()
        self._session, self._instrument, self._fills = session, instrument, -1
        self._subscriptions.hear(
            self._on_own, session.orders.store.observers, session.account.observers
        )
        self._on_own("")

    def leave(self) -> None:
        """Hear of nothing any more."""
        self._subscriptions.leave()
        self._session = None

    def flush(self) -> None:
        """Show what changed since the last frame."""
        session, instrument = self._session, self._instrument
        if session is None or instrument is None or not self._is_old:
            return
        self._is_old = False
        store, account = session.orders.store, session.account
        positions, rate = account.positions_in(instrument.symbol), account.taker_rate
        lines = [
            line
            for position in positions
            for line in position_lines(position, instrument, rate, session.funding.paid(position))
        ]
        held, orders = Held(positions, None, rate), shown_orders(store.working(), instrument)
        lines += order_lines(orders, held, instrument, store.key_of)
        self._view.set_price_lines(
            [replace(line, can_move=False, can_cancel=False, hint="") for line in lines]
        )
        if len(store.fills) != self._fills:
            self._fills = len(store.fills)
            symbol = instrument.symbol
            self._view.fills = fill_marks(
                fill for fill in store.fills.values() if fill.symbol == symbol
            )

    def _on_own(self, _key: Hashable) -> None:
        self._is_old = True
        self._mark()
