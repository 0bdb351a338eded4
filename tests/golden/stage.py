"""The stage on which golden pictures are drawn: own fonts, one moment in time, no screen."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import QAbstractAnimation
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from terminal_app.gui.docks import Dock, DockArea
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK, Theme, apply_theme
from terminal_app.tasks import TaskScope
from tests.helpers.eventually import eventually
from tests.helpers.golden import write_small

PICTURES = Path(__file__).parent / "pictures"
FONTS = Path(__file__).parent / "fonts" / "fonts.conf"
# 2026-03-02 14:32:07 UTC
NOW_MS = 1_772_461_927_000
SETTLE_TURNS = 3


def prepare(scale: str) -> None:
    """Take from Qt and the clock all that differs between machines; call it before Qt starts."""
    os.environ.update(
        QT_QPA_PLATFORM="offscreen", QT_API="pyside6", QT_SCALE_FACTOR=scale,
        FONTCONFIG_FILE=str(FONTS), TZ="UTC", LC_ALL="C.UTF-8",
    )  # fmt: skip
    time.tzset()


class Stage:
    """Show widgets in a theme and take their pictures."""

    def __init__(self, application: QApplication) -> None:
        self.clock = FrameClock()
        self.theme = DARK
        self.tasks = TaskScope("stage")
        # Dialogs belong to a window.
        self.window = QWidget()
        self._application = application
        self._shown: list[QWidget] = []
        self._passed_s = 0.0
        _stop_time(lambda: self._passed_s)

    def pass_time(self, seconds: float) -> None:
        """Let the clock go on."""
        self._passed_s += seconds

    def dress(self, theme: Theme) -> None:
        """Draw in a theme from now on."""
        if theme != self.theme or not self._application.styleSheet():
            self.theme = theme
            apply_theme(self._application, theme)

    async def show(self, widget: QWidget, width: int, height: int) -> QWidget:
        """Show a widget in a size, wait for its frames, and return it."""
        widget.resize(width, height)
        widget.show()
        self._shown.append(widget)
        await self.settle()
        focused = QApplication.focusWidget()
        if focused is not None:
            # Whichever of them comes first has the keys; none is meant.
            focused.clearFocus()
        return widget

    async def dock(
        self,
        title: str,
        panel: QWidget,
        size: tuple[int, int],
        lead: QWidget | None = None,
        tool: QWidget | None = None,
    ) -> QWidget:
        """Show a panel under the title bar it has in the window."""
        area = DockArea()
        dock: Dock = area.add("panel", title, panel, lead, tool)
        QMainWindow.setCentralWidget(area, dock)
        return await self.show(area, *size)

    async def settle(self) -> None:
        """Wait until no frame is due; one frame may ask for another."""
        for _ in range(SETTLE_TURNS):
            await eventually(lambda: not self.clock.is_running)
            # Only a timer lets Qt have its turn.
            await asyncio.sleep(0.001)
        # What Qt fades in by itself, such as the cross that empties a field.
        moving = [one for shown in self._shown for one in shown.findChildren(QAbstractAnimation)]
        for animation in moving:
            animation.setCurrentTime(animation.totalDuration())

    def save(self, widget: QWidget, path: Path) -> None:
        """Write what a person sees of a widget; small, which takes longer, where it is kept."""
        image = widget.grab().toImage()
        if path.parent == PICTURES:
            write_small(image, path)
        elif not image.save(str(path), quality=100):
            raise OSError(f"{path} cannot be written")

    async def clear(self) -> None:
        """Take away what was shown."""
        await self.tasks.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            # Of services that would ask an exchange for something.
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        self.tasks = TaskScope("stage")
        for widget in self._shown:
            widget.close()
            widget.deleteLater()
        self._shown.clear()
        self._passed_s = 0.0
        self.clock = FrameClock()


Scene = Callable[[Stage], Awaitable[QWidget]]
"""Build what a picture shows and return it."""


def _stop_time(passed_s: Callable[[], float]) -> None:
    """Let the clocks stand: figures of age and countdowns are the same in every run."""
    clocks: dict[str, Callable[[], float]] = {
        "time": lambda: NOW_MS / 1000 + passed_s(),
        "time_ns": lambda: NOW_MS * 1_000_000 + int(passed_s() * 1e9),
        "monotonic": lambda: 50_000 + passed_s(),
        "monotonic_ns": lambda: 50_000_000_000_000 + int(passed_s() * 1e9),
    }
    for name, clock in clocks.items():
        setattr(time, name, clock)
