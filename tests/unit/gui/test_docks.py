"""Check that panels move, are remembered, and say where they trade when they float."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from terminal_app.gui.docks import DockArea

# The platform without a screen says that it cannot raise a floating window.
pytestmark = pytest.mark.qt_log_ignore("does not support raise")


@pytest.fixture
def area(qtbot: QtBot) -> Iterator[DockArea]:
    made = new_area(qtbot)
    yield made
    close(made)


def new_area(qtbot: QtBot) -> DockArea:
    """Show the docks as a first start does."""
    made = DockArea()
    qtbot.addWidget(made)
    made.setCentralWidget(QLabel("chart"))
    for name in ("book", "ladder", "trades", "ticket", "activity"):
        made.add(name, name.title(), QLabel(name))
    made.set_environment("#2bb3a3", "PRACTICE")
    made.resize(1200, 760)
    made.show()
    made.arrange()
    return made


def close(area: DockArea) -> None:
    """Close floating docks with the area."""
    for dock in area.docks.values():
        dock.close()
    area.close()


def test_a_first_start_shows_book_over_trades_ticket_at_the_edge(area: DockArea) -> None:
    book, trades = area.docks["book"].geometry(), area.docks["trades"].geometry()
    ticket, activity = area.docks["ticket"].geometry(), area.docks["activity"].geometry()
    assert book.bottom() < trades.top()
    assert book.right() < ticket.left()
    assert ticket.bottom() > activity.top()
    assert activity.right() < book.left()


def edge(area: DockArea, name: str) -> list[str]:
    """Return the colours of the three pixels at the left edge of a dock."""
    picture = area.docks[name].grab().toImage()
    return [picture.pixelColor(x, picture.height() // 2).name() for x in range(3)]


def test_a_floating_panel_has_the_colour_and_the_word_of_the_environment(
    area: DockArea, qtbot: QtBot
) -> None:
    dock = area.docks["ticket"]
    assert dock.windowTitle() == "Ticket"
    dock.setFloating(True)
    assert dock.windowTitle() == "Ticket – PRACTICE"
    qtbot.waitUntil(lambda: edge(area, "ticket") == ["#2bb3a3"] * 3)
    area.set_environment("#ff9f1a", "LIVE")
    assert dock.windowTitle() == "Ticket – LIVE"
    qtbot.waitUntil(lambda: edge(area, "ticket") == ["#ff9f1a"] * 3)
    dock.setFloating(False)
    assert dock.windowTitle() == "Ticket"


def test_the_arrangement_is_kept_as_text(area: DockArea, qtbot: QtBot) -> None:
    area.docks["trades"].close()
    area.docks["ticket"].setFloating(True)
    text = area.state_text()
    text.encode("ascii")
    again = new_area(qtbot)
    assert again.restore_text(text)
    assert not again.docks["trades"].isVisible()
    assert again.docks["ticket"].isFloating()
    again.arrange()
    assert all(dock.isVisible() and not dock.isFloating() for dock in again.docks.values())
    close(again)


@pytest.mark.parametrize("text", ["", "nonsense", "AAAA////", "%%%"])
def test_what_is_no_arrangement_changes_nothing(area: DockArea, text: str) -> None:
    assert not area.restore_text(text)
    assert all(dock.isVisible() for dock in area.docks.values())


def test_a_panel_that_is_asked_for_comes_before_its_neighbour(area: DockArea, qtbot: QtBot) -> None:
    book, ladder = area.docks["book"], area.docks["ladder"]
    ladder.close()
    book.raise_()
    qtbot.waitUntil(lambda: not book.visibleRegion().isEmpty())
    ladder.toggleViewAction().trigger()
    qtbot.waitUntil(lambda: not ladder.visibleRegion().isEmpty())
    assert book.visibleRegion().isEmpty()
