"""A second window with panels of another symbol: followed, traded in, guarded, kept, closed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCursor, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from terminal_app.app.program import Program
from terminal_app.domain.instrument import Market
from terminal_app.gui.further_panel import FurtherPanel
from terminal_app.gui.ladder.meaning import Zone
from terminal_app.gui.ladder.panel import LadderPanel
from terminal_app.gui.link_groups import LinkGroup
from terminal_app.gui.workspace.panel_window import PanelWindow
from terminal_app.services.session import Session
from terminal_app.storage.preferences import PanelKind
from terminal_app.venues.base import FeedKind
from tests.helpers.eventually import eventually
from tests.helpers.ladder_hand import LEFT, NO_KEYS, below, press, row_of
from tests.helpers.terminal import click, ready, running_terminal

pytestmark = [
    pytest.mark.gui,
    pytest.mark.qt_log_ignore("does not support (raise|grabbing|propagateSizeHints)"),
]
DESK, OTHER, THIRD = "BTCUSDT", "ETHUSDT", "BNBUSDT"


def panel(program: Program, name: str) -> FurtherPanel:
    """Return an open panel of a symbol of its own."""
    found = program.window.panels.panels[name]
    assert isinstance(found, FurtherPanel)
    return found


def choose(one: FurtherPanel, typed: str) -> None:
    """Press on the symbol in large letters, type and take the first."""
    click(one.band.button)
    QTest.keyClicks(one.choice.picker.search, typed)
    QTest.keyClick(one.choice.picker.search, Qt.Key.Key_Return)


def books(session: Session) -> set[str]:
    """Return whose books are subscribed to."""
    feeds = (status.feed for status in session.venue.stream_health().feeds)
    return {feed.symbol for feed in feeds if feed.kind is FeedKind.BOOK}


def press_key(window: QWidget, key: Qt.Key) -> None:
    """Have the window system tell a window of a key."""
    QApplication.sendEvent(window.windowHandle(), QKeyEvent(QEvent.Type.KeyPress, key, NO_KEYS))
    QApplication.sendEvent(window.windowHandle(), QKeyEvent(QEvent.Type.KeyRelease, key, NO_KEYS))


async def open_linked(program: Program) -> PanelWindow:
    """Put a ladder and a book of a group into a window of their own, with another symbol."""
    workspace = program.window.workspace
    window = workspace.windows.open_with(program.window.panels.open(PanelKind.LADDER))
    assert window is not None
    window.panel_wanted.emit(PanelKind.BOOK)
    window.resize(900, 640)
    for name in ("ladder-2", "book-2"):
        panel(program, name).link.join(LinkGroup.ORANGE)
    choose(panel(program, "ladder-2"), "ethus")
    assert panel(program, "book-2").focus.symbol == OTHER
    return window


async def click_below(ladder: LadderPanel) -> None:
    """Click on a buy beneath the market."""
    view = ladder.view
    await eventually(lambda: view.isVisible() and view.rows.top is not None)
    await eventually(lambda: ladder.volumes.active is not None)
    number = below(view, 3)
    where = view.layout_now.cell(row_of(view, number), Zone.BUYS).center()
    await press(view, where)
    QTest.mouseRelease(view, LEFT, NO_KEYS, where)


async def keys_do_nothing(program: Program, window: PanelWindow, ladder: LadderPanel) -> None:
    """Press keys of the desk's symbol while the hand is in a panel of another one."""
    window.activateWindow()
    ladder.view.setFocus()
    QCursor.setPos(0, 0)
    program.safety.arming.arm(True)
    await eventually(ladder.view.hasFocus)
    press_key(window, Qt.Key.Key_A)
    press_key(window, Qt.Key.Key_QuoteLeft)
    told = [notice.text for notice in program.notifications.notices]
    assert f"Nothing was done: the hand is at {OTHER}, this key acts on {DESK}." in told
    press_key(window, Qt.Key.Key_Escape)
    assert not program.safety.arming.is_armed
    assert not ladder.lock.isChecked()


async def test_a_second_window_trades_its_own_symbol_and_no_other(tmp_path: Path) -> None:
    async with running_terminal(tmp_path, "--market", "usdm") as program:
        session, desk = await ready(program, Market.USDM), program.desk
        window = await open_linked(program)
        linked, ladder = panel(program, "ladder-2"), panel(program, "ladder-2").ladder
        assert ladder is not None
        assert "PRACTICE" in window.windowTitle()
        await eventually(lambda: session.markets.is_fresh(OTHER))
        assert books(session) == {DESK, OTHER}
        assert linked.band.button.text() == f"{OTHER} ▾"
        assert DESK in linked.band.words.text()

        # Locked a click sends nothing, and the ticket of the desk's symbol takes no price of it.
        price = program.window.ticket.form.price_field.edit.text()
        await click_below(ladder)
        assert not session.orders.store.orders
        assert program.window.ticket.form.price_field.edit.text() == price

        click(ladder.lock)
        await click_below(ladder)
        await eventually(lambda: len(session.orders.store.working()) == 1)
        assert [order.symbol for order in session.orders.store.working()] == [OTHER]
        assert desk.symbol == DESK

        await keys_do_nothing(program, window, ladder)
        assert len(session.orders.store.orders) == 1
        click(ladder.head.cancel_button)
        await eventually(lambda: not session.orders.store.working())

        # Another panel of the group takes both elsewhere; what was unlocked is locked again.
        click(ladder.lock)
        choose(panel(program, "book-2"), "bnbus")
        assert linked.focus.symbol == THIRD
        assert not ladder.lock.isChecked()
        await eventually(lambda: books(session) == {DESK, THIRD})
    async with running_terminal(tmp_path) as program:
        session = await ready(program, Market.USDM)
        windows = program.window.workspace.windows
        (window,) = windows.shown
        assert {dock.objectName() for dock in window.docks} == {"ladder-2", "book-2"}
        assert panel(program, "ladder-2").focus.symbol == THIRD
        assert panel(program, "ladder-2").link.group is LinkGroup.ORANGE
        await eventually(lambda: books(session) == {DESK, THIRD})
        window.close()
        docks = program.window.area.docks
        assert docks["ladder-2"].parentWidget() is program.window.area
        for name in ("ladder-2", "book-2"):
            docks[name].close()
        await eventually(lambda: books(session) == {DESK})
        assert "ladder-2" not in program.window.area.docks
