"""The tabs under the chart: positions, open orders, the past of orders, trades, money, balances."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from terminal_app.domain.instrument import ZERO
from terminal_app.gui.activity.balances_tab import BalancesTab
from terminal_app.gui.activity.orders_tab import OrdersTab
from terminal_app.gui.activity.positions_tab import PositionsTab
from terminal_app.gui.activity.records_tab import RecordsTab
from terminal_app.gui.activity.table_tab import TableTab
from terminal_app.gui.format import age_text, decimal_text, percent_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.models import record_rows as rows
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.observers import Subscriptions
from terminal_app.services.connection import ACCOUNT
from terminal_app.services.desk import ENVIRONMENT, Desk

LEAST_PX = 440
SUMMARY_FROM_PX = 760
_INCOME_KINDS = {
    "FUNDING_FEE": "Funding",
    "": "Everything",
    "COMMISSION": "Fees",
    "REALIZED_PNL": "Realised PnL",
    "TRANSFER": "Transfers",
}


class ActivityPanel(QWidget):
    """Show what the account holds and did on every market of the environment.

    Its tabs tell what a person wants done; somebody else does it. Emits ``file_made(path,
    content)``.
    """

    file_made = Signal(str, bytes)

    def __init__(self, desk: Desk, theme: Theme, clock: FrameClock) -> None:
        super().__init__()
        self._desk = desk
        self._clock = clock
        self._subscriptions = Subscriptions()
        self.positions_tab = PositionsTab(desk, theme)
        self.orders_tab = OrdersTab(desk, theme)
        self.history_tab = RecordsTab(
            "Order history", desk, theme, rows.HISTORY_COLUMNS, rows.history_row,
            lambda session: session.records.orders(), "No order has ended yet.",
        )  # fmt: skip
        self.fills_tab = RecordsTab(
            "Trades", desk, theme, rows.FILL_COLUMNS, rows.fill_row,
            lambda session: session.records.fills(), "No trades of yours are known yet.",
        )  # fmt: skip
        self.funding_tab = RecordsTab(
            "Funding", desk, theme, rows.INCOME_COLUMNS, rows.income_row,
            lambda session: session.records.income(),
            "Nothing was read yet: load older records.", _INCOME_KINDS,
        )  # fmt: skip
        self.balances_tab = BalancesTab(desk, theme)
        self._tabs: tuple[TableTab, ...] = (
            self.positions_tab, self.orders_tab, self.history_tab, self.fills_tab,
            self.funding_tab, self.balances_tab,
        )  # fmt: skip
        self.positions = self.positions_tab.table
        self.open_orders = self.orders_tab.table
        self.history = self.history_tab.table
        self.fills = self.fills_tab.table
        self.funding = self.funding_tab.table
        self.balances = self.balances_tab.table
        # The tabs stand in the panel's title bar, so they are a bar of their own.
        self.tabs = _tab_bar()
        self._stack = QStackedWidget()
        # Docks that need more than there is lie over each other: here tools give way instead.
        self._stack.setMinimumWidth(LEAST_PX)
        for tab in self._tabs:
            self.tabs.addTab(tab.name)
            self._stack.addWidget(tab)
        self.summary = plain_label(role="muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        names = [tab.name for tab in self._tabs]
        kept = desk.preferences.account_tab
        self._show_tab(names.index(kept) if kept in names else 0)
        self._connect()
        self._follow()

    def flush(self) -> None:
        """Write every table anew where it differs."""
        state, sentence = self._state()
        self.summary.setText(self._summary() if state is ViewState.NORMAL else "")
        # The tabs go first where there is no room for both.
        self.summary.setVisible(self.width() >= SUMMARY_FROM_PX)
        for index, tab in enumerate(self._tabs):
            tab.refresh(state, sentence)
            caption = f"{tab.name} {tab.count}" if tab.count else tab.name
            if self.tabs.tabText(index) != caption:
                self.tabs.setTabText(index, caption)

    @guarded(None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._second.start()
        self._clock.mark(self)

    def _connect(self) -> None:
        # The age of what is old grows while nothing comes in.
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(lambda: self._clock.mark(self))
        self.tabs.currentChanged.connect(self._on_tab)
        for tab in (self.history_tab, self.fills_tab, self.funding_tab):
            tab.file_made.connect(self.file_made)
        self._desk.observers.add(self._on_desk)

    def _show_tab(self, index: int) -> None:
        self.tabs.setCurrentIndex(index)
        self._stack.setCurrentIndex(index)

    def _on_tab(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        self._desk.preferences.account_tab = self._tabs[index].name
        self._clock.mark(self)

    def _on_desk(self, key: Hashable) -> None:
        if key == ENVIRONMENT:
            self._follow()
        self._clock.mark(self)

    def _follow(self) -> None:
        self._subscriptions.leave()
        for session in self._desk.sessions.values():
            self._subscriptions.hear(
                lambda _: self._clock.mark(self),
                session.orders.store.observers,
                session.account.observers,
                session.connection.observers,
                session.prices.observers,
                session.funding.observers,
                session.records.observers,
                session.past.observers,
            )
        self._clock.mark(self)

    def _state(self) -> tuple[ViewState, str]:
        sessions = list(self._desk.sessions.values())
        if not sessions:
            if self._desk.problem:
                return ViewState.ERROR, f"The exchange is not connected. {self._desk.problem}"
            return ViewState.LOADING, ""
        if all(session.venue.execution is None for session in sessions):
            return ViewState.DISABLED, "No API key here: add one under Keys to trade."
        for session in sessions:
            link, account = session.connection.link(ACCOUNT), session.account
            if session.venue.execution is None:
                continue
            if link.is_live and account.is_loaded:
                continue
            if link.is_live:
                # It is connected, and what it holds is not read yet: that is not the same as none.
                title = session.venue.capabilities.title
                words = f"{title} account: as it was last known, it is being read"
                return (ViewState.STALE, words) if account.balances else (ViewState.LOADING, "")
            # Before the first connection it is what the ledger knew last.
            if account.balances or session.orders.store.orders:
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


def _tab_bar() -> QTabBar:
    bar = QTabBar()
    bar.setDrawBase(False)
    bar.setExpanding(False)
    bar.setAccessibleName("Positions, orders, the past and balances")
    return bar
