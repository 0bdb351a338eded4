"""Every further window, and which panel is in which of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QWidget

from terminal_app.gui.docks import BESIDE_PX, Dock, DockArea
from terminal_app.gui.workspace.panel_places import fill_panels, offer_places
from terminal_app.gui.workspace.panel_window import PanelWindow
from terminal_app.gui.workspace.screens import bring_on_screen
from terminal_app.storage.preferences import KeptWindow

# More screens than these nobody trades on.
MOST_WINDOWS = 6
_FIRST_NUMBER = 2


class PanelWindows(QObject):
    """Move panels between the main window and further ones; no panel is ever lost.

    A window is closed with its last panel, and a panel that is closed in one belongs to the main
    window again. ``opened`` carries a window that was made, once; ``changed`` asks for the places
    to be kept now, ``rearranged`` once they stand still. While ``is_locked`` every panel stays in
    the window it is in.
    """

    opened = Signal(object)
    changed = Signal()
    rearranged = Signal()

    def __init__(self, window: QWidget, area: DockArea) -> None:
        super().__init__(window)
        self._window, self._area = window, area
        # A window that was closed waits hidden for the next time.
        self._made: list[PanelWindow] = []
        self._dress: Callable[[PanelWindow], object] = lambda _: None
        self.is_locked = False

    @property
    def shown(self) -> list[PanelWindow]:
        """Return the windows that hold panels."""
        return [window for window in self._made if window.docks]

    def follow(self, dock: Dock) -> None:
        """Let a dock be moved from its title, and take it back when it is closed elsewhere."""
        dock.head.menu_wanted.connect(partial(offer_places, self, dock))
        # Not while Qt is in the middle of closing it.
        dock.closed.connect(lambda: QTimer.singleShot(0, dock, partial(self._on_closed, dock)))

    def holder(self, dock: Dock) -> PanelWindow | None:
        """Return the further window that a dock is in, None for the main one."""
        return next((window for window in self._made if dock in window.docks), None)

    def move(self, dock: Dock, to: PanelWindow | None) -> None:
        """Put a panel into a further window, or back into the main one."""
        before = self.holder(dock)
        if self.is_locked or before is to:
            return
        if before is not None:
            self._area.take_back(dock, is_shown=True)
        if to is not None:
            self._area.lend(dock, to.area)
            self._show(to)
        if before is not None:
            self._close_empty(before)
        self.changed.emit()

    def open_with(self, dock: Dock) -> PanelWindow | None:
        """Put a panel into a window of its own; None where locked, or where there are too many."""
        free = next((window for window in self._made if not window.docks), None)
        if self.is_locked or (free is None and len(self._made) >= MOST_WINDOWS):
            return None
        opened = free or self._make()
        self.move(dock, opened)
        return opened

    def close(self, window: PanelWindow) -> None:
        """Close a window; its panels go back to where they came from."""
        for dock in window.docks:
            self._area.take_back(dock, is_shown=True)
        self._close_empty(window)
        self.changed.emit()

    def gather(self) -> None:
        """Bring every panel back into the main window."""
        for window in self.shown:
            self.close(window)

    def hide(self) -> None:
        """Hide every window, because the program ends."""
        for window in self._made:
            window.hide()

    def set_dress(self, dress: Callable[[PanelWindow], object]) -> None:
        """Have every window say where it trades, from now on and those made later."""
        self._dress = dress
        for window in self._made:
            dress(window)

    def kept(self) -> list[KeptWindow]:
        """Return the windows as they are kept."""
        return [
            KeptWindow(
                geometry=window.geometry_text(),
                docks=window.state_text(),
                panels=[dock.objectName() for dock in window.docks],
            )
            for window in self.shown
        ]

    def restore(self, kept: Iterable[KeptWindow]) -> None:
        """Open windows as they were kept; panels of other versions are left out."""
        self.gather()
        for one in list(kept)[:MOST_WINDOWS]:
            docks = [self._area.docks[name] for name in one.panels if name in self._area.docks]
            if not docks:
                continue
            window = next((made for made in self._made if not made.docks), None) or self._make()
            for dock in docks:
                self._area.lend(dock, window.area)
            window.restore_text(one.geometry, one.docks)
            self._show(window)

    def _make(self) -> PanelWindow:
        window = PanelWindow(self._window, _FIRST_NUMBER + len(self._made))
        self._made.append(window)
        window.close_wanted.connect(lambda: self.close(window))
        window.moved.connect(self.rearranged)
        window.panels_menu.aboutToShow.connect(lambda: fill_panels(self, self._area, window))
        self._dress(window)
        self.opened.emit(window)
        return window

    def _show(self, window: PanelWindow) -> None:
        offset = BESIDE_PX * (window.number - _FIRST_NUMBER + 1)
        beside = self._window.geometry().topLeft() + QPoint(offset, offset)
        if window.isVisible():
            return
        bring_on_screen(window, beside)
        window.show()
        # No button of the strip: a space bar that was meant for something else must not find it.
        window.area.setFocus()

    def _on_closed(self, dock: Dock) -> None:
        window = self.holder(dock)
        if window is not None and dock.isHidden():
            self._area.take_back(dock, is_shown=False)
            self._close_empty(window)
            self.changed.emit()

    def _close_empty(self, window: PanelWindow) -> None:
        if not window.docks:
            window.hide()
