"""Numbers that reach the painter as they lie in memory."""

import numpy as np
from PySide6.QtCore import QPointF

from terminal_app.gui.chart.rects import polygon


def test_a_polygon_holds_the_points_of_its_columns() -> None:
    x, y = np.arange(300.0), np.linspace(5, -5, 300)
    points = polygon(x, y)
    x[:], y[:] = 0, 0
    assert points.size() == 300
    assert points.at(0) == QPointF(0, 5)
    assert points.at(299) == QPointF(299, -5)
