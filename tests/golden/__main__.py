"""Draw the golden pictures anew: ``python -m tests.golden [--into FOLDER] [NAME…]``.

A name may be the beginning of several. Without a folder those that are kept are replaced.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import traceback
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from terminal_app.app.loop import TerminalLoop
from terminal_app.gui.theme import DARK
from tests.golden.scenes import SCALED, SCENES
from tests.golden.stage import PICTURES, Scene, Stage, prepare

# A platform without a screen cannot, and no picture needs it.
NO_MATTER = "This plugin does not support "
SCALES = {"1": SCENES, "2": SCALED}


def main(words: list[str]) -> int:
    """Draw what is named, each scale in a process of its own; return 1 where one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden", description=__doc__)
    parser.add_argument("--into", type=Path, default=PICTURES)
    parser.add_argument("--scale", choices=SCALES)
    parser.add_argument("names", nargs="*", default=[""])
    arguments = parser.parse_args(words)
    folder: Path = arguments.into
    folder.mkdir(parents=True, exist_ok=True)
    if arguments.scale:
        return _draw_scale(arguments.scale, folder, tuple(arguments.names))
    command = [sys.executable, "-m", "tests.golden", "--into", str(folder)]
    processes = [
        subprocess.Popen([*command, "--scale", scale, *arguments.names]) for scale in SCALES
    ]
    return max(process.wait() for process in processes)


def _draw_scale(scale: str, folder: Path, names: tuple[str, ...]) -> int:
    prepare(scale)
    qInstallMessageHandler(_on_message)
    application = QApplication(["golden"])
    application.setQuitOnLastWindowClosed(False)
    application.setCursorFlashTime(0)
    scenes = {name: scene for name, scene in SCALES[scale].items() if name.startswith(names)}
    with asyncio.Runner(loop_factory=lambda: TerminalLoop(application)) as runner:
        failed = runner.run(_draw(Stage(application), scenes, folder))
    sys.stdout.flush()
    # What Qt and the collector would take down in some order is of no use any more.
    os._exit(1 if failed else 0)


async def _draw(stage: Stage, scenes: dict[str, Scene], folder: Path) -> int:
    failed = 0
    for name, scene in scenes.items():
        stage.dress(DARK)
        try:
            widget = await scene(stage)
            await stage.settle()
            stage.save(widget, folder / f"{name}.png")
        except Exception:
            failed += 1
            sys.stderr.write(f"{name}:\n{traceback.format_exc()}\n")
        await stage.clear()
    return failed


def _on_message(_kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
    if not text.startswith(NO_MATTER):
        sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
