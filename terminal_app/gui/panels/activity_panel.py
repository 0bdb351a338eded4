"""The tabs under the chart: positions, open orders, order history, trades, balances."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from terminal_app.domain.instrument import ZERO
from terminal_app.gui.format import age_text, decimal_text, percent_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.models import activity_rows as rows
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.live_table import LiveTable, Row
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.connection import ACCOUNT
from terminal_app.services.desk import ENVIRONMENT, Desk

HISTORY_SHOWN = 200
SUMMARY_FROM_PX = 700


class ActivityPanel(QWidget):
    """Show what the account holds and did on every market of the environment.

    Emits ``close_wanted(market, symbol)``, ``cancel_wanted(market, key)`` and
    ``symbol_wanted(market, symbol)``.
    """

    close_wanted = Signal(str, str)
    cancel_wanted = Signal(str, str)
    symbol_wanted = Signal(str, str)

    def __init__(self, desk: Desk, theme: Theme, clock: FrameClock) -> None:
        super().__init__()
        self._desk = desk
        self._clock = clock
        self._leave: list[Callable[[], None]] = []
        self.positions = LiveTable(rows.POSITION_COLUMNS, theme, has_actions=True)
        self.open_orders = LiveTable(rows.OPEN_COLUMNS, theme, has_actions=True)
        self.history = LiveTable(rows.HISTORY_COLUMNS, theme, has_actions=False)
        self.fills = LiveTable(rows.FILL_COLUMNS, theme, has_actions=False)
        self.balances = LiveTable(rows.BALANCE_COLUMNS, theme, has_actions=False)
        self._tables = (
            ("Positions", self.positions, "No position. A filled futures order opens one."),
            ("Open orders", self.open_orders, "No open order. A limit order rests here."),
            ("Order history", self.history, "No order has ended since the terminal started."),
            ("Trades", self.fills, "No trades of yours in this symbol yet."),
            ("Balances", self.balances, "The account holds nothing."),
        )
        # The tabs stand in the panel's title bar, so they are a bar of their own.
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self._stack = QStackedWidget()
        for title, table, _ in self._tables:
            self.tabs.addTab(title)
            self._stack.addWidget(table)
        self.summary = QLabel()
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setProperty("role", "muted")
        self.tabs.currentChanged.connect(self._stack.setCurrentIndex)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.positions.action.connect(self._on_close)
        self.positions.opened.connect(self._on_open_symbol)
        self.open_orders.action.connect(self._on_cancel)
        # The age of what is old grows while nothing comes in.
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(lambda: self._clock.mark(self))
        desk.observers.add(self._on_desk)
        self._follow()

    def flush(self) -> None:
        """Write every table anew where it differs."""
        contents = (
            self._position_rows(),
            self._open_rows(),
            self._history_rows(),
            self._fill_rows(),
            self._balance_rows(),
        )
        state, sentence = self._state()
        self.summary.setText(self._summary() if state is ViewState.NORMAL else "")
        # The tabs go first where there is no room for both.
        self.summary.setVisible(self.width() >= SUMMARY_FROM_PX)
        for index, ((title, table, empty), content) in enumerate(
            zip(self._tables, contents, strict=True)
        ):
            table.show_rows(content)
            table.set_state(state, sentence or empty)
            caption = f"{title} {len(content)}" if content else title
            if self.tabs.tabText(index) != caption:
                self.tabs.setTabText(index, caption)

    @guarded(None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._second.start()
        self._clock.mark(self)

    def _on_desk(self, key: Hashable) -> None:
        if key == ENVIRONMENT:
            self._follow()
        self._clock.mark(self)

    def _follow(self) -> None:
        for leave in self._leave:
            leave()
        self._leave.clear()
        for session in self._desk.sessions.values():
            for observers in (
                session.orders.store.observers,
                session.account.observers,
                session.connection.observers,
            ):
                self._leave.append(observers.add(lambda _: self._clock.mark(self)))
        self._clock.mark(self)

    def _state(self) -> tuple[ViewState, str]:
        sessions = list(self._desk.sessions.values())
        if not sessions:
            if self._desk.problem:
                return ViewState.EMPTY, "The exchange is not connected."
            return ViewState.LOADING, ""
        if all(session.venue.execution is None for session in sessions):
            return ViewState.DISABLED, "No API key here: add one under Keys to trade."
        for session in sessions:
            link = session.connection.link(ACCOUNT)
            if session.venue.execution is None or link.is_live:
                continue
            # Before the first connection it is what the ledger knew last.
            if session.account.balances or session.orders.store.orders:
                age = age_text(link.age_seconds() * 1000)
                title = session.venue.capabilities.title
                return ViewState.STALE, f"{title} account: no news for {age}, reconnecting"
            return ViewState.LOADING, ""
        return ViewState.NORMAL, ""

    def _summary(self) -> str:
        texts = []
        for session in self._desk.sessions.values():
            account, asset = session.account, session.venue.capabilities.margin_asset
            balance = account.balances.get(asset)
            if not asset or balance is None:
                continue
            positions = account.positions.values()
            equity = balance.total + sum((p.unrealized_profit for p in positions), ZERO)
            texts.append(f"Equity {decimal_text(equity, 2)} {asset}")
            needed = sum((p.maintenance_margin for p in positions), ZERO)
            if positions and equity > ZERO:
                texts.append(f"Margin ratio {percent_text(needed / equity * 100, signed=False)}")
        return "    ".join(texts)

    def _position_rows(self) -> list[Row]:
        return [
            rows.position_row(session, position)
            for session in self._desk.sessions.values()
            for position in session.account.positions.values()
        ]

    def _open_rows(self) -> list[Row]:
        return [
            rows.open_order_row(session, key, order)
            for session in self._desk.sessions.values()
            for key, order in reversed(session.orders.store.orders.items())
            if order.status.is_working
        ]

    def _history_rows(self) -> list[Row]:
        ended = [
            (order.updated_ms, session, key, order)
            for session in self._desk.sessions.values()
            for key, order in session.orders.store.orders.items()
            if order.status.is_final
        ]
        ended.sort(key=lambda entry: entry[0], reverse=True)
        return [
            rows.history_row(session, key, order)
            for _, session, key, order in ended[:HISTORY_SHOWN]
        ]

    def _fill_rows(self) -> list[Row]:
        fills = [
            (session, fill)
            for session in self._desk.sessions.values()
            for fill in session.orders.store.fills.values()
        ]
        fills.sort(key=lambda entry: (entry[1].time_ms, entry[1].trade_id), reverse=True)
        return [rows.fill_row(session, fill) for session, fill in fills[:HISTORY_SHOWN]]

    def _balance_rows(self) -> list[Row]:
        return [
            rows.balance_row(session, balance)
            for session in self._desk.sessions.values()
            for balance in session.account.balances.values()
            if balance.total != ZERO
        ]

    def _on_close(self, key: str, _name: str) -> None:
        self.close_wanted.emit(*key.split("|", 1))

    def _on_cancel(self, key: str, _name: str) -> None:
        self.cancel_wanted.emit(*key.split("|", 1))

    def _on_open_symbol(self, key: str) -> None:
        market, position = key.split("|", 1)
        self.symbol_wanted.emit(market, position.partition(":")[0])
