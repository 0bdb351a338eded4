"""Check that views are flushed once a frame and that an idle clock sleeps."""

import time
from functools import partial
from itertools import pairwise

import pytest
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from terminal_app.gui.frame_clock import GIVEN_WAY_MS, SLOWEST_MS, Flushable, FrameClock
from terminal_app.gui.widgets.guarded import guarded


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
    qtbot.waitUntil(lambda: view.flushes > 0, timeout=15_000)
    assert view.flushes == 1
    assert not clock.is_running


def test_a_hidden_view_costs_no_timer_and_is_flushed_when_it_comes_back(qtbot: QtBot) -> None:
    clock, view = FrameClock(), View(is_visible=False)
    clock.mark(view)
    assert not clock.is_running
    view.is_visible = True
    clock.mark(view)
    qtbot.waitUntil(lambda: view.flushes == 1, timeout=15_000)


def test_a_failing_view_is_reported_and_the_others_are_flushed(qtbot: QtBot) -> None:
    reported: list[tuple[Flushable, Exception]] = []
    clock = FrameClock(on_error=lambda view, error: reported.append((view, error)))
    bad, good = View(), View()
    bad.failure = ValueError("no price")
    clock.mark(bad)
    clock.mark(good)
    qtbot.waitUntil(lambda: good.flushes == 1, timeout=15_000)
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
    qtbot.waitUntil(lambda: view.flushes == 3, timeout=15_000)
    assert not clock.is_running


def test_a_deleted_view_is_dropped(qtbot: QtBot) -> None:
    class Widget(QWidget):
        def flush(self) -> None:
            raise AssertionError("it is gone")

    clock, gone, other = FrameClock(), Widget(), View()
    clock.mark(gone)
    clock.mark(other)
    Shiboken.delete(gone)
    qtbot.waitUntil(lambda: other.flushes == 1, timeout=15_000)
    assert not clock.is_running


def test_frames_that_take_long_leave_most_of_the_time_free(qtbot: QtBot) -> None:
    class Slow(QWidget):
        paints = 0

        def flush(self) -> None:
            self.update()

        @guarded(None)
        def paintEvent(self, event: QPaintEvent) -> None:
            self.paints += 1
            time.sleep(0.03)

    clock, view, frames = FrameClock(), Slow(), list[float]()
    qtbot.addWidget(view)
    clock.framed.connect(lambda: frames.append(time.monotonic()))
    view.show()
    qtbot.waitExposed(view)
    for _ in range(4):
        wanted = len(frames) + 1, view.paints + 1
        clock.mark(view)
        qtbot.waitUntil(partial(lambda wanted: (len(frames), view.paints) >= wanted, wanted))
    # The first frame knows nothing of how long painting takes.
    assert min(later - earlier for earlier, later in pairwise(frames[1:])) > 0.06


def test_a_frame_gives_way_to_an_order(qtbot: QtBot) -> None:
    clock, view, frames = FrameClock(), View(), list[float]()
    clock.framed.connect(lambda: frames.append(time.monotonic()))
    for gives_way_first in (True, False):
        if gives_way_first:
            clock.give_way()
        clock.mark(view)
        if not gives_way_first:
            clock.give_way()
        given_s = time.monotonic()
        qtbot.waitUntil(lambda: not clock.is_running)
        assert frames[-1] - given_s > (GIVEN_WAY_MS - 2) / 1000


def test_views_that_take_long_are_spread_over_frames_and_none_waits_for_long(qtbot: QtBot) -> None:
    clock, frames = FrameClock(), list[list[float]]()

    class Busy(View):
        def flush(self) -> None:
            super().flush()
            # Seconds since it was marked.
            frames[-1].append(time.monotonic() - marked_s)
            until_s = time.thread_time() + 0.005
            while time.thread_time() < until_s:
                pass

    clock.framed.connect(lambda: frames.append([]))
    views = [Busy() for _ in range(6)]
    for turn in range(1, 5):
        if turn == 2:
            # What each takes is not known before the first.
            frames.clear()
        marked_s = time.monotonic()
        for view in views:
            clock.mark(view)
        qtbot.waitUntil(lambda: not clock.is_running, timeout=15_000)
        assert [view.flushes for view in views] == [turn] * len(views)
    waited_s = [waited for frame in frames for waited in frame[1:]]
    assert not waited_s or min(waited_s) * 1000 >= SLOWEST_MS
