"""A ladder around 1000.0 with a hand and a clock for it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal_app.domain.instrument import plain
from terminal_app.domain.market import Side
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.ladder.meaning import Zone
from terminal_app.gui.ladder.panel import LadderPanel
from terminal_app.gui.ladder.rows import OwnOrder
from terminal_app.gui.ladder.view import LadderView

D = Decimal
LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
SIZE = D("0.05")


def texts(start: int, way: int) -> list[tuple[str, str]]:
    """Return forty levels a tick of 0.1 apart, of size 1."""
    return [(plain(D(start + way * number) / 10), "1") for number in range(40)]


@dataclass
class Bench:
    """Hold a ladder, its clock of seconds, and what it wants."""

    panel: LadderPanel
    clock: FrameClock
    qtbot: QtBot
    now_s: float = 1000.0

    @property
    def view(self) -> LadderView:
        """Return the rows."""
        return self.panel.view

    def settle(self) -> None:
        """Wait until no frame is due, then let a second go by."""
        self.qtbot.waitUntil(lambda: not self.clock.is_running, timeout=15_000)
        self.view.repaint()
        self.now_s += 1

    def place(self, price: str, zone: Zone) -> QPoint:
        """Return the middle of a cell."""
        rows = self.view.rows
        row = (rows.top or 0) - int(D(price) / rows.step)
        return self.view.layout_now.cell(row, zone).center()

    def chip(self, price: str) -> QRect:
        """Return where an own buy order at a price is shown."""
        row = (self.view.rows.top or 0) - int(D(price) / self.view.rows.step)
        return self.view.layout_now.chip(row, Side.BUY)

    def hover(
        self,
        position: QPoint,
        held: Qt.MouseButton = Qt.MouseButton.NoButton,
        keys: Qt.KeyboardModifier = NO_KEYS,
    ) -> None:
        """Move the pointer and wait for the frame that shows it."""
        at = QPointF(position)
        kind = QMouseEvent.Type.MouseMove
        QApplication.sendEvent(
            self.view,
            QMouseEvent(kind, at, self.view.mapToGlobal(at), Qt.MouseButton.NoButton, held, keys),
        )
        self.settle()

    def press(self, price: str, zone: Zone, button: Qt.MouseButton = LEFT) -> None:
        """Go to a cell, look, and click."""
        self.hover(self.place(price, zone))
        QTest.mouseClick(self.view, button, NO_KEYS, self.place(price, zone))

    def show_own(self, *prices: str) -> None:
        """Put own buy orders beside their rows."""
        made = [
            OwnOrder(price, Side.BUY, D(price), SIZE, "", True, False, False) for price in prices
        ]
        self.view.rows.set_own(made)
        self.view.mark()
        self.settle()
