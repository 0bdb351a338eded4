"""The loudest button: what it will do in one line, how and where beneath in a smaller one."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter

from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import LABEL_PX, text_font
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.hold_to_fire import HoldToFire

HEIGHT = 44
FIRST_PX, SMALLEST_PX = 13, 10


class SubmitButton(QPushButton):
    """Show a caption of one or two lines; the first is written smaller rather than cut."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.hold = HoldToFire(self)
        self.setProperty("role", "submit")
        self.setFixedHeight(HEIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Write in the colours of another theme."""
        self._theme = theme
        self.update()

    def show_caption(self, caption: str) -> None:
        """Say something else; the lines are parted by a line feed."""
        if caption != self.text():
            self.setText(caption)

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
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, shown)


def _fitting(text: str, width: int, pixels: int, weight: QFont.Weight) -> QFont:
    font = text_font(pixels, weight)
    while pixels > SMALLEST_PX and QFontMetrics(font).horizontalAdvance(text) > width:
        pixels -= 1
        font = text_font(pixels, weight)
    return font
