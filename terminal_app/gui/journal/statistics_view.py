"""What all trips add up to: figures, the equity curve, and where they were won and lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from terminal_app.domain.round_trips import RoundTrip
from terminal_app.domain.trip_statistics import (
    by_hour,
    by_side,
    by_symbol,
    by_weekday,
    equity_curve,
    statistics,
)
from terminal_app.gui.models.journal_rows import (
    FIGURE_COLUMNS,
    GROUP_COLUMNS,
    figure_rows,
    group_row,
)
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.live_table import LiveTable
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.gui.widgets.view_state import ViewState

# As wide as its longest name and a figure of five digits.
FIGURES_PX = 236
_AXES = ("bottom", "right")
_TITLES = ("By symbol", "By side", "By hour of the day", "By weekday")


class StatisticsView(QWidget):
    """Show the figures of trips; the plot is made when it is first looked at."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._plot: Any = None
        self._nothing = plain_label(
            "No closed trip yet: the curve begins with the first one.", "muted"
        )
        self._shown: list[tuple[int, float]] | None = None
        self.figures = LiveTable(FIGURE_COLUMNS, theme)
        self.groups = {title: LiveTable(GROUP_COLUMNS, theme) for title in _TITLES}
        self.figures.setAccessibleName("Figures of all trips")
        self.figures.setMinimumWidth(FIGURES_PX)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(8, 8, 8, 8)
        self._grid.setSpacing(8)
        self._grid.addWidget(self.figures, 0, 0, 4, 1)
        for column, (title, table) in enumerate(self.groups.items()):
            heading = plain_label(title, "caption")
            table.setAccessibleName(title)
            table.set_state(ViewState.EMPTY, "No closed trip yet")
            self._grid.addWidget(heading, 2, column + 1)
            self._grid.addWidget(table, 3, column + 1)
        self._grid.setRowStretch(1, 3)
        self._grid.setRowStretch(3, 2)
        heading = plain_label("Net result of closed trips, after fees and funding", "caption")
        self._grid.addWidget(heading, 0, 1, 1, len(_TITLES))

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        if self._plot is not None:
            self._grid.removeWidget(self._plot)
            self._plot.deleteLater()
            self._put_plot()
            self._draw(self._shown or [])

    def show_trips(self, trips: Sequence[RoundTrip]) -> None:
        """Show what these trips add up to."""
        zone = datetime.now().astimezone().tzinfo or UTC
        self.figures.show_rows(figure_rows(statistics(trips)))
        found = (by_symbol(trips), by_side(trips), by_hour(trips, zone), by_weekday(trips, zone))
        for table, groups in zip(self.groups.values(), found, strict=True):
            table.show_rows([group_row(group) for group in groups])
        points = [(time_ms // 1000, float(total)) for time_ms, total in equity_curve(trips)]
        if points:
            # The curve begins where nothing was won or lost yet.
            points.insert(0, (min(trip.opened_ms for trip in trips if trip.is_closed) // 1000, 0.0))
        if self._plot is None:
            self._put_plot()
        if points != self._shown:
            self._shown = points
            self._draw(points)

    def _put_plot(self) -> None:
        self._plot = _plot(self._theme)
        self._grid.addWidget(self._plot, 1, 1, 1, len(_TITLES))
        self._grid.addWidget(self._nothing, 1, 1, 1, len(_TITLES), Qt.AlignmentFlag.AlignCenter)
        self._nothing.raise_()

    def _draw(self, points: Sequence[tuple[int, float]]) -> None:
        theme, plot = self._theme, self._plot
        plot.clear()
        for axis in _AXES:
            # Without a trip their numbers would be of nothing.
            plot.showAxis(axis, bool(points))
        self._nothing.setVisible(not points)
        if not points:
            return
        times, totals = [time for time, _ in points], [total for _, total in points]
        highs, high = [], 0.0
        for total in totals:
            high = max(high, total)
            highs.append(high)
        plot.addLine(y=0, pen=theme.hairline)
        plot.plot(times, highs, pen=theme.muted, name="High until then")
        plot.plot(times, totals, pen={"color": theme.accent, "width": 2}, name="Net result")


def _plot(theme: Theme) -> Any:
    # Its import takes longer than the whole journal, so only who looks at it pays for it.
    import pyqtgraph

    axes = {"bottom": pyqtgraph.DateAxisItem(), "right": pyqtgraph.AxisItem("right")}
    plot = pyqtgraph.PlotWidget(axisItems=axes, background=theme.panel)
    plot.setAccessibleName("Equity curve")
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.hideAxis("left")
    plot.showAxis("right")
    plot.showGrid(x=False, y=True, alpha=0.15)
    for name in axes:
        plot.getAxis(name).setPen(theme.hairline)
        plot.getAxis(name).setTextPen(theme.muted)
    plot.addLegend(offset=(8, -8), labelTextColor=theme.muted)
    return plot
