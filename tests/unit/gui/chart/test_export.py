"""What leaves the program: a picture as it is seen, and the bars in sight as a table."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QSignalSpy

from terminal_app.gui.chart.panel import ChartPanel
from tests.helpers.market_values import candles

BARS = candles(300)


def _made(panel: ChartPanel, path: str) -> bytes:
    spy = QSignalSpy(panel.export_button.file_made)
    panel.export_button.make(path)
    assert spy.at(0)[0] == path
    return bytes(spy.at(0)[1])


def test_a_picture_shows_what_the_chart_shows(panel: ChartPanel) -> None:
    image = QImage.fromData(_made(panel, "a.png"))
    seen = panel.view.grab().toImage().convertToFormat(image.format())
    plot = panel.view.plot()
    assert plot is not None
    assert image.copy(plot) == seen.copy(plot)
    # The buttons on the chart are no part of its picture.
    assert panel.view.badges.auto.isVisible()
    assert image != seen
    drawing = _made(panel, "a.SVG").decode()
    assert drawing.startswith("<?xml")
    assert "BTCUSDT" in drawing
    panel.export_button.copy_picture()
    assert QGuiApplication.clipboard().image().size() == image.size()


def test_the_table_holds_the_bars_in_sight_to_the_last_digit(panel: ChartPanel) -> None:
    rows = list(csv.DictReader(io.StringIO(_made(panel, "x/y.csv").decode())))
    frame = panel.view.frame()
    assert frame is not None
    assert len(rows) == frame.last - frame.first
    for row, bar in zip(rows, BARS[frame.first : frame.last], strict=True):
        assert int(row["open_time_ms"]) == bar.open_time_ms
        told = [Decimal(row[name]) for name in ("open", "high", "low", "close", "volume")]
        assert told == [bar.open, bar.high, bar.low, bar.close, bar.volume]
        assert Decimal(row["taker_buy_volume"]) == bar.taker_buy_volume
    assert rows[0]["open_time_utc"].endswith("Z")
