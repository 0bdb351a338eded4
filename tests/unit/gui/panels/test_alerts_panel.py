"""The form of the alerts: as wide for every kind, and clear about what is missing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from terminal_app.gui.alert_delivery import AlertDelivery
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.panels.alerts_panel import MOVE, ORDERS, PRICE, AlertsPanel
from terminal_app.gui.theme import DARK
from terminal_app.services.alerts import AlertService
from tests.helpers.quiet_desk import quiet_desk, seat


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[AlertsPanel]:
    """Show the alerts of a market of which no price is known yet."""
    desk, window = quiet_desk(), QWidget()
    seat(desk, credentials=None)
    delivery = AlertDelivery(window, desk.preferences)
    made = AlertsPanel(desk, AlertService(desk), delivery, DARK, FrameClock())
    qtbot.addWidget(window)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def choose(panel: AlertsPanel, kind: str) -> None:
    """Choose what to watch for, as by hand."""
    panel.kind.set_choice(kind)
    panel.kind.chosen.emit()


def test_another_kind_of_alert_pushes_no_neighbour_aside(panel: AlertsPanel) -> None:
    choose(panel, PRICE)
    narrowest = panel.minimumSizeHint().width()
    choose(panel, MOVE)
    assert panel.minimumSizeHint().width() <= narrowest + 60


def test_a_level_that_is_missing_is_called_missing(panel: AlertsPanel) -> None:
    choose(panel, PRICE)
    panel.level.set_value(None)
    panel.add.click()
    assert "Level is empty" in panel.problem.text()
    choose(panel, ORDERS)
    assert panel.problem.isHidden()
