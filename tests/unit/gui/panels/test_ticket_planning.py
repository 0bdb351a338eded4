"""What the chart wants written down lands in the ticket's fields, and nowhere else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.sizing import SizeUnit
from terminal_app.gui.panels.ticket.form import TicketForm
from terminal_app.gui.panels.ticket.planning import take_order, take_price
from terminal_app.gui.planned_orders import PlannedOrder, PlanRole
from terminal_app.venues.binance.environments import PRACTICE
from terminal_app.venues.binance.opening import open_venue
from tests.helpers.market_values import instrument
from tests.helpers.quiet_desk import NOWHERE

D = Decimal


@pytest.fixture
def form(qtbot: QtBot) -> TicketForm:
    """Make the form of a futures symbol."""
    made = TicketForm()
    qtbot.addWidget(made)
    capabilities = open_venue(PRACTICE, Market.USDM, NOWHERE, None).capabilities
    made.set_instrument(instrument(), capabilities, SizeUnit.BASE)
    return made


@pytest.mark.parametrize("side", list(Side))
def test_an_entry_with_its_exits_keeps_the_side_of_the_entry(form: TicketForm, side: Side) -> None:
    sign = 1 if side is Side.BUY else -1
    take_order(form, PlannedOrder(side, D("0.5"), D(1000)))
    target, stop = D(1000) + 20 * sign, D(1000) - 10 * sign
    take_order(form, PlannedOrder(side.opposite, D("0.5"), target, PlanRole.TAKE_PROFIT))
    take_order(form, PlannedOrder(side.opposite, D("0.5"), stop, PlanRole.STOP_LOSS))
    draft = form.read()
    assert (draft.order.side, draft.order.price, draft.order.size) == (side, D(1000), D("0.5"))
    assert (draft.exits.take_profit, draft.exits.stop_loss) == (target, stop)


def test_a_stop_is_written_as_a_stop_and_follows_its_line(form: TicketForm) -> None:
    plan = PlannedOrder(Side.SELL, D("0.2"), D(990), PlanRole.STOP)
    take_order(form, plan)
    take_price(form, plan, D(985))
    order = form.read().order
    assert order.side is Side.SELL
    assert order.type.has_trigger
    assert order.trigger is not None
    assert order.trigger.price == D(985)
