"""Check that panic is held, says what it ends, and tells who lets it go too early."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from pytestqt.qtbot import QtBot

from terminal_app.domain.account import AccountSnapshot, Balance
from terminal_app.domain.instrument import Market
from terminal_app.domain.safety import PanicScope
from terminal_app.gui.safety.panic_control import PanicControl
from terminal_app.gui.theme import DARK
from terminal_app.services.desk import ENVIRONMENT, Desk
from terminal_app.services.safety.settings import PANIC_HOLD_MS
from terminal_app.venues.binance.environments import LIVE
from tests.helpers.quiet_desk import quiet_desk, seat

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def desk() -> Desk:
    return quiet_desk()


@pytest.fixture
def control(desk: Desk, qtbot: QtBot) -> Iterator[PanicControl]:
    made = PanicControl(desk, DARK)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.hide()


def test_a_click_does_nothing_and_says_so_and_holding_fires_once(
    control: PanicControl, desk: Desk, qtbot: QtBot
) -> None:
    fired = QSignalSpy(control.fired)
    QTest.mouseClick(control.button, LEFT)
    assert fired.count() == 0
    assert desk.notifications.notices[-1].text == (
        "Panic did nothing: it was let go. Hold it for 0.3 s."
    )
    QTest.mousePress(control.button, LEFT)
    qtbot.waitUntil(lambda: fired.count() == 1)
    QTest.mouseRelease(control.button, LEFT)
    assert (fired.count(), len(desk.notifications.notices)) == (1, 1)


def test_it_says_what_it_ends_and_the_choice_is_kept(control: PanicControl, desk: Desk) -> None:
    assert "everything, on every market (PRACTICE)" in control.button.toolTip()
    symbol = control.scope.menu().actions()[0]
    assert symbol.text() == "Panic ends BTCUSDT alone"
    symbol.trigger()
    assert desk.preferences.panic_scope is PanicScope.SYMBOL
    assert control.button.accessibleName() == "Panic: end BTCUSDT alone, PRACTICE"


def test_on_live_it_is_held_longer(control: PanicControl, desk: Desk) -> None:
    desk.environment = LIVE
    desk.observers.notify(ENVIRONMENT)
    assert f"for {PANIC_HOLD_MS[LIVE.kind] / 1000:g} s" in control.button.toolTip()
    assert PANIC_HOLD_MS[LIVE.kind] >= 500
    assert LIVE.title in control.button.accessibleName()


def test_selling_a_spot_holding_is_off_at_first_named_in_the_button_and_for_one_symbol_alone(
    control: PanicControl, desk: Desk
) -> None:
    assert not desk.preferences.panic_sells
    assert not control.sells.isEnabled()
    assert "Spot holdings are not sold" in control.button.toolTip()
    desk.safety.set_panic_sells(True)
    # Everything, on every market: that cancels on spot and sells nothing there.
    assert not control.sells_now
    assert control.button.text() == "Panic"


def test_what_a_spot_panic_would_sell_is_named_with_its_amount(qtbot: QtBot) -> None:
    desk = quiet_desk(Market.SPOT)
    session = seat(desk)
    held = Balance(Market.SPOT, "BTC", Decimal("0.5"), Decimal("0.25"))
    zero = Decimal(0)
    session.account.load(AccountSnapshot(Market.SPOT, (held,), (), zero, zero, 1), 0)
    control = PanicControl(desk, DARK)
    qtbot.addWidget(control)
    desk.safety.set_panic_scope(PanicScope.SYMBOL)
    # The market is not known: neither is what it is worth.
    words = "0.25 BTC, about — USDT"
    assert control.sells.text() == f"For one spot symbol sell what is free of it, too: {words}"
    control.sells.trigger()
    assert desk.preferences.panic_sells
    assert control.sells_now
    assert control.button.text() == "Panic + sell"
    assert f"Then sell at market what is free: {words}." in control.button.toolTip()
    assert words in control.button.accessibleName()
    desk.safety.set_panic_scope(PanicScope.MARKET)
    assert control.button.text() == "Panic"
