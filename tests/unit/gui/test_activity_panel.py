"""Check what each tab beneath the chart shows: full, empty, old, without a key and in trouble."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from terminal_app.domain.account import AccountSnapshot, Balance
from terminal_app.domain.income import Income
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill, OrderStatus
from terminal_app.gui.activity.panel import ActivityPanel
from terminal_app.gui.activity.records_tab import RecordsTab
from terminal_app.gui.format import THIN_SPACE, UNKNOWN
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK
from terminal_app.gui.widgets.live_table import LiveTable
from terminal_app.services.account_history import income_row
from terminal_app.services.connection import ACCOUNT, MARKET
from terminal_app.services.desk import ENVIRONMENT, Desk
from terminal_app.services.session import Session
from terminal_app.storage.account_rows import RowKind
from terminal_app.venues.base import ConnectionChanged, ConnectionState
from tests.helpers.account_values import LIMIT, LONG
from tests.helpers.quiet_desk import quiet_desk, seat

D = Decimal
LIVE, STALE = ConnectionState.LIVE, ConnectionState.STALE
TABS = ("positions", "open_orders", "history", "fills", "funding", "balances")
NOW_MS = time.time_ns() // 1_000_000
FILL = Fill(
    Market.USDM, "BTCUSDT", 7, 5, Side.BUY, D(61000), D("0.25"), D("7.6"), "USDT", False, NOW_MS
)


@pytest.fixture
def desk() -> Desk:
    """Make a desk that looks at futures."""
    return quiet_desk()


@pytest.fixture
def panel(desk: Desk, qtbot: QtBot) -> Iterator[ActivityPanel]:
    """Show the panel of the desk."""
    window = QWidget()
    made = ActivityPanel(desk, DARK, FrameClock())
    layout = QVBoxLayout(window)
    for part in (made.tabs, made.summary, made):
        layout.addWidget(part)
    qtbot.addWidget(window)
    window.resize(1300, 320)
    window.show()
    yield made
    window.close()


@pytest.fixture
def session(desk: Desk, panel: ActivityPanel) -> Session:
    """Seat a live session that holds something of everything."""
    made = seat(desk)
    for name in (MARKET, ACCOUNT):
        made.connection.apply(ConnectionChanged(name, LIVE))
    balance = Balance(Market.USDM, "USDT", D(10_000), D(9_000))
    made.account.load(AccountSnapshot(Market.USDM, (balance,), (LONG,), D(0), D(0), 0), 0)
    store = made.orders.store
    ended = replace(LIMIT, client_order_id="t-run-2", status=OrderStatus.REJECTED, reason="why")
    store.restore([LIMIT, ended], [FILL])
    row = income_row(Income("FUNDING_FEE", D("-0.5"), "USDT", "BTCUSDT", "", NOW_MS, 3))
    made.records.keep(RowKind.INCOME, [row.body])
    desk.observers.notify(ENVIRONMENT)
    return made


def table_of(panel: ActivityPanel, name: str) -> LiveTable:
    """Bring a tab to the front and return its table."""
    panel.tabs.setCurrentIndex(TABS.index(name))
    panel.flush()
    table: LiveTable = getattr(panel, name)
    return table


def texts(table: LiveTable) -> list[list[str]]:
    """Return what a table shows."""
    return [[cell.text.replace(THIN_SPACE, " ") for cell in row.cells] for row in table.rows]


def test_every_tab_has_its_rows_and_their_count(panel: ActivityPanel, session: Session) -> None:
    first = {name: texts(table_of(panel, name)) for name in TABS}
    assert {name: len(rows) for name, rows in first.items()} == dict.fromkeys(TABS, 1)
    assert first["positions"][0][0] == "BTCUSDT  LONG 20×"
    assert first["open_orders"][0][3] == "Working"
    assert first["history"][0][-1] == "Refused: why"
    assert first["fills"][0][3] == "61 000.0"
    assert first["funding"][0][2] == "Funding fee"
    assert first["balances"][0][0] == "USDT"
    assert [panel.tabs.tabText(index) for index in range(6)] == [
        "Positions 1", "Open orders 1", "Order history 1", "Trades 1", "Funding 1", "Balances 1",
    ]  # fmt: skip


def test_without_a_position_it_is_flat(panel: ActivityPanel, session: Session) -> None:
    session.account.load(AccountSnapshot(Market.USDM, (), (), D(0), D(0), 0), 0)
    table = table_of(panel, "positions")
    assert table.rows == []
    assert table.accessibleDescription().startswith("FLAT")
    assert panel.tabs.tabText(0) == "Positions"


@pytest.mark.parametrize("name", TABS)
def test_what_is_old_says_so_with_its_age(
    panel: ActivityPanel, session: Session, name: str
) -> None:
    fresh = table_of(panel, name).grab().toImage()
    session.connection.apply(ConnectionChanged(ACCOUNT, STALE))
    table = table_of(panel, name)
    assert "no news for" in table.accessibleDescription()
    assert table.grab().toImage() != fresh
    assert len(table.rows) == 1


@pytest.mark.parametrize("name", TABS)
def test_each_tab_says_why_it_is_empty(panel: ActivityPanel, desk: Desk, name: str) -> None:
    table = table_of(panel, name)
    assert table.accessibleDescription() == ""
    desk.problem = "Nobody answers."
    assert "Nobody answers." in table_of(panel, name).accessibleDescription()
    desk.problem = ""
    seat(desk, None)
    desk.observers.notify(ENVIRONMENT)
    assert "No API key" in table_of(panel, name).accessibleDescription()


def narrowed(tab: RecordsTab) -> list[str]:
    """Return the words in the second column of what a tab shows."""
    return [row.cells[2].text for row in tab.table.rows]


def test_the_past_is_narrowed_and_sorted(
    panel: ActivityPanel, session: Session, qtbot: QtBot
) -> None:
    store = session.orders.store
    store.add_fill(replace(FILL, trade_id=8, side=Side.SELL, price=D(60000), time_ms=NOW_MS - 5))
    table = table_of(panel, "fills")
    tab = panel.fills_tab
    qtbot.waitUntil(lambda: len(table.rows) == 2)
    assert [row[3] for row in texts(table)] == ["61 000.0", "60 000.0"]
    table.sort_wanted.emit("price")
    table.sort_wanted.emit("price")
    assert [row[3] for row in texts(table)] == ["60 000.0", "61 000.0"]
    tab.search.setText("sell 60000")
    assert narrowed(tab) == ["▼ Sell"]
    made: list[tuple[str, bytes]] = []
    panel.file_made.connect(lambda path, content: made.append((path, content)))
    tab.make("trades.csv")
    assert made[0][0] == "trades.csv"
    assert len(made[0][1].decode().splitlines()) == 2
    tab.search.setText("nothing like this")
    assert table.rows == []
    assert table.accessibleDescription() == "Nothing fits the filter above."
    assert not tab.export.isEnabled()


def test_an_order_of_unknown_fate_shows_its_age(panel: ActivityPanel, session: Session) -> None:
    sent_ms = time.time_ns() // 1_000_000 - 5000
    lost = replace(LIMIT, client_order_id="t-run-9", status=OrderStatus.UNKNOWN, created_ms=sent_ms)
    session.orders.store.add(lost)
    shown = texts(table_of(panel, "open_orders"))[0][3]
    assert shown.startswith("UNKNOWN for ")
    assert shown.endswith("asking")


def test_the_total_is_in_the_chosen_currency_and_says_what_it_lacks(
    panel: ActivityPanel, desk: Desk, session: Session
) -> None:
    table_of(panel, "balances")
    tab = panel.balances_tab
    assert tab.total.text().replace(THIN_SPACE, " ") == "Total 10 249.99 USDT"
    tab.currency.chosen.emit("BTC")
    assert desk.preferences.total_currency == "BTC"
    assert "what has no price" in tab.total.text()
    assert texts(panel.balances)[0][-1] == UNKNOWN
    assert texts(panel.balances)[0][5] == "1 position 775.00 · 1 order 225.00"


def test_what_would_end_is_counted_in_the_menu(panel: ActivityPanel, session: Session) -> None:
    session.orders.store.add(replace(LIMIT, client_order_id="t-run-3", side=Side.SELL))
    table_of(panel, "open_orders")
    asked: list[tuple[str, str, str]] = []
    panel.orders_tab.end_wanted.connect(lambda *words: asked.append(words))
    panel.orders_tab.fill_menu()
    offers = {action.text(): action for action in panel.orders_tab.menu.actions()}
    assert {text for text, action in offers.items() if action.isEnabled() and text} == {
        "2 of BTCUSDT", "1 buys of BTCUSDT", "1 sells of BTCUSDT",
        "2 of Perpetual", "1 buys of Perpetual", "1 sells of Perpetual",
    }  # fmt: skip
    offers["1 sells of BTCUSDT"].trigger()
    assert asked == [("usdm", "BTCUSDT", "SELL")]


def test_what_was_not_read_yet_is_not_called_flat(desk: Desk, qtbot: QtBot) -> None:
    session = seat(desk)
    session.connection.apply(ConnectionChanged(ACCOUNT, LIVE))
    panel = ActivityPanel(desk, DARK, FrameClock())
    qtbot.addWidget(panel)
    panel.flush()
    assert panel.positions.accessibleDescription() == ""
    session.account.remember([Balance(Market.USDM, "USDT", D(10_000), D(9_000))], [])
    panel.flush()
    assert "being read" in panel.positions.accessibleDescription()


def test_it_is_narrow_enough_beside_book_and_ticket(panel: ActivityPanel) -> None:
    assert panel.minimumSizeHint().width() <= 480


def test_the_tab_that_was_chosen_is_shown_at_the_next_start(desk: Desk, qtbot: QtBot) -> None:
    first = ActivityPanel(desk, DARK, FrameClock())
    qtbot.addWidget(first)
    first.tabs.setCurrentIndex(3)
    assert desk.preferences.account_tab == "Trades"
    second = ActivityPanel(desk, DARK, FrameClock())
    qtbot.addWidget(second)
    assert second.tabs.currentIndex() == 3
    assert second.fills_tab.isVisibleTo(second)
    desk.preferences.account_tab = "gone"
    third = ActivityPanel(desk, DARK, FrameClock())
    qtbot.addWidget(third)
    assert third.tabs.currentIndex() == 0
