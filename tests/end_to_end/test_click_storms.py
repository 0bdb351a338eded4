"""Two hundred storms of a careless hand: no order that no click meant.

What a click means is worked out here anew, from what the person saw when it was made: the rows as
they were painted last, the lock, the size, the scheme, the button and the held keys. A click wants
one order at most, and that one; the second half of a double click, a key however long it is held,
a move and a wheel want none. What the store holds at the end was wanted, each order once.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderType
from terminal_app.gui.ladder.meaning import MouseScheme
from terminal_app.gui.ladder.panel import LadderPanel
from terminal_app.gui.panels.rows import HEADER_PX, ROW_PX
from tests.helpers.eventually import eventually
from tests.helpers.terminal import ready, running_terminal

pytestmark = pytest.mark.gui

STORMS = 200
# The hand of this test is as many times faster than a person's, and so is the clock it is judged
# by: a row has settled after 19 ms.
HASTE = 8
LEFT, RIGHT, NO_BUTTON = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.RightButton,
    Qt.MouseButton.NoButton,
)
NO_KEYS = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
KEYS = (
    *(Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_Space, Qt.Key.Key_C, Qt.Key.Key_Plus),
    *(Qt.Key.Key_Minus, Qt.Key.Key_Return, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_B),
)

# Side, type, price (None at market) and size.
Meant = tuple[Side, OrderType, Decimal | None, Decimal]


@dataclass
class CarelessHand:
    """Do random things on a ladder and note what each press could have meant at most."""

    panel: LadderPanel
    random: random.Random
    meant: Counter[Meant] = field(default_factory=Counter)
    presses: int = 0
    _wanted: list[Meant] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Hear of every order the ladder wants."""
        self.panel.view.order_wanted.connect(
            lambda one: self._wanted.append((one.side, one.type, one.price, one.size))
        )

    def storm(self) -> None:
        """Do one of the things a hand does."""
        position = QPoint(
            self.random.randrange(self.panel.view.width()),
            self.random.randrange(self.panel.view.height()),
        )
        keys = self.random.choices((NO_KEYS, SHIFT, CTRL, SHIFT | CTRL), (12, 1, 1, 1))[0]
        button = self.random.choices((LEFT, RIGHT), (4, 1))[0]
        match self.random.randrange(10):
            case 0 | 1 | 2:
                self._move(position, keys)
            case 3 | 4 | 5:
                self._move(position, keys)
                self.panel.view.repaint()
                self._click(position, button, keys)
            case 6:
                self._click(position, button, keys)
            case 7:
                self._move(position, keys)
                self.panel.view.repaint()
                self._double_click(position, button, keys)
            case 8:
                self._hold_key(self.random.choice(KEYS), keys)
            case _:
                self._choose(position)

    def _choose(self, position: QPoint) -> None:
        match self.random.randrange(4):
            case 0:
                self.panel.lock.click()
            case 1:
                scheme = self.random.choice(tuple(MouseScheme))
                self.panel.choices.schemes[scheme].trigger()
            case 2:
                at, way = QPointF(position), QPoint(0, self.random.choice((-120, 120)))
                place = self.panel.view.mapToGlobal(at)
                phase = Qt.ScrollPhase.NoScrollPhase
                self._send(QWheelEvent(at, place, QPoint(), way, NO_BUTTON, NO_KEYS, phase, False))
            case _:
                self._send(QEvent(QEvent.Type.Leave))

    def _move(self, position: QPoint, keys: Qt.KeyboardModifier) -> None:
        self._mouse(QEvent.Type.MouseMove, position, NO_BUTTON, keys)

    def _click(self, position: QPoint, button: Qt.MouseButton, keys: Qt.KeyboardModifier) -> None:
        self.presses += 1
        meant = self._meaning(position, button, keys)
        self._mouse(QEvent.Type.MouseButtonPress, position, button, keys)
        if self._wanted:
            # One order at most, and the one that was seen.
            assert self._wanted == [meant]
            self.meant[self._wanted.pop()] += 1
        self._mouse(QEvent.Type.MouseButtonRelease, position, button, keys)

    def _double_click(
        self, position: QPoint, button: Qt.MouseButton, keys: Qt.KeyboardModifier
    ) -> None:
        self._click(position, button, keys)
        self._mouse(QEvent.Type.MouseButtonDblClick, position, button, keys)
        self._mouse(QEvent.Type.MouseButtonRelease, position, button, keys)

    def _hold_key(self, key: Qt.Key, keys: Qt.KeyboardModifier) -> None:
        for number in range(6):
            is_repeat = number > 0
            self._send(QKeyEvent(QEvent.Type.KeyPress, key, keys, "", is_repeat))
        self._send(QKeyEvent(QEvent.Type.KeyRelease, key, keys))

    def _meaning(
        self, position: QPoint, button: Qt.MouseButton, keys: Qt.KeyboardModifier
    ) -> Meant | None:
        view, size = self.panel.view, self.panel.volumes.active
        row, top = (position.y() - HEADER_PX) // ROW_PX, view.rows.top
        if not self.panel.lock.isChecked() or size is None or top is None or row < 0:
            return None
        middle, price_px = view.width() / 2, view.layout_now.price_px
        is_left, is_right = (
            position.x() < middle - price_px / 2 + 1,
            position.x() >= middle + price_px / 2 - 1,
        )
        if self.panel.choices.schemes[MouseScheme.BUTTONS].isChecked():
            side = Side.BUY if button is LEFT else Side.SELL
        elif button is LEFT and is_left:
            side = Side.BUY
        elif button is LEFT and is_right:
            side = Side.SELL
        else:
            return None
        price = (top - row) * view.rows.step
        kinds = {NO_KEYS: OrderType.LIMIT, SHIFT: OrderType.STOP_MARKET, CTRL: OrderType.MARKET}
        kind = kinds.get(keys)
        if kind is None:
            return None
        return side, kind, None if kind is OrderType.MARKET else price, size

    def _mouse(
        self, kind: QEvent.Type, position: QPoint, button: Qt.MouseButton, keys: Qt.KeyboardModifier
    ) -> None:
        at = QPointF(position)
        held = button if kind is not QEvent.Type.MouseButtonRelease else NO_BUTTON
        self._send(QMouseEvent(kind, at, self.panel.view.mapToGlobal(at), button, held, keys))

    def _send(self, event: QEvent) -> None:
        QApplication.sendEvent(self.panel.view, event)
        # Nothing but a press of a button wants an order.
        assert event.type() is QEvent.Type.MouseButtonPress or not self._wanted, event


async def test_no_order_that_no_click_meant(tmp_path: Path) -> None:
    async with running_terminal(tmp_path, "--market", "usdm") as program:
        session = await ready(program, Market.USDM)
        program.window.area.docks["ladder"].raise_()
        panel, store = program.window.ladder, session.orders.store
        await eventually(lambda: panel.view.isVisible() and panel.volumes.active is not None)
        panel.view.rules.now = lambda: time.monotonic() * HASTE
        dice = random.Random(20261121)
        hand = CarelessHand(panel, dice)
        for _ in range(STORMS):
            for _ in range(dice.randrange(2, 6)):
                hand.storm()
                await asyncio.sleep(0)
            await asyncio.sleep(dice.choice((0, 0.02, 0.04)))
        await eventually(
            lambda: all(o.order_id or o.status.is_final for o in store.orders.values())
        )
        sent: Counter[Meant] = Counter()
        for order in store.orders.values():
            trigger = order.trigger.price if order.trigger is not None else None
            price = trigger or order.price or None
            sent[order.side, order.type, price, order.quantity] += 1
        assert not sent - hand.meant, f"of {hand.presses} presses none meant: {sent - hand.meant}"
        # A storm that sends nothing would prove nothing.
        assert len(store.orders) > 20
        execution = session.venue.execution
        assert execution is not None
        ours = {order.order_id for order in store.orders.values()}
        assert {one.order_id for one in await execution.open_orders()} <= ours
