"""Indicators on the chart: chosen in the menu, kept as texts, painted, moved by a tick."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.chart.series import CandleSeries
from terminal_app.gui.chart.studies import COLOURS, Studies, titles
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK
from tests.helpers.market_values import candles, instrument


@pytest.fixture
def panel(qtbot: QtBot) -> ChartPanel:
    """Show a panel of 3000 bars."""
    made = ChartPanel(DARK, FrameClock(), now_ms=lambda: candles(300)[-1].close_time_ms)
    qtbot.addWidget(made, before_close_func=lambda _widget: made.hide())
    made.resize(900, 700)
    made.set_interval("1m")
    made.view.set_instrument(instrument())
    made.view.load(candles(3000))
    made.show()
    return made


def _spots(image: QImage, colour: str) -> int:
    """Return how many pixels of the plot are nearly of a colour."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), -1, 4)
    wanted = QColor(colour)
    away = pixels[110:-30, :-80, :3].astype(int) - (wanted.blue(), wanted.green(), wanted.red())
    return int((np.abs(away).sum(axis=2) < 45).sum())


@pytest.mark.parametrize("text", list(titles()))
def test_every_indicator_is_painted_and_moves_with_a_tick(panel: ChartPanel, text: str) -> None:
    before = panel.view.grab().toImage()
    panel.set_studies([text])
    after = panel.view.grab().toImage()
    assert after != before
    if text != "pivots":
        assert _spots(after, COLOURS[0]) > _spots(before, COLOURS[0])
    panel.view.update_candle(candles(3001)[-1])
    assert panel.view.grab().toImage() != after


def test_panes_take_room_from_the_bars_and_give_it_back(panel: ChartPanel) -> None:
    def plot_height() -> int:
        frame = panel.view.frame()
        assert frame is not None
        assert frame.bottom == panel.view.height() - 24
        return frame.plot.height()

    whole = plot_height()
    panel.set_studies(["rsi:14", "macd:12:26:9"])
    assert plot_height() < whole
    panel.set_studies(["rsi:14", "macd:12:26:9", "cci:20", "atr:14", "adx:14", "stochastic:14:3:3"])
    assert plot_height() > whole * 0.4
    panel.set_studies([])
    assert plot_height() == whole


def test_a_choice_in_the_menu_is_painted_and_told(panel: ChartPanel) -> None:
    spy = QSignalSpy(panel.studies_chosen)
    button = panel.study_button
    assert button.menu().isEmpty()
    button.fill()
    first, second = button.menu().actions()[:2]
    first.trigger()
    second.trigger()
    assert button.text() == "Indicators 2 ▾"
    assert panel.view.frames.studies.texts() == ["sma:20", "ema:20"]
    first.trigger()
    assert spy.at(spy.count() - 1) == [["ema:20"]]


def test_texts_that_cannot_be_read_are_left_out() -> None:
    studies = Studies(CandleSeries())
    studies.choose(
        ["ema:20", "nothing:1", "ema", "ema:x", "ema:0", "ema:20:3", "keltner:20:10:1.5"]
    )
    assert studies.texts() == ["ema:20", "keltner:20:10:1.5"]


def test_the_library_is_loaded_only_when_somebody_wants_an_indicator() -> None:
    program = "import sys; import terminal_app.gui.chart.panel; sys.exit('talib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
