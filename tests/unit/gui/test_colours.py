"""Everything in the window follows the colours that a person chooses, and they are kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from terminal_app.gui.alert_studies import study_figures
from terminal_app.gui.main_window import MainWindow
from terminal_app.gui.theme import DARK, LIGHT, Theme, apply_theme, colour_blind, swapped
from terminal_app.gui.widgets.number_field import NumberField
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


class Polishing(QObject):
    """Count how often widgets are dressed."""

    count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take a look at what comes to everybody."""
        self.count += event.type() is QEvent.Type.StyleChange
        return False


@pytest.fixture
def nest(qapp: QApplication, qtbot: QtBot) -> Iterator[QWidget]:
    """Show fields and buttons, each within eight others, in dark colours."""
    font, palette = qapp.font(), qapp.palette()
    apply_theme(qapp, DARK)
    outer = inner = QWidget()
    for _ in range(8):
        layout = QVBoxLayout(inner)
        inner = QWidget()
        layout.addWidget(inner)
    layout = QVBoxLayout(inner)
    for part in (NumberField("Price"), QPushButton("Buy"), QCheckBox("Each time"), QLabel("7")):
        layout.addWidget(part)
    qtbot.addWidget(outer)
    outer.show()
    yield outer
    qapp.setStyleSheet("")
    qapp.setFont(font)
    qapp.setPalette(palette)


def test_another_theme_dresses_no_widget_again_and_again(nest: QWidget, qapp: QApplication) -> None:
    polishing = Polishing()
    qapp.installEventFilter(polishing)
    apply_theme(qapp, LIGHT)
    qapp.removeEventFilter(polishing)
    # Once undressed and once dressed, however many it is in.
    assert polishing.count <= 2 * len(qapp.allWidgets())
    assert len(nest.findChildren(QWidget)) > 8


def test_colours_that_come_back_look_as_they_did(nest: QWidget, qapp: QApplication) -> None:
    before = nest.grab().toImage()
    apply_theme(qapp, LIGHT)
    assert nest.grab().toImage() != before
    apply_theme(qapp, DARK)
    assert nest.grab().toImage() == before
