"""Keep how a person likes the chart: its look, its indicators, and what was drawn on it."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Signal

from terminal_app.domain.instrument import Instrument
from terminal_app.gui.chart.drawings.shapes import shape_rows, shapes_of
from terminal_app.gui.chart.look import mode_named, style_named
from terminal_app.gui.chart.panel import ChartPanel

DrawingRows = dict[str, list[list[str | float]]]


class KeptLook(Protocol):
    """Be where a chart's look is kept; names are those of the settings file."""

    chart_style: str
    chart_scale: str
    chart_zone: str
    chart_studies: list[str]


class ChartMemory(QObject):
    """Show a chart as it was left, and take every choice into the preferences.

    ``drawings`` are those of every symbol, whichever chart they were drawn on; ``drawn`` tells that
    those of a symbol changed here.
    """

    drawn = Signal(str)

    def __init__(self, kept: KeptLook, drawings: DrawingRows, chart: ChartPanel) -> None:
        super().__init__(chart)
        self._kept = kept
        self._drawings = drawings
        self._chart = chart
        self._key = ""
        style, mode = style_named(kept.chart_style), mode_named(kept.chart_scale)
        chart.set_look(style, mode, kept.chart_zone)
        chart.set_studies(kept.chart_studies)
        chart.look_chosen.connect(self._keep_look)
        chart.studies_chosen.connect(self._keep_studies)
        chart.view.pencil.changed.connect(self._keep_drawings)

    def follow(self, instrument: Instrument) -> None:
        """Show what was drawn on the chart of an instrument."""
        self._key = f"{instrument.market.value}:{instrument.symbol}"
        pencil = self._chart.view.pencil
        pencil.choose_tool(None)
        pencil.chosen = None
        pencil.drawings.load(shapes_of(self._drawings.get(self._key, [])))

    def refresh(self, key: str) -> None:
        """Show what was drawn on another chart, where it is of the same symbol."""
        pencil = self._chart.view.pencil
        rows = self._drawings.get(key, [])
        if key == self._key and shape_rows(pencil.drawings.shapes) != rows:
            pencil.chosen = None
            pencil.drawings.load(shapes_of(rows))
            self._chart.view.mark()

    def _keep_look(self, style: str, scale: str, zone: str) -> None:
        kept = self._kept
        kept.chart_style, kept.chart_scale, kept.chart_zone = style, scale, zone

    def _keep_studies(self, texts: list[str]) -> None:
        self._kept.chart_studies = texts

    def _keep_drawings(self) -> None:
        rows = shape_rows(self._chart.view.pencil.drawings.shapes)
        if self._key and rows != self._drawings.get(self._key, []):
            self._drawings[self._key] = rows
            self.drawn.emit(self._key)
