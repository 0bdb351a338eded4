"""The window of an indicator's settings: seen at once, refused with the nearest, taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QDateTime
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QColorDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from terminal_app.gui.chart.indicators.choice import StudyChoice, usual_colours
from terminal_app.gui.chart.indicators.values import Source
from terminal_app.gui.chart.study_dialog import StudyDialog
from terminal_app.gui.theme import DARK
from tests.helpers.indicator_values import kind_of
from tests.helpers.market_values import START_MS


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    """Show a window to open dialogs over."""
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


Opened = tuple[StudyDialog, QSignalSpy]


@pytest.fixture
def opened(qtbot: QtBot, parent: QWidget) -> Callable[[str], Opened]:
    """Open the settings of an indicator and listen to what is chosen."""

    def open_settings(key: str) -> Opened:
        dialog = _dialog(parent, key)
        qtbot.addWidget(dialog)
        dialog.open()
        return dialog, QSignalSpy(dialog.chosen)

    return open_settings


def _dialog(parent: QWidget, key: str) -> StudyDialog:
    kind = kind_of(key)
    choice = replace(StudyChoice.usual(kind), colours=usual_colours(kind))
    return StudyDialog(parent, choice, DARK)


def last(spy: QSignalSpy) -> StudyChoice:
    """Return what was chosen last."""
    choice = spy.at(spy.count() - 1)[0]
    assert isinstance(choice, StudyChoice)
    return choice


def type_number(dialog: StudyDialog, number: int, text: str) -> None:
    """Replace a number key by key."""
    edit = dialog.numbers[number].edit
    edit.selectAll()
    QTest.keyClicks(edit, text)


def test_every_choice_is_told_at_once_and_cancel_takes_it_back(
    opened: Callable[[str], Opened],
) -> None:
    dialog, spy = opened("bollinger")
    type_number(dialog, 0, "34")
    assert last(spy).numbers == (34, 2)
    type_number(dialog, 1, "2.5")
    assert last(spy).numbers == (34, 2.5)
    dialog.source.setCurrentIndex(dialog.source.findData(Source.HL2))
    dialog.width_box.setCurrentIndex(dialog.width_box.findData(3.0))
    dialog.colours[1].menu().actions()[4].trigger()
    dialog.visible.setChecked(False)
    chosen = last(spy)
    assert (chosen.source, chosen.width, chosen.is_hidden) == (Source.HL2, 3.0, True)
    assert chosen.colours == ("#4f9cf9", "#e86fb0", "#4f9cf9")
    dialog.reject()
    assert last(spy) == replace(StudyChoice.usual(chosen.kind), colours=usual_colours(chosen.kind))
    assert not dialog.isVisible()


def test_done_keeps_what_was_chosen(opened: Callable[[str], Opened]) -> None:
    dialog, spy = opened("rsi")
    type_number(dialog, 0, "7")
    dialog.accept()
    assert last(spy).numbers == (7,)


@pytest.mark.parametrize(
    ("text", "problem", "nearest"),
    [
        ("1", "Length: from 2 to 1000", "Use 2"),
        ("5000", "Length: from 2 to 1000", "Use 1000"),
        ("20.6", "Length: a whole number", "Use 21"),
        ("", "Length: a number is needed", "Use 14"),
        ("1,5", "Length: ", "Use 14"),
    ],
)
def test_what_breaks_a_rule_is_named_with_the_nearest(
    opened: Callable[[str], Opened], text: str, problem: str, nearest: str
) -> None:
    dialog, spy = opened("rsi")
    dialog.numbers[0].edit.clear()
    before = spy.count()
    type_number(dialog, 0, text or "x")
    if not text:
        dialog.numbers[0].edit.clear()
        dialog.numbers[0].edited.emit()
    assert dialog.problem.text().startswith(problem)
    assert dialog.mend.isVisible()
    assert dialog.mend.text() == nearest
    assert all(spy.at(n)[0].numbers != (0,) for n in range(before, spy.count()))
    dialog.mend.click()
    assert not dialog.mend.isVisible()
    assert dialog.problem.text() == ""
    assert dialog.numbers[0].edit.text() == nearest.removeprefix("Use ")


def test_usual_settings_come_back_by_a_button(opened: Callable[[str], Opened]) -> None:
    dialog, spy = opened("macd")
    type_number(dialog, 0, "3")
    dialog.visible.setChecked(False)
    buttons = dialog.findChildren(QPushButton)
    next(each for each in buttons if each.text() == "Usual settings").click()
    assert last(spy).numbers == (12, 26, 9)
    assert not last(spy).is_hidden
    assert dialog.numbers[0].edit.text() == "12"


def test_an_anchor_can_be_typed(opened: Callable[[str], Opened]) -> None:
    dialog, spy = opened("anchored")
    moment = QDateTime.fromMSecsSinceEpoch(START_MS + 90 * 60_000)
    dialog.anchor.setDateTime(moment)
    assert last(spy).anchor_ms == START_MS + 90 * 60_000
    dialog.visible.setChecked(False)
    assert last(spy).anchor_ms == START_MS + 90 * 60_000


def test_any_colour_can_be_taken(opened: Callable[[str], Opened]) -> None:
    dialog, spy = opened("ema")
    dialog.colours[0].menu().actions()[-1].trigger()
    picker = dialog.findChild(QColorDialog)
    assert picker is not None
    picker.setCurrentColor("#123456")
    picker.accept()
    assert last(spy).colours == ("#123456",)
