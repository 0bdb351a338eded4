"""Take a chart out of the program: a picture, or the bars in sight."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QBuffer, QIODevice, QPoint, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPixmap, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from terminal_app.domain.instrument import Instrument
from terminal_app.gui.chart.canvas import ChartCanvas
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.dialogs.file_paths import CSV, ask_where

_PICTURES = "PNG picture (*.png);;SVG drawing (*.svg)"
_NO_BUTTONS = QWidget.RenderFlag.DrawWindowBackground
_HEADER = "open_time_utc,open_time_ms,open,high,low,close,volume,taker_buy_volume"


def picture(chart: QWidget, suffix: str) -> bytes:
    """Return a chart as the content of a ``.png`` or ``.svg`` file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if suffix.lower() == "svg":
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(chart.size())
        generator.setViewBox(chart.rect())
        painter = QPainter(generator)
        chart.render(painter, QPoint(), QRegion(), _NO_BUTTONS)
        painter.end()
    else:
        pixmap(chart).save(buffer, "PNG")
    return bytes(buffer.data().data())


def pixmap(chart: QWidget) -> QPixmap:
    """Return a chart as it is seen, without the buttons on it."""
    made = QPixmap(chart.size() * chart.devicePixelRatioF())
    made.setDevicePixelRatio(chart.devicePixelRatioF())
    chart.render(made, QPoint(), QRegion(), _NO_BUTTONS)
    return made


def candles_csv(frame: Frame) -> str:
    """Return the bars in sight as a table, times in UTC, prices with the instrument's decimals."""
    series, instrument = frame.series, frame.instrument
    rows = [_HEADER]
    for index in range(frame.first, frame.last):
        time_ms = int(series.open_time_ms[index])
        moment = datetime.fromtimestamp(time_ms / 1000, UTC)
        prices = (
            _price(float(column[index]), instrument)
            for column in (series.open, series.high, series.low, series.close)
        )
        sizes = (f"{float(column[index]):.10g}" for column in (series.volume, series.bought))
        rows.append(",".join([f"{moment:%Y-%m-%dT%H:%M:%SZ}", str(time_ms), *prices, *sizes]))
    return "\n".join(rows) + "\n"


def _price(price: float, instrument: Instrument) -> str:
    return f"{price:.{instrument.price_decimals}f}"


class ExportButton(QToolButton):
    """Offer to copy or save what a chart shows.

    ``file_made`` carries a path and its content; whoever hears it writes the file.
    """

    file_made = Signal(str, bytes)

    def __init__(self, chart: ChartCanvas) -> None:
        super().__init__()
        self._chart = chart
        menu = QMenu(self)
        menu.addAction("Copy picture", self.copy_picture)
        menu.addAction("Save picture …", lambda: self._ask(_PICTURES, "png"))
        menu.addAction("Save candles in sight …", lambda: self._ask(CSV, "csv"))
        self.setMenu(menu)
        self.setText("Export ▾")
        self.setProperty("role", "segment")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName("Take the chart out of the program")
        self.setToolTip("Copy or save what the chart shows")

    def copy_picture(self) -> None:
        """Put a picture of the chart into the clipboard."""
        QGuiApplication.clipboard().setPixmap(pixmap(self._chart))

    def make(self, path: str) -> None:
        """Make the content of a file of this name and tell it; its ending says what it is."""
        suffix = path.rpartition(".")[2].lower()
        if suffix != "csv":
            self.file_made.emit(path, picture(self._chart, suffix))
            return
        frame = self._chart.frame()
        if frame is not None:
            self.file_made.emit(path, candles_csv(frame).encode())

    def _ask(self, kinds: str, suffix: str) -> None:
        instrument = self._chart.instrument
        name = f"{instrument.symbol if instrument else 'chart'}.{suffix}"
        ask_where(self, "Save", name, kinds, self.make)
