"""Paint a whole frame of the chart, anew only where something changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPixmap

from terminal_app.domain.instrument import Rounding
from terminal_app.gui.chart import overlays
from terminal_app.gui.chart.compared import paint_compared
from terminal_app.gui.chart.drawings.pencil import Pencil
from terminal_app.gui.chart.fill_marks import FillMarks, paint_fills
from terminal_app.gui.chart.flow.readout import paint_flow_words
from terminal_app.gui.chart.frame import LEGEND_PX, Frame, in_device_pixels, is_drawing, lay_picture
from terminal_app.gui.chart.last_price import LastPrice
from terminal_app.gui.chart.layer import ClosedBarsLayer, paint_closed
from terminal_app.gui.chart.line_hand import LineHand
from terminal_app.gui.chart.line_labels import LineLabel, moved_place
from terminal_app.gui.chart.line_painting import LinePainter, paint_ghost
from terminal_app.gui.chart.linked_pointer import LinkedPointer
from terminal_app.gui.chart.moving_column import MovingColumn
from terminal_app.gui.chart.study_legend import ROW_PX, paint_studies, words_bottom
from terminal_app.gui.chart.tick_places import EVERYWHERE, Place, tick_places
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

    bars: Callable[[QPainter], None]
    lower: Callable[[QPainter], None]
    upper: Callable[[QPainter], None] | None
    words_move: bool


class _Moving(NamedTuple):
    """Hold what a tick moves of a frame."""

    frame: Frame
    price: LastPrice
    column: MovingColumn


class KeptOverlay:
    """Keep what lies over the bars as a picture for as long as its key is the same.

    It is never painted on the bars themselves: words look a little different on a clear ground, and
    would change their look whenever it is kept.
    """

    def __init__(self) -> None:
        self._pixmap = QPixmap()
        self._key: tuple[object, ...] | None = None

    def forget(self) -> None:
        """Have it painted anew."""
        self._key = None

    def renew(
        self, frame: Frame, key: tuple[object, ...], paint: Callable[[QPainter], None]
    ) -> QPixmap:
        """Return the picture, made anew if its key changed."""
        if key != self._key:
            self._make(frame, paint)
            self._key = key
        return self._pixmap

    def patch(
        self,
        frame: Frame,
        key: tuple[object, ...],
        place: QRect | None,
        paint: Callable[[QPainter], None],
    ) -> None:
        """Make a place of the picture anew; the rest of it holds for the key as well."""
        self._key = key
        if place is None:
            return
        painter = QPainter(self._pixmap)
        painter.setFont(frame.font)
        painter.setClipRect(place)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
        painter.fillRect(place, Qt.GlobalColor.transparent)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        paint(painter)
        painter.end()

    def _make(self, frame: Frame, paint: Callable[[QPainter], None]) -> None:
        size = (round(frame.width * frame.ratio), round(frame.height * frame.ratio))
        if (self._pixmap.width(), self._pixmap.height()) != size:
            self._pixmap = QPixmap(*size)
        self._pixmap.setDevicePixelRatio(frame.ratio)
        self._pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._pixmap)
        painter.setFont(frame.font)
        paint(painter)
        painter.end()


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
        self._asked: tuple[Frame, _Keys] | None = None
        self._moving: _Moving | None = None
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
        before = self._painted
        keys = self._same_keys(frame, scene) or self._keys(frame, scene)
        self._painted, self._asked = None, (frame, keys)
        if before is None or before[1:] != keys[1:] or scene.stale or _moves_far(frame):
            return None
        self._painted = keys
        labels = self._give_way(frame, scene, keys) if before.lower != keys.lower else None
        words = [] if keys.words_stand else _words_places(frame)
        row = self._moving_of(frame).price.row
        return tick_places(frame, (self._last_row, row), labels, words)

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
        keys = asked[1] if asked is not None and asked[0] is frame else self._keys(frame, scene)
        self._painted, self._frame = keys, frame
        moving = self._moving_of(frame)
        self._last_row = moving.price.row
        painter.setFont(frame.font)
        layers = self._layers(painter, frame, scene, keys)
        if places is None:
            self._paint_place(painter, scene, moving, layers, EVERYWHERE)
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

        def paint_bars(each: QPainter) -> None:
            paint_closed(each, frame)

        def paint_lower(each: QPainter) -> None:
            self._paint_lower(each, frame, scene)

        def paint_upper(each: QPainter) -> None:
            self._paint_upper(each, frame, scene, with_words=keys.words_stand)

        words_move = not keys.words_stand
        if is_drawing(painter):
            return _Layers(paint_bars, paint_lower, paint_upper, words_move)
        bars = self._bars.renew(frame, keys.bars)
        lower = self._lower.renew(frame, keys.lower, paint_lower)
        upper = self._upper.renew(frame, keys.upper, paint_upper) if keys.has_upper else None
        ratio = frame.ratio
        return _Layers(
            lambda each: lay_picture(each, bars, ratio),
            lambda each: lay_picture(each, lower, ratio),
            (lambda each: lay_picture(each, upper, ratio)) if upper is not None else None,
            words_move,
        )

    def _paint_place(
        self, painter: QPainter, scene: Scene, moving: _Moving, layers: _Layers, place: Place
    ) -> None:
        layers.bars(painter)
        if place.has_bar:
            moving.column.paint(painter)
            _paint_compared(painter, moving.frame)
        if place.has_tag:
            moving.price.clear_names(painter)
        layers.lower(painter)
        if place.has_line:
            moving.price.paint_line(painter)
        if place.has_tag:
            moving.price.paint_tag(painter, scene.countdown)
        if layers.upper is not None:
            layers.upper(painter)
        if place.has_words and layers.words_move:
            _paint_words(painter, moving.frame, scene)

    def _moving_of(self, frame: Frame) -> _Moving:
        """Return what moves in a frame, as it is now."""
        moving = self._moving
        if moving is None or moving.frame is not frame:
            moving = self._moving = _Moving(frame, LastPrice(frame), MovingColumn(frame))
        else:
            moving.price.follow()
        return moving

    def _same_keys(self, frame: Frame, scene: Scene) -> _Keys | None:
        """Return the keys of what was painted last if a tick is all that can have changed."""
        keys = self._painted
        if keys is None or frame is not self._frame or keys.loose != self._loose(frame, scene):
            return None
        self._hand.obstacle = self._moving_of(frame).price.obstacle()
        return keys._replace(lower=(*keys.lower[:2], self._hand.obstructed_at))

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
        self._hand.obstacle = self._moving_of(frame).price.obstacle()
        loose, bars = self._loose(frame, scene), self._bars.key(frame)
        hovered = _hovered(frame, scene)
        hangs_on_bars = bool(len(scene.fills) or self._pencil.has_shapes)
        # The words of the last bar change with every tick.
        stands = hovered < frame.count - 1 and not frame.studies.has_profile
        return _Keys(
            # Lines of prices stay where they are while the bars move under them.
            (bars if hangs_on_bars else frame.price_key, loose, self._hand.obstructed_at),
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
            overlays.paint_crosshair(
                painter, frame, scene.pointer, _pointer_text(frame, scene.pointer)
            )
        else:
            scene.linked.paint(painter, frame)
        if with_words:
            _paint_words(painter, frame, scene)


def _paint_compared(painter: QPainter, frame: Frame) -> None:
    if not frame.compared:
        return
    painter.save()
    painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
    in_device_pixels(painter, frame.ratio)
    paint_compared(painter, frame.compared, frame.shown, frame.pixels(), frame.price.base)
    painter.restore()


def _words_places(frame: Frame) -> list[QRect]:
    """Return where the words of the last bar stand, over the bars and in the panes."""
    wide = frame.plot.width()
    heads = [QRect(0, pane.place.top(), wide, ROW_PX + 4) for pane in frame.panes]
    return [QRect(0, 0, wide, words_bottom(frame)), *heads]


def _moves_far(frame: Frame) -> bool:
    """Say whether a tick moves more than the last column, its price and words."""
    shifted = any(any(study.shifts) for study in frame.studies.all)
    return shifted or bool(frame.compared) or frame.studies.has_profile


def _paint_words(painter: QPainter, frame: Frame, scene: Scene) -> None:
    hovered = _hovered(frame, scene)
    title = f"{frame.instrument.symbol} · {scene.interval}"
    overlays.paint_legend(painter, frame, title, hovered)
    paint_studies(painter, frame, hovered)
    paint_flow_words(painter, frame, scene.pointer)


def _hovered(frame: Frame, scene: Scene) -> int:
    """Return the bar under the pointer, here or on a linked chart; the last one without."""
    if scene.pointer is None:
        linked = scene.linked.index(frame.series)
        return frame.count - 1 if linked is None else linked
    index = frame.time.index(scene.pointer.x(), frame.count, frame.plot.width())
    return min(max(0, index), frame.count - 1)


def _pointer_text(frame: Frame, pointer: QPoint) -> str:
    """Return the value under the pointer: a tradable price, or an indicator's own."""
    pane = frame.pane_at(pointer.y())
    if pane is not None:
        return pane.text(pane.value_at(pointer.y()))
    price = Decimal(repr(float(frame.price.price(pointer.y()))))
    return frame.axis_text(float(frame.instrument.round_price(price, Rounding.NEAREST)))
