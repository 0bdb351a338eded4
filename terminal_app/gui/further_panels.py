"""Panels beside those of the desk, each of a symbol of its own: opened, kept, closed."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from terminal_app.gui.charts import Charts
from terminal_app.gui.docks import Dock, DockArea
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.further_chart import FurtherChart
from terminal_app.gui.further_panel import FurtherPanel
from terminal_app.gui.theme import Theme
from terminal_app.services.desk import Desk
from terminal_app.storage.preferences import ChartPreferences, PanelKind, PanelPreferences

WORDS = {
    PanelKind.CHART: "Chart",
    PanelKind.BOOK: "Book",
    PanelKind.LADDER: "Ladder",
    PanelKind.TRADES: "Trades",
}
_FIRST_NUMBER = 2


class FurtherPanels(QObject):
    """Open and close panels of symbols of their own; closing one ends it.

    ``made`` carries a ``FurtherPanel`` whose wishes are to be carried out, ``opened`` the dock of a
    panel, ``price_wanted`` the price of a click for the ticket, ``changed`` asks for what is open
    to be kept.
    """

    made = Signal(object)
    opened = Signal(object)
    price_wanted = Signal(object)
    changed = Signal()

    def __init__(
        self, desk: Desk, clock: FrameClock, theme: Theme, area: DockArea, charts: Charts
    ) -> None:
        super().__init__(area)
        self._desk, self._clock, self._theme = desk, clock, theme
        self._area, self._charts = area, charts
        self.panels: dict[str, FurtherPanel | FurtherChart] = {}
        self._kept: dict[str, PanelPreferences] = {}

    def set_theme(self, theme: Theme) -> None:
        """Open panels in other colours from now on; those that are open take them by themselves."""
        self._theme = theme

    def open(self, kind: PanelKind) -> Dock:
        """Open a panel that shows what the desk does now, and follows its own way from there."""
        numbers = range(_FIRST_NUMBER, len(self._area.docks) + _FIRST_NUMBER + 1)
        free = (f"{kind.value}-{number}" for number in numbers)
        market, symbol = self._desk.market.value, self._desk.symbol
        kept = PanelPreferences(
            name=next(name for name in free if name not in self._area.docks),
            kind=kind,
            market=market,
            symbol=symbol,
            chart=ChartPreferences(market=market, symbol=symbol),
        )
        dock = self._add(kept)
        self._area.put_near(dock, kind.value)
        dock.show()
        dock.raise_()
        self.changed.emit()
        return dock

    def restore(self, kept: Iterable[PanelPreferences]) -> None:
        """Close every panel, and open those that were kept; where they stand is told later."""
        for name in list(self.panels):
            self.close(name)
        for one in kept:
            if one.name not in self._area.docks:
                self._add(one)

    def kept(self) -> list[PanelPreferences]:
        """Return the panels as they are kept."""
        return [self._kept[name] for name in self.panels]

    def close(self, name: str) -> None:
        """End a panel with what it follows."""
        panel = self.panels.pop(name)
        del self._kept[name]
        if isinstance(panel, FurtherChart):
            self._charts.forget(panel)
        panel.close()
        self._area.remove(name)

    def _add(self, kept: PanelPreferences) -> Dock:
        panel = self._make(kept)
        self.panels[kept.name], self._kept[kept.name] = panel, kept
        number = kept.name.rpartition("-")[2]
        widget: QWidget = panel.panel if isinstance(panel, FurtherChart) else panel.widget
        ladder = panel.ladder if isinstance(panel, FurtherPanel) else None
        lead = ladder.head.line if ladder is not None else None
        dock = self._area.add(kept.name, f"{WORDS[kept.kind]} {number}", widget, lead)
        if isinstance(panel, FurtherPanel):
            dock.head.begin_with(panel.dot)
        # Not while Qt is in the middle of closing it.
        dock.closed.connect(lambda: QTimer.singleShot(0, dock, lambda: self._on_closed(dock)))
        self.opened.emit(dock)
        return dock

    def _make(self, kept: PanelPreferences) -> FurtherPanel | FurtherChart:
        if kept.kind is PanelKind.CHART:
            chart = self._charts.make(kept.chart)
            chart.close_button.hide()
            return chart
        panel = FurtherPanel(self._desk, self._clock, self._theme, kept, self._charts.groups)
        panel.price_wanted.connect(self.price_wanted)
        panel.changed.connect(self.changed)
        self.made.emit(panel)
        return panel

    def _on_closed(self, dock: Dock) -> None:
        name = dock.objectName()
        if name in self.panels and dock.isHidden():
            self.close(name)
            self.changed.emit()
