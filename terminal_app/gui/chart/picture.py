"""Paint a whole frame of the chart, anew only where something changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter

from terminal_app.domain.instrument import Rounding
from terminal_app.gui.chart.compared import paint_compared
from terminal_app.gui.chart.crosshair import paint_crosshair
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
    """Hold what the overlays under and over the last price depend on, and the bars.

    What the lower one depends on stands first: the last price moves words of lines there.
    """

    lower: tuple[object, ...]
    bars: tuple[object, ...]
    upper: tuple[object, ...]
    words_stand: bool
    has_upper: bool
    loose: tuple[object, ...]


class _Layers(NamedTuple):
    """Hold how what a tick leaves alone is painted."""

    bars: Callable[[QPainter, QRect | None], None]
    lower: Callable[[QPainter], None]
    upper: Callable[[QPainter], None] | None


class ChartPicture:
    """Paint bars, what lies over them, and what a tick moves, from the ground up.

    Two overlays hold what a tick leaves alone, one on each side of the last price. Whoever changes
    anything but the last bar calls `stir`.
    """

    def __init__(self, hand: LineHand, pencil: Pencil) -> None:
        self._hand, self._pencil = hand, pencil
        self._bars = ClosedBarsLayer()
        self._lower, self._upper = KeptOverlay(), KeptOverlay()
        self._lines = LinePainter()
        # Where the words of lines stand in the lower picture.
        self._labels: list[LineLabel] = []
        self._painted: _Keys | None = None
        self._frame: Frame | None = None
        self._fills: FillMarks | None = None
        self._fills_number = 0
        self._asked: tuple[Scene, _Keys] | None = None
        self._moving: Moving | None = None
        # The words that move with a tick.
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
        self._upper.forget()
        if self._pencil.has_shapes:
            # What drawings say may come from elsewhere, as the size of a risk does.
            self._lower.forget()

    def moved(self, frame: Frame, scene: Scene) -> list[Place] | None:
        """Return where a frame differs from the one painted last, None for everywhere."""
        before, rows_before = self._painted, self._rows
        keys = self._same_keys(frame, scene) or self._keys(frame, scene)
        self._painted, self._asked = None, (scene, keys)
        self._rows = self._words(frame, scene, keys)
        moving = self._moving_of(frame)
        if before is None or before[1:] != keys[1:] or scene.stale or moving.is_far:
            return None
        words = changed_places(rows_before, self._rows)
        if words is None:
            return None
        self._painted = keys
        labels = self._give_way(frame, scene, keys) if before.lower != keys.lower else None
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
            self._rows = self._words(frame, scene, keys)
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

        def paint_upper(each: QPainter) -> None:
            self._paint_upper(each, frame, scene, with_words=keys.words_stand)

        if is_drawing(painter):
            return _Layers(paint_bars, paint_lower, paint_upper)
        self._bars.renew(frame, keys.bars)
        lower = self._lower.renew(frame, keys.lower, paint_lower)
        upper = self._upper.renew(frame, keys.upper, paint_upper) if keys.has_upper else None
        ratio = frame.ratio
        return _Layers(
            lambda each, place: self._bars.lay(each, frame, place),
            lambda each: lay_picture(each, lower, ratio),
            (lambda each: lay_picture(each, upper, ratio)) if upper is not None else None,
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
        layers.bars(painter, place.rect if place is not None else None)
        if place is None or place.has_bar:
            moving.bar.paint(painter)
            _paint_compared(painter, moving.frame)
        has_tag = place is None or place.has_tag
        if has_tag:
            moving.price.clear_names(painter)
        layers.lower(painter)
        if place is None or place.has_line:
            moving.price.paint_line(painter)
        if has_tag:
            moving.price.paint_tag(painter, scene.countdown)
        if layers.upper is not None:
            layers.upper(painter)
        if self._rows:
            moving.paint_words(painter, self._rows, place)

    def _words(self, frame: Frame, scene: Scene, keys: _Keys) -> list[WordRow]:
        """Return the words that move with a tick."""
        return [] if keys.words_stand else self._all_words(frame, scene)

    def _all_words(self, frame: Frame, scene: Scene) -> list[WordRow]:
        rows = self._moving_of(frame).legend.rows(scene.interval, _hovered(frame, scene))
        of_flow = flow_row(frame, scene.pointer)
        return rows if of_flow is None else [*rows, of_flow]

    def _moving_of(self, frame: Frame) -> Moving:
        """Return what moves in a frame, as it is now."""
        moving = self._moving
        if moving is None or moving.frame is not frame:
            moving = self._moving = Moving(frame)
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
        hovered = _hovered(frame, scene)
        hangs_on_bars = bool(len(scene.fills) or self._pencil.has_shapes)
        # The words of the last bar change with every tick.
        stands = hovered < frame.count - 1 and not self._moving_of(frame).is_far
        return _Keys(
            # Lines of prices stay where they are while the bars move under them.
            (bars if hangs_on_bars else frame.price_key, loose, self._middles(frame)),
            bars,
            (bars, loose, hovered, stands),
            stands,
            stands
            or scene.pointer is not None
            or self._hand.ghost is not None
            or scene.linked.index(frame.series) is not None,
            loose,
        )

    def _paint_lower(
        self, painter: QPainter, frame: Frame, scene: Scene, within: QRect | None = None
    ) -> None:
        paint_fills(painter, frame, scene.fills)
        self._pencil.paint(painter, frame)
        if within is None:
            self._labels = self._hand.labels(frame)
        self._lines.paint(painter, frame, self._hand, self._labels, within)

    def _paint_upper(
        self, painter: QPainter, frame: Frame, scene: Scene, *, with_words: bool
    ) -> None:
        paint_ghost(painter, frame, self._hand)
        if scene.pointer is not None:
            paint_crosshair(painter, frame, scene.pointer, _pointer_text(frame, scene.pointer))
        else:
            scene.linked.paint(painter, frame)
        if with_words:
            self._moving_of(frame).paint_words(painter, self._all_words(frame, scene))


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


def _pointer_text(frame: Frame, pointer: QPoint) -> str:
    """Return the value under the pointer: a tradable price, or an indicator's own."""
    pane = frame.pane_at(pointer.y())
    if pane is not None:
        return pane.text(pane.value_at(pointer.y()))
    price = Decimal(repr(float(frame.price.price(pointer.y()))))
    return frame.axis_text(float(frame.instrument.round_price(price, Rounding.NEAREST)))
