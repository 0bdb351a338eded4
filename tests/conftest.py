"""Give every test the same ground: no screen, own folders, a clean loop and a silent log."""

from __future__ import annotations

import asyncio
import gc
import inspect
import logging
import os
import re
from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import Any

# Qt reads both when it is first imported, which the plug-ins and tests below this line do.
os.environ["QT_QPA_PLATFORM"] = os.environ.get("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"

import hypothesis
import pytest
from PySide6.QtWidgets import QApplication

from terminal_app.app.garbage import collect_due
from terminal_app.app.loop import TerminalLoop
from tests.helpers.practice import PracticeProcess

TIME_LIMIT_S = 150.0
CLEAN_UP_LIMIT_S = 1.0
OWN_FOLDERS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")

hypothesis.settings.register_profile("same every time", derandomize=True, deadline=None)
hypothesis.settings.load_profile("same every time")


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep settings, data and caches of the person at the keyboard out of the tests."""
    root = tmp_path_factory.mktemp("xdg")
    with pytest.MonkeyPatch.context() as patch:
        for name in (*OWN_FOLDERS, "XDG_RUNTIME_DIR"):
            folder = root / name.lower()
            folder.mkdir(mode=0o700)
            patch.setenv(name, str(folder))
        yield


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """Keep the loop alive when a test closes its last window."""
    qapp.setQuitOnLastWindowClosed(False)
    return qapp


@pytest.fixture(scope="module", autouse=True)
def no_windows_of_other_modules() -> None:
    """Hide what tests of another module left open: the pointer would find those windows first."""
    for widget in QApplication.topLevelWidgets():
        if widget.isVisible():
            widget.hide()


@pytest.fixture(scope="session", autouse=True)
def no_collecting_threads() -> Iterator[None]:
    """Leave collecting garbage to the thread of the tests, as the program leaves it to Qt's."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def collected(no_collecting_threads: None) -> Iterator[None]:
    """Collect after each test what is due."""
    yield
    collect_due()


@pytest.fixture
def qasync_loop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    """Make the loop of the program: asyncio on Qt's event loop."""
    with asyncio.Runner(loop_factory=lambda: TerminalLoop(qapp)) as runner:
        yield runner.get_loop()
    # A loop's timers must end on this thread, not on whichever collects garbage next.
    gc.collect()


@pytest.fixture(scope="session")
def practice() -> Iterator[PracticeProcess]:
    """Run one practice exchange for the tests that leave its account as they found it."""
    with PracticeProcess() as process:
        yield process


@pytest.fixture
def expect_log() -> Callable[[str], None]:
    """Return a function that takes a pattern some log record of WARNING or above must match."""
    patterns: list[str] = []
    return patterns.append


@pytest.fixture(autouse=True)
def no_unexpected_log(
    caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Fail a test that logs a warning nobody announced, or that misses an announced one."""
    yield
    announce = request.node.funcargs.get("expect_log")
    patterns: list[str] = announce.__self__ if announce else []
    messages = [
        f"{record.name}: {record.getMessage()}"
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        if record.levelno >= logging.WARNING
    ]
    unexpected = [text for text in messages if not any(re.search(p, text) for p in patterns)]
    missing = [p for p in patterns if not any(re.search(p, text) for text in messages)]
    if unexpected or missing:
        pytest.fail(f"log records not announced: {unexpected}; announced but missing: {missing}")


@pytest.fixture(autouse=True)
def no_leftover_windows(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a window open."""
    yield
    if "qapp" not in request.fixturenames:
        return
    left = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    for widget in left:
        widget.close()
    if left:
        pytest.fail(f"windows left open: {left}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Hand the Qt event loop to the async tests that are marked `gui`."""
    for item in items:
        if not isinstance(item, pytest.Function) or not item.get_closest_marker("gui"):
            continue
        if "qasync_loop" not in item.fixturenames:
            item.fixturenames.append("qasync_loop")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run `async def` tests, on the Qt event loop if the test asked for it."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    test = _run_bounded(pyfuncitem.obj, arguments, _time_limit_s(pyfuncitem))
    loop = pyfuncitem.funcargs.get("qasync_loop")
    if isinstance(loop, asyncio.AbstractEventLoop):
        loop.run_until_complete(test)
    else:
        asyncio.run(test)
    return True


async def _run_bounded(
    function: Callable[..., Coroutine[Any, Any, None]],
    arguments: Mapping[str, Any],
    limit_s: float,
) -> None:
    async with asyncio.timeout(limit_s):
        await function(**arguments)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    if left:
        # A connection that was just closed may need a turn or two to end its own tasks.
        _, left = await asyncio.wait(left, timeout=CLEAN_UP_LIMIT_S)
    if left:
        pytest.fail(f"tasks left over: {sorted(task.get_name() for task in left)}")


def _time_limit_s(item: pytest.Function) -> float:
    marker = item.get_closest_marker("timeout")
    # A second less than pytest-timeout's, so that the test fails and the run goes on.
    return float(marker.args[0]) - 1 if marker else TIME_LIMIT_S
