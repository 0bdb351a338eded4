"""Listen to the hand on the ladder, and say beforehand what a press would do."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.ladder.hands import (
    STALE,
    Cancel,
    Fill,
    Grab,
    HandRules,
    Refusal,
    Send,
    Spot,
    Wish,
    judge,
    spot_at,
)
from terminal_app.gui.ladder.label import PointerWords
from terminal_app.gui.ladder.picture import LadderPicture
from terminal_app.gui.ladder.stillness import OwnPlaces, RowStillness
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.view_state import ViewState

WHEEL_ROWS = 3
WHEEL_NOTCH = 120
NOTICE_MS = 2500
# Keys may be pressed or let go while the pointer rests: nobody tells the ladder of it.
KEYS_LOOKED_AT_MS = 30
_VOLUME_KEYS = {int(Qt.Key.Key_1) + number: number for number in range(5)}


class LadderView(LadderPicture):
    """Judge every press on the rows by what is true at that moment.

    ``order_wanted`` carries a ``Meaning``, ``price_clicked`` a price for the ticket,
    ``cancel_wanted`` keys, ``move_wanted`` keys and a price, ``step_wanted`` 1 or −1,
    ``volume_wanted`` the number of a working volume, ``lock_wanted`` nothing.
    """

    order_wanted = Signal(object)
    price_clicked = Signal(object)
    cancel_wanted = Signal(object)
    move_wanted = Signal(object, object)
    step_wanted = Signal(int)
    volume_wanted = Signal(int)
    lock_wanted = Signal()

    def __init__(
        self,
        theme: Theme,
        clock: FrameClock,
        parent: QWidget | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(theme, clock, parent)
        self.setAccessibleName("Price ladder")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.rules = HandRules(now)
        self.words = PointerWords(theme)
        self.stillness, self._places = RowStillness(), OwnPlaces()
        self._grabbed: tuple[Grab, QPoint] | None = None
        self._modifiers = Qt.KeyboardModifier.NoModifier
        self._keys_timer = QTimer(self, interval=KEYS_LOOKED_AT_MS)
        self._keys_timer.timeout.connect(self._look_at_keys)
        self._notice_timer = QTimer(self, singleShot=True, interval=NOTICE_MS)
        self._notice_timer.timeout.connect(lambda: self._show_notice(""))

    def say(self, text: str) -> None:
        """Show why nothing was done, for as long as it takes to read."""
        self._show_notice(text)
        self._notice_timer.start()

    def let_go(self) -> None:
        """Drop what is held by the hand where it was."""
        self._grabbed = None
        self.mark()

    def flush(self) -> None:
        super().flush()
        self.stillness.note(self.rows.signatures(), self.rules.now())
        self._places.note(self.rows.own.keys(), self.rules.now())

    def paint(self, painter: QPainter) -> None:
        self.words.theme = self.theme
        self.rules.said = ()
        super().paint(painter)
        if self.rules.is_unlocked:
            painter.setPen(QColor(self.theme.warning))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        if self.state.has_data:
            self._paint_words(painter)

    @guarded(None)
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._follow_pointer(event)
        # What the rows are at this very moment decides, not what they were at the last frame.
        self.rows.take()
        self.stillness.note(self.rows.signatures(), self.rules.now())
        self.rules.is_fresh = self.state is ViewState.NORMAL and not self.is_crossed
        spot = self._spot()
        if spot is not None and self.state.has_data:
            button, price = event.button(), self.rows.price(spot.number)
            self._obey(
                judge(spot, price, button, event.modifiers(), self.rules, self.stillness),
                event.position().toPoint(),
            )

    @guarded(None)
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # The other half of a double click: one order for one click.
        self._follow_pointer(event)

    @guarded(None)
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._follow_pointer(event)

    @guarded(None)
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._follow_pointer(event)
        if event.button() is not Qt.MouseButton.LeftButton or self._grabbed is None:
            return
        (grab, start), self._grabbed = self._grabbed, None
        end = event.position().toPoint()
        spot, is_near = self._spot(), (end - start).manhattanLength() < _drag_px()
        if spot is None or is_near or spot.number == grab.number:
            return
        if not self.rules.is_unlocked or self.state is not ViewState.NORMAL or self.is_crossed:
            self.say(STALE.replace("sent", "moved"))
            return
        keys = tuple(order.key for order in grab.orders)
        self.move_wanted.emit(keys, self.rows.price(spot.number))

    @guarded(None)
    def wheelEvent(self, event: QWheelEvent) -> None:
        self.rows.scroll(round(event.angleDelta().y() / WHEEL_NOTCH * WHEEL_ROWS))
        event.accept()
        self.mark()

    @guarded(None)
    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.pointer = event.position().toPoint()
        self._keys_timer.start()
        self.mark()

    @guarded(None)
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointer = None
        self._keys_timer.stop()
        self.mark()

    @guarded(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        scrolls = {
            int(Qt.Key.Key_Up): 1,
            int(Qt.Key.Key_Down): -1,
            int(Qt.Key.Key_PageUp): self.rows.count - 1,
            int(Qt.Key.Key_PageDown): 1 - self.rows.count,
        }
        if key in (Qt.Key.Key_Space, Qt.Key.Key_C):
            self.centre()
        elif key in _VOLUME_KEYS:
            self.volume_wanted.emit(_VOLUME_KEYS[key])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.step_wanted.emit(-1 if key == Qt.Key.Key_Minus else 1)
        elif key == Qt.Key.Key_Escape:
            self.let_go()
            self.lock_wanted.emit()
        elif key in scrolls:
            self.rows.scroll(scrolls[key])
            self.mark()
        else:
            super().keyPressEvent(event)

    def _obey(self, wish: Wish | None, position: QPoint) -> None:
        match wish:
            case Refusal(text):
                self.say(text)
            case Send(meaning):
                self.order_wanted.emit(meaning)
            case Fill(price, text):
                self.price_clicked.emit(price)
                if text:
                    self.say(text)
            case Cancel(keys):
                self.cancel_wanted.emit(keys)
            case Grab():
                self._grabbed = (wish, position)

    def _spot(self) -> Spot | None:
        if self.pointer is None:
            return None
        now = self.rules.now()
        return spot_at(self.layout_now, self.rows, self.pointer, self._places, now)

    def _follow_pointer(self, event: QMouseEvent) -> None:
        self.pointer = event.position().toPoint()
        self._modifiers = event.modifiers()
        self.mark()

    def _look_at_keys(self) -> None:
        modifiers = QGuiApplication.queryKeyboardModifiers()
        if modifiers != self._modifiers:
            self._modifiers = modifiers
            self.mark()

    def _show_notice(self, text: str) -> None:
        self.words.notice = text
        self.setAccessibleDescription(text or self.state_text)
        self.mark()

    def _paint_words(self, painter: QPainter) -> None:
        spot, instrument, book = self._spot(), self.rows.instrument, self.rows.book
        if instrument is None or book is None:
            return
        if spot is None:
            notices = self.words.notices()
            if notices:
                at = self.layout_now.row(0).center()
                self._painter.paint_tag(painter, self.theme, self.rect(), at, notices)
            return
        price = self.rows.price(spot.number)
        if self._grabbed is not None:
            lines = self.words.for_drag(self._grabbed[0].orders, price, instrument)
        else:
            lines, said = self.words.for_press(
                spot, price, self.rules, self._modifiers, instrument, book
            )
            if self.state is ViewState.NORMAL:
                self.rules.said = said
        if lines:
            at = self.layout_now.row(spot.row).center()
            self._painter.paint_tag(painter, self.theme, self.rect(), at, lines)


def _drag_px() -> int:
    return QApplication.startDragDistance()
