"""A window about an environment hears of nothing any more once it is closed, whichever way."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from terminal_app.gui.activity.cancel_report import CancelReport
from terminal_app.gui.activity.xray_window import XrayWindow
from terminal_app.gui.dialogs.session_window import SessionWindow
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK
from terminal_app.services.order_store import ORDERS
from terminal_app.services.session import Session
from tests.helpers.quiet_desk import quiet_desk, seat


@pytest.fixture
def session() -> Session:
    """Return a session that hears nothing."""
    return seat(quiet_desk(), credentials=None)


@pytest.mark.parametrize("kind", ["x-ray", "report"])
@pytest.mark.parametrize("is_escaped", [True, False])
def test_closed_it_hears_nothing(
    session: Session, qtbot: QtBot, kind: str, is_escaped: bool
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    clock = FrameClock()

    def start(work: Coroutine[Any, Any, None], _name: str) -> None:
        work.close()

    window: SessionWindow
    if kind == "x-ray":
        window = XrayWindow(parent, session, "t-run-1", "Buy", DARK, start)
    else:
        window = CancelReport(parent, session, ["t-run-1"], DARK, clock)
    window.show()
    qtbot.waitUntil(lambda: not clock.is_running)
    if is_escaped:
        QTest.keyClick(window, Qt.Key.Key_Escape)
    else:
        window.close()
    qtbot.waitUntil(lambda: not isValid(window))
    session.orders.store.observers.notify(ORDERS)
    assert not clock.is_running
