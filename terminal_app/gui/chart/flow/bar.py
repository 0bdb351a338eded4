"""Tell above a chart what its flow shows since when, and let a person choose how bright it is."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QWidget

from terminal_app.gui.chart.canvas import ChartCanvas
from terminal_app.gui.chart.flow.flow import INTENSITIES, Flow
from terminal_app.gui.chart.flow.footprint_painting import Detail, cell_step, detail, short_size
from terminal_app.gui.chart.flow.heat_painting import brightest_size, paint_ramp
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.format import step_text
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.plain_label import plain_label

_RAMP = QSize(120, 8)
_SECOND_MS = 1000


class FlowBar(QWidget):
    """Stand above a chart while its style shows the book or trades."""

    def __init__(self, view: ChartCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._view = view
        self.words = _label("muted")
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._least, self._most = _label("muted"), _label("muted")
        self._ramp = _Ramp(view, self)
        self.brightness = QSlider(Qt.Orientation.Horizontal)
        self.brightness.setRange(0, len(INTENSITIES) - 1)
        self.brightness.setPageStep(1)
        self.brightness.setFixedWidth(96)
        self.brightness.setAccessibleName("Brightness of the heatmap")
        self.brightness.setToolTip("Show smaller sizes brighter, or only large ones (← →)")
        self.brightness.valueChanged.connect(self._choose_brightness)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 12, 4)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        self._heat_parts = (self._least, self._ramp, self._most, self.brightness)
        for part in self._heat_parts:
            row.addWidget(part)
        self._second = QTimer(self, interval=_SECOND_MS)
        self._second.timeout.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say what is shown now; hide where the style has no flow."""
        style = self._view.frames.style
        self.setVisible(style.has_flow)
        if not style.has_flow:
            self._second.stop()
            return
        self._second.start()
        for part in self._heat_parts:
            part.setVisible(style.has_heat)
        flow, frame = self._view.frames.flow, self._view.frame()
        self.brightness.setValue(INTENSITIES.index(flow.intensity))
        self.words.setText(_heat_words(self._view, flow) if style.has_heat else _cell_words(frame))
        asset = frame.instrument.base_asset if frame is not None else ""
        self._least.setText("0")
        self._most.setText(
            f"≥ {short_size(brightest_size(flow))} {asset}" if len(flow.heat) else "—"
        )
        self._ramp.update()

    def _choose_brightness(self, number: int) -> None:
        self._view.frames.flow.intensity = INTENSITIES[number]
        self._view.mark()
        self.refresh()


class _Ramp(QWidget):
    """Paint the colours of the heatmap."""

    def __init__(self, view: ChartCanvas, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self.setFixedSize(_RAMP)
        self.setAccessibleName("Colours of the heatmap, from nothing to the brightest size")

    @guarded(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_ramp(painter, self.rect(), self._view.theme)
        painter.end()


def _heat_words(view: ChartCanvas, flow: Flow) -> str:
    heat = flow.heat
    if heat.since_ms is None:
        return flow.problem or "Waiting for the book: it is collected from now on"
    seconds = heat.column_ms // 1000
    rows = step_text(Decimal(repr(round(heat.step, 8))))
    since = _clock_text(view, heat.since_ms)
    pace = "second" if seconds == 1 else f"{seconds} seconds"
    text = f"Resting orders, collecting since {since}, every {pace}, in rows of {rows}"
    return f"{text}. {flow.problem}" if flow.problem else text


def _cell_words(frame: Frame | None) -> str:
    if frame is None or frame.flow.trades_since_ms is None:
        problem = frame.flow.problem if frame is not None else ""
        return problem or "Waiting for trades: they are collected from now on"
    if detail(frame) is Detail.NONE:
        return "Zoom in to see what was traded inside the bars"
    moment = datetime.fromtimestamp(frame.flow.trades_since_ms / 1000, frame.zone)
    rows = step_text(Decimal(repr(round(cell_step(frame), 8))))
    what = {
        Detail.NUMBERS: "Sold × bought, a figure is bright at 3 × the other side",
        Detail.SIDES: "Sold left, bought right",
        Detail.CELLS: "In the colour of the side that took more",
    }[detail(frame)]
    return f"{what}, framed: most traded. Collecting since {moment:%H:%M}, in rows of {rows}"


def _clock_text(view: ChartCanvas, time_ms: int) -> str:
    return f"{datetime.fromtimestamp(time_ms / 1000, view.frames.zone):%H:%M}"


def _label(role: str) -> QLabel:
    label = plain_label()
    label.setProperty("role", role)
    return label
