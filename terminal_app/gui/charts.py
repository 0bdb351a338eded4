"""Every chart of the window: the main one, those beside it, and how they are linked."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QObject, Signal

from terminal_app.domain.period import period_of
from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.chart_grid import ChartGrid, GridShape
from terminal_app.gui.chart_link import link_pointers
from terminal_app.gui.chart_memory import ChartMemory
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.further_chart import FurtherChart
from terminal_app.gui.link_groups import LinkedSymbol, LinkGroups, LinkKind, restore_link
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.choice_button import ChoiceButton
from terminal_app.gui.widgets.link_dot import LinkDot
from terminal_app.services.desk import ENVIRONMENT, INTERVAL, SYMBOL, Desk
from terminal_app.storage.preferences import ChartPreferences

# What a chart that was never open shows: the same symbol, from nearer to farther.
_FIRST_INTERVALS = ("15m", "1h", "4h", "1d", "5m")


class Charts(QObject):
    """Open as many charts as a person wants; the main one follows the desk.

    A choice of symbol or interval on a linked chart is a choice at the desk where the main chart
    is of that group. ``price_wanted`` carries instrument and price of a click on a chart
    beside the main one, ``file_made`` the path and the content of what is to be written,
    ``changed`` asks for what is open to be kept.
    """

    price_wanted = Signal(object, object)
    file_made = Signal(str, bytes)
    changed = Signal()

    def __init__(
        self,
        desk: Desk,
        clock: FrameClock,
        theme: Theme,
        main: ChartPanel,
        main_memory: ChartMemory,
    ) -> None:
        grid = ChartGrid(main)
        super().__init__(grid)
        self.grid = grid
        self._desk, self._clock, self._theme = desk, clock, theme
        self._main, self._main_memory = main, main_memory
        main_memory.drawn.connect(self._share_drawings)
        self.groups = LinkGroups(self)
        self.link = self.groups.link(self)
        self.dot = LinkDot(self.link, theme)
        self.shape_button = ChoiceButton(
            {shape.value: shape.words for shape in GridShape}, "How many charts there are"
        )
        self.further: list[FurtherChart] = []
        self._elsewhere: list[FurtherChart] = []
        main.bar.lead_with(self.dot)
        main.export_button.file_made.connect(self.file_made)
        main.bar.add_tool(self.shape_button, "Charts")
        main.bar.more.custom = desk.preferences.custom_intervals
        self.shape_button.chosen.connect(self._choose_shape)
        self.link.symbol_came.connect(self._show_at_desk)
        self.link.interval_came.connect(lambda text: desk.select_period(period_of(text)))
        link_pointers(main.view, self.link, self._shown_at_desk)
        restore_link(self.link, desk.preferences.chart_group, desk.preferences.chart_shares)
        self.link.changed.connect(self._keep_link)
        desk.observers.add(self._on_desk)
        self._open(_shape_named(desk.preferences.chart_shape))
        self.grid.set_sizes(desk.preferences.chart_sizes)

    def keep_sizes(self) -> None:
        """Take the sizes of the charts into the preferences."""
        self._desk.preferences.chart_sizes = self.grid.sizes()

    def show_shape(self, text: str) -> None:
        """Open as many charts as a shape holds; one of no name is the single chart."""
        self._open(_shape_named(text))

    def set_theme(self, theme: Theme) -> None:
        """Open charts in other colours from now on; those that are open take them by themselves."""
        self._theme = theme

    def _choose_shape(self) -> None:
        self._open(GridShape(self.shape_button.choice))

    def _open(self, shape: GridShape) -> None:
        """Open or close charts until there are as many as a shape holds."""
        self.shape_button.set_choice(shape.value)
        self._desk.preferences.chart_shape = shape.value
        while len(self.further) > shape.chart_count - 1:
            self._close(self.further[-1])
        while len(self.further) < shape.chart_count - 1:
            self.further.append(self._new(len(self.further)))
        self.grid.arrange(shape, [chart.panel for chart in self.further])
        self.changed.emit()

    def _new(self, number: int) -> FurtherChart:
        kept = self._desk.preferences.charts
        if len(kept) <= number:
            kept.append(self._first_look(number))
        chart = self._wired(kept[number])
        chart.close_wanted.connect(lambda: self._close_one(chart))
        return chart

    def make(self, kept: ChartPreferences) -> FurtherChart:
        """Return a chart that stands elsewhere; whoever took it closes it, and calls ``forget``."""
        chart = self._wired(kept)
        self._elsewhere.append(chart)
        return chart

    def forget(self, chart: FurtherChart) -> None:
        """Share drawings with a chart that stood elsewhere no more."""
        self._elsewhere.remove(chart)

    def _wired(self, kept: ChartPreferences) -> FurtherChart:
        chart = FurtherChart(self._desk, self._clock, self._theme, kept, self.groups)
        chart.memory.drawn.connect(self._share_drawings)
        chart.price_wanted.connect(self.price_wanted)
        chart.changed.connect(self.changed)
        chart.panel.export_button.file_made.connect(self.file_made)
        return chart

    def _first_look(self, number: int) -> ChartPreferences:
        preferences = self._desk.preferences
        return ChartPreferences(
            market=self._desk.market.value,
            symbol=self._desk.symbol,
            interval=_FIRST_INTERVALS[number % len(_FIRST_INTERVALS)],
            chart_zone=preferences.chart_zone,
            chart_group=preferences.chart_group,
        )

    def _close(self, chart: FurtherChart) -> None:
        self.further.remove(chart)
        chart.close()
        chart.panel.hide()
        chart.panel.setParent(None)
        chart.panel.deleteLater()

    def _close_one(self, chart: FurtherChart) -> None:
        """Close one chart; the rest keep what they show in the smaller arrangement."""
        kept = self._desk.preferences.charts
        # What was closed is what is opened last again.
        kept.append(kept.pop(self.further.index(chart)))
        self._close(chart)
        fitting = [shape for shape in GridShape if shape.chart_count <= len(self.further) + 1]
        self._open(max(fitting, key=lambda shape: shape.chart_count))

    def _share_drawings(self, key: str) -> None:
        charts = (*self.further, *self._elsewhere)
        for memory in (self._main_memory, *(chart.memory for chart in charts)):
            memory.refresh(key)

    def _keep_link(self) -> None:
        self._desk.preferences.chart_group = self.link.group.value
        self._desk.preferences.chart_shares = sorted(self.link.kinds)
        self.changed.emit()

    def _shown_at_desk(self) -> LinkedSymbol | None:
        return LinkedSymbol(self._desk.market, self._desk.symbol) if self._desk.symbol else None

    def _show_at_desk(self, shown: LinkedSymbol) -> None:
        if shown != self._shown_at_desk():
            self._desk.select_market(shown.market)
            self._desk.select_symbol(shown.symbol)

    def _on_desk(self, key: Hashable) -> None:
        shown = self._shown_at_desk()
        if key in (ENVIRONMENT, SYMBOL) and shown is not None and self._desk.session is not None:
            self.link.tell(LinkKind.SYMBOL, shown)
        elif key == INTERVAL:
            self.link.tell(LinkKind.INTERVAL, self._desk.period.text)


def _shape_named(text: str) -> GridShape:
    return GridShape(text) if text in set(GridShape) else GridShape.ONE
