"""Check that every dialog says where it trades, by frame, word, title and icon."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from terminal_app.gui.safety.dress import EnvironmentDress, EnvironmentFrame
from terminal_app.gui.theme import DARK
from terminal_app.venues.base import Environment
from terminal_app.venues.binance.environments import LIVE, PRACTICE, SPOT_TESTNET


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


@pytest.mark.parametrize("environment", [PRACTICE, SPOT_TESTNET, LIVE])
def test_a_dialog_of_any_kind_takes_the_dress(
    window: QWidget, environment: Environment, qtbot: QtBot
) -> None:
    dress = EnvironmentDress(window, DARK)
    dress.set_environment(environment)
    dialog = QDialog(window)
    dialog.setWindowTitle("Leverage – BTCUSDT")
    dialog.resize(300, 200)
    dialog.open()
    qtbot.waitUntil(lambda: bool(dialog.findChildren(EnvironmentFrame)))
    (frame,) = dialog.findChildren(EnvironmentFrame)
    assert frame.word == environment.title
    assert dialog.windowTitle() == f"Leverage – BTCUSDT – {environment.title}"
    colour = QColor(DARK.environment(environment.kind.value))
    picture = dialog.grab().toImage()
    edges = [(1, 100), (298, 100), (150, 1), (150, 198)]
    assert {picture.pixelColor(x, y).name() for x, y in edges} == {colour.name()}
    assert picture.pixelColor(150, 100) != colour
    assert not dialog.windowIcon().isNull()
    dialog.close()


def test_another_environment_is_said_at_once_and_the_title_grows_no_longer(
    window: QWidget, qtbot: QtBot
) -> None:
    dress = EnvironmentDress(window, DARK)
    dress.set_environment(PRACTICE)
    dialog = QDialog(window)
    dialog.setWindowTitle("Doctor")
    dialog.show()
    qtbot.waitUntil(lambda: dialog.windowTitle() == "Doctor – PRACTICE")
    dress.set_environment(LIVE)
    dress.dress_all()
    assert dialog.windowTitle() == f"Doctor – {LIVE.title}"
    dialog.resize(400, 300)
    (frame,) = dialog.findChildren(EnvironmentFrame)
    assert frame.size() == dialog.size()
    dialog.close()
