"""Check that a percentage is chosen on purpose only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from terminal_app.gui.widgets.percent_slider import PercentSlider
from terminal_app.gui.widgets.still import StillComboBox


def turn_wheel(widget: QWidget) -> None:
    """Turn the wheel one notch over a widget."""
    centre = QPointF(widget.rect().center())
    event = QWheelEvent(
        centre, QPointF(widget.mapToGlobal(centre)), QPoint(), QPoint(0, -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


@pytest.fixture
def slider(qtbot: QtBot) -> Iterator[PercentSlider]:
    made = PercentSlider("Percent")
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def test_marks_and_keys_choose(slider: PercentSlider) -> None:
    chosen: list[int] = []
    slider.chosen.connect(chosen.append)
    for button in slider.findChildren(QPushButton):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert chosen == [25, 50, 75, 100]
    QTest.keyClick(slider.slider, Qt.Key.Key_Left)
    assert chosen[-1] == 99


def test_showing_and_the_wheel_choose_nothing(slider: PercentSlider) -> None:
    chosen: list[int] = []
    slider.chosen.connect(chosen.append)
    slider.show_percent(40)
    turn_wheel(slider.slider)
    assert slider.slider.value() == 40
    assert chosen == []


def test_the_wheel_changes_no_choice_in_a_list(qtbot: QtBot) -> None:
    box = StillComboBox()
    qtbot.addWidget(box)
    box.addItems(["GTC", "IOC", "FOK"])
    box.show()
    turn_wheel(box)
    assert box.currentText() == "GTC"
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == "IOC"
    box.close()
