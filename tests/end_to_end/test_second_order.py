"""While nobody knows whether an order exists, another like it is sent only when it is wanted."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from terminal_app.app.program import Program
from terminal_app.domain.instrument import Rounding
from terminal_app.domain.order import OrderStatus
from terminal_app.gui.dialogs.ask import Question
from tests.helpers.eventually import eventually
from tests.helpers.practice_control import Control
from tests.helpers.terminal import click, ready, running_terminal, type_into

pytestmark = pytest.mark.gui


async def asked(program: Program) -> Question:
    """Wait for a question and return it."""

    def standing() -> list[Question]:
        return [each for each in program.window.findChildren(Question) if each.isVisible()]

    await eventually(standing)
    return standing()[0]


async def test_a_second_order_is_asked_for_by_the_name_of_the_first(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        ticket, store = program.window.ticket, session.orders.store
        instrument = program.desk.instrument
        middle = session.market_data.book.middle()
        assert instrument is not None
        assert middle is not None
        assert program.exchanges.practice is not None
        control = Control(program.exchanges.practice.endpoints)
        # It never arrives, and its answer proves nothing.
        scope = {"market": "spot", "method": "WS", "path": "order.place"}
        control.fault("reply.error", **scope, accepted=False, error="timeout", count=1)
        price = instrument.round_price(middle * Decimal("0.99"), Rounding.DOWN)
        type_into(ticket.form.price_field, f"{price:f}")
        type_into(ticket.form.size_field, "0.01")
        click(ticket.submit)
        await eventually(
            lambda: [one.status for one in store.orders.values()] == [OrderStatus.UNKNOWN]
        )
        (first,) = store.orders
        type_into(ticket.form.size_field, "0.02")
        click(ticket.submit)
        question = await asked(program)
        assert any(first in label.text() for label in question.findChildren(QLabel))
        buttons = question.findChildren(QPushButton)
        click(next(each for each in buttons if each.text() == "Cancel"))
        await eventually(lambda: not program.window.findChildren(Question))
        assert list(store.orders) == [first]
        type_into(ticket.form.size_field, "0.03")
        click(ticket.submit)
        click((await asked(program)).confirm)
        await eventually(lambda: len(store.orders) == 2)
        second = next(one for key, one in store.orders.items() if key != first)
        assert second.quantity == Decimal("0.03")
        await eventually(lambda: store.orders[second.client_order_id].status is OrderStatus.NEW)
        assert store.orders[first].status is OrderStatus.UNKNOWN
        control.close()
