"""The ticket: what it offers by market and type, what it refuses, and when it is closed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from PySide6.QtWidgets import QWidget

from terminal_app.domain.instrument import Market
from terminal_app.domain.sizing import SizeUnit
from terminal_app.errors import InvalidOrder
from terminal_app.gui.panels.ticket import kinds
from terminal_app.gui.panels.ticket.panel import Ticket
from terminal_app.gui.panels.ticket.terms import TermsButton
from terminal_app.gui.theme import LIGHT
from tests.golden.stage import Scene, Stage
from tests.golden.world import State, empty_desk, fill

SIZE = (276, 600)
Hand = Callable[[Ticket], None]


async def ticket(
    stage: Stage, state: State, hand: Hand | None = None, market: Market = Market.USDM
) -> QWidget:
    """Show the ticket after a hand did something with it."""
    desk = empty_desk(state, market)
    panel, terms = Ticket(desk, stage.theme, stage.clock), TermsButton(desk, stage.clock)
    shown = await stage.dock("Order", panel, SIZE, tool=terms)
    await fill(stage, desk, state)
    if hand is not None:
        hand(panel)
        await stage.settle()
    return shown


def typed(panel: Ticket, **texts: str) -> None:
    """Type into fields by their captions, an underscore for a space."""
    for name, text in texts.items():
        field = panel.form.field(name.replace("_", " "))
        assert field is not None, name
        field.edit.setText(text)
        field.edit.textEdited.emit(text)


def limit(panel: Ticket) -> None:
    """Write a limit order with exits."""
    typed(panel, Price="61800.0", Size="0.050", TP="63000", SL="60400")


def sell(panel: Ticket) -> None:
    """Write a sell that takes from the book."""
    panel.form.tabs.choose(kinds.MARKET)
    panel.form.sell.click()
    typed(panel, Size="2.500")


def risk(panel: Ticket) -> None:
    """Give a risk instead of a size."""
    panel.form.sizing.set_unit(SizeUnit.RISK, Decimal(1))
    typed(panel, Price="61800.0", SL="60400")


def stop_limit(panel: Ticket) -> None:
    """Write a conditional order that only reduces."""
    panel.form.tabs.choose(kinds.STOP_LIMIT)
    panel.form.sell.click()
    panel.form.reduce.setChecked(True)
    typed(panel, Trigger="60400", Price="60350", Size="0.250")


def scaled(panel: Ticket) -> None:
    """Write a range of orders."""
    panel.form.tabs.choose(kinds.SCALED)
    typed(panel, From="61500", To="60500", Size="0.500")


def oco(panel: Ticket) -> None:
    """Write two orders of which one cancels the other."""
    panel.form.tabs.choose(kinds.OCO)
    panel.form.sell.click()
    typed(panel, Price="63000", Stop="60400", Stop_limit="60350", Size="0.100")


def refused(panel: Ticket) -> None:
    """Press with a price that is on no tick."""
    typed(panel, Price="61800.05", Size="0.050")
    panel.show_error(
        InvalidOrder("Price", "it must be a multiple of 0.1 USDT", "61800.05", "61800.1 USDT")
    )


async def light_ticket(stage: Stage) -> QWidget:
    """Show the ticket in the light theme."""
    stage.dress(LIGHT)
    return await ticket(stage, State.NORMAL, limit)


SCENES: dict[str, Scene] = {
    **{f"ticket-{state}": partial(ticket, state=state) for state in State},
    "ticket-stale": partial(ticket, state=State.STALE, hand=limit),
    "ticket-limit": partial(ticket, state=State.NORMAL, hand=limit),
    "ticket-market-sell": partial(ticket, state=State.NORMAL, hand=sell),
    "ticket-risk": partial(ticket, state=State.NORMAL, hand=risk),
    "ticket-stop-limit": partial(ticket, state=State.NORMAL, hand=stop_limit),
    "ticket-scaled": partial(ticket, state=State.NORMAL, hand=scaled),
    "ticket-refused": partial(ticket, state=State.NORMAL, hand=refused),
    "ticket-spot": partial(ticket, state=State.NORMAL, hand=limit, market=Market.SPOT),
    "ticket-oco": partial(ticket, state=State.NORMAL, hand=oco, market=Market.SPOT),
    "ticket-light": light_ticket,
}
