"""Two small buttons on a chart: back to automatic prices, back to the newest bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QStyle, QStyleOptionToolButton, QStylePainter, QToolButton

from terminal_app.gui.chart.frame import TIME_AXIS_PX
from terminal_app.gui.widgets.guarded import guarded

if TYPE_CHECKING:
    from terminal_app.gui.chart.canvas import ChartCanvas

_NOW_ABOVE_PX = 34


class _Badge(QToolButton):
    """Keep its look as a picture: it is painted anew whenever the chart moves beneath it."""

    _kept: tuple[object, QPixmap] | None = None

    @guarded(None)
    def paintEvent(self, _event: QPaintEvent) -> None:
        option, ratio = QStyleOptionToolButton(), self.devicePixelRatioF()
        self.initStyleOption(option)
        look = option.state, self.text(), self.size(), ratio
        if self._kept is None or self._kept[0] != look:
            picture = QPixmap(self.size() * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QStylePainter(picture, self)
            painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
            painter.end()
            self._kept = look, picture
        QPainter(self).drawPixmap(0, 0, self._kept[1])

    @guarded(None)
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self._kept = None


class Badges(QObject):
    """Show whether prices are placed by themselves, and offer the way back to the newest bar."""

    def __init__(self, chart: ChartCanvas) -> None:
        super().__init__(chart)
        self._chart = chart
        self._placed: tuple[object, ...] = ()
        self.auto = _button(chart, "Auto", "Fit prices to what is in sight (double click the axis)")
        self.auto.setCheckable(True)
        self.auto.clicked.connect(self._fit_prices)
        self.now = _button(chart, "Newest ▸", "Go to the newest bar (End)")
        self.now.clicked.connect(self._show_last)

    def place(self, plot: QRect | None) -> None:
        """Put the buttons where they belong around a plot; away where there is none."""
        chart, frames = self._chart, self._chart.frames
        is_shown = plot is not None and chart.state.has_data
        is_away, is_auto = not frames.time.is_live, frames.price.is_auto
        placed = plot, chart.size(), is_shown, is_away, is_auto == self.auto.isChecked()
        if placed == self._placed:
            return
        self._placed = placed
        _set_shown(self.auto, is_shown)
        _set_shown(self.now, is_shown and is_away)
        if plot is None:
            return
        top = self._chart.height() - TIME_AXIS_PX + 1
        axis_width = self._chart.width() - plot.width()
        self.auto.setGeometry(plot.width() + 4, top, axis_width - 8, TIME_AXIS_PX - 2)
        self.auto.setChecked(is_auto)
        if not is_away:
            return
        size = self.now.sizeHint()
        left = plot.width() - size.width() - 10
        self.now.setGeometry(
            left, plot.height() - _NOW_ABOVE_PX - size.height(), size.width(), size.height()
        )

    def _fit_prices(self) -> None:
        self._chart.frames.price.is_auto = True
        self._chart.mark()

    def _show_last(self) -> None:
        self._chart.frames.time.show_last()
        self._chart.mark()


def _button(chart: ChartCanvas, text: str, hint: str) -> QToolButton:
    button = _Badge(chart)
    button.setText(text)
    button.setProperty("role", "badge")
    button.setToolTip(hint)
    button.setAccessibleName(hint)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setCursor(Qt.CursorShape.ArrowCursor)
    button.hide()
    return button


def _set_shown(button: QToolButton, is_shown: bool) -> None:
    if button.isHidden() is is_shown:
        button.setVisible(is_shown)
