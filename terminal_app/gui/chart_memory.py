"""Keep how a person likes the chart: its look, its indicators, and what was drawn on it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from terminal_app.domain.instrument import Instrument
from terminal_app.gui.chart.drawings.shapes import shape_rows, shapes_of
from terminal_app.gui.chart.look import mode_named, style_named
from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.storage.preferences import Preferences


class ChartMemory(QObject):
    """Show a chart as it was left, and take every choice into the preferences."""

    def __init__(self, preferences: Preferences, chart: ChartPanel) -> None:
        super().__init__(chart)
        self._preferences = preferences
        self._chart = chart
        self._key = ""
        style, mode = style_named(preferences.chart_style), mode_named(preferences.chart_scale)
        chart.set_look(style, mode, preferences.chart_zone)
        chart.set_studies(preferences.chart_studies)
        chart.look_chosen.connect(self._keep_look)
        chart.studies_chosen.connect(self._keep_studies)
        chart.view.pencil.changed.connect(self._keep_drawings)

    def follow(self, instrument: Instrument) -> None:
        """Show what was drawn on the chart of an instrument."""
        self._key = f"{instrument.market.value}:{instrument.symbol}"
        pencil = self._chart.view.pencil
        pencil.choose_tool(None)
        pencil.chosen = None
        pencil.drawings.load(shapes_of(self._preferences.drawings.get(self._key, [])))

    def _keep_look(self, style: str, scale: str, zone: str) -> None:
        preferences = self._preferences
        preferences.chart_style, preferences.chart_scale = style, scale
        preferences.chart_zone = zone

    def _keep_studies(self, texts: list[str]) -> None:
        self._preferences.chart_studies = texts

    def _keep_drawings(self) -> None:
        if self._key:
            shapes = self._chart.view.pencil.drawings.shapes
            self._preferences.drawings[self._key] = shape_rows(shapes)
