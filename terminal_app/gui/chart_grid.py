"""Arrange charts in columns, with edges that can be dragged."""

from collections.abc import Sequence
from enum import StrEnum
from itertools import islice

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

_EDGE_PX = 4


class GridShape(StrEnum):
    """Name an arrangement by how many charts stand in each of its columns."""

    ONE = "1"
    BESIDE = "1|1"
    STACKED = "2"
    THREE = "1|2"
    THREE_BESIDE = "1|1|1"
    FOUR = "2|2"
    FIVE = "1|2|2"
    SIX = "2|2|2"

    @property
    def columns(self) -> list[int]:
        """Return how many charts each column has."""
        return [int(count) for count in self.value.split("|")]

    @property
    def chart_count(self) -> int:
        """Return how many charts there are."""
        return sum(self.columns)

    @property
    def words(self) -> str:
        """Return its name for a menu."""
        return _WORDS[self]


_WORDS = {
    GridShape.ONE: "1 chart",
    GridShape.BESIDE: "2 beside",
    GridShape.STACKED: "2 stacked",
    GridShape.THREE: "3 charts",
    GridShape.THREE_BESIDE: "3 beside",
    GridShape.FOUR: "4 charts",
    GridShape.FIVE: "5 charts",
    GridShape.SIX: "6 charts",
}


class ChartGrid(QWidget):
    """Show panels in columns; the first one is the main chart, which is always there."""

    def __init__(self, main: QWidget) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._main = main
        self._outer = QSplitter(Qt.Orientation.Horizontal)
        self._inner: list[QSplitter] = []
        self._column.addWidget(self._outer)
        self.arrange(GridShape.ONE, [])

    def arrange(self, shape: GridShape, others: Sequence[QWidget]) -> None:
        """Put the main chart and the others into the columns of a shape, all of one size."""
        outer, panels = _splitter(Qt.Orientation.Horizontal), iter((self._main, *others))
        self._inner = []
        for count in shape.columns:
            column = _splitter(Qt.Orientation.Vertical)
            for panel in islice(panels, count):
                column.addWidget(panel)
                panel.show()
            outer.addWidget(column)
            self._inner.append(column)
        self._column.replaceWidget(self._outer, outer)
        self._outer.hide()
        self._outer.deleteLater()
        self._outer = outer
        for splitter in (outer, *self._inner):
            splitter.setSizes([10_000] * splitter.count())

    def sizes(self) -> list[list[int]]:
        """Return the widths of the columns, then the heights in each of them."""
        return [splitter.sizes() for splitter in (self._outer, *self._inner)]

    def set_sizes(self, sizes: Sequence[Sequence[int]]) -> None:
        """Take sizes back; those of another shape are left alone."""
        splitters = (self._outer, *self._inner)
        if [len(each) for each in sizes] != [splitter.count() for splitter in splitters]:
            return
        for splitter, each in zip(splitters, sizes, strict=True):
            splitter.setSizes(list(each))


def _splitter(orientation: Qt.Orientation) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setHandleWidth(_EDGE_PX)
    splitter.setChildrenCollapsible(False)
    return splitter
