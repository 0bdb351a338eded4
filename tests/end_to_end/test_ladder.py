"""A person trades on the ladder: by a click, by a drag, by the cross."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from terminal_app.app.program import Program
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderUpdate
from terminal_app.domain.order_request import OrderType
from terminal_app.gui.ladder.meaning import Zone
from terminal_app.gui.ladder.view import LadderView
from terminal_app.services.session import Session
from tests.helpers.eventually import eventually
from tests.helpers.ladder_hand import LEFT, NO_KEYS, below, hover, press, row_of
from tests.helpers.terminal import click, ready, running_terminal

pytestmark = pytest.mark.gui


async def _opened(program: Program, session: Session) -> LadderView:
    """Bring the ladder up, full of prices and unlocked."""
    window = program.window
    window.area.docks["ladder"].raise_()
    view = window.ladder.view
    await eventually(lambda: view.isVisible() and view.rows.top is not None)
    await eventually(lambda: window.ladder.volumes.active is not None)
    return view


async def _at_exchange(session: Session) -> list[OrderUpdate]:
    execution = session.venue.execution
    assert execution is not None
    return await execution.open_orders()


async def _drag_and_cross(view: LadderView, session: Session, number: int, size: Decimal) -> None:
    """Take an own order two rows down, then end it by its cross."""
    store = session.orders.store
    start = view.layout_now.chip(row_of(view, number), Side.BUY).topRight() + QPoint(-5, 5)
    await press(view, start)
    end = start + QPoint(0, 40)
    hover(view, end, LEFT)
    QTest.mouseRelease(view, LEFT, NO_KEYS, end)
    target = view.rows.price(number - 2)
    await eventually(lambda: [one.price for one in store.working()] == [target])
    (moved,) = await _at_exchange(session)
    assert (moved.price, moved.quantity) == (target, size)

    await eventually(lambda: (number - 2, Side.BUY) in view.rows.own)
    await eventually(lambda: view.rows.own[number - 2, Side.BUY][0].can_move)
    chip = view.layout_now.chip(row_of(view, number - 2), Side.BUY)
    cross = view.layout_now.cross(chip, Side.BUY)
    await press(view, cross.center())
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
        number = below(view, 5)
        where = view.layout_now.cell(row_of(view, number), Zone.BUYS).center()
        await press(view, where)
        QTest.mouseRelease(view, LEFT, NO_KEYS, where)
        assert "Locked" in view.words.notice
        assert not store.orders

        click(ladder.lock)
        number = below(view, 5)
        price = view.rows.price(number)
        where = view.layout_now.cell(row_of(view, number), Zone.BUYS).center()
        await press(view, where)
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
