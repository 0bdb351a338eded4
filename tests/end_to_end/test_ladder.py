"""A person trades on the ladder: by a click, by a drag, by the cross."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from terminal_app.app.program import Program
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderUpdate
from terminal_app.domain.order_request import OrderType
from terminal_app.gui.ladder.hands import MOVED, STALE, UNSAID
from terminal_app.gui.ladder.meaning import Zone
from terminal_app.gui.ladder.stillness import SETTLE_SECONDS
from terminal_app.gui.ladder.view import LadderView
from terminal_app.services.session import Session
from tests.helpers.eventually import eventually
from tests.helpers.terminal import click, ready, running_terminal

pytestmark = [pytest.mark.gui, pytest.mark.timeout(90)]
LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
NO_BUTTON = Qt.MouseButton.NoButton


async def _opened(program: Program, session: Session) -> LadderView:
    """Bring the ladder up, full of prices and unlocked."""
    window = program.window
    window.area.docks["ladder"].raise_()
    view = window.ladder.view
    await eventually(lambda: view.isVisible() and view.rows.top is not None)
    await eventually(lambda: window.ladder.volumes.active is not None)
    return view


def _hover(view: LadderView, position: QPoint, held: Qt.MouseButton = NO_BUTTON) -> None:
    at = QPointF(position)
    move = QMouseEvent(
        QMouseEvent.Type.MouseMove, at, view.mapToGlobal(at), NO_BUTTON, held, NO_KEYS
    )
    QApplication.sendEvent(view, move)


async def _look_at(view: LadderView, position: QPoint) -> None:
    """Go to a row and wait until it has stood still and its label is painted."""
    _hover(view, position)
    row = view.layout_now.row_at(position)
    assert row is not None

    def is_still() -> bool:
        return view.stillness.age(row, view.rules.now()) > SETTLE_SECONDS

    await eventually(is_still)
    view.repaint()


async def _press(view: LadderView, position: QPoint) -> None:
    """Press on a row, once more where it was refused because the market had just moved."""
    for _ in range(10):
        await _look_at(view, position)
        view.words.notice = ""
        QTest.mousePress(view, LEFT, NO_KEYS, position)
        if view.words.notice not in (MOVED, STALE, UNSAID):
            return
        QTest.mouseRelease(view, LEFT, NO_KEYS, position)


async def _at_exchange(session: Session) -> list[OrderUpdate]:
    execution = session.venue.execution
    assert execution is not None
    return await execution.open_orders()


def _below(view: LadderView, rows: int) -> int:
    """Centre the rows and return one so far beneath the market that nothing fills there."""
    QTest.keyClick(view, Qt.Key.Key_Space)
    best = view.rows.bids.best
    assert best is not None
    return best - rows


def _row(view: LadderView, number: int) -> int:
    assert view.rows.top is not None
    return view.rows.top - number


async def _drag_and_cross(view: LadderView, session: Session, number: int, size: Decimal) -> None:
    """Take an own order two rows down, then end it by its cross."""
    store = session.orders.store
    start = view.layout_now.chip(_row(view, number), Side.BUY).topRight() + QPoint(-5, 5)
    await _press(view, start)
    end = start + QPoint(0, 40)
    _hover(view, end, LEFT)
    QTest.mouseRelease(view, LEFT, NO_KEYS, end)
    target = view.rows.price(number - 2)
    await eventually(lambda: [one.price for one in store.working()] == [target])
    (moved,) = await _at_exchange(session)
    assert (moved.price, moved.quantity) == (target, size)

    await eventually(lambda: (number - 2, Side.BUY) in view.rows.own)
    await eventually(lambda: view.rows.own[number - 2, Side.BUY][0].can_move)
    chip = view.layout_now.chip(_row(view, number - 2), Side.BUY)
    cross = view.layout_now.cross(chip, Side.BUY)
    await _press(view, cross.center())
    await eventually(lambda: not store.working())
    assert await _at_exchange(session) == []
    assert store.fills == {}


async def test_unlock_click_drag_cross(tmp_path: Path) -> None:
    async with running_terminal(tmp_path, "--market", "usdm") as program:
        session = await ready(program, Market.USDM)
        view, ladder = await _opened(program, session), program.window.ladder
        store, size = session.orders.store, ladder.volumes.active
        assert size is not None

        for _ in range(2):
            QTest.keyClick(view, Qt.Key.Key_Plus)
        number = _below(view, 5)
        where = view.layout_now.cell(_row(view, number), Zone.BUYS).center()
        await _press(view, where)
        QTest.mouseRelease(view, LEFT, NO_KEYS, where)
        assert "Locked" in view.words.notice
        assert not store.orders

        click(ladder.lock)
        number = _below(view, 5)
        price = view.rows.price(number)
        where = view.layout_now.cell(_row(view, number), Zone.BUYS).center()
        await _press(view, where)
        QTest.mouseRelease(view, LEFT, NO_KEYS, where)
        QTest.mouseDClick(view, LEFT, NO_KEYS, where)
        await eventually(lambda: len(view.rows.own) == 1)
        await eventually(lambda: all(o[0].can_move for o in view.rows.own.values()))
        (resting,) = await _at_exchange(session)
        assert (resting.side, resting.type, resting.price, resting.quantity) == (
            Side.BUY,
            OrderType.LIMIT,
            price,
            size,
        )
        await eventually(
            lambda: session.markets.main.queue.ahead(resting.client_order_id) is not None
        )

        await _drag_and_cross(view, session, number, size)
        assert ladder.lock.isChecked()
        program.window.chart.view.setFocus()
        escape = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, NO_KEYS)
        QApplication.sendEvent(program.window.windowHandle(), escape)
        assert not ladder.lock.isChecked()
