"""Check that callbacks are run in their order, and that Qt keeps its turns."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QEventLoop as NestedLoop
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from terminal_app.app.loop import ROUNDS, TerminalLoop
from tests.helpers.eventually import eventually


async def test_callbacks_run_in_the_order_they_came_but_for_the_cancelled(
    qasync_loop: TerminalLoop,
) -> None:
    loop, ran = asyncio.get_running_loop(), list[str]()
    assert loop is qasync_loop
    loop.call_soon(ran.append, "first")
    loop.call_soon(ran.append, "cancelled").cancel()
    loop.call_soon(loop.call_soon, ran.append, "last")
    loop.call_soon(ran.append, "second")
    await eventually(lambda: "last" in ran)
    assert ran == ["first", "second", "last"]


async def test_what_begins_itself_anew_for_ever_leaves_qt_its_turns(
    qasync_loop: TerminalLoop, qapp: QApplication
) -> None:
    turns, runs = 0, 0
    timer = QTimer(interval=0)

    def count_turn() -> None:
        nonlocal turns
        turns += 1

    timer.timeout.connect(count_turn)
    timer.start()
    while turns < 10:
        runs += 1
        await asyncio.sleep(0)
    timer.stop()
    assert runs > ROUNDS


async def test_a_loop_of_qt_within_a_callback_runs_what_came_after_it(
    qasync_loop: TerminalLoop,
) -> None:
    loop, nested, ran = asyncio.get_running_loop(), NestedLoop(), list[str]()

    def wait() -> None:
        ran.append("begins")
        nested.exec()
        ran.append("ends")

    loop.call_soon(wait)
    loop.call_soon(ran.append, "within")
    loop.call_soon(nested.quit)
    await eventually(lambda: "ends" in ran)
    assert ran == ["begins", "within", "ends"]


async def test_a_callback_that_fails_is_reported_and_those_behind_it_run(
    qasync_loop: TerminalLoop,
) -> None:
    loop, told, ran = asyncio.get_running_loop(), list[object](), list[str]()

    def fail() -> None:
        raise ValueError("on purpose")

    loop.set_exception_handler(lambda _loop, context: told.append(context["exception"]))
    loop.call_soon(fail)
    loop.call_soon(ran.append, "next")
    await eventually(lambda: ran)
    assert [str(error) for error in told] == ["on purpose"]
