"""The orders that rest at the exchange, or may: changed in their place, ended alone or together."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QMenu, QToolButton

from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.gui.activity.table_tab import TableTab
from terminal_app.gui.models.order_rows import (
    ACTIONS_PX,
    OPEN_COLUMNS,
    OrderView,
    open_order_row,
    unknown_seconds,
)
from terminal_app.gui.theme import Theme, restyle
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.desk import Desk
from terminal_app.services.order_plans import looked_after
from terminal_app.services.session import Session

EMPTY = "No open order. A limit order rests here."
KEYS = "F2 changes price or size · Delete cancels · Enter shows the X-ray"
WHO = "open orders"
SAID_MS = 10_000


class OrdersTab(TableTab):
    """Show working orders; ``end_wanted(market, symbol, side)`` has "" for all."""

    end_wanted = Signal(str, str, str)

    def __init__(self, desk: Desk, theme: Theme) -> None:
        super().__init__(
            "Open orders",
            OPEN_COLUMNS,
            open_order_row,
            theme,
            actions_px=ACTIONS_PX,
        )
        self._desk = desk
        self.hint = QLabel(KEYS)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setProperty("role", "caption")
        self.cancel_all = QToolButton()
        self.cancel_all.setText("Cancel all ▾")
        self.cancel_all.setProperty("role", "danger")
        self.cancel_all.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.cancel_all.setToolTip("End many orders at once, with a report line by line")
        self.cancel_all.setAccessibleName("Cancel all orders of a symbol, a side or a market")
        self.menu = QMenu(self.cancel_all)
        self.menu.aboutToShow.connect(self.fill_menu)
        self.cancel_all.setMenu(self.menu)
        self._quiet = QTimer(self, singleShot=True, interval=SAID_MS)
        self._quiet.timeout.connect(lambda: self._show_hint(KEYS, "caption"))
        self.add_tool(self.hint, 1)
        self.add_tool(self.cancel_all)

    def refresh(self, state: ViewState, sentence: str) -> None:
        """Show the orders of this moment."""
        views: dict[str, OrderView] = {}
        for session in self._desk.sessions.values():
            views.update(_views(session))
        self.cancel_all.setEnabled(bool(views))
        self.show_views(views, state, sentence, EMPTY)

    def say(self, words: str, role: str) -> None:
        """Say for a while why a change was refused ("danger"), or what it means ("muted")."""
        self._show_hint(words, role)
        self._quiet.start()

    def _show_hint(self, words: str, role: str) -> None:
        self.hint.setText(words)
        self.hint.setProperty("role", role)
        restyle(self.hint)

    def fill_menu(self) -> None:
        """Offer to end what there is, in words that say how many orders that are."""
        self.menu.clear()
        desk = self._desk
        if desk.session is not None:
            session, symbol = desk.session, desk.symbol
            for words, side in (
                (f"of {symbol}", None),
                (f"buys of {symbol}", Side.BUY),
                (f"sells of {symbol}", Side.SELL),
            ):
                self._offer(session, words, symbol, side)
            self.menu.addSeparator()
        for session in desk.sessions.values():
            title = session.venue.capabilities.title
            for words, side in (
                (f"of {title}", None),
                (f"buys of {title}", Side.BUY),
                (f"sells of {title}", Side.SELL),
            ):
                self._offer(session, words, "", side)

    def _offer(self, session: Session, words: str, symbol: str, side: Side | None) -> None:
        count = sum(
            symbol in ("", order.symbol) and side in (None, order.side)
            for order in session.orders.store.working()
        )
        action = self.menu.addAction(f"{count} {words}")
        action.setEnabled(count > 0)
        market, word = session.market.value, side.value if side is not None else ""
        action.triggered.connect(lambda: self.end_wanted.emit(market, symbol, word))


def _views(session: Session) -> dict[str, OrderView]:
    store, title = session.orders.store, session.venue.capabilities.title
    market, instruments = session.market.value, session.instruments
    policies = looked_after(session)
    working = [(key, one) for key, one in store.orders.items() if one.status.is_working]
    symbols = {order.symbol for _, order in working}
    session.prices.want(WHO, symbols)
    prices = {symbol: session.prices.price(symbol) for symbol in symbols}
    return {
        f"{market}|{key}": OrderView(
            market,
            title,
            key,
            order,
            instruments.get(order.symbol),
            prices[order.symbol],
            policies.get(key, ""),
            unknown_seconds(order) if order.status is OrderStatus.UNKNOWN else 0,
        )
        # The newest on top.
        for key, order in reversed(working)
    }
