"""Start the terminal: check the ground, set up Qt and the log, run one program on one loop."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import logging
import logging.handlers
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import cast

os.environ["QT_API"] = "pyside6"

import PySide6
from PySide6.QtCore import QLoggingCategory
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from terminal_app.app.arguments import Arguments, parse_arguments
from terminal_app.app.garbage import GarbageTimer
from terminal_app.app.loop import TerminalLoop
from terminal_app.app.program import Program
from terminal_app.errors import ConfigurationError, StorageError, TerminalError
from terminal_app.gui.theme import DARK, apply_theme
from terminal_app.resources import resource_path
from terminal_app.storage.files import Places, default_places
from terminal_app.storage.preferences import kept_scale_percent
from terminal_app.tasks import FailureHandler
from terminal_app.venues.binance.environments import ENVIRONMENTS

LOG_BYTES, LOG_FILES = 1_000_000, 3
# The ledger's thread stands between a click and its order: where the window computes it waits for
# Python so long, several times for each commit. Python's own choice is 5 ms.
SWITCH_SECONDS = 0.0005
# httpcore tries to import it several times for each request; where it is missing each try looks
# through the disk on the loop's thread, 0.2 ms. Named as missing it costs nothing.
_LOOKED_FOR = "sniffio"


def main(words: Sequence[str] | None = None) -> int:
    """Run the terminal and return its exit code: 0 ended well, 1 failed, 2 wrong command line."""
    names = [environment.name for environment in ENVIRONMENTS]
    arguments = parse_arguments(sys.argv[1:] if words is None else words, names)
    problem = unusable_ground(needs_screen=arguments.screenshot is None)
    if problem:
        sys.stderr.write(f"terminal-app: {problem}\n")
        return 1
    if arguments.screenshot is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        places = _places(arguments)
        with _logging(places):
            return _run(arguments, places)
    except ConfigurationError as error:
        sys.stderr.write(f"terminal-app: {error}\n")
        return 2
    except TerminalError as error:
        sys.stderr.write(f"terminal-app: {error}\n")
        return 1


def unusable_ground(
    *,
    needs_screen: bool,
    qt_version: str = PySide6.__version__,
    python_version: tuple[int, int] = sys.version_info[:2],
) -> str:
    """Return why Python and Qt cannot run together here, or nothing.

    PySide6 6.12 takes references from None at every call that returns nothing; before Python 3.12
    None is mortal and the process aborts after some thousand calls.
    """
    major, minor = qt_version.split(".")[:2]
    if (int(major), int(minor)) >= (6, 12) and python_version < (3, 12):
        python = ".".join(map(str, python_version))
        return (
            f"PySide6 {qt_version} aborts on Python {python}. Install"
            " PySide6-Essentials below 6.12, or use Python 3.12 or newer."
        )
    screens = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    if needs_screen and sys.platform == "linux" and not any(map(os.environ.get, screens)):
        return "There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set)."
    return ""


def _run(arguments: Arguments, places: Places) -> int:
    QLoggingCategory.setFilterRules("qt.qpa.*=false")
    scale = kept_scale_percent(places.config / "preferences.json")
    if scale != 100 and arguments.screenshot is None:
        os.environ.setdefault("QT_SCALE_FACTOR", str(scale / 100))
    application = QApplication([sys.argv[0]])
    application.setApplicationName("terminal-app")
    application.setApplicationDisplayName("Terminal")
    application.setDesktopFileName("terminal-app")
    application.setQuitOnLastWindowClosed(False)
    with contextlib.suppress(FileNotFoundError):
        application.setWindowIcon(QIcon(str(resource_path("icons/terminal-app.svg"))))
    apply_theme(application, DARK)
    tune_python(application)
    with asyncio.Runner(loop_factory=lambda: TerminalLoop(application)) as runner:
        return runner.run(_main(arguments, places))


def tune_python(application: QApplication) -> None:
    """Let Python serve a window: garbage is collected on its thread, other threads wait little."""
    GarbageTimer(application)
    sys.setswitchinterval(SWITCH_SECONDS)
    if find_spec(_LOOKED_FOR) is None:
        cast(dict[str, object], sys.modules)[_LOOKED_FOR] = None


async def _main(arguments: Arguments, places: Places) -> int:
    loop = asyncio.get_running_loop()
    program = Program(arguments, places)
    report_failures(loop, program.on_failure)
    if os.name == "posix":
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, program.end)
    if arguments.screenshot is None:
        await program.run()
        return 0
    async with asyncio.TaskGroup() as group:
        group.create_task(program.run())
        shot = group.create_task(_take_screenshot(program, arguments, arguments.screenshot))
    return shot.result()


async def _take_screenshot(program: Program, arguments: Arguments, path: Path) -> int:
    try:
        await asyncio.sleep(arguments.after_seconds)
        if program.window.grab().save(str(path), "PNG"):
            return 0
        sys.stderr.write(f"terminal-app: the picture could not be written to {path}\n")
        return 1
    finally:
        program.end()


def _places(arguments: Arguments) -> Places:
    if arguments.profile is None:
        return default_places()
    root = arguments.profile.resolve()
    try:
        return Places(root / "config", root / "data", root / "logs", root / "cache").make()
    except OSError as error:
        raise StorageError(f"{root} could not be made: {error.strerror}.", str(error)) from error


@contextlib.contextmanager
def _logging(places: Places) -> Iterator[None]:
    handler = logging.handlers.RotatingFileHandler(
        places.logs / "terminal.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # These print signed addresses and whole frames, keys among them, at lower levels.
    for name in ("httpx", "httpcore", "websockets", "asyncio", "qasync"):
        logging.getLogger(name).setLevel(logging.WARNING)
    with (places.logs / "crash.log").open("w", encoding="utf-8") as crashes:
        faulthandler.enable(crashes)
        try:
            yield
        finally:
            faulthandler.disable()
            logging.getLogger().removeHandler(handler)
            handler.close()


def report_failures(loop: asyncio.AbstractEventLoop, on_failure: FailureHandler) -> None:
    """Send what nobody caught, in slots, threads, destructors and the loop, down one path."""

    def on_exception(
        _: type[BaseException], error: BaseException, __: TracebackType | None
    ) -> None:
        on_failure("the window", error)

    def on_unraisable(found: sys.UnraisableHookArgs) -> None:
        if found.exc_value is not None:
            on_failure("a destructor", found.exc_value)

    def on_thread(found: threading.ExceptHookArgs) -> None:
        if found.exc_value is not None:
            loop.call_soon_threadsafe(on_failure, "a thread", found.exc_value)

    def on_loop(_: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        error = context.get("exception")
        if not isinstance(error, BaseException):
            error = RuntimeError(str(context.get("message")))
        on_failure("the loop", error)

    sys.excepthook, sys.unraisablehook = on_exception, on_unraisable
    threading.excepthook = on_thread
    loop.set_exception_handler(on_loop)
