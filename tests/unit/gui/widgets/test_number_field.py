"""Check that a field takes numbers, steps by the instrument's step and never sends."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal_app.gui.widgets.number_field import NumberField

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def field(qtbot: QtBot) -> Iterator[NumberField]:
    made = NumberField("Price", has_unit_switch=False)
    made.set_unit("USDT", Decimal("0.01"))
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("text", "key", "modifier", "after"),
    [
        ("100", Qt.Key.Key_Up, NONE, "100.01"),
        ("100", Qt.Key.Key_Down, NONE, "99.99"),
        ("100", Qt.Key.Key_Up, SHIFT, "100.10"),
        ("0.05", Qt.Key.Key_Down, SHIFT, "0"),
        ("", Qt.Key.Key_Up, NONE, "0.01"),
        ("words", Qt.Key.Key_Up, NONE, "0.01"),
    ],
)
def test_arrow_keys_step(
    field: NumberField, text: str, key: Qt.Key, modifier: Qt.KeyboardModifier, after: str
) -> None:
    edits: list[str] = []
    field.edited.connect(lambda: edits.append(field.edit.text()))
    field.edit.setText(text)
    QTest.keyClick(field.edit, key, modifier)
    assert field.value() == Decimal(after)
    assert len(edits) == 1


def test_a_key_that_qt_has_no_name_for_does_no_harm(field: NumberField, qapp: QApplication) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, 0x0123ABCD, NONE, "")
    qapp.sendEvent(field.edit, event)
    assert field.edit.text() == ""


def test_setting_a_value_is_no_edit_by_hand(field: NumberField) -> None:
    edits: list[None] = []
    field.edited.connect(lambda: edits.append(None))
    field.set_value(Decimal("1E+3"), 2)
    assert field.edit.text() == "1000.00"
    field.set_value(None)
    assert field.value() is None
    assert edits == []


def test_a_wrong_number_says_what_to_type(field: NumberField) -> None:
    field.edit.setText("0,5")
    with pytest.raises(ValueError, match=r"type 0\.5 with a point"):
        field.value()


def test_the_focus_and_a_refusal_can_be_seen(field: NumberField, qtbot: QtBot) -> None:
    field.set_invalid(True)
    assert field.property("invalid") is True
    field.set_invalid(False)
    field.activateWindow()
    field.edit.setFocus()
    qtbot.waitUntil(lambda: field.property("focused") is True)
    field.edit.clearFocus()
    qtbot.waitUntil(lambda: field.property("focused") is False)


def test_a_stepped_number_has_the_decimals_of_its_step(field: NumberField) -> None:
    field.set_unit("USDT", Decimal("0.10"))
    field.edit.setText("88775")
    QTest.keyClick(field.edit, Qt.Key.Key_Up)
    assert field.edit.text() == "88775.1"
    field.edit.setText("88775.25")
    QTest.keyClick(field.edit, Qt.Key.Key_Down)
    assert field.edit.text() == "88775.15"
