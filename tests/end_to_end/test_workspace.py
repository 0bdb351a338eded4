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
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QHeaderView,
    QLineEdit,
    QListView,
    QTabBar,
    QTabWidget,
    QToolButton,
    QWidget,
)

from terminal_app.app.program import Program
from terminal_app.domain.instrument import Market
from terminal_app.gui.widgets.percent_slider import PercentSlider
from terminal_app.storage.preferences import PanelKind, PreferencesFile
from tests.helpers.eventually import eventually
from tests.helpers.terminal import ready, running_terminal

pytestmark = [
    pytest.mark.gui,
    pytest.mark.qt_log_ignore("does not support (raise|grabbing|propagateSizeHints)"),
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
MOST_STEPS = 400
USED_BY_HAND = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
)
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


def unreached(window: QWidget) -> Iterator[str]:
    """Walk a window with Tab until it comes round, and tell what of use was never reached."""
    reached: set[QWidget] = set()
    for _ in range(MOST_STEPS):
        window.focusNextChild()
        focused = QApplication.focusWidget()
        if focused is not None:
            reached.add(focused)
    groups = {id(widget.group()) for widget in reached if isinstance(widget, QAbstractButton)}
    for widget in window.findChildren(QWidget):
        is_there = widget.isVisible() and widget.isEnabled() and widget.window() is window
        # The arrow keys go on from the one of several that is chosen; Qt's own parts are its own.
        is_beside = isinstance(widget, QAbstractButton) and (
            (widget.group() is not None and id(widget.group()) in groups)
            or any(one.parent() is widget.parent() for one in reached if widget.autoExclusive())
        )
        of_qt = isinstance(widget, QHeaderView) or isinstance(widget.parent(), SPOKEN_BY_QT)
        # The slider above its marks does the same by keys.
        is_excused = is_beside or of_qt or isinstance(widget.parent(), PercentSlider)
        is_of_use = isinstance(widget, USED_BY_HAND) and is_there
        if is_of_use and widget not in reached and not is_excused:
            text = widget.text() if isinstance(widget, QAbstractButton) else ""
            name = text or widget.accessibleName()
            yield f"{name}: {type(widget).__name__} in {type(widget.parent()).__name__}"


def pages(window: QWidget) -> Iterator[QWidget]:
    """Show every page of a window in turn."""
    tabs = window.findChild(QTabWidget)
    for number in range(tabs.count() if tabs is not None else 1):
        if tabs is not None:
            tabs.setCurrentIndex(number)
        yield window


async def test_every_control_has_a_name_and_is_reached_by_keys(tmp_path: Path) -> None:
    async with running_terminal(tmp_path, "--market", "usdm") as program:
        await ready(program, Market.USDM)
        window, safety = program.window, program.safety
        lacking: set[str] = set()
        for dock in window.area.docks.values():
            dock.show()
        window.activateWindow()
        await eventually(window.isActiveWindow)
        for name in ("book", "ladder", "activity", "journal", "watchlist", "alerts"):
            window.area.docks[name].raise_()
            await eventually(window.area.docks[name].widget().isVisible)
            lacking |= {*nameless(window), *unreached(window)}
        further = window.workspace.windows.open_with(window.panels.open(PanelKind.LADDER))
        assert further is not None
        for kind in (PanelKind.BOOK, PanelKind.CHART):
            further.panel_wanted.emit(kind)
        for shown_now in (further, safety.settings, safety.doctor, safety.panic_window):
            shown_now.show()
            shown_now.activateWindow()
            await eventually(shown_now.isActiveWindow)
            for page in pages(shown_now):
                lacking |= {*nameless(page), *unreached(page)}
            shown_now.hide()
        window.environment_bar.keys_wanted.emit()
        await eventually(lambda: QApplication.activeModalWidget() is not None)
        keys = QApplication.activeModalWidget()
        assert keys is not None
        lacking |= {*nameless(keys), *unreached(keys)}
        keys.close()
        assert not lacking, "\n".join(sorted(lacking))
