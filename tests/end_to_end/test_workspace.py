"""A person makes the window their own, and finds everything in it by one chord."""

from __future__ import annotations

from collections.abc import Iterator, Sized
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QDockWidget,
    QListView,
    QTabBar,
    QTabWidget,
    QToolButton,
    QWidget,
)

from terminal_app.app.program import Program
from terminal_app.storage.preferences import PreferencesFile
from tests.helpers.eventually import eventually
from tests.helpers.terminal import START_SECONDS, ready, running_terminal

pytestmark = [
    pytest.mark.gui,
    pytest.mark.timeout(110),
    pytest.mark.qt_log_ignore("does not support (raise|grabbing)"),
]


def shown(program: Program) -> set[str]:
    """Return the panels that are open."""
    docks = program.window.area.docks
    return {name for name, dock in docks.items() if not dock.isHidden()}


def _has_more(told: Sized, count: int) -> bool:
    return len(told) > count


async def goes_to_a_file_and_back(program: Program, folder: Path) -> None:
    """Save the layout of now, take it again under another name, and refuse a file that is none."""
    workspace, before = program.window.workspace, shown(program)
    path = folder / "from home.json"
    workspace.layouts.export(str(path))
    await eventually(path.exists)
    workspace.layouts.show_preset("Default")
    workspace.layout_menu.file_wanted.emit(str(path))
    await eventually(lambda: "from home" in workspace.layouts.names)
    assert shown(program) == before
    workspace.layout_menu.file_wanted.emit(str(path))
    await eventually(lambda: "from home (2)" in workspace.layouts.names)
    told = program.notifications.notices
    for content in (b"no layout", path.read_bytes().replace(b'"docks": "', b'"docks": "AAAA', 1)):
        (folder / "broken.json").write_bytes(content)
        count = len(told)
        workspace.layout_menu.file_wanted.emit(str(folder / "broken.json"))
        await eventually(partial(_has_more, told, count))
        assert "broken.json was not taken, nothing was changed." in told[-1].text
        assert shown(program) == before
        assert len(workspace.layouts.names) == 3


async def test_a_layout_is_kept_shown_again_and_outlives_the_program(tmp_path: Path) -> None:
    file = PreferencesFile(tmp_path / "config" / "preferences.json")
    async with running_terminal(tmp_path) as program:
        await ready(program)
        layouts, docks = program.window.workspace.layouts, program.window.area.docks
        docks["trades"].close()
        docks["watchlist"].show()
        assert layouts.keep("  my   desk ") == ""
        assert "at least one letter" in layouts.keep(" ")
        assert "program itself offers" in layouts.keep("Default")
        layouts.show_preset("Default")
        assert shown(program) == {"book", "ladder", "trades", "ticket", "activity"}
        assert layouts.show_layout("my desk")
        assert "trades" not in shown(program)
        assert "watchlist" in shown(program)
        assert layouts.rename("my desk", "desk") == ""
        await goes_to_a_file_and_back(program, tmp_path)
        program.window.workspace.lock.trigger()
        movable = QDockWidget.DockWidgetFeature.DockWidgetMovable
        assert not any(dock.features() & movable for dock in docks.values())
        # Kept at once, not at the end.
        await eventually(lambda: file.load().layout_locked and "desk" in file.load().layouts)
    async with running_terminal(tmp_path) as program:
        await eventually(program.window.isVisible)
        docks = program.window.area.docks
        assert "trades" not in shown(program)
        assert "watchlist" in shown(program)
        assert not any(dock.features() & movable for dock in docks.values())
        program.window.workspace.layouts.delete("desk")
        assert "desk" not in program.window.workspace.layouts.names


async def test_one_chord_finds_symbols_panels_and_settings(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        await ready(program)
        window, palette = program.window, program.window.workspace.palette
        window.activateWindow()
        QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        await eventually(palette.isVisible)
        QTest.keyClicks(palette.search, "ethus")
        QTest.keyClick(palette.search, Qt.Key.Key_Return)
        await eventually(lambda: program.desk.symbol == "ETHUSDT")
        assert not palette.isVisible()
        for typed, is_done in (
            ("watchl", lambda: "watchlist" in shown(program)),
            ("bars of 15", lambda: program.desk.period.text == "15m"),
            ("light", lambda: program.desk.preferences.theme == "light"),
        ):
            palette.open_here()
            QTest.keyClicks(palette.search, typed)
            QTest.keyClick(palette.search, Qt.Key.Key_Return)
            await eventually(is_done)
        palette.open_here()
        assert palette.list.item(0).text().startswith("Light")
        QTest.keyClicks(palette.search, "zzzz")
        assert palette.list.item(0).text() == "Nothing is called “zzzz”"
        palette.hide()


# What is inside of these is Qt's own; rows and tabs say themselves what they are.
SPOKEN_BY_QT = (QTabBar, QTabWidget, QListView, QAbstractSpinBox)


def nameless(window: QWidget) -> Iterator[str]:
    """Tell what takes the focus and has no name for a screen reader, or no words about its use."""
    for widget in window.findChildren(QWidget):
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        is_unused = widget.isHidden() and not text
        of_qt = isinstance(widget.parent(), SPOKEN_BY_QT)
        of_qt |= isinstance(widget, (QTabBar, QTabWidget, QListView))
        if widget.focusPolicy() is Qt.FocusPolicy.NoFocus or is_unused or of_qt:
            continue
        if not text and not widget.accessibleName():
            yield f"no name: {type(widget).__name__} in {type(widget.parent()).__name__}"
        if isinstance(widget, QToolButton) and not widget.toolTip():
            yield f"no words about {widget.text() or widget.accessibleName()}"


async def test_every_control_has_a_name_for_who_cannot_see_it(tmp_path: Path) -> None:
    async with running_terminal(tmp_path, "--market", "usdm") as program:
        await eventually(lambda: program.desk.session is not None, START_SECONDS)
        for dock in program.window.area.docks.values():
            dock.show()
        lacking = sorted(set(nameless(program.window)))
        assert not lacking, "\n".join(lacking)
