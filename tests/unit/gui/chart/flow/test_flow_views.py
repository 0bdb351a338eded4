"""Heatmap and footprint as a person sees them: pixels, words, states."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from terminal_app.gui.chart.flow.flow import INTENSITIES, NOT_GATHERED, Flow
from terminal_app.gui.chart.flow.readout import flow_words
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.look import ChartStyle, ScaleMode
from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK
from tests.helpers.market_values import MINUTE_MS, START_MS, candle, instrument

BARS = 40
WALL = 103.0


@pytest.fixture
def panel(qtbot: QtBot) -> ChartPanel:
    """Show forty bars between 90 and 110, each of a volume of 7."""
    made = ChartPanel(DARK, FrameClock())
    qtbot.addWidget(made, before_close_func=lambda _widget: made.hide())
    made.resize(900, 560)
    made.view.set_instrument(instrument())
    made.view.frames.flow.clear()
    made.set_interval("1m")
    made.view.load([candle(number) for number in range(BARS)])
    made.show()
    return made


def show(panel: ChartPanel, style: ChartStyle, spacing: float) -> Frame:
    """Choose a style and how wide a bar is."""
    panel.set_look(style, ScaleMode.LINEAR, "UTC")
    panel.view.frames.time.spacing = spacing
    panel.view.frames.time.show_last()
    # The bar above the chart takes its place.
    layout = panel.layout()
    assert layout is not None
    layout.activate()
    frame = panel.view.frame()
    assert frame is not None
    return frame


def gather_book(panel: ChartPanel) -> None:
    """Have a wall at 103 rest for the last five minutes."""
    start_ms = START_MS + (BARS - 5) * MINUTE_MS
    prices = np.round(np.arange(88, 112, 0.1), 1)
    sizes = np.where(prices == WALL, 64.0, 1.0)
    for second in range(0, 300, 2):
        panel.view.frames.flow.heat.add(start_ms + second * 1000, prices, sizes, 0.1, follows=True)


def trade(panel: ChartPanel, bar: int, trades: list[tuple[float, float]]) -> None:
    """Trade prices and signed sizes within a bar."""
    times = START_MS + bar * MINUTE_MS + np.arange(len(trades), dtype=np.int64)
    prices, sizes = np.array(trades).T
    panel.view.frames.flow.tape.add(times, prices, sizes)


def seen(panel: ChartPanel) -> QImage:
    """Return what is painted."""
    return panel.view.grab().toImage()


def lightness(image: QImage, x: float, y: float) -> int:
    """Return how light a pixel is."""
    return QColor(image.pixelColor(int(x), int(y))).lightness()


def test_a_wall_is_brighter_than_what_is_around_it_since_it_was_seen(panel: ChartPanel) -> None:
    gather_book(panel)
    frame = show(panel, ChartStyle.HEATMAP_LINE, 20)
    image = seen(panel)
    x, y = frame.x(BARS - 3) + 7, frame.price.y(WALL + 0.05)
    assert lightness(image, x, y) > lightness(image, x, y - 12) + 40
    # Before there was nobody who looked.
    assert image.pixelColor(round(frame.x(BARS - 12)) + 7, round(y)) == QColor(DARK.panel)
    panel.flow_bar.brightness.setValue(0)
    assert panel.view.frames.flow.intensity == INTENSITIES[0]
    assert lightness(seen(panel), x, y) < lightness(image, x, y) - 20


def test_the_words_tell_since_when_and_what_rests_under_the_pointer(panel: ChartPanel) -> None:
    frame = show(panel, ChartStyle.HEATMAP, 20)
    assert panel.flow_bar.words.text() == "Waiting for the book: it is collected from now on"
    gather_book(panel)
    panel.flow_bar.refresh()
    assert "collecting since 00:35" in panel.flow_bar.words.text()
    assert "rows of 0.1" in panel.flow_bar.words.text()
    spot = QPoint(round(frame.x(BARS - 3)), round(frame.price.y(WALL + 0.05)))
    assert flow_words(frame, spot).startswith("Resting 64.0 BTC at 103.")
    before = QPoint(round(frame.x(BARS - 20)), spot.y())
    assert flow_words(frame, before).startswith("Resting — at 103.")


def test_a_footprint_frames_the_price_most_was_traded_at(panel: ChartPanel) -> None:
    trade(panel, BARS - 2, [(100.2, 1.0), (100.2, -3.0), (104.0, 2.0), (97.0, -1.0)])
    frame = show(panel, ChartStyle.FOOTPRINT, 110)
    image = seen(panel)
    framed = [
        y for y in range(frame.plot.height())
        if image.pixelColor(round(frame.x(BARS - 2)) + 20, y).name() == DARK.warning
    ]  # fmt: skip
    assert len(framed) == 2
    assert framed[0] <= frame.price.y(100.2) <= framed[1]
    # The bar before has no trades: it stays a candle, from 100 to 105.
    middle = round(frame.x(BARS - 3)), round(frame.price.y(102.5))
    assert image.pixelColor(*middle).name() == DARK.buy
    assert image.pixelColor(round(frame.x(BARS - 2)), middle[1]).name() != DARK.buy


def test_words_of_a_bar_say_what_is_missing(panel: ChartPanel) -> None:
    trade(panel, BARS - 2, [(100.2, 5.0), (100.3, -1.0)])
    trade(panel, BARS - 1, [(100.2, 5.0), (101.0, -2.0)])
    frame = show(panel, ChartStyle.FOOTPRINT, 110)
    y = 100
    assert flow_words(frame, QPoint(round(frame.x(BARS - 3)), y)).startswith("Δ —")
    part = flow_words(frame, QPoint(round(frame.x(BARS - 2)), y))
    assert part.startswith("Δ +4.00 BTC")
    assert part.endswith("6.00 of 7.00 known")
    assert flow_words(frame, None) == "Δ +3.00 BTC, most at 100.0"


def test_the_bar_says_when_cells_are_too_small_to_see(panel: ChartPanel) -> None:
    show(panel, ChartStyle.FOOTPRINT, 110)
    assert panel.flow_bar.words.text().startswith("Waiting for trades")
    trade(panel, BARS - 1, [(100.2, 5.0)])
    for spacing, words in ((110, "Sold × bought"), (40, "Sold left"), (12, "In the colour")):
        show(panel, ChartStyle.FOOTPRINT, spacing)
        panel.flow_bar.refresh()
        assert panel.flow_bar.words.text().startswith(words)
        assert "since 00:39" in panel.flow_bar.words.text()
        seen(panel)
    show(panel, ChartStyle.FOOTPRINT, 5)
    panel.flow_bar.refresh()
    assert panel.flow_bar.words.text().startswith("Zoom in")


def test_a_chart_that_nobody_gathers_for_says_so(panel: ChartPanel) -> None:
    panel.view.frames.flow = Flow()
    for style in (ChartStyle.HEATMAP, ChartStyle.FOOTPRINT):
        show(panel, style, 20)
        assert panel.flow_bar.words.text() == NOT_GATHERED


def test_other_styles_have_no_bar(panel: ChartPanel) -> None:
    show(panel, ChartStyle.HEATMAP, 20)
    assert panel.flow_bar.isVisible()
    show(panel, ChartStyle.CANDLES, 20)
    assert not panel.flow_bar.isVisible()


def test_another_instrument_begins_anew(panel: ChartPanel) -> None:
    gather_book(panel)
    trade(panel, BARS - 1, [(100.2, 5.0)])
    panel.view.frames.flow.clear()
    assert panel.view.frames.flow.heat.since_ms is None
    assert panel.view.frames.flow.trades_since_ms is None
