"""Check that panels go to further windows and back, and that none is ever lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from terminal_app.gui.docks import DockArea
from terminal_app.gui.workspace.panel_places import fill_windows
from terminal_app.gui.workspace.panel_window import PanelWindow
from terminal_app.gui.workspace.panel_windows import MOST_WINDOWS, PanelWindows
from terminal_app.gui.workspace.screens import is_on_a_screen
from terminal_app.storage.preferences import KeptWindow

# The platform without a screen says what windows it cannot raise and size.
pytestmark = pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)")

NAMES = ("book", "ladder", "trades", "ticket", "activity")


class Desk(QWidget):
    """Be a main window with docks that can go to further ones."""

    def __init__(self) -> None:
        super().__init__()
        self.area = DockArea()
        self.area.setCentralWidget(QLabel("chart"))
        self.windows = PanelWindows(self, self.area)
        for name in NAMES:
            self.windows.follow(self.area.add(name, name.title(), QLabel(name)))
        layout = QVBoxLayout(self)
        layout.addWidget(self.area)
        self.resize(1200, 760)
        self.show()
        self.area.arrange()
        self.windows.set_dress(
            lambda window: window.set_environment("live", "#ff9f1a", "#101010", "LIVE", "BTCUSDT")
        )

    def open_with(self, *names: str) -> PanelWindow:
        """Put panels into a window of their own."""
        docks = [self.area.docks[name] for name in names]
        window = self.windows.open_with(docks[0])
        assert window is not None
        for dock in docks[1:]:
            self.windows.move(dock, window)
        return window

    def places(self) -> dict[str, tuple[bool, QRect]]:
        """Return where each panel stands and whether it is open."""
        return {name: (not d.isHidden(), d.geometry()) for name, d in self.area.docks.items()}


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk()
    qtbot.addWidget(made)
    yield made
    made.windows.hide()
    made.close()


def names(window: PanelWindow) -> set[str]:
    """Return the names of the panels in a window."""
    return {dock.objectName() for dock in window.docks}


def test_a_window_holds_several_panels_and_says_where_they_trade(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open_with("ladder", "trades")
    assert names(window) == {"ladder", "trades"}
    assert all(dock.isVisible() for dock in window.docks)
    assert "LIVE" in window.windowTitle()
    assert window.title.text() == "LIVE"

    def edge() -> list[str]:
        picture = window.grab().toImage()
        return [picture.pixelColor(x, picture.height() // 2).name() for x in range(3)]

    qtbot.waitUntil(lambda: edge() == ["#ff9f1a"] * 3)


def test_a_window_that_is_closed_puts_its_panels_back_where_they_were(
    desk: Desk, qtbot: QtBot
) -> None:
    before = desk.places()
    window = desk.open_with("trades", "ticket", "activity")
    window.close()
    assert not window.isVisible()
    assert desk.windows.shown == []
    qtbot.waitUntil(lambda: desk.places() == before)


def test_a_panel_closed_elsewhere_belongs_to_the_main_window_again(
    desk: Desk, qtbot: QtBot
) -> None:
    window = desk.open_with("trades")
    desk.area.docks["trades"].close()
    qtbot.waitUntil(lambda: not window.isVisible())
    trades = desk.area.docks["trades"]
    assert trades.parentWidget() is desk.area
    assert trades.isHidden()
    trades.toggleViewAction().trigger()
    assert trades.isVisible()


def test_windows_are_restored_as_they_were_kept(desk: Desk, qtbot: QtBot) -> None:
    first, second = desk.open_with("ladder", "trades"), desk.open_with("ticket")
    first.setGeometry(60, 70, 500, 420)
    kept, docks = desk.windows.kept(), desk.area.state_text()
    desk.windows.gather()
    assert not first.isVisible()
    assert not second.isVisible()
    again = Desk()
    qtbot.addWidget(again)
    again.windows.restore(kept)
    assert again.area.restore_text(docks)
    assert [names(window) for window in again.windows.shown] == [{"ladder", "trades"}, {"ticket"}]
    assert again.windows.shown[0].size() == first.size()
    again.windows.hide()
    again.close()


@pytest.mark.parametrize("text", ["", "nonsense", "AAAA////"])
def test_what_cannot_be_read_loses_no_panel(desk: Desk, text: str) -> None:
    desk.windows.restore([KeptWindow(text, text, ["trades", "of another version"])])
    assert [names(window) for window in desk.windows.shown] == [{"trades"}]
    assert desk.area.docks["trades"].isVisible()


def test_a_window_of_a_screen_that_is_gone_comes_back(desk: Desk) -> None:
    window = desk.open_with("trades")
    kept = desk.windows.kept()
    desk.windows.gather()
    room = QGuiApplication.primaryScreen().virtualGeometry()
    window.move(room.bottomRight() + QPoint(4000, 4000))
    assert not is_on_a_screen(window.geometry())
    desk.windows.restore([KeptWindow("", kept[0].docks, kept[0].panels)])
    assert is_on_a_screen(window.geometry())


def test_a_locked_layout_keeps_panels_in_their_windows(desk: Desk) -> None:
    window = desk.open_with("trades")
    desk.windows.is_locked = True
    assert desk.windows.open_with(desk.area.docks["book"]) is None
    desk.windows.move(desk.area.docks["trades"], None)
    assert names(window) == {"trades"}
    menu = QMenu(desk)
    fill_windows(desk.windows, desk.area.docks.values(), menu)
    assert not any(action.isEnabled() for action in menu.actions() if action.text())


def test_there_are_no_more_windows_than_a_hand_needs(desk: Desk) -> None:
    for number in range(MOST_WINDOWS):
        desk.windows.follow(desk.area.add(f"more{number}", "More", QLabel("more")))
        desk.open_with(f"more{number}")
    assert desk.windows.open_with(desk.area.docks["book"]) is None
    assert desk.area.docks["book"].isVisible()


def test_the_menus_name_what_they_do(desk: Desk) -> None:
    window = desk.open_with("ladder", "trades")
    menu = QMenu(desk)
    fill_windows(desk.windows, desk.area.docks.values(), menu)
    words = {action.text() for action in menu.actions()}
    assert {"Book to window 2", "Ladder to a new window", "Trades back to the main window"} <= words
    window.panels_menu.aboutToShow.emit()
    chosen = {action.text() for action in window.panels_menu.actions() if action.isChecked()}
    assert chosen == {"Ladder", "Trades"}
    next(one for one in window.panels_menu.actions() if one.text() == "Ticket").trigger()
    assert "ticket" in names(window)


def test_no_button_of_a_new_window_has_the_focus(desk: Desk) -> None:
    window = desk.open_with("trades")
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert not window.panels_menu.isVisible()
