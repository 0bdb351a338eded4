"""Everything in the window follows the colours that a person chooses, and they are kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal_app.gui.alert_studies import study_figures
from terminal_app.gui.main_window import MainWindow
from terminal_app.gui.theme import DARK, LIGHT, Theme, colour_blind, swapped
from terminal_app.services.alerts import AlertService
from terminal_app.tasks import TaskScope
from tests.helpers.quiet_desk import quiet_desk


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    """Make the window of a desk without a session, and undress the application in the end."""
    font, palette = qapp.font(), qapp.palette()
    desk = quiet_desk()
    made = MainWindow(
        desk, AlertService(desk, study_figures), TaskScope("test"), DARK, lambda *_: None
    )
    qtbot.addWidget(made)
    yield made
    qapp.setStyleSheet("")
    qapp.setFont(font)
    qapp.setPalette(palette)


def held(part: object, seen: set[int]) -> Iterator[tuple[str, Theme]]:
    """Yield every theme that an object of ours keeps, also in what it is made of."""
    if id(part) in seen:
        return
    seen.add(id(part))
    for name, value in list(getattr(part, "__dict__", {}).items()):
        if isinstance(value, Theme):
            yield f"{type(part).__name__}.{name}", value
        elif type(value).__module__.startswith("terminal_app.gui"):
            yield from held(value, seen)


def old_themes(window: MainWindow, theme: Theme) -> list[str]:
    """Return where another theme is kept than the one that was chosen."""
    seen: set[int] = set()
    parts = [window, *window.findChildren(QObject)]
    return [name for part in parts for name, kept in held(part, seen) if kept != theme]


def choose(actions: list[QAction], words: str) -> None:
    """Take a choice of the menu by its beginning."""
    next(action for action in actions if action.text().startswith(words)).trigger()


def test_no_part_of_the_window_keeps_other_colours(window: MainWindow, qapp: QApplication) -> None:
    menu = window.workspace.themes
    assert old_themes(window, DARK) == []
    choose(menu.themes.actions(), "Light")
    assert old_themes(window, LIGHT) == []
    assert LIGHT.panel in qapp.styleSheet()
    choose(menu.sides.actions(), "Blue")
    assert old_themes(window, colour_blind(LIGHT)) == []
    assert LIGHT.buy not in qapp.styleSheet()
    choose(menu.themes.actions(), "Dark")
    choose(menu.sides.actions(), "Red")
    assert old_themes(window, swapped(DARK)) == []
    assert menu.theme == swapped(DARK)
