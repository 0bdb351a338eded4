"""What the ground of all tests forbids must make a test fail: tried on small tests inside."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CONFTEST = Path(__file__).parents[1] / "conftest.py"
INI = """
[pytest]
addopts = -p no:cacheprovider
filterwarnings = error
pythonpath = {repository}
qt_api = pyside6
qt_log_level_fail = WARNING
markers =
    gui: runs on the Qt event loop
"""
PASSING = """
import asyncio
import logging
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel

async def test_plain_loop():
    await asyncio.sleep(0)
    assert type(asyncio.get_running_loop()).__name__ != "TerminalLoop"

@pytest.mark.gui
async def test_qt_loop(tmp_path):
    answer = asyncio.get_running_loop().create_future()
    QTimer.singleShot(0, lambda: answer.set_result(tmp_path))
    assert await answer == tmp_path
    assert type(asyncio.get_running_loop()).__name__ == "TerminalLoop"

def test_announced_log(expect_log):
    expect_log("low .* ink")
    logging.getLogger("printer").warning("low on ink")

def test_closed_window(qtbot):
    window = QLabel("window")
    qtbot.addWidget(window)
    window.show()

def test_loop_by_hand(qasync_loop):
    assert qasync_loop.run_until_complete(asyncio.sleep(0, "done")) == "done"

async def test_task_that_is_just_ending():
    asyncio.get_running_loop().create_task(asyncio.sleep(0.01))
"""
FAILING = """
import asyncio
import logging
import pytest
from PySide6.QtCore import qWarning
from PySide6.QtWidgets import QLabel

async def test_left_over_task():
    asyncio.get_running_loop().create_task(asyncio.sleep(60))

@pytest.mark.gui
async def test_left_over_task_on_qt():
    asyncio.get_running_loop().create_task(asyncio.sleep(60))

@pytest.mark.timeout(2)
async def test_endless():
    await asyncio.Event().wait()

async def test_assertion():
    assert await asyncio.sleep(0, False)

def test_qt_warning(qtbot):
    qWarning("something is wrong")

def test_python_warning():
    import warnings
    warnings.warn("old", DeprecationWarning)
"""
FAILING_AT_THE_END = """
import logging
from PySide6.QtWidgets import QLabel

def test_unannounced_log():
    logging.getLogger("printer").warning("low on ink")

def test_log_that_never_came(expect_log):
    expect_log("low on ink")

def test_open_window(qapp):
    global window
    window = QLabel("window")
    window.show()
"""


@pytest.fixture
def ground(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makefile(".ini", pytest=INI.format(repository=CONFTEST.parents[1]))
    return pytester


def test_what_is_allowed_passes(ground: pytest.Pytester) -> None:
    ground.makepyfile(PASSING)
    ground.runpytest_subprocess(timeout=60).assert_outcomes(passed=PASSING.count("def test_"))


def test_what_is_forbidden_fails(ground: pytest.Pytester) -> None:
    ground.makepyfile(FAILING)
    ground.runpytest_subprocess(timeout=60).assert_outcomes(failed=FAILING.count("def test_"))


def test_what_is_left_behind_fails(ground: pytest.Pytester) -> None:
    ground.makepyfile(FAILING_AT_THE_END)
    count = FAILING_AT_THE_END.count("def test_")
    ground.runpytest_subprocess(timeout=60).assert_outcomes(passed=count, errors=count)
