"""A hand on one's own lines: what it holds, and what letting go asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtWidgets import QApplication

from terminal_app.domain.instrument import Rounding
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.label_calm import LabelCalm
from terminal_app.gui.chart.line_labels import LabelPlaces, LineLabel, Obstacle, label_at
from terminal_app.gui.chart.price_line import LineKind, PriceLine


@dataclass(frozen=True, slots=True)
class DragWords:
    """Hold what it would mean to have a line at a price; ``warning`` is what costs most of it."""

    rows: tuple[str, ...] = ()
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Ghost:
    """Hold where a line would go, and what is said of it."""

    line: PriceLine
    price: Decimal
    words: DragWords


# In what, and around what, words were placed.
_Placed = tuple[LabelPlaces | None, Obstacle | None, list[LineLabel]]


class LineHand(QObject):
    """Take lines by their words, while armed; a line that only plans can be taken at any time.

    ``dropped`` carries a line and the price it was let go at, ``crossed`` a line whose cross was
    clicked, ``armed`` whether lines that send can be taken. Nothing is sent from here.
    """

    dropped = Signal(object, object)
    crossed = Signal(object)
    armed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_armed = False
        self.lines: list[PriceLine] = []
        self.ghost: Ghost | None = None
        self.words: Callable[[PriceLine, Decimal], DragWords] = lambda _line, _price: DragWords()
        self.obstacle: Obstacle | None = None
        self._places: LabelPlaces | None = None
        self._placed: _Placed = (None, None, [])
        # The heights of the words as they were placed last.
        self.middles: tuple[float, ...] = ()
        self._held: PriceLine | None = None
        self._taken = QPointF()
        self._reach = 0.0
        self._is_on_cross = False
        self.calm = LabelCalm()
        self._asked: dict[str, Decimal] = {}
        self._own: list[PriceLine] = []

    @property
    def is_busy(self) -> bool:
        """Say whether a line or its cross is held."""
        return self._held is not None

    def set_armed(self, is_armed: bool) -> None:
        """Let lines that send be taken from now on, or not, dropping what is held."""
        if is_armed != self.is_armed:
            self.is_armed = is_armed
            self.drop()
            self.armed.emit(is_armed)

    def set_lines(self, lines: Sequence[PriceLine]) -> bool:
        """Show these lines; return whether anything looks different.

        What is held of a line that is gone or may not move any more is dropped. Where an order was
        asked to go stays shown for as long as its line waits for the exchange.
        """
        waiting = {line.key for line in lines if line.is_pending}
        asked = {key: price for key, price in self._asked.items() if key in waiting}
        if lines == self._own and asked == self._asked:
            return False
        self._own, self._asked = list(lines), asked
        self._compose()
        held = self._held
        if held is not None and not any(_is_same_hold(held, line) for line in lines):
            self.drop()
        return True

    def refresh(self) -> bool:
        """Say anew what is held would mean, for the market moves; return whether that changed."""
        ghost = self.ghost
        if ghost is None:
            return False
        words = self.words(ghost.line, ghost.price)
        self.ghost = ghost if words == ghost.words else replace(ghost, words=words)
        return self.ghost is not ghost

    def show_asked(self, key: str, price: Decimal) -> None:
        """Show where an order was asked to go until the exchange has answered."""
        self._asked[key] = price
        self._compose()

    def places(self, frame: Frame) -> LabelPlaces:
        """Return the places of the lines in a frame, before anything is in their way."""
        kept, lines, with_crosses = self._places, self.lines, self.is_armed
        if kept is None or not kept.are_of(frame, lines, with_crosses=with_crosses):
            kept = self._places = LabelPlaces(frame, lines, with_crosses=with_crosses)
        return kept

    def labels(self, frame: Frame) -> list[LineLabel]:
        """Return where the words of the lines stand."""
        places = self.places(frame)
        if places is not self._placed[0] or self.obstacle != self._placed[1]:
            labels = places.around(self.obstacle)
            self._placed = places, self.obstacle, labels
            self.calm.see(labels)
            middles = tuple(label.middle for label in labels)
            if middles != self.middles:
                self.middles = middles
        return self._placed[2]

    def touch(self, frame: Frame | None, spot: QPointF) -> tuple[Qt.CursorShape | None, str]:
        """Return how the pointer looks on a spot and what is said there; nothing off the lines."""
        label = label_at(self.labels(frame), spot) if frame is not None else None
        if label is None:
            return None, ""
        line = label.line
        if not self._may_take(line):
            reason = "it waits for the exchange" if line.is_pending else "Trade is off (Ctrl+T)"
            return Qt.CursorShape.ArrowCursor, f"{line.hint}\nNot now: {reason}"
        if line.kind.sends and not self.calm.is_calm(label):
            return Qt.CursorShape.ForbiddenCursor, "It has only just come here: wait a moment"
        if label.has_cross and label.cross.contains(spot):
            return Qt.CursorShape.PointingHandCursor, line.hint
        is_free = line.can_move
        return Qt.CursorShape.SizeVerCursor if is_free else Qt.CursorShape.ArrowCursor, line.hint

    def press(self, frame: Frame, spot: QPointF) -> bool:
        """Take the line whose words are at a spot, where that is allowed.

        Words that came there only just are not what was meant: the press is for nothing.
        """
        label = label_at(self.labels(frame), spot)
        if label is None or not self._may_take(label.line):
            return False
        if label.line.kind.sends and not self.calm.is_calm(label):
            return True
        self._is_on_cross = label.has_cross and label.cross.contains(spot)
        if not self._is_on_cross and not label.line.can_move:
            return False
        self._held, self._taken = label.line, spot
        # Words may stand beside their line: what is carried is the line, from where it is.
        self._reach = label.y - spot.y()
        return True

    def move(self, frame: Frame | None, spot: QPointF) -> bool:
        """Carry the held line; return whether one is held still.

        Without a frame, as when the data went stale under the hand, it is dropped.
        """
        line = self._held
        if line is None or frame is None:
            self.drop()
            return False
        is_drag = (spot - self._taken).manhattanLength() >= QApplication.startDragDistance()
        if not self._is_on_cross and (is_drag or self.ghost is not None):
            price = _price_at(frame, spot.y() + self._reach)
            self.ghost = Ghost(line, price, self.words(line, price))
        return True

    def release(self, frame: Frame | None, spot: QPointF) -> None:
        """Let go of what is held; without a frame nothing is asked for."""
        line, ghost, was_on_cross = self._held, self.ghost, self._is_on_cross
        self.drop()
        if line is None or frame is None or not self._may_take(line):
            return
        if was_on_cross:
            label = label_at(self.labels(frame), spot)
            if label is not None and label.line.key == line.key and label.cross.contains(spot):
                self.crossed.emit(line)
        elif ghost is not None and ghost.price != line.price:
            self.dropped.emit(line, ghost.price)

    def drop(self) -> bool:
        """Leave the held line where it was; return whether there was one."""
        was_busy = self.is_busy
        self._held = self.ghost = None
        self._is_on_cross = False
        return was_busy

    def _compose(self) -> None:
        asked = [
            _asked_line(line, self._asked[line.key])
            for line in self._own
            if line.key in self._asked
        ]
        self.lines = [*self._own, *asked]

    def _may_take(self, line: PriceLine) -> bool:
        return not line.is_pending and (self.is_armed or not line.kind.sends)


def _price_at(frame: Frame, y: float) -> Decimal:
    height = frame.plot.height()
    price = Decimal(repr(float(frame.price.price(min(max(y, 0), height)))))
    return frame.instrument.round_price(price, Rounding.NEAREST)


def _is_same_hold(held: PriceLine, line: PriceLine) -> bool:
    # A profit that ticks must not drop a line that is being carried.
    same = (held.key, held.price, held.side) == (line.key, line.price, line.side)
    return same and not line.is_pending and line.can_move is held.can_move


def _asked_line(line: PriceLine, price: Decimal) -> PriceLine:
    return replace(
        line,
        key=f"asked {line.key}",
        kind=LineKind.ASKED,
        price=price,
        text="asked to move here",
        figure="",
        can_move=False,
        can_cancel=False,
    )
