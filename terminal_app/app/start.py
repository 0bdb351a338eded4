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
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

os.environ["QT_API"] = "pyside6"

import PySide6
from PySide6.QtCore import QLoggingCategory
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from terminal_app.app.arguments import Arguments, parse_arguments
from terminal_app.app.program import Program
from terminal_app.errors import ConfigurationError, TerminalError
from terminal_app.gui.theme import DARK, apply_theme
from terminal_app.resources import resource_path
from terminal_app.storage.files import Places, default_places
from terminal_app.venues.binance.environments import ENVIRONMENTS

LOG_BYTES, LOG_FILES = 1_000_000, 3
_log = logging.getLogger(__name__)


def main(words: Sequence[str] | None = None) -> int:
    """Run the terminal and return its exit code: 0 ended well, 1 failed, 2 wrong command line."""
    names = [environment.name for environment in ENVIRONMENTS]
    arguments = parse_arguments(sys.argv[1:] if words is None else words, names)
    problem = unusable_ground()
    if problem:
        sys.stderr.write(f"terminal-app: {problem}\n")
        return 1
    if arguments.screenshot is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    places = _places(arguments)
    with _logging(places):
        try:
            return _run(arguments, places)
        except ConfigurationError as error:
            sys.stderr.write(f"terminal-app: {error}\n")
            return 2
        except TerminalError as error:
            sys.stderr.write(f"terminal-app: {error}\n")
            return 1


def unusable_ground() -> str:
    """Return why Python and Qt cannot run together here, or nothing.

    PySide6 6.12 takes references from None at every call that returns nothing; before Python 3.12
    None is mortal and the process aborts after some thousand calls.
    """
    version = tuple(int(part) for part in PySide6.__version__.split(".")[:2])
    if version >= (6, 12) and sys.version_info < (3, 12):
        return (
            f"PySide6 {PySide6.__version__} aborts on Python {sys.version.split()[0]}. Install"
            " PySide6-Essentials below 6.12, or use Python 3.12 or newer."
        )
    if sys.platform == "linux" and not os.environ.get("QT_QPA_PLATFORM"):
        has_screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        if not has_screen and "--screenshot" not in " ".join(sys.argv):
            return "There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set)."
    return ""


def _run(arguments: Arguments, places: Places) -> int:
    QLoggingCategory.setFilterRules("qt.qpa.*=false")
    application = QApplication([sys.argv[0]])
    application.setApplicationName("terminal-app")
    application.setApplicationDisplayName("Terminal")
    application.setDesktopFileName("terminal-app")
    application.setQuitOnLastWindowClosed(False)
    with contextlib.suppress(FileNotFoundError):
        application.setWindowIcon(QIcon(str(resource_path("icons/terminal-app.svg"))))
    apply_theme(application, DARK)
    with asyncio.Runner(loop_factory=lambda: QEventLoop(application)) as runner:
        return runner.run(_main(arguments, places))


async def _main(arguments: Arguments, places: Places) -> int:
    loop = asyncio.get_running_loop()
    program = Program(arguments, places)
    sys.excepthook = _excepthook
    loop.set_exception_handler(_on_loop_exception)
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
    return Places(root / "config", root / "data", root / "logs").make()


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


def _excepthook(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    _log.critical("unhandled", exc_info=(kind, error, traceback))


def _on_loop_exception(_: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    error = context.get("exception")
    _log.error(
        "%s", context.get("message"), exc_info=error if isinstance(error, BaseException) else None
    )
