"""Check that a key never acts on another symbol than the one the hand is at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from terminal_app.domain.instrument import Market
from terminal_app.gui.hotkeys.key_map import KeyAction
from terminal_app.gui.hotkeys.sight import SeenDesk
from terminal_app.gui.widgets.own_symbol import own_symbol, set_own_symbol
from tests.helpers.quiet_desk import quiet_desk


class Heard:
    """Take down what keys asked for."""

    def __init__(self) -> None:
        self.actions: list[KeyAction] = []

    def on_trading_key(self, action: KeyAction) -> None:
        """Take it down."""
        self.actions.append(action)


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[QWidget]:
    """Show a panel with a field in it, far from the pointer."""
    made = QWidget()
    qtbot.addWidget(made)
    QVBoxLayout(made).addWidget(QLineEdit())
    made.show()
    made.activateWindow()
    QCursor.setPos(0, 0)
    made.move(200, 200)
    yield made
    made.close()


@pytest.mark.parametrize("action", list(KeyAction))
def test_a_key_is_refused_while_the_focus_is_in_a_panel_of_another_symbol(
    panel: QWidget, action: KeyAction, qtbot: QtBot
) -> None:
    desk, heard = quiet_desk(), Heard()
    keys, field = SeenDesk(desk, heard), panel.findChild(QLineEdit)
    assert field is not None
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    set_own_symbol(panel, Market.USDM, "ETHUSDT")
    keys.on_trading_key(action)
    assert not heard.actions
    (notice,) = desk.notifications.notices
    assert notice.text == "Nothing was done: the hand is at ETHUSDT, this key acts on BTCUSDT."
    # The same symbol on another market is another symbol.
    set_own_symbol(panel, Market.SPOT, "BTCUSDT")
    keys.on_trading_key(action)
    assert not heard.actions
    set_own_symbol(panel, Market.USDM, "BTCUSDT")
    keys.on_trading_key(action)
    assert heard.actions == [action]


def test_what_is_in_a_panel_is_of_its_symbol(panel: QWidget) -> None:
    field = panel.findChild(QLineEdit)
    assert own_symbol(field) is None
    assert own_symbol(None) is None
    set_own_symbol(panel, Market.USDM, "ETHUSDT")
    assert own_symbol(field) == (Market.USDM, "ETHUSDT")
