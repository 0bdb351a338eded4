"""What the ticket answers speaks of the order that stands in it, and of no earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from terminal_app.domain.order import OrderStatus
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.panels.ticket.panel import Ticket
from terminal_app.gui.theme import DARK
from terminal_app.services.desk import Desk
from terminal_app.services.order_plans import Progress
from tests.helpers.account_values import LIMIT
from tests.helpers.quiet_desk import quiet_desk, seat


@pytest.fixture
def desk() -> Desk:
    """Make a desk that looks at futures."""
    made = quiet_desk()
    seat(made, credentials=None)
    return made


@pytest.fixture
def ticket(desk: Desk, qtbot: QtBot) -> Iterator[Ticket]:
    """Show the ticket of the desk."""
    made = Ticket(desk, DARK, FrameClock())
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def type_price(ticket: Ticket, text: str) -> None:
    """Type a price over what stands there."""
    edit = ticket.form.price_field.edit
    edit.selectAll()
    QTest.keyClicks(edit, text)
    ticket.flush()


@pytest.mark.parametrize(
    ("status", "stays"),
    [(OrderStatus.REJECTED, False), (OrderStatus.NEW, True), (OrderStatus.UNKNOWN, True)],
)
def test_a_refusal_goes_with_the_first_edit_and_an_order_does_not(
    desk: Desk, ticket: Ticket, status: OrderStatus, stays: bool
) -> None:
    session = desk.session
    assert session is not None
    session.orders.store.add(replace(LIMIT, status=status, reason="not enough margin"))
    ticket.show_progress(Progress(session.orders.store, (), [LIMIT.client_order_id]))
    ticket.flush()
    assert not ticket.result.isHidden()
    type_price(ticket, "61000")
    assert ticket.result.isHidden() is not stays


def test_what_cannot_be_read_is_said_while_it_is_typed(ticket: Ticket) -> None:
    type_price(ticket, "61000,5")
    assert not ticket.refusal.isHidden()
    assert "type 61000.5 with a point" in ticket.error.text()
    assert ticket.error.property("role") == "warning"
    type_price(ticket, "61000.5")
    assert ticket.refusal.isHidden()
