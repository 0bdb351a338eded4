"""A hand that draws: puts points down, takes shapes and moves them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter

from terminal_app.gui.chart.drawings.painting import paint_shape
from terminal_app.gui.chart.drawings.places import covers, is_near, point_at, point_near
from terminal_app.gui.chart.drawings.risk import Sizer, position_plan, risk_words
from terminal_app.gui.chart.drawings.shapes import Drawings, Point, Shape, ShapeKind, finished
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.planned_orders import PlannedOrder

# So far from where it was pressed, a button that is let go has drawn a line rather than clicked.
DRAWN_PX = 12


@dataclass(frozen=True, slots=True)
class _Hold:
    """Hold what is in the hand: a shape as it was, where it was taken, and by which point."""

    number: int
    shape: Shape
    taken: Point
    point: int | None


class Pencil(QObject):
    """Draw with a chosen tool, else take shapes by the hand.

    ``changed`` tells that the shapes are others than before, ``tool_done`` that a shape is whole,
    ``text_wanted`` carries a text that waits for its words: ``write`` puts them down.
    Every method takes the frame that is seen and says whether the spot was its business.
    """

    changed = Signal()
    tool_done = Signal()
    text_wanted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.drawings = Drawings()
        self.tool: ShapeKind | None = None
        self.has_magnet = False
        self.chosen: int | None = None
        self.sizer: Sizer | None = None
        self._points: list[Point] = []
        self._pressed = QPointF()
        self._pointer: Point | None = None
        self._hold: _Hold | None = None

    @property
    def has_shapes(self) -> bool:
        """Say whether anything is drawn."""
        return bool(self.drawings.shapes or self._points)

    @property
    def seen(self) -> tuple[object, ...]:
        """Return what is to be seen, to tell one picture from another."""
        moving = self._pointer if self.is_busy else None
        return tuple(self.drawings.shapes), self.chosen, tuple(self._points), self._hold, moving

    @property
    def is_busy(self) -> bool:
        """Say whether a shape is being drawn or moved."""
        return bool(self._points) or self._hold is not None

    def choose_tool(self, tool: ShapeKind | None) -> None:
        """Draw this from now on, or nothing."""
        self.tool, self._points, self._hold = tool, [], None

    def press(self, frame: Frame, spot: QPointF) -> bool:
        """Put a point down, or take the shape at a spot."""
        if not 0 <= spot.x() < frame.plot.width() or not 0 <= spot.y() < frame.plot.height():
            return False
        if self.tool is not None:
            self._pressed = spot
            self._put_down(point_at(frame, spot, magnet=self.has_magnet))
            return True
        shapes = self.drawings.shapes
        numbers = [n for n, shape in enumerate(shapes) if is_near(frame, shape, spot)]
        self.chosen = numbers[-1] if numbers else None
        if self.chosen is None:
            return False
        shape = shapes[self.chosen]
        taken = point_at(frame, spot)
        self._hold = _Hold(self.chosen, shape, taken, point_near(frame, shape, spot))
        return True

    def move(self, frame: Frame, spot: QPointF) -> bool:
        """Follow the pointer with what is drawn or held."""
        self._pointer = point_at(frame, spot, magnet=self.has_magnet)
        return self.is_busy

    def release(self, frame: Frame, spot: QPointF) -> bool:
        """Let a held shape go where it is; what is drawn by a drag has its next point there."""
        hold = self._hold
        if hold is None:
            if self.tool is None:
                return False
            if self._points and (spot - self._pressed).manhattanLength() >= DRAWN_PX:
                self._put_down(point_at(frame, spot, magnet=self.has_magnet))
            return True
        moved = self._held_shape()
        self._hold = None
        if moved is not None and moved != hold.shape:
            self.drawings.put(hold.number, moved)
            self.changed.emit()
        return True

    def key(self, event: QKeyEvent) -> bool:
        """Drop what is drawn, take a shape away, take a change back or do it again."""
        if event.key() == Qt.Key.Key_Escape and (self.is_busy or self.tool is not None):
            self.choose_tool(None)
            self.tool_done.emit()
            return True
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.chosen is not None:
            self.drawings.remove(self.chosen)
        elif event.matches(QKeySequence.StandardKey.Undo):
            if not self.drawings.undo():
                return False
        elif not (event.matches(QKeySequence.StandardKey.Redo) and self.drawings.redo()):
            return False
        self.chosen = None
        self.changed.emit()
        return True

    def reword(self, frame: Frame, spot: QPointF) -> bool:
        """Ask for other words of the text at a spot; return whether there is one."""
        shapes = self.drawings.shapes
        for number in reversed(range(len(shapes))):
            if shapes[number].kind is ShapeKind.TEXT and is_near(frame, shapes[number], spot):
                self.chosen, self._hold = number, None
                self.text_wanted.emit(shapes[number])
                return True
        return False

    def write(self, text: Shape) -> None:
        """Put a text down with its words, in place of the chosen one it was before."""
        if self.chosen is not None:
            self.drawings.put(self.chosen, text)
        elif text.text:
            self.drawings.add(text)
            self.chosen = len(self.drawings.shapes) - 1
        self.changed.emit()

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Paint all shapes, and what is in the hand where it would come to lie."""
        held = self._held_shape()
        for number, shape in enumerate(self.drawings.shapes):
            is_held = self._hold is not None and self._hold.number == number
            seen = held if is_held and held is not None else shape
            self._paint(painter, frame, seen, is_chosen=number == self.chosen)
        draft = self._draft()
        if draft is not None:
            self._paint(painter, frame, draft, is_chosen=True)

    def plan_at(self, frame: Frame, spot: QPointF) -> tuple[PlannedOrder, ...]:
        """Return what the drawn position at a spot would be as orders, nothing off all of them."""
        for shape in reversed(self.drawings.shapes):
            if covers(frame, shape, spot):
                return position_plan(shape, frame.instrument, self.sizer)
        return ()

    def _paint(
        self, painter: QPainter, frame: Frame, shape: Shape, *, is_chosen: bool
    ) -> None:  # fmt: skip
        note = risk_words(shape, frame.instrument, self.sizer)
        paint_shape(painter, frame, shape, is_chosen=is_chosen, note=note)

    def _put_down(self, point: Point) -> None:
        assert self.tool is not None
        self._points.append(point)
        if len(self._points) < self.tool.clicks:
            return
        shape = finished(self.tool, self._points)
        if self.tool is ShapeKind.TEXT:
            self.choose_tool(None)
            self.chosen = None
            self.tool_done.emit()
            self.text_wanted.emit(shape)
            return
        self.drawings.add(shape)
        self.chosen = len(self.drawings.shapes) - 1
        self.choose_tool(None)
        self.changed.emit()
        self.tool_done.emit()

    def _draft(self) -> Shape | None:
        if self.tool is None or not self._points or self._pointer is None:
            return None
        points = [*self._points, self._pointer]
        if len(points) < self.tool.clicks:
            # Of a channel the first line is seen before its width is chosen.
            return Shape(ShapeKind.TREND, tuple(points))
        return finished(self.tool, points)

    def _held_shape(self) -> Shape | None:
        hold, pointer = self._hold, self._pointer
        if hold is None or pointer is None:
            return None
        if hold.point is not None:
            return hold.shape.with_point(hold.point, pointer)
        return hold.shape.moved(
            pointer.time_ms - hold.taken.time_ms, pointer.price - hold.taken.price
        )
