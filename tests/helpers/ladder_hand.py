"""Move the hand over a ladder as a person does."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from terminal_app.gui.ladder.hands import MOVED, STALE, UNSAID
from terminal_app.gui.ladder.stillness import SETTLE_SECONDS
from terminal_app.gui.ladder.view import LadderView
from tests.helpers.eventually import eventually

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
NO_BUTTON = Qt.MouseButton.NoButton


def hover(view: LadderView, position: QPoint, held: Qt.MouseButton = NO_BUTTON) -> None:
    """Take the pointer somewhere."""
    at = QPointF(position)
    move = QMouseEvent(
        QMouseEvent.Type.MouseMove, at, view.mapToGlobal(at), NO_BUTTON, held, NO_KEYS
    )
    QApplication.sendEvent(view, move)


async def press(view: LadderView, position: QPoint) -> None:
    """Press on a row, once more where it was refused because the market had just moved."""
    for _ in range(10):
        await _look_at(view, position)
        view.words.notice = ""
        QTest.mousePress(view, LEFT, NO_KEYS, position)
        if view.words.notice not in (MOVED, STALE, UNSAID):
            return
        QTest.mouseRelease(view, LEFT, NO_KEYS, position)


def below(view: LadderView, rows: int) -> int:
    """Centre the rows and return one so far beneath the market that nothing fills there."""
    QTest.keyClick(view, Qt.Key.Key_Space)
    best = view.rows.bids.best
    assert best is not None
    return best - rows


def row_of(view: LadderView, number: int) -> int:
    """Return where a price stands, counted from the top."""
    assert view.rows.top is not None
    return view.rows.top - number


async def _look_at(view: LadderView, position: QPoint) -> None:
    """Go to a row and wait until it has stood still and its label is painted."""
    hover(view, position)
    row = view.layout_now.row_at(position)
    assert row is not None

    def is_still() -> bool:
        return view.stillness.age(row, view.rules.now()) > SETTLE_SECONDS

    await eventually(is_still)
    view.repaint()
