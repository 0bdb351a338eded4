"""Put the choice of interval above the chart."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from terminal_app.domain.market import Interval
from terminal_app.gui.chart.canvas import wall_clock_ms
from terminal_app.gui.chart.drawings.button import DrawButton
from terminal_app.gui.chart.export import ExportButton
from terminal_app.gui.chart.flow.bar import FlowBar
from terminal_app.gui.chart.look import ZONES, ChartStyle, ScaleMode, zone_named, zone_words
from terminal_app.gui.chart.study_hand import StudyHand
from terminal_app.gui.chart.study_menu import StudyButton
from terminal_app.gui.chart.view import ChartView
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import Theme, restyle
from terminal_app.gui.widgets.choice_button import ChoiceButton

_QUICK = (Interval.M1, Interval.M5, Interval.M15, Interval.H1, Interval.H4, Interval.D1)


class ChartPanel(QWidget):
    """Show a chart under its buttons; `interval_chosen` carries Binance's spelling.

    `view` is the chart. Choosing an interval only asks: whoever hears it calls `set_interval`.
    A choice of look is followed at once; `look_chosen` carries style, scale and time zone to be
    kept, `studies_chosen` the indicators as texts.
    """

    interval_chosen = Signal(str)
    look_chosen = Signal(str, str, str)
    studies_chosen = Signal(list)

    def __init__(
        self,
        theme: Theme,
        clock: FrameClock,
        parent: QWidget | None = None,
        now_ms: Callable[[], int] = wall_clock_ms,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.view = ChartView(theme, clock, self, now_ms)
        self.flow_bar = FlowBar(self.view, self)
        self._buttons = QButtonGroup(self)
        self._buttons.setExclusive(False)
        self._more = QToolButton()
        self._menu_actions = QActionGroup(self)
        self.style_button = ChoiceButton(
            {style.value: style.words for style in ChartStyle}, "How bars are drawn"
        )
        self.mode_button = ChoiceButton(
            {mode.value: mode.words for mode in ScaleMode}, "How prices are placed"
        )
        self.study_hand = StudyHand(self.view)
        self.study_button = StudyButton(self.study_hand)
        self.study_hand.changed.connect(self._tell_studies)
        self.draw_button = DrawButton(self.view.pencil)
        self.arm_button = QPushButton("Trade")
        self.arm_button.setProperty("role", "segment")
        self.arm_button.setCheckable(True)
        self.arm_button.setAccessibleName("Let orders be moved and cancelled on the chart")
        self.arm_button.setToolTip(
            "Drag own orders to another price, a take profit or stop loss out of a position; cancel"
            " and close by the cross. Ctrl+T; Esc ends it"
        )
        self.arm_button.setShortcut(QKeySequence("Ctrl+T"))
        self.arm_button.toggled.connect(self._arm)
        self.view.hand.armed.connect(self.arm_button.setChecked)
        self.export_button = ExportButton(self.view)
        self.zone_button = ChoiceButton(
            {name: zone_words(name) for name in ZONES}, "Whose time is named"
        )
        for button in (self.style_button, self.mode_button, self.zone_button):
            button.chosen.connect(self._choose_look)
        line = QFrame()
        line.setProperty("role", "hairline")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._bar())
        column.addWidget(line)
        column.addWidget(self.flow_bar)
        column.addWidget(self.view, 1)

    def set_interval(self, interval: Interval | str) -> None:
        """Show an interval as chosen and have the chart wait for its bars."""
        chosen = Interval(interval)
        for button in self._buttons.buttons():
            button.setChecked(button.text() == chosen.value)
        for action in self._menu_actions.actions():
            action.setChecked(action.text() == chosen.value)
        is_quick = chosen in _QUICK
        self._more.setText("More ▾" if is_quick else f"{chosen.value} ▾")
        self._more.setChecked(not is_quick)
        self.view.set_interval(chosen)

    def set_look(self, style: ChartStyle, mode: ScaleMode, zone: str = "") -> None:
        """Draw bars, place prices and name times in this way."""
        self.style_button.set_choice(style.value)
        self.mode_button.set_choice(mode.value)
        self.zone_button.set_choice(zone if zone in ZONES else "")
        self.view.frames.set_look(style, mode, zone_named(self.zone_button.choice))
        self.view.redraw()
        self.flow_bar.refresh()

    def set_studies(self, texts: Sequence[str]) -> None:
        """Show these indicators, each a text such as ``ema:20``."""
        self.view.frames.studies.choose(texts)
        self.study_button.show_count()
        self.view.redraw()

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self.view.set_theme(theme)

    def _arm(self, is_armed: bool) -> None:
        self.view.hand.set_armed(is_armed)
        self.arm_button.setText("Trade is on" if is_armed else "Trade")
        self.arm_button.setProperty("role", "armed" if is_armed else "segment")
        restyle(self.arm_button)
        # Escape ends it only where keys arrive.
        self.view.setFocus()

    def _choose_look(self) -> None:
        style, mode = ChartStyle(self.style_button.choice), ScaleMode(self.mode_button.choice)
        self.set_look(style, mode, self.zone_button.choice)
        self.look_chosen.emit(style.value, mode.value, self.zone_button.choice)

    def _tell_studies(self) -> None:
        self.studies_chosen.emit(self.view.frames.studies.texts())

    def _bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 4, 8, 4)
        bar.setSpacing(2)
        for interval in _QUICK:
            bar.addWidget(self._segment(interval))
        bar.addWidget(self._more_button())
        bar.addStretch(1)
        bar.addWidget(self.arm_button)
        bar.addWidget(self.draw_button)
        bar.addWidget(self.study_button)
        bar.addWidget(self.style_button)
        bar.addWidget(self.mode_button)
        bar.addWidget(self.zone_button)
        bar.addWidget(self.export_button)
        return bar

    def _segment(self, interval: Interval) -> QPushButton:
        button = QPushButton(interval.value)
        button.setProperty("role", "segment")
        button.setCheckable(True)
        button.setAccessibleName(f"Candles of {interval.value}")
        # A click must not leave the button looking chosen before the bars are asked for.
        button.clicked.connect(lambda: self._choose(button, interval))
        self._buttons.addButton(button)
        return button

    def _choose(self, button: QPushButton, interval: Interval) -> None:
        button.setChecked(not button.isChecked())
        self.interval_chosen.emit(interval.value)

    def _more_button(self) -> QToolButton:
        menu = QMenu(self._more)
        for interval in Interval:
            if interval not in _QUICK:
                action = QAction(interval.value, menu)
                action.setCheckable(True)
                action.triggered.connect(
                    lambda _checked, chosen=interval: self.interval_chosen.emit(chosen.value)
                )
                self._menu_actions.addAction(action)
                menu.addAction(action)
        self._more.setText("More ▾")
        self._more.setProperty("role", "segment")
        self._more.setCheckable(True)
        self._more.setMenu(menu)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setAccessibleName("More intervals")
        return self._more
