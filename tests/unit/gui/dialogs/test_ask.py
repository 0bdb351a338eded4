"""Check that a question cannot be answered by accident."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from terminal_app.gui.dialogs.ask import Question, ask
from terminal_app.gui.dialogs.live_confirmation import LiveConfirmation
from tests.helpers.eventually import eventually

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def question(window: QWidget) -> Question:
    """Return a question that holds a text from elsewhere."""
    return Question(window, "Send?", "Buy <b>1</b> BTC", "Send")


@pytest.mark.gui
@pytest.mark.parametrize(
    "key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Escape]
)
async def test_no_single_key_agrees(window: QWidget, key: Qt.Key) -> None:
    dialog = question(window)
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(ask(dialog))
        await eventually(dialog.isVisible)
        await eventually(lambda: dialog.focusWidget() is not None)
        QTest.keyClick(dialog.focusWidget(), key)
    assert answer.result() is False


@pytest.mark.gui
async def test_the_button_that_says_so_agrees(window: QWidget) -> None:
    dialog = question(window)
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(ask(dialog))
        await eventually(dialog.isVisible)
        QTest.mouseClick(dialog.confirm, LEFT)
    assert answer.result() is True


@pytest.mark.gui
async def test_leaving_the_program_closes_the_dialog(window: QWidget) -> None:
    dialog = question(window)
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(ask(dialog))
        await eventually(dialog.isVisible)
        answer.cancel()
    assert answer.cancelled()
    assert not any(each.isVisible() for each in window.findChildren(QDialog))


def test_texts_are_shown_as_they_stand(window: QWidget) -> None:
    formats = {label.textFormat() for label in question(window).findChildren(QLabel)}
    assert formats == {Qt.TextFormat.PlainText}


@pytest.mark.gui
@pytest.mark.parametrize("typed", ["", "live", "LIV", "LIVE!", " LIVE"])
async def test_live_opens_for_the_whole_word_only(window: QWidget, typed: str) -> None:
    dialog = LiveConfirmation(window)
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(ask(dialog))
        await eventually(dialog.isVisible)
        QTest.keyClicks(dialog.word, typed)
        assert not dialog.confirm.isEnabled()
        QTest.mouseClick(dialog.confirm, LEFT)
        assert dialog.isVisible()
        dialog.reject()
    assert answer.result() is False


@pytest.mark.gui
async def test_live_is_opened_by_word_and_button_together(window: QWidget) -> None:
    dialog = LiveConfirmation(window)
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(ask(dialog))
        await eventually(dialog.isVisible)
        QTest.keyClicks(dialog.word, "LIVE")
        QTest.mouseClick(dialog.confirm, LEFT)
    assert answer.result() is True
