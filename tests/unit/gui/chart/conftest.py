"""What many tests of the chart begin with."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK
from tests.helpers.market_values import candles, instrument


@pytest.fixture
def panel(qtbot: QtBot) -> ChartPanel:
    """Show a panel of 300 bars."""
    bars = candles(300)
    made = ChartPanel(DARK, FrameClock(), now_ms=lambda: bars[-1].close_time_ms)
    qtbot.addWidget(made, before_close_func=lambda _widget: made.hide())
    made.resize(900, 500)
    made.set_interval("1m")
    made.view.set_instrument(instrument())
    made.view.load(bars)
    # What is not laid out yet has its names elsewhere.
    with qtbot.waitExposed(made, timeout=15_000):
        made.show()
    return made
