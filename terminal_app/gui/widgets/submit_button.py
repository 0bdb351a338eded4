"""The loudest button: what it will do in one line, how and where beneath in a smaller one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter

from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import LABEL_PX, text_font
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.hold_to_fire import HoldToFire
from terminal_app.gui.widgets.key_repeat import KeyRepeat

HEIGHT = 44
FIRST_PX, SMALLEST_PX = 13, 10


class SubmitButton(QPushButton):
    """Show a caption of one or two lines; the first is written smaller rather than cut.

    ``has_control`` says whether Ctrl goes with the pointer or the press; ``control_changed`` tells
    that it does so now, or no more.
    """

    control_changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.hold = HoldToFire(self)
        self._repeat = KeyRepeat()
        self.has_control = False
        self.setProperty("role", "submit")
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)
        self.setToolTip("Send what it says (Space). With Ctrl: a dry run, nothing is sent")

    def set_theme(self, theme: Theme) -> None:
        """Write in the colours of another theme."""
        self._theme = theme
        self.update()

    def show_caption(self, caption: str) -> None:
        """Say something else; the lines are parted by a line feed."""
        if caption != self.text():
            self.setText(caption)

    @guarded(None)
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hold_control(event.modifiers())
        super().mouseMoveEvent(event)

    @guarded(None)
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._hold_control(event.modifiers())
        super().mousePressEvent(event)

    @guarded(None)
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        # What was pressed as a dry run stays one: letting go of Ctrl first sends nothing.
        self._hold_control(event.modifiers(), is_release=True)
        super().mouseReleaseEvent(event)
        self._hold_control(event.modifiers())

    @guarded(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._hold_control(event.modifiers(), is_pressed=event.key() == Qt.Key.Key_Control)
        # One order for one press, however long the key is held.
        if not self._repeat.hear(event):
            super().keyPressEvent(event)

    @guarded(None)
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        is_control = event.key() == Qt.Key.Key_Control
        self._repeat.hear(event)
        super().keyReleaseEvent(event)
        if is_control and not self.isDown():
            self._hold_control(Qt.KeyboardModifier.NoModifier)

    @guarded(None)
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hold_control(Qt.KeyboardModifier.NoModifier)

    @guarded(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.setPen(QColor(self._theme.on_side if self.isEnabled() else self._theme.muted))
        first, _, second = self.text().partition("\n")
        if self.hold.is_on and self.isEnabled():
            second = f"hold to send · {second}"
        area = self.rect().adjusted(8, 4, -8, -4)
        upper, lower = QRect(area), QRect(area)
        if second:
            upper.setHeight(area.height() * 11 // 20)
            lower.setTop(upper.bottom())
        for text, room, pixels, weight in (
            (first, upper, FIRST_PX, QFont.Weight.DemiBold),
            (second, lower, LABEL_PX, QFont.Weight.Medium),
        ):
            font = _fitting(text, room.width(), pixels, weight)
            painter.setFont(font)
            # Both ends matter: what it is, and where it goes.
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideMiddle, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, shown)

    def _hold_control(
        self,
        modifiers: Qt.KeyboardModifier,
        *,
        is_pressed: bool = False,
        is_release: bool = False,
    ) -> None:
        has = is_pressed or bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        has = has or (is_release and self.has_control)
        if has != self.has_control:
            self.has_control = has
            self.control_changed.emit()


def _fitting(text: str, width: int, pixels: int, weight: QFont.Weight) -> QFont:
    font = text_font(pixels, weight)
    while pixels > SMALLEST_PX and QFontMetrics(font).horizontalAdvance(text) > width:
        pixels -= 1
        font = text_font(pixels, weight)
    return font
