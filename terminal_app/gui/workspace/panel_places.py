"""Offer in menus where panels may go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from terminal_app.gui.docks import Dock, DockArea
from terminal_app.gui.workspace.panel_window import PanelWindow, fill_panel_menu

if TYPE_CHECKING:
    from terminal_app.gui.workspace.panel_windows import PanelWindows


def fill_windows(windows: PanelWindows, docks: Iterable[Dock], menu: QMenu) -> None:
    """Offer to move every panel, and to bring all of them back."""
    menu.clear()
    for dock in docks:
        offer_places(windows, dock, menu, f"{dock.title} ")
    menu.addSeparator()
    gather = menu.addAction("Bring every panel back")
    gather.triggered.connect(windows.gather)
    gather.setEnabled(bool(windows.shown) and not windows.is_locked)


def offer_places(windows: PanelWindows, dock: Dock, menu: QMenu, prefix: str = "") -> None:
    """Offer every place that a panel may go to; none while panels are locked."""
    if windows.is_locked:
        return
    here = windows.holder(dock)
    places: list[tuple[str, Callable[[], object]]] = [
        (f"to {window.words.lower()}", partial(windows.move, dock, window))
        for window in windows.shown
        if window is not here
    ]
    if here is None or len(here.docks) > 1:
        places.append(("to a new window", partial(windows.open_with, dock)))
    if here is not None:
        places.append(("back to the main window", partial(windows.move, dock, None)))
    for words, work in places:
        title = f"{prefix}{words}"
        action = menu.addAction(f"{title[0].upper()}{title[1:]}")
        action.triggered.connect(lambda _checked, work=work: work())


def fill_panels(windows: PanelWindows, area: DockArea, window: PanelWindow) -> None:
    """Offer in a window's own menu which panels it holds."""
    menu = window.panels_menu
    menu.clear()
    for dock in area.docks.values():
        action = menu.addAction(dock.title)
        action.setCheckable(True)
        is_here = dock in window.docks
        action.setChecked(is_here)
        action.setEnabled(not windows.is_locked)
        to = None if is_here else window
        action.triggered.connect(lambda _checked, dock=dock, to=to: windows.move(dock, to))
    menu.addSeparator()
    if not windows.is_locked:
        fill_panel_menu(menu, window.panel_wanted.emit)
