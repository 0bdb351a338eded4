"""Draw what a recorded and a synthetic market were like into one picture."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.benchmarks.market_facts import DISTANCES_BP, FloatArray, MarketFacts

# It has no types, and what only benchmarks need is not always installed.
pyqtgraph: Any = importlib.import_module("pyqtgraph")

WIDTH, HEIGHT = 1280, 640
COLOURS = {"recorded": "#1f4e9c", "synthetic": "#d9541e"}
# curve, title, axes, logarithmic axes
PANELS = (
    ("spread", "Spread", "ticks", "share of seconds at least", (True, True)),
    (
        "depth",
        "Depth of a side",
        "distance from the middle, bp",
        "million USDT within",
        (True, True),
    ),
    ("size", "Market orders", "size, USDT", "share at least", (True, True)),
    ("wait", "Waits between market orders", "seconds", "share at least", (False, True)),
    ("prints", "Prints of a market order", "prints", "share at least", (True, True)),
    ("moves", "Moves of a second", "standard deviations", "share at least", (False, True)),
    ("volatility", "Volatility", "horizon, seconds", "bp per √second", (False, False)),
)


def draw(
    path: Path, real: MarketFacts, made: MarketFacts, minutes: tuple[FloatArray, FloatArray]
) -> None:
    """Write a picture of eight panels; `minutes` are autocorrelations from lag 0 on."""
    application = QApplication.instance() or QApplication([])
    pyqtgraph.setConfigOptions(background="w", foreground="k", antialias=False)
    view = pyqtgraph.GraphicsLayoutWidget(size=(WIDTH, HEIGHT))
    for index, (curve, title, bottom, left, logs) in enumerate(PANELS):
        plot = view.addPlot(index // 4, index % 4, title=title)
        plot.setLabel("bottom", bottom)
        plot.setLabel("left", left)
        plot.setLogMode(*logs)
        if curve == "spread":
            plot.addLegend(offset=(-10, 10))
        for name, each in (("recorded", real), ("synthetic", made)):
            x, y = each.curves[curve]
            is_shown = (x > 0) | (not logs[0])
            plot.plot(x[is_shown], y[is_shown], pen=_pen(name), name=name)
        if curve == "depth":
            marks = [(float(np.log10(each)), f"{each:g}") for each in DISTANCES_BP]
            plot.getAxis("bottom").setTicks([marks])
            rounds = [n * 10.0**power for power in range(5, 8) for n in (1, 2, 5)]
            plot.getAxis("left").setTicks([[(float(np.log10(n)), f"{n / 1e6:g}") for n in rounds]])
        if curve == "volatility":
            plot.setYRange(0, 2)
    plot = view.addPlot(1, 3, title="Autocorrelation of |moves| of a minute")
    plot.setLabel("bottom", "lag, minutes")
    plot.setLabel("left", "autocorrelation")
    plot.getAxis("left").enableAutoSIPrefix(False)
    for name, values in zip(COLOURS, minutes, strict=True):
        plot.plot(np.arange(1, len(values)), values[1:], pen=_pen(name))
    view.resize(WIDTH, HEIGHT)
    # The first picture settles the layout, the second is taken of it.
    view.grab()
    image = view.grab().toImage()
    few = Qt.ImageConversionFlag.ThresholdDither
    image.convertToFormat(QImage.Format.Format_Indexed8, few).save(str(path))
    view.close()
    del application


def _pen(name: str) -> object:
    return pyqtgraph.mkPen(COLOURS[name], width=2)
