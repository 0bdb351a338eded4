"""Check that the bar says what is at stake and offers only what can be done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from pytestqt.qtbot import QtBot

from terminal_app.gui.panels.environment_bar import NO_ACCOUNT, EnvironmentBar
from terminal_app.services.desk import Desk
from terminal_app.venues.base import Environment
from terminal_app.venues.binance.environments import (
    ENVIRONMENTS,
    FUTURES_DEMO,
    LIVE,
    PRACTICE,
    SPOT_TESTNET,
)
from tests.helpers.quiet_desk import quiet_desk, seat

# The platform without a screen says what it cannot do for a pop-up.
pytestmark = pytest.mark.qt_log_ignore("does not support (raise|grabbing the keyboard)")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def desk() -> Desk:
    """Make a desk on the practice environment."""
    return quiet_desk()


@pytest.fixture
def bar(desk: Desk, qtbot: QtBot) -> Iterator[EnvironmentBar]:
    made = EnvironmentBar(desk)
    qtbot.addWidget(made)
    made.resize(1400, 26)
    made.show()
    yield made
    for menu in (made.menu, made.view_menu):
        menu.close()
    made.close()


@pytest.mark.parametrize(
    ("environment", "kind"),
    [(PRACTICE, "practice"), (SPOT_TESTNET, "testnet"), (FUTURES_DEMO, "testnet"), (LIVE, "live")],
)
def test_each_environment_has_its_words_and_its_colour(
    bar: EnvironmentBar, environment: Environment, kind: str
) -> None:
    bar.show_environment(environment)
    assert bar.title.text() == environment.title
    assert bar.sentence.text() == environment.sentence
    assert bar.property("environment") == kind
    assert bar.reset.isVisible() is (kind == "practice")


def test_an_account_that_is_not_there_cannot_be_reset(bar: EnvironmentBar, desk: Desk) -> None:
    spy = QSignalSpy(bar.reset_wanted)
    bar.show_environment(PRACTICE)
    QTest.mouseClick(bar.reset, LEFT)
    assert not bar.reset.isEnabled()
    assert bar.reset.toolTip() == NO_ACCOUNT
    assert spy.count() == 0
    seat(desk)
    bar.show_environment(PRACTICE)
    QTest.mouseClick(bar.reset, LEFT)
    assert bar.reset.toolTip() == ""
    assert spy.count() == 1


def test_the_menu_has_every_environment_and_marks_this_one(bar: EnvironmentBar) -> None:
    chosen = QSignalSpy(bar.chosen)
    QTest.mouseClick(bar.switch, LEFT)
    actions = bar.menu.actions()
    assert [each.text().partition("  ")[0] for each in actions] == [
        each.title for each in ENVIRONMENTS
    ]
    assert [each.isChecked() for each in actions] == [each is PRACTICE for each in ENVIRONMENTS]
    actions[-1].trigger()
    assert chosen.at(0) == ["live"]


def test_the_view_menu_leads_to_safety_and_to_the_doctor(bar: EnvironmentBar) -> None:
    safety, doctor = QSignalSpy(bar.safety_wanted), QSignalSpy(bar.doctor_wanted)
    QTest.mouseClick(bar.view, LEFT)
    assert bar.view_menu.isVisible()
    first, arm, third = bar.view_menu.actions()[:3]
    assert [first.text(), third.text()] == ["Safety and trading keys …", "Doctor …"]
    assert (arm.text(), arm.isChecked()) == ("Arm trading keys  (F8)", False)
    first.trigger()
    third.trigger()
    assert (safety.count(), doctor.count()) == (1, 1)
