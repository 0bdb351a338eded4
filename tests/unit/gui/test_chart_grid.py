"""Charts stand in columns of one size until somebody drags an edge."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from terminal_app.gui.chart_grid import ChartGrid, GridShape


def panels(count: int) -> list[QWidget]:
    """Make panels that can be as small as a chart may be."""
    made = [QWidget() for _ in range(count)]
    for panel in made:
        panel.setMinimumSize(100, 80)
    return made


@pytest.mark.parametrize("shape", list(GridShape))
def test_every_chart_of_a_shape_has_its_place(qtbot: QtBot, shape: GridShape) -> None:
    main, *others = panels(shape.chart_count)
    grid = ChartGrid(main)
    qtbot.addWidget(grid)
    grid.resize(1200, 800)
    grid.arrange(shape, others)
    grid.show()
    qtbot.waitUntil(lambda: all(panel.isVisible() for panel in (main, *others)))
    places = [panel.mapTo(grid, panel.rect().topLeft()) for panel in (main, *others)]
    assert places[0].x() == places[0].y() == 0
    assert len({(place.x(), place.y()) for place in places}) == shape.chart_count
    assert len({place.x() for place in places}) == len(shape.columns)
    widths = [panel.width() for panel in (main, *others)]
    assert max(widths) - min(widths) <= 2
    grid.hide()


def test_sizes_come_back_only_to_the_shape_they_were_of(qtbot: QtBot) -> None:
    main, other, third = panels(3)
    grid = ChartGrid(main)
    qtbot.addWidget(grid)
    grid.resize(1204, 800)
    grid.arrange(GridShape.BESIDE, [other])
    grid.show()
    grid.set_sizes([[900, 300], [800], [800]])
    assert (main.width(), other.width()) == (900, 300)
    kept = grid.sizes()
    grid.arrange(GridShape.THREE, [other, third])
    grid.set_sizes(kept)
    qtbot.waitUntil(lambda: abs(main.width() - other.width()) <= 2)
    grid.arrange(GridShape.BESIDE, [other])
    grid.set_sizes(kept)
    qtbot.waitUntil(lambda: (main.width(), other.width()) == (900, 300))
    grid.hide()
