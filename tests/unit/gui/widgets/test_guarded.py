"""Check that a failing override is reported and the program lives on."""

from __future__ import annotations

import sys
from types import TracebackType

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from terminal_app.gui.widgets.guarded import guarded


class Failing(QWidget):
    @guarded(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        raise ValueError("resize")

    @guarded(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        raise ValueError("filter")


def test_what_an_override_raises_is_reported_and_does_not_leave_it(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []

    def hear(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
        heard.append(str(error))

    monkeypatch.setattr(sys, "excepthook", hear)
    widget = Failing()
    qtbot.addWidget(widget)
    widget.show()
    widget.resize(90, 90)
    assert "resize" in heard
    assert widget.eventFilter(widget, QEvent(QEvent.Type.None_)) is False
    assert heard[-1] == "filter"
    widget.close()
