"""A hand on the scales of a chart: what wheel, keys and drags on the axes do to them."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent

from terminal_app.gui.chart.frame import TIME_AXIS_PX

if TYPE_CHECKING:
    from terminal_app.gui.chart.canvas import ChartCanvas

_ZOOM_PER_NOTCH = 1.15
_PRICES_PER_PX = 1.005
_TIMES_PER_PX = 1.004
_KEY_PAN_BARS = 5
_KEY_PAN_PX = 24


class Part(Enum):
    """Name a part of a chart."""

    PLOT = auto()
    PRICE_AXIS = auto()
    TIME_AXIS = auto()
    CORNER = auto()


class ScaleHand:
    """Move the scales of a chart; what it moves by hand stays until it is reset."""

    def __init__(self, chart: ChartCanvas) -> None:
        self._chart = chart
        self._held = Part.PLOT
        self._last = QPointF()

    @property
    def is_busy(self) -> bool:
        """Say whether an axis is in the hand."""
        return self._held is not Part.PLOT

    def part(self, spot: QPointF) -> Part:
        """Return which part of the chart a spot lies on; one without bars is all plot."""
        plot = self._chart.plot()
        if plot is None:
            return Part.PLOT
        is_right = spot.x() >= plot.width()
        is_below = spot.y() >= self._chart.height() - TIME_AXIS_PX
        if is_right and is_below:
            return Part.CORNER
        if is_right:
            # Beneath the plot lie axes of panes, which fit themselves.
            return Part.PRICE_AXIS if spot.y() < plot.height() else Part.PLOT
        return Part.TIME_AXIS if is_below else Part.PLOT

    def cursor(self, spot: QPointF) -> Qt.CursorShape:
        """Return the shape that says what a drag would do."""
        return {
            Part.PRICE_AXIS: Qt.CursorShape.SizeVerCursor,
            Part.TIME_AXIS: Qt.CursorShape.SizeHorCursor,
            Part.CORNER: Qt.CursorShape.ArrowCursor,
        }.get(self.part(spot), Qt.CursorShape.CrossCursor)

    def take(self, spot: QPointF) -> bool:
        """Take the axis at a spot; return whether there is one."""
        part = self.part(spot)
        self._held = part if part in (Part.PRICE_AXIS, Part.TIME_AXIS) else Part.PLOT
        self._last = spot
        return part is not Part.PLOT

    def move(self, spot: QPointF) -> None:
        """Stretch what the axis in the hand shows."""
        moved, self._last = spot - self._last, spot
        frames, width = self._chart.frames, self._width()
        if self._held is Part.PRICE_AXIS:
            frames.price.stretch(_PRICES_PER_PX ** moved.y())
        elif self._held is Part.TIME_AXIS:
            frames.time.zoom(_TIMES_PER_PX ** -moved.x(), width, self._count(), width)

    def let_go(self) -> None:
        """Leave the axis as it is."""
        self._held = Part.PLOT

    def pan(self, moved: QPointF) -> None:
        """Move bars by a distance; prices too where they are placed by hand."""
        frames = self._chart.frames
        frames.time.pan(moved.x(), self._count(), self._width())
        if not frames.price.is_auto:
            frames.price.pan(moved.y())

    def reset(self, spot: QPointF) -> None:
        """Reset the axis at a spot, or both from the plot."""
        part, frames = self.part(spot), self._chart.frames
        if part is not Part.PRICE_AXIS:
            frames.time.reset()
        if part is not Part.TIME_AXIS:
            frames.price.is_auto = True

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom at the pointer: bars, or prices over their axis; Shift and a sideways wheel pan."""
        delta, spot = event.angleDelta(), event.position()
        time, width = self._chart.frames.time, self._width()
        if delta.x() and abs(delta.x()) > abs(delta.y()):
            time.pan(delta.x() / 2, self._count(), width)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            time.pan(delta.y() / 2, self._count(), width)
        elif self.part(spot) is Part.PRICE_AXIS:
            factor = _ZOOM_PER_NOTCH ** (-delta.y() / 120)
            self._chart.frames.price.stretch(factor, spot.y())
        else:
            time.zoom(_ZOOM_PER_NOTCH ** (delta.y() / 120), spot.x(), self._count(), width)

    def key(self, event: QKeyEvent) -> bool:
        """Do what a key means: arrows pan, plus and minus zoom, Home and End go to the ends.

        Up and down move the prices, with Control they stretch them.
        """
        time, count, width = self._chart.frames.time, self._count(), self._width()
        step = _KEY_PAN_BARS * time.spacing
        match event.key():
            case Qt.Key.Key_Left:
                time.pan(step, count, width)
            case Qt.Key.Key_Right:
                time.pan(-step, count, width)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                time.zoom(_ZOOM_PER_NOTCH, width, count, width)
            case Qt.Key.Key_Minus:
                time.zoom(1 / _ZOOM_PER_NOTCH, width, count, width)
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self._move_prices(event)
            case Qt.Key.Key_Home:
                time.show_first(count, width)
            case Qt.Key.Key_End:
                time.show_last()
                self._chart.frames.price.is_auto = True
            case _:
                return False
        return True

    def _move_prices(self, event: QKeyEvent) -> None:
        price, is_up = self._chart.frames.price, event.key() == Qt.Key.Key_Up
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            price.stretch(1 / _ZOOM_PER_NOTCH if is_up else _ZOOM_PER_NOTCH)
        else:
            price.is_auto = False
            price.pan(_KEY_PAN_PX if is_up else -_KEY_PAN_PX)

    def _width(self) -> int:
        plot = self._chart.plot()
        return plot.width() if plot is not None else 0

    def _count(self) -> int:
        return len(self._chart.series)
