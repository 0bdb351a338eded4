"""Make a button that fires only once it was held for a while."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.key_repeat import KeyRepeat

FRAME_MS = 16
LETTING_GO_MS = 40
KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_OTHER = Qt.KeyboardModifier.ControlModifier
_ENDS = (QEvent.Type.FocusOut, QEvent.Type.Hide, QEvent.Type.EnabledChange)


class HoldToFire(QObject):
    """Turn the presses of a button into long ones: it clicks when it was held to the end.

    Let go before, nothing happens. A press that begins before the button is enabled, a repeated
    key, and what comes while it is held already, count for nothing. At 0 ms it is a plain button.
    ``let_go`` tells that it was let go too early.
    """

    let_go = Signal()

    def __init__(self, button: QAbstractButton) -> None:
        super().__init__(button)
        self._button = button
        self._hold_ms = 0
        self._began = 0.0
        self._bar = _Bar(button)
        self._repeat = KeyRepeat()
        self._letting_go = QTimer(self, interval=LETTING_GO_MS, singleShot=True)
        self._letting_go.timeout.connect(self._give_up)
        self._timer = QTimer(self, interval=FRAME_MS)
        self._timer.timeout.connect(self._on_tick)
        button.installEventFilter(self)

    @property
    def is_on(self) -> bool:
        """Say whether the button has to be held."""
        return self._hold_ms > 0

    @property
    def is_running(self) -> bool:
        """Say whether it is being held."""
        return self._timer.isActive()

    def set_hold_ms(self, hold_ms: int) -> None:
        """Ask for a press of so long, 0 for a plain one."""
        if hold_ms == self._hold_ms:
            return
        self.stop()
        self._hold_ms = hold_ms
        hint = f"Hold for {hold_ms / 1000:g} s" if hold_ms else ""
        self._button.setAccessibleDescription(hint)

    def begin(self) -> None:
        """Begin to count, as a press does."""
        self._letting_go.stop()
        if self.is_on and not self.is_running and self._button.isEnabled():
            self._began = time.monotonic()
            self._timer.start()
            self._button.setDown(True)
            self._bar.show_share(0.0)

    def stop_soon(self) -> None:
        """Forget a press whose key was let go, unless that was but a repetition of the key."""
        if self.is_running:
            self._letting_go.start()

    def go_on(self) -> None:
        """Hold on: what seemed to be let go was not."""
        self._letting_go.stop()

    def stop(self) -> None:
        """Forget a press that was let go too early."""
        self._letting_go.stop()
        if self.is_running:
            self._timer.stop()
            self._button.setDown(False)
            self._bar.hide()

    @guarded(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.is_on or watched is not self._button:
            return False
        if event.type() in _ENDS:
            self.stop()
            return False
        if isinstance(event, QKeyEvent | QMouseEvent) and event.modifiers() & _OTHER:
            # With Ctrl a button does something else, which sends nothing: that needs no holding.
            return False
        if isinstance(event, QKeyEvent):
            return self._on_key(event)
        if isinstance(event, QMouseEvent):
            return self._on_mouse(event)
        return False

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() not in KEYS:
            return False
        repeats = self._repeat.hear(event)
        if event.type() is QEvent.Type.KeyRelease:
            if not repeats:
                self.stop_soon()
        elif repeats:
            self.go_on()
        else:
            self.begin()
        return True

    def _on_mouse(self, event: QMouseEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.MouseMove:
            if not self._button.rect().contains(event.position().toPoint()):
                self.stop()
            return False
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            if event.button() is Qt.MouseButton.LeftButton:
                self.begin()
        elif kind is QEvent.Type.MouseButtonRelease:
            was_running = self.is_running
            self._give_up()
            return was_running
        return True

    def _give_up(self) -> None:
        was_running = self.is_running
        self.stop()
        if was_running:
            self.let_go.emit()

    def _on_tick(self) -> None:
        share = (time.monotonic() - self._began) * 1000 / self._hold_ms
        if share < 1:
            self._bar.show_share(share)
            return
        self.stop()
        self._button.click()


class _Bar(QWidget):
    """Show how much of the time is over, over the button that is held."""

    def __init__(self, button: QAbstractButton) -> None:
        super().__init__(button)
        self._button = button
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._share = 0.0
        self.hide()

    def show_share(self, share: float) -> None:
        """Show a share of 0 to 1."""
        self._share = share
        self.setGeometry(self._button.rect())
        self.show()
        self.raise_()
        self.update()

    @guarded(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        width = round(self.width() * self._share)
        veil, edge = QColor(self.palette().text().color()), QColor(self.palette().text().color())
        veil.setAlphaF(0.22)
        painter.fillRect(0, 0, width, self.height(), veil)
        painter.fillRect(0, self.height() - 3, width, 3, edge)
        painter.end()
