"""Shapes, the points that hold them, and every change of them, forth and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

TARGET_RATIO = 2.0


class ShapeKind(StrEnum):
    """Name what is drawn."""

    TREND = "trend"
    RAY = "ray"
    HORIZONTAL = "horizontal"
    VERTICAL = "vertical"
    RECTANGLE = "rectangle"
    CHANNEL = "channel"
    FIBONACCI = "fibonacci"
    RULER = "ruler"
    LONG = "long"
    SHORT = "short"
    TEXT = "text"

    @property
    def words(self) -> str:
        """Return its name for a menu."""
        return _WORDS[self]

    @property
    def clicks(self) -> int:
        """Return how many points a person puts down."""
        return _CLICKS.get(self, 2)


_WORDS = {
    ShapeKind.TREND: "Trend line",
    ShapeKind.RAY: "Ray",
    ShapeKind.HORIZONTAL: "Horizontal line",
    ShapeKind.VERTICAL: "Vertical line",
    ShapeKind.RECTANGLE: "Rectangle",
    ShapeKind.CHANNEL: "Channel",
    ShapeKind.FIBONACCI: "Fibonacci retracement",
    ShapeKind.RULER: "Ruler",
    ShapeKind.LONG: "Long position",
    ShapeKind.SHORT: "Short position",
    ShapeKind.TEXT: "Text",
}
_CLICKS = {
    ShapeKind.HORIZONTAL: 1,
    ShapeKind.VERTICAL: 1,
    ShapeKind.TEXT: 1,
    ShapeKind.CHANNEL: 3,
}
LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Point:
    """Hold a place on a chart that stays when it is moved: a time and a price."""

    time_ms: int
    price: float


@dataclass(frozen=True, slots=True)
class Shape:
    """Hold one drawing by its points; only that of the kind text has one."""

    kind: ShapeKind
    points: tuple[Point, ...]
    text: str = ""

    def moved(self, time_ms: int, price: float) -> Shape:
        """Return it moved as a whole."""
        points = (Point(each.time_ms + time_ms, each.price + price) for each in self.points)
        return replace(self, points=tuple(points))

    def with_point(self, number: int, point: Point) -> Shape:
        """Return it with one point elsewhere."""
        points = [*self.points]
        points[number] = point
        return replace(self, points=tuple(points))


def finished(kind: ShapeKind, points: Sequence[Point]) -> Shape:
    """Return the shape of a person's points; a position gets a target of twice its risk."""
    if kind in (ShapeKind.LONG, ShapeKind.SHORT):
        entry, stop = points
        risk = abs(entry.price - stop.price) * (1 if kind is ShapeKind.LONG else -1)
        stop = Point(stop.time_ms, entry.price - risk)
        target = Point(stop.time_ms, entry.price + risk * TARGET_RATIO)
        return Shape(kind, (entry, stop, target))
    return Shape(kind, tuple(points))


class Drawings:
    """Hold the shapes of one symbol; every change can be taken back and done again."""

    def __init__(self) -> None:
        self.shapes: tuple[Shape, ...] = ()
        self._past: list[tuple[Shape, ...]] = []
        self._future: list[tuple[Shape, ...]] = []

    def load(self, shapes: Sequence[Shape]) -> None:
        """Begin with these shapes; what was before cannot be taken back."""
        self.shapes = tuple(shapes)
        self._past, self._future = [], []

    def add(self, shape: Shape) -> None:
        """Put a shape on top of the others."""
        self._change((*self.shapes, shape))

    def put(self, number: int, shape: Shape) -> None:
        """Replace a shape by what it has become."""
        if self.shapes[number] != shape:
            self._change((*self.shapes[:number], shape, *self.shapes[number + 1 :]))

    def remove(self, number: int) -> None:
        """Take a shape away."""
        self._change(self.shapes[:number] + self.shapes[number + 1 :])

    def clear(self) -> None:
        """Take all shapes away."""
        if self.shapes:
            self._change(())

    def undo(self) -> bool:
        """Take the last change back; return whether there was one."""
        if not self._past:
            return False
        self._future.append(self.shapes)
        self.shapes = self._past.pop()
        return True

    def redo(self) -> bool:
        """Do again what was taken back; return whether there was something."""
        if not self._future:
            return False
        self._past.append(self.shapes)
        self.shapes = self._future.pop()
        return True

    def _change(self, shapes: tuple[Shape, ...]) -> None:
        self._past.append(self.shapes)
        self._future.clear()
        self.shapes = shapes


def shape_rows(shapes: Sequence[Shape]) -> list[list[str | float]]:
    """Return shapes as plain rows to be kept: the kind, then time and price of each point.

    A text comes last.
    """
    return [
        [
            shape.kind.value,
            *(number for point in shape.points for number in (float(point.time_ms), point.price)),
            *([shape.text] if shape.kind is ShapeKind.TEXT else []),
        ]
        for shape in shapes
    ]


def shapes_of(rows: Sequence[Sequence[str | float]]) -> list[Shape]:
    """Return the shapes of kept rows; a row that is none is left out."""
    return [shape for row in rows if (shape := _shape_of(row)) is not None]


def _shape_of(row: Sequence[str | float]) -> Shape | None:
    name, *numbers = row or [""]
    if name not in set(ShapeKind):
        return None
    kind = ShapeKind(str(name))
    text = str(numbers.pop()) if kind is ShapeKind.TEXT and numbers else ""
    if len(numbers) % 2 or any(isinstance(number, str) for number in numbers):
        return None
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    points = tuple(Point(int(float(time)), float(price)) for time, price in pairs)
    is_position = kind in (ShapeKind.LONG, ShapeKind.SHORT)
    return Shape(kind, points, text) if len(points) == kind.clicks + is_position else None
