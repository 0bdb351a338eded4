"""A person watches symbols and is told of what they wait for."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from terminal_app.domain.alerts import AlertKind
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.gui.panels.rows import HEADER_PX
from terminal_app.gui.panels.watch_list import LINE_PX
from terminal_app.gui.panels.watch_rows import WatchColumn, WatchFilter
from terminal_app.gui.widgets.live_table import LiveTable
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.storage.preferences import PreferencesFile
from tests.helpers.eventually import eventually
from tests.helpers.sessions import placed, request
from tests.helpers.terminal import cells, click, click_in_row, ready, running_terminal, type_into

pytestmark = pytest.mark.gui


def row(number: int) -> QPoint:
    """Return a point of a row of the watchlist, right of its star."""
    return QPoint(60, HEADER_PX + number * LINE_PX + LINE_PX // 2)


async def test_a_symbol_is_found_starred_and_shown(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        overview = (await ready(program)).overview
        window = program.window
        window.area.docks["watchlist"].show()
        watched, shown = window.watchlist, window.watchlist.list
        await eventually(lambda: shown.state is ViewState.NORMAL)
        volumes = [overview.tickers[one] for one in shown.symbols]
        assert volumes[0].quote_volume == max(one.quote_volume for one in volumes)
        QTest.keyClicks(watched.search, "eth/us")
        await eventually(lambda: list(shown.symbols) == ["ETHUSDT"])
        click(shown, row(0))
        await eventually(lambda: program.desk.symbol == "ETHUSDT")
        click(shown, QPoint(10, row(0).y()))
        watched.search.clear()
        watched.show_only(WatchFilter.FAVOURITES)
        assert list(shown.symbols) == ["ETHUSDT"]
        watched.show_only(WatchFilter.ALL)
        watched.sort_by(WatchColumn.SYMBOL)
        assert list(shown.symbols) == sorted(shown.symbols)
        shown.setFocus()
        at = list(shown.symbols).index("ETHUSDT")
        QTest.keyClick(shown, Qt.Key.Key_Down)
        await eventually(lambda: program.desk.symbol == shown.symbols[at + 1])
    kept = PreferencesFile(tmp_path / "config" / "preferences.json").load()
    assert kept.favourites == {"spot": ["ETHUSDT"]}


async def removed(table: LiveTable, key_end: str) -> None:
    """Press until a row is gone: one that has just moved takes no press."""
    while any(row.key.endswith(key_end) for row in table.rows):
        await click_in_row(table, key_end, "remove")
        with suppress(TimeoutError):
            await eventually(lambda: all(not row.key.endswith(key_end) for row in table.rows), 1)


async def test_a_price_is_told_once_it_is_reached(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        window, panel = program.window, program.window.alerts
        window.area.docks["alerts"].show()
        trade = session.market_data.last_trade
        assert trade is not None
        type_into(panel.level, "0")
        click(panel.add)
        assert panel.problem.text() == "Level 0: it must be greater than 0."
        # Beside the price on either side: one of the two comes about within moments.
        tick = session.instruments["BTCUSDT"].tick_size
        for level in (trade.price + 3 * tick, trade.price - 3 * tick):
            type_into(panel.level, str(level))
            click(panel.add)
        type_into(panel.level, str(trade.price * 2))
        click(panel.add)
        panel.kind.set_choice("close")
        panel.kind.chosen.emit()
        panel.study.length.setValue(2)
        panel.study.bars.set_choice("1s")
        click(panel.add)
        of_bars = program.alerts.alerts[3].alert_id
        kinds = [alert.kind for alert in program.alerts.alerts[:3]]
        assert kinds == [AlertKind.RISES_TO, AlertKind.FALLS_TO, AlertKind.RISES_TO]
        await eventually(lambda: bool(program.alerts.fired), 40)
        told = program.alerts.fired[0].text
        assert any(told in notice.text for notice in program.notifications.notices)
        await eventually(lambda: told in [texts[1] for texts in cells(panel.fired)])
        assert [alert.is_on for alert in program.alerts.alerts].count(False) >= 1
        far = program.alerts.alerts[2]
        assert far.is_on
        await removed(panel.table, far.alert_id)
        # A close of a second is soon on the other side of the mean of two.
        await eventually(lambda: any("1s: the close" in one.text for one in program.alerts.fired))
        await removed(panel.table, of_bars)
        assert len(panel.table.rows) == 2
        assert len(session.candle_lines) == 1
    kept = PreferencesFile(tmp_path / "config" / "preferences.json").load()
    assert len(kept.alerts["practice"]) == 2
    assert all(isinstance(alert.level, Decimal) for alert in kept.alerts["practice"])


async def test_a_margin_ratio_and_the_end_of_an_order_are_told(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        window, panel, alerts = program.window, program.window.alerts, program.alerts
        window.area.docks["alerts"].show()
        panel.kind.set_choice("margin")
        panel.kind.chosen.emit()
        click(panel.add)
        assert panel.problem.text().startswith("Only futures have funding and margin")
        session = await ready(program, Market.USDM)
        panel.kind.set_choice("margin")
        panel.kind.chosen.emit()
        type_into(panel.level, "0.01")
        click(panel.add)
        panel.kind.set_choice("orders")
        panel.kind.chosen.emit()
        click(panel.add)
        assert [alert.kind for alert in alerts.alerts] == [AlertKind.MARGIN_RATIO, AlertKind.ORDERS]
        await placed(session, request(session, Side.BUY, "0.05"))
        await eventually(lambda: any("Filled" in one.text for one in alerts.fired))
        await eventually(lambda: any("margin ratio is" in one.text for one in alerts.fired))
        # Orders are told of each time, a ratio once.
        assert [alert.is_on for alert in alerts.alerts] == [False, True]
