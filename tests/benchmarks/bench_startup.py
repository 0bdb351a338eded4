"""How long from exec to the first paint, and how much memory then, beside two peers.

``python -m tests.benchmarks.bench_startup [--vnpy PYTHON] [--runs 5]`` prints the median of each;
``--vnpy`` names the Python of an environment that has vnpy.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_WATCH = """
import os, sys, time
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_API"] = "pyside6"
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and watched.isWindow():
            pages = int(open("/proc/self/statm").read().split()[1])
            print(time.time(), pages * os.sysconf("SC_PAGE_SIZE"), flush=True)
            os._exit(0)
        return False

watch = Watch()
"""
_EMPTY = (
    _WATCH
    + """
from PySide6.QtWidgets import QMainWindow
app = QApplication([])
app.installEventFilter(watch)
window = QMainWindow()
window.resize(1680, 1020)
window.show()
app.exec()
"""
)
_OURS = (
    _WATCH
    + """
original = QApplication.__init__
def made(self, *words):
    original(self, *words)
    self.installEventFilter(watch)
QApplication.__init__ = made
from terminal_app.app.start import main
main(["--profile", sys.argv[1], "--environment", "practice"])
"""
)
_VNPY = (
    _WATCH
    + """
from vnpy.event import EventEngine
from vnpy.trader.engine import MainEngine
from vnpy.trader.ui import MainWindow, create_qapp
app = create_qapp()
app.installEventFilter(watch)
main_engine = MainEngine(EventEngine())
window = MainWindow(main_engine, main_engine.event_engine)
window.showMaximized()
app.exec()
"""
)


def once(python: str, script: str, folder: str) -> tuple[float, float]:
    """Start a window once and return seconds to its first paint and megabytes then."""
    environment = {**os.environ, "HOME": folder}
    # Every window starts from compiled modules, as it does on a person's second start.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if python == sys.executable:
        environment["PYTHONPATH"] = str(Path.cwd())
    started = time.time()
    answer = subprocess.run(
        [python, "-c", script, folder], env=environment, capture_output=True, text=True, timeout=60,
        check=False, cwd=folder,
    )  # fmt: skip
    painted, _, size = answer.stdout.strip().splitlines()[-1].partition(" ")
    return float(painted) - started, int(size) / 2**20


def main() -> None:
    """Measure the windows in turn, so that a busy moment meets all of them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--vnpy", metavar="PYTHON")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    windows = {
        "empty PySide6 window": (sys.executable, _EMPTY),
        "terminal": (sys.executable, _OURS),
    }
    if options.vnpy:
        windows["vnpy main window"] = (options.vnpy, _VNPY)
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in windows}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.runs + 1):
            for name, (python, script) in windows.items():
                found[name].append(once(python, script, folder))
    for name, runs in found.items():
        # The first run of each warms the disk's cache.
        seconds = statistics.median(run[0] for run in runs[1:])
        megabytes = statistics.median(run[1] for run in runs[1:])
        sys.stdout.write(f"{name:22} {seconds:.2f} s  {megabytes:.0f} MB\n")


if __name__ == "__main__":
    main()
