"""A trip in the journal: the exchange's own money, the person's own words."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from terminal_app.app.program import Program
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.domain.round_trips import RoundTrip
from terminal_app.services.session import Session
from tests.helpers.eventually import eventually
from tests.helpers.sessions import order, placed, request
from tests.helpers.terminal import click, ready, running_terminal

pytestmark = pytest.mark.gui


def is_filled(session: Session, key: str) -> bool:
    """Say whether an order is filled."""
    return order(session, key).status is OrderStatus.FILLED


async def closed_trip(program: Program, session: Session) -> RoundTrip:
    """Buy and sell the same size and return the trip."""
    for side in (Side.BUY, Side.SELL):
        key = await placed(session, request(session, side, "0.02"))
        await eventually(partial(is_filled, session, key))
    journal = session.journal
    await eventually(lambda: any(trip.is_closed for trip in journal.trips))
    await eventually(lambda: all(trip.fees is not None for trip in journal.trips))
    return next(trip for trip in journal.trips if trip.is_closed)


async def test_a_futures_trip_is_the_exchanges_money_and_keeps_its_note(tmp_path: Path) -> None:
    async with running_terminal(tmp_path, "--market", "usdm") as program:
        session = await ready(program, Market.USDM)
        window, panel = program.window, program.window.journal
        window.area.docks["journal"].show()
        window.area.docks["journal"].raise_()
        trip = await closed_trip(program, session)
        fills = session.orders.store.fills.values()
        realized = sum((fill.realized_profit or Decimal(0) for fill in fills), Decimal(0))
        assert abs(trip.profit - realized) < Decimal("0.000001")
        assert trip.fees == sum(fill.commission for fill in fills)
        key = f"usdm|{trip.key}"
        await eventually(lambda: [row.key for row in panel.table.rows] == [key])
        panel.table.selectRow(0)
        await eventually(lambda: panel.details.trip is not None)
        panel.details.note.setPlainText("Too early")
        panel.details.tags.setText("range fade")
        click(panel.details.keep)
        await eventually(lambda: session.journal.note(trip.key).note == "Too early")
        click(panel.tabs, panel.tabs.tabRect(1).center())
        figures = panel.statistics.figures
        await eventually(lambda: [row.cells[1].text for row in figures.rows][:1] == ["1"])
        made: list[bytes] = []
        panel.file_made.connect(lambda _path, content: made.append(content))
        panel.export_to(str(tmp_path / "journal.csv"))
        (line,) = csv.DictReader(io.StringIO(made[0].decode("utf-8-sig")))
        assert Decimal(line["net"]) == trip.net
        assert (line["tags"], line["note"]) == ("range fade", "Too early")
        await eventually((tmp_path / "journal.csv").exists)
    async with running_terminal(tmp_path, "--market", "usdm") as program:
        session = await ready(program, Market.USDM)
        again = session.journal
        await eventually(lambda: bool(again.trips))
        assert (again.trips[0].key, again.trips[0].net) == (trip.key, trip.net)
        assert again.note(trip.key).tags == ("range", "fade")


async def test_pictures_of_entry_and_exit_are_taken(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        panel = program.window.journal
        program.window.area.docks["journal"].show()
        program.window.area.docks["journal"].raise_()
        # What was there at the start is no news: the journal has to know that first.
        await eventually(lambda: session.journal.is_loaded)
        # A look at the other market leaves that knowledge as it is.
        await ready(program, Market.USDM)
        await ready(program, Market.SPOT)
        trip = await closed_trip(program, session)
        panel.choose(f"spot|{trip.key}")
        views = panel.details.pictures.values()
        await eventually(lambda: all(view.has_picture for view in views))
