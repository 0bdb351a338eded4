"""Check that limits and keys are changed as typed, and refused in words where they cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from terminal_app.domain.confirmation import Confirmation
from terminal_app.domain.daily_loss import DayResult, LossLock
from terminal_app.domain.instrument import Market
from terminal_app.gui.hotkeys.key_map import KeyAction, KeyMap, KeyScope
from terminal_app.gui.safety.settings_window import SafetyWindow
from terminal_app.services.desk import Desk
from terminal_app.services.safety.daily_loss import UNLOCK_WORD
from terminal_app.services.session import Session
from terminal_app.venues.base import EnvironmentKind
from terminal_app.venues.binance.environments import PRACTICE
from tests.helpers.quiet_desk import quiet_desk, seat

pytestmark = pytest.mark.qt_log_ignore("does not support (raise|grabbing the keyboard)")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def desk() -> Desk:
    return quiet_desk(Market.USDM)


@pytest.fixture
def session(desk: Desk) -> Session:
    return seat(desk)


@pytest.fixture
def window(desk: Desk, session: Session, qtbot: QtBot) -> Iterator[SafetyWindow]:
    assert desk.session is session
    parent = QWidget()
    qtbot.addWidget(parent)
    made = SafetyWindow(parent, desk, KeyMap({}))
    made.open_here()
    yield made
    made.close()


def press(widget: QWidget, key: int, scan_code: int = 0) -> None:
    """Press a key on a widget."""
    plain = Qt.KeyboardModifier.NoModifier
    event = QKeyEvent(QEvent.Type.KeyPress, key, plain, scan_code, 0, 0, "")
    QApplication.sendEvent(widget, event)


def test_limits_hold_as_soon_as_they_are_saved(
    window: SafetyWindow, desk: Desk, session: Session
) -> None:
    page = window.limits
    page.notional.edit.setText("2500")
    page.quantity.edit.setText("0.1")
    page.loss.edit.setText("150")
    QTest.mouseClick(page.save, LEFT)
    rules = desk.safety.rules(PRACTICE, Market.USDM)
    assert (rules.most_notional, rules.most_daily_loss) == (Decimal(2500), Decimal(150))
    assert rules.most_quantity == {"BTCUSDT": Decimal("0.1")}
    assert rules.most_distance_percent is None
    desk.observers.notify("environment")
    assert page.notional.edit.text() == "2500"
    assert session.safety.loss.rules is not None


@pytest.mark.parametrize("text", ["1,5", "much", "-3"])
def test_what_is_no_limit_is_refused_and_nothing_changes(
    window: SafetyWindow, desk: Desk, text: str
) -> None:
    before = desk.safety.rules(PRACTICE, Market.USDM)
    window.limits.notional.edit.setText("100")
    window.limits.distance.edit.setText(text)
    QTest.mouseClick(window.limits.save, LEFT)
    assert desk.safety.rules(PRACTICE, Market.USDM) == before
    assert window.limits.outcome.text().startswith("Farthest from the market:")
    assert window.limits.distance.property("invalid") is True


def test_the_lock_is_shown_with_the_day_and_opens_for_the_word_alone(
    window: SafetyWindow, session: Session
) -> None:
    page, loss = window.limits, session.safety.loss
    assert not page.unlock.isVisible()
    loss.result = DayResult(Decimal(-90), Decimal("-12.5"), Decimal(2), frozenset({"BNB"}))
    loss.lock = LossLock("2026-11-21", is_locked=True)
    page.show_day()
    assert page.day.text().startswith("LOCKED. Today −100.50")
    assert "not counted: BNB" in page.day.text()
    assert (page.unlock.isVisible(), page.unlock.isEnabled()) == (True, False)
    page.word.setText(UNLOCK_WORD.lower())
    assert not page.unlock.isEnabled()
    page.word.setText(UNLOCK_WORD)
    QTest.mouseClick(page.unlock, LEFT)
    assert (loss.lock.is_locked, page.unlock.isVisible()) == (False, False)


def test_each_environment_is_confirmed_in_its_own_way(window: SafetyWindow, desk: Desk) -> None:
    window.tabs.setCurrentWidget(window.confirmation)
    buttons = window.confirmation.buttons
    asked = QSignalSpy(window.confirmation.live_without_asked)
    QTest.mouseClick(buttons[EnvironmentKind.PRACTICE, Confirmation.HOLD], LEFT)
    QTest.mouseClick(buttons[EnvironmentKind.LIVE, Confirmation.NONE], LEFT)
    assert desk.safety.confirmation(EnvironmentKind.PRACTICE) is Confirmation.HOLD
    assert desk.safety.confirmation(EnvironmentKind.LIVE) is Confirmation.DIALOG
    assert buttons[EnvironmentKind.LIVE, Confirmation.DIALOG].isChecked()
    assert asked.count() == 1


def test_the_dead_man_switch_says_what_it_does_not_cover(
    window: SafetyWindow, desk: Desk, session: Session
) -> None:
    window.tabs.setCurrentWidget(window.confirmation)
    page = window.confirmation
    assert page.dead_man.isEnabled()
    QTest.mouseClick(page.dead_man, LEFT)
    assert desk.safety.has_dead_man(PRACTICE, session.market)
    assert "It does not cover conditional orders, positions" in page.dead_man_state.text()


def test_a_key_is_taken_by_its_place_and_a_taken_one_is_refused(
    window: SafetyWindow, qtbot: QtBot
) -> None:
    page = window.keys
    window.tabs.setCurrentWidget(page)
    changed = QSignalSpy(page.changed)
    button = page.buttons[KeyAction.FLATTEN]
    assert button.text() == "R"
    QTest.mouseClick(button, LEFT)
    assert button.text() == "Press a key …"
    press(button, 0x0427, scan_code=53)
    assert (button.text(), changed.count()) == ("X", 1)
    QTest.mouseClick(button, LEFT)
    press(button, Qt.Key.Key_Q, scan_code=24)
    assert page.message.text() == "Key Q: it is for “buy at bid”; give that another key first."
    assert (button.text(), changed.count()) == ("X", 1)
    QTest.mouseClick(button, LEFT)
    press(button, Qt.Key.Key_Escape, scan_code=9)
    assert button.text() == "X"
    QTest.mouseClick(button, LEFT)
    press(button, Qt.Key.Key_Backspace, scan_code=22)
    assert button.text() == "no key"
    page.scopes[KeyAction.BUY_AT_BID].setCurrentIndex(1)
    assert page._keys.bindings[KeyAction.BUY_AT_BID].scope is KeyScope.LADDER
    QTest.mouseClick(page.restore, LEFT)
    qtbot.waitUntil(lambda: button.text() == "R")
