"""Check that views are flushed once a frame and that an idle clock sleeps."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from terminal_app.gui.frame_clock import Flushable, FrameClock


class View:
    """Count the flushes."""

    def __init__(self, is_visible: bool = True) -> None:
        self.is_visible = is_visible
        self.flushes = 0
        self.failure: Exception | None = None

    def flush(self) -> None:
        self.flushes += 1
        if self.failure is not None:
            raise self.failure

    def isVisible(self) -> bool:
        return self.is_visible


@pytest.mark.usefixtures("qapp")
def test_nothing_runs_until_something_is_marked() -> None:
    assert not FrameClock().is_running


def test_many_marks_make_one_flush(qtbot: QtBot) -> None:
    clock, view = FrameClock(), View()
    for _ in range(1000):
        clock.mark(view)
    qtbot.waitUntil(lambda: view.flushes > 0, timeout=2000)
    assert view.flushes == 1
    assert not clock.is_running


def test_a_hidden_view_costs_no_timer_and_is_flushed_when_it_comes_back(qtbot: QtBot) -> None:
    clock, view = FrameClock(), View(is_visible=False)
    clock.mark(view)
    assert not clock.is_running
    view.is_visible = True
    clock.mark(view)
    qtbot.waitUntil(lambda: view.flushes == 1, timeout=2000)


def test_a_failing_view_is_reported_and_the_others_are_flushed(qtbot: QtBot) -> None:
    reported: list[tuple[Flushable, Exception]] = []
    clock = FrameClock(on_error=lambda view, error: reported.append((view, error)))
    bad, good = View(), View()
    bad.failure = ValueError("no price")
    clock.mark(bad)
    clock.mark(good)
    qtbot.waitUntil(lambda: good.flushes == 1, timeout=2000)
    assert reported == [(bad, bad.failure)]
    assert not clock.is_running


def test_a_view_that_marks_itself_while_flushed_gets_the_next_frame(qtbot: QtBot) -> None:
    clock = FrameClock(interval_ms=1)

    class Restless(View):
        def flush(self) -> None:
            super().flush()
            if self.flushes < 3:
                clock.mark(self)

    view = Restless()
    clock.mark(view)
    qtbot.waitUntil(lambda: view.flushes == 3, timeout=2000)
    assert not clock.is_running


def test_a_deleted_view_is_dropped(qtbot: QtBot) -> None:
    class Widget(QWidget):
        def flush(self) -> None:
            raise AssertionError("it is gone")

    clock, gone, other = FrameClock(), Widget(), View()
    clock.mark(gone)
    clock.mark(other)
    Shiboken.delete(gone)
    qtbot.waitUntil(lambda: other.flushes == 1, timeout=2000)
    assert not clock.is_running
