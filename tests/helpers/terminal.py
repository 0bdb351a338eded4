"""Run the whole terminal, window and practice exchange, inside a test."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from shiboken6 import Shiboken

from terminal_app.app.arguments import parse_arguments
from terminal_app.app.program import Program
from terminal_app.domain.instrument import Market
from terminal_app.gui.safety.leaving import LeavePlansQuestion
from terminal_app.gui.theme import DARK, apply_theme
from terminal_app.gui.widgets.live_table import LiveTable
from terminal_app.gui.widgets.number_field import NumberField
from terminal_app.gui.widgets.press_guard import SETTLE_SECONDS
from terminal_app.services.session import Session
from terminal_app.storage.files import Places
from tests.helpers.eventually import eventually

START_SECONDS = 60.0


@asynccontextmanager
async def running_terminal(folder: Path, *words: str) -> AsyncIterator[Program]:
    """Open the terminal with a profile of its own and close it as a person would."""
    arguments = parse_arguments(words, ["practice"])
    names = ("config", "data", "logs", "cache")
    places = Places(*(folder / name for name in names)).make()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    apply_theme(application, DARK)
    program = Program(arguments, places)
    async with asyncio.TaskGroup() as group:
        run = group.create_task(program.run())
        try:
            yield program
        finally:
            program.window.close()
            while not (await asyncio.wait({run}, timeout=0.05))[0]:
                for question in program.window.findChildren(LeavePlansQuestion):
                    question.accept()
            await run
            _end_window(program.window)


def _end_window(window: QWidget) -> None:
    """Take a window away as a whole: what is left to the collector goes in any order, at any time.

    A later window dresses every widget there is, those that are half gone among them.
    """
    Shiboken.delete(window)
    gc.collect()


async def ready(program: Program, market: Market = Market.SPOT) -> Session:
    """Wait until orders can be placed on a market and its chart, book and tape are alive."""
    desk, window = program.desk, program.window
    await eventually(lambda: desk.session is not None and bool(desk.instrument), START_SECONDS)
    if desk.market is not market:
        click(window.symbol_bar.markets[market])
    session = desk.sessions[market]
    await eventually(lambda: desk.session is session and session.is_fresh, START_SECONDS)
    await eventually(lambda: not session.orders.closed_because, START_SECONDS)
    await eventually(lambda: window.ticket.submit.isEnabled(), START_SECONDS)
    return session


def click(widget: QWidget, position: QPoint | None = None) -> None:
    """Press and release the left button on a widget that a person can see and use."""
    assert widget.isVisible(), f"{widget} cannot be seen"
    assert widget.isEnabled(), f"{widget} is disabled"
    where = position if position is not None else widget.rect().center()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=where)


def type_into(field: NumberField, text: str) -> None:
    """Replace what a field holds, key by key."""
    click(field.edit)
    field.edit.selectAll()
    QTest.keyClicks(field.edit, text)


async def click_in_row(table: LiveTable, key_end: str, name: str) -> None:
    """Press a button of the row whose key ends like this, once it is there and stands still."""
    seen: tuple[object, ...] = ()
    since_s = 0.0

    def stands_still() -> bool:
        # Rows that have just changed places take no press.
        nonlocal seen, since_s
        now: tuple[object, ...] = (button(), *(row.key for row in table.rows))
        if now != seen:
            seen, since_s = now, time.monotonic()
        return now[0] is not None and time.monotonic() - since_s > SETTLE_SECONDS

    def button() -> QPushButton | None:
        keys = [row.key for row in table.rows if row.key.endswith(key_end)]
        return table.button(keys[0], name) if keys else None

    await eventually(stands_still)
    found = button()
    assert found is not None
    click(found)


def cells(table: LiveTable) -> list[list[str]]:
    """Return the texts a table shows."""
    return [[cell.text for cell in row.cells] for row in table.rows]
