"""Paint a whole frame of the chart, anew only where something changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter

from terminal_app.gui.chart.compared import paint_compared
from terminal_app.gui.chart.drawings.pencil import Pencil
from terminal_app.gui.chart.fill_marks import FillMarks, paint_fills
from terminal_app.gui.chart.flow.readout import flow_row
from terminal_app.gui.chart.frame import LEGEND_PX, Frame, in_device_pixels, is_drawing, lay_picture
from terminal_app.gui.chart.kept_overlay import KeptOverlay
from terminal_app.gui.chart.layer import ClosedBarsLayer, paint_closed
from terminal_app.gui.chart.line_hand import LineHand
from terminal_app.gui.chart.line_labels import LineLabel, moved_place
from terminal_app.gui.chart.line_painting import LinePainter, paint_ghost
from terminal_app.gui.chart.linked_pointer import LinkedPointer
from terminal_app.gui.chart.moving import Moving
from terminal_app.gui.chart.pane_painting import paint_crosses
from terminal_app.gui.chart.sprites import Sprites
from terminal_app.gui.chart.tick_places import Place, tick_places
from terminal_app.gui.chart.words import WordRow, changed_places
from terminal_app.gui.widgets.view_state import paint_stale


class Scene(NamedTuple):
    """Hold what lies over the bars beside lines and drawings; ``stale`` is empty while live."""

    interval: str
    pointer: QPoint | None
    linked: LinkedPointer
    fills: FillMarks
    countdown: str
    stale: str


class _Keys(NamedTuple):
    """Hold what lines and drawings depend on, and the bars; words are of the hovered one.

    Lines stand first: the last price moves their words.
    """

    lower: tuple[object, ...]
    bars: tuple[object, ...]
    hovered: int
    loose: tuple[object, ...]


class _Layers(NamedTuple):
    """Hold how what a tick leaves alone is painted."""

    bars: Callable[[QPainter, QRect | None], None]
    lower: Callable[[QPainter], None]


class ChartPicture:
    """Paint bars, what lies over them, and what a tick moves, from the ground up.

    Lines and drawings are kept as a picture, under the last price. Whoever changes anything but
    the last bar calls `stir`.
    """

    def __init__(self, hand: LineHand, pencil: Pencil) -> None:
        self._hand, self._pencil = hand, pencil
        self._bars = ClosedBarsLayer()
        self._lower = KeptOverlay()
        self._lines, self._tags = LinePainter(), Sprites()
        # Where the words of lines stand in the lower picture.
        self._labels: list[LineLabel] = []
        self._painted: _Keys | None = None
        self._frame: Frame | None = None
        self._fills: FillMarks | None = None
        self._fills_number = 0
        self._asked: tuple[Scene, _Keys] | None = None
        self._moving: Moving | None = None
        # What is said of the hovered bar.
        self._rows: list[WordRow] = []
        self._last_row = 0

    def forget(self) -> None:
        """Paint everything anew, because closed bars changed."""
        self._bars.forget()
        self._lower.forget()
        self.stir()

    def stir(self) -> None:
        """Paint anew what a hand or a service may have changed over the bars."""
        self._painted = None
        if self._pencil.has_shapes:
            # What drawings say may come from elsewhere, as the size of a risk does.
            self._lower.forget()

    def moved(self, frame: Frame, scene: Scene) -> list[Place] | None:
        """Return where a frame differs from the one painted last, None for everywhere."""
        before, rows_before = self._painted, self._rows
        keys = self._same_keys(frame, scene) or self._keys(frame, scene)
        self._painted, self._asked = None, (scene, keys)
        moving = self._moving_of(frame)
        is_alike = before is not None and before[1:] == keys[1:] and not moving.is_far
        if not is_alike or keys.hovered >= frame.count - 1:
            self._rows = self._words(frame, scene)
        labels = None
        if before is not None and _differ_by_places(before.lower, keys.lower):
            labels = self._give_way(frame, scene, keys)
        if before is None or not is_alike or scene.stale:
            return None
        words = changed_places(rows_before, self._rows)
        if words is None:
            return None
        self._painted = keys
        heights = self._last_row, moving.price.row
        return tick_places(frame, moving.column, heights, labels, words)

    def _give_way(self, frame: Frame, scene: Scene, keys: _Keys) -> QRect | None:
        """Have words of lines give way to the last price; return where they did."""
        before = self._labels
        self._labels = self._hand.labels(frame)
        place = moved_place(frame, before, self._labels)
        self._lower.patch(
            frame,
            keys.lower,
            place,
            lambda each: self._paint_lower(each, frame, scene, place),
        )
        return place

    def paint(
        self, painter: QPainter, frame: Frame, scene: Scene, places: Sequence[Place] | None = None
    ) -> None:
        """Paint a frame, or no more than the places of it that `moved` told of."""
        asked, self._asked = self._asked, None
        if asked is not None and asked[0] is scene:
            keys = asked[1]
        else:
            keys = self._keys(frame, scene)
            self._rows = self._words(frame, scene)
        self._painted, self._frame = keys, frame
        moving = self._moving_of(frame)
        self._last_row = moving.price.row
        painter.setFont(frame.font)
        layers = self._layers(painter, frame, scene, keys)
        if places is None:
            self._paint_place(painter, scene, moving, layers, None)
        else:
            for place in places:
                painter.setClipRect(place.rect)
                self._paint_place(painter, scene, moving, layers, place)
            painter.setClipping(False)
        if scene.stale:
            whole = QRect(0, 0, frame.width, frame.height)
            paint_stale(painter, whole, frame.theme, scene.stale, LEGEND_PX + 12)

    def _layers(self, painter: QPainter, frame: Frame, scene: Scene, keys: _Keys) -> _Layers:
        """Return how what stands still is painted, from pictures that are kept or anew."""

        def paint_bars(each: QPainter, _place: QRect | None) -> None:
            paint_closed(each, frame)

        def paint_lower(each: QPainter) -> None:
            self._paint_lower(each, frame, scene)

        if is_drawing(painter):
            return _Layers(paint_bars, paint_lower)
        self._bars.renew(frame, keys.bars)
        lower = self._lower.renew(frame, keys.lower, paint_lower)
        return _Layers(
            lambda each, place: self._bars.lay(each, frame, place),
            lambda each: lay_picture(each, lower, frame.ratio),
        )

    def _paint_place(
        self,
        painter: QPainter,
        scene: Scene,
        moving: Moving,
        layers: _Layers,
        place: Place | None,
    ) -> None:
        """Paint a place from the ground up, everything for None."""
        rect = place.rect if place is not None else None
        layers.bars(painter, rect)
        if place is None or place.has_bar:
            moving.bar.paint(painter)
            _paint_compared(painter, moving.frame)
        has_tag = place is None or place.has_tag
        if has_tag:
            moving.price.clear_names(painter)
        layers.lower(painter)
        if place is None or place.has_line:
            moving.price.paint_line(painter, rect)
        if has_tag:
            moving.price.paint_tag(painter, scene.countdown)
        paint_ghost(painter, moving.frame, self._hand)
        if scene.pointer is not None:
            moving.crosshair(scene.pointer, self._tags).paint(painter, rect)
        else:
            scene.linked.paint(painter, moving.frame)
        moving.paint_words(painter, self._rows, rect)

    def _words(self, frame: Frame, scene: Scene) -> list[WordRow]:
        rows = self._moving_of(frame).legend.rows(scene.interval, _hovered(frame, scene))
        of_flow = flow_row(frame, scene.pointer)
        return rows if of_flow is None else [*rows, of_flow]

    def _moving_of(self, frame: Frame) -> Moving:
        """Return what moves in a frame, as it is now."""
        moving = self._moving
        if moving is None or moving.frame is not frame:
            moving = self._moving = Moving(frame, moving)
        else:
            moving.price.follow()
        return moving

    def _same_keys(self, frame: Frame, scene: Scene) -> _Keys | None:
        """Return the keys of what was painted last if a tick is all that can have changed."""
        keys = self._painted
        if keys is None or frame is not self._frame or keys.loose != self._loose(frame, scene):
            return None
        middles = self._middles(frame)
        if middles is keys.lower[2]:
            return keys
        return keys._replace(lower=(*keys.lower[:2], middles))

    def _middles(self, frame: Frame) -> tuple[float, ...]:
        """Return the heights of the words of lines, which give way to the last price."""
        self._hand.obstacle = self._moving_of(frame).price.obstacle()
        self._hand.labels(frame)
        return self._hand.middles

    def _loose(self, frame: Frame, scene: Scene) -> tuple[object, ...]:
        """Return what lies over the bars and does not hang on the frame."""
        if scene.fills is not self._fills:
            self._fills, self._fills_number = scene.fills, self._fills_number + 1
        return (
            self._fills_number,
            tuple(self._hand.lines),
            self._hand.ghost,
            self._hand.is_armed,
            self._pencil.seen,
            frame.studies.hint,
        )

    def _keys(self, frame: Frame, scene: Scene) -> _Keys:
        loose, bars = self._loose(frame, scene), self._bars.key(frame)
        hangs_on_bars = bool(len(scene.fills) or self._pencil.has_shapes)
        return _Keys(
            # Lines of prices stay where they are while the bars move under them.
            (bars if hangs_on_bars else frame.price_key, loose, self._middles(frame)),
            bars,
            _hovered(frame, scene),
            loose,
        )

    def _paint_lower(
        self, painter: QPainter, frame: Frame, scene: Scene, within: QRect | None = None
    ) -> None:
        paint_crosses(painter, frame, within)
        paint_fills(painter, frame, scene.fills)
        self._pencil.paint(painter, frame)
        if within is None:
            self._labels = self._hand.labels(frame)
        self._lines.paint(painter, frame, self._hand, self._labels, within)


def _differ_by_places(before: tuple[object, ...], now: tuple[object, ...]) -> bool:
    """Say whether words of lines stand elsewhere, and all else is as it was."""
    return before[:2] == now[:2] and before[2] != now[2]


def _paint_compared(painter: QPainter, frame: Frame) -> None:
    if not frame.compared:
        return
    painter.save()
    painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
    in_device_pixels(painter, frame.ratio)
    paint_compared(painter, frame.compared, frame.shown, frame.pixels(), frame.price.base)
    painter.restore()


def _hovered(frame: Frame, scene: Scene) -> int:
    """Return the bar under the pointer, here or on a linked chart; the last one without."""
    if scene.pointer is None:
        linked = scene.linked.index(frame.series)
        return frame.count - 1 if linked is None else linked
    index = frame.index(scene.pointer.x())
    return min(max(0, index), frame.count - 1)
