"""Check the ground before Qt is used, and that nothing that fails stays unheard."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from terminal_app.app.start import main, report_failures, unusable_ground
from tests.helpers.eventually import eventually


@pytest.fixture
def own_hooks() -> Iterator[None]:
    before = sys.excepthook, sys.unraisablehook, threading.excepthook
    yield
    sys.excepthook, sys.unraisablehook, threading.excepthook = before


@pytest.mark.parametrize(
    ("qt_version", "python_version", "is_usable"),
    [
        ("6.11.3", (3, 11), True),
        ("6.12.0", (3, 11), False),
        ("6.13.1", (3, 11), False),
        ("7.0.0", (3, 11), False),
        ("6.12.0", (3, 12), True),
        ("6.10.0", (3, 13), True),
    ],
)
def test_a_qt_that_aborts_this_python_is_refused(
    qt_version: str, python_version: tuple[int, int], is_usable: bool
) -> None:
    problem = unusable_ground(
        needs_screen=False, qt_version=qt_version, python_version=python_version
    )
    assert (not problem) is is_usable
    assert is_usable or qt_version in problem


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_no_screen_is_said_before_qt_aborts(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert "no screen" in unusable_ground(needs_screen=True)
    assert unusable_ground(needs_screen=False) == ""
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert unusable_ground(needs_screen=True) == ""


def test_a_profile_that_cannot_be_made_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["--profile", str(tmp_path / "file" / "deeper")]) == 1
    assert capsys.readouterr().err.startswith("terminal-app: ")


@pytest.mark.gui
async def test_every_failure_goes_down_one_path(own_hooks: None, qapp: QApplication) -> None:
    heard: list[tuple[str, str]] = []
    loop = asyncio.get_running_loop()
    report_failures(loop, lambda name, error: heard.append((name, str(error))))

    def fail(text: str) -> None:
        raise ValueError(text)

    QTimer.singleShot(0, lambda: fail("slot"))
    await eventually(lambda: ("the window", "slot") in heard)
    loop.call_soon(fail, "callback")
    await eventually(lambda: ("the loop", "callback") in heard)
    loop.call_exception_handler({"message": "words only"})
    assert heard[-1] == ("the loop", "words only")
    thread = threading.Thread(target=fail, args=("thread",))
    thread.start()
    await asyncio.to_thread(thread.join)
    await eventually(lambda: ("a thread", "thread") in heard)
    sys.excepthook(ValueError, ValueError("hook"), None)
    assert heard[-1] == ("the window", "hook")
