"""Put a bar of choices above the chart."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from terminal_app.domain.market import Interval
from terminal_app.domain.period import period_of
from terminal_app.gui.chart.bar import ChartBar
from terminal_app.gui.chart.canvas import wall_clock_ms
from terminal_app.gui.chart.compare_strip import CompareStrip
from terminal_app.gui.chart.compared import ComparedSeries
from terminal_app.gui.chart.drawings.button import DrawButton
from terminal_app.gui.chart.export import ExportButton
from terminal_app.gui.chart.flow.bar import FlowBar
from terminal_app.gui.chart.look import ChartStyle, ScaleMode, zone_named
from terminal_app.gui.chart.study_desk import StudyDesk
from terminal_app.gui.chart.study_hand import StudyHand
from terminal_app.gui.chart.study_menu import StudyButton
from terminal_app.gui.chart.view import ChartView
from terminal_app.gui.chart.zone_button import ZoneButton
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import Theme, restyle
from terminal_app.gui.widgets.choice_button import ChoiceButton


class ChartPanel(QWidget):
    """Show a chart under its buttons; `interval_chosen` carries a text such as "5m".

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
        self.bar = ChartBar()
        self.bar.interval_chosen.connect(self.interval_chosen)
        self.style_button = ChoiceButton(
            {style.value: style.words for style in ChartStyle}, "How bars are drawn"
        )
        self.mode_button = ChoiceButton(
            {mode.value: mode.words for mode in ScaleMode}, "How prices are placed"
        )
        self.study_desk = StudyDesk(self.view)
        self.study_hand = StudyHand(self.view, self.study_desk)
        self.study_button = StudyButton(self.study_desk)
        self.study_desk.changed.connect(self._tell_studies)
        self.draw_button = DrawButton(self.view.pencil)
        self.arm_button = _arm_button()
        self.arm_button.toggled.connect(self._arm)
        self.view.hand.armed.connect(self.arm_button.setChecked)
        self.export_button = ExportButton(self.view)
        self.compared = CompareStrip()
        self.compare_button = _compare_button()
        self._mode_before: ScaleMode | None = None
        self.zone_button = ZoneButton()
        for button in (self.style_button, self.mode_button, self.zone_button):
            button.chosen.connect(self._choose_look)
        self._lay_out()

    def set_interval(self, text: str) -> None:
        """Show a length of bars, spelt like "5m", as chosen and have the chart wait for them."""
        period = period_of(text)
        self.bar.show_interval(period.text)
        self.view.set_interval(period.text)

    def set_offered(self, intervals: Iterable[Interval]) -> None:
        """Take which lengths of bars the venue has."""
        self.bar.set_offered(intervals)

    def set_look(self, style: ChartStyle, mode: ScaleMode, zone: str = "") -> None:
        """Draw bars, place prices and name times in this way."""
        self.style_button.set_choice(style.value)
        self.mode_button.set_choice(mode.value)
        self.zone_button.set_choice(zone)
        self.view.frames.set_look(style, mode, zone_named(self.zone_button.choice))
        self.view.redraw()
        self.flow_bar.refresh()

    def set_studies(self, texts: Sequence[str]) -> None:
        """Show these indicators, each a text such as ``ema:20``."""
        self.view.frames.studies.choose(texts)
        self.study_button.show_count()
        self.view.redraw()

    def show_compared(self, compared: Sequence[ComparedSeries]) -> None:
        """Show these symbols as lines in percent, or prices alone where there are none."""
        self.view.frames.compared = list(compared)
        self.compared.show_symbols(compared)
        zone, style = self.zone_button.choice, ChartStyle(self.style_button.choice)
        mode = ScaleMode(self.mode_button.choice)
        if compared and self._mode_before is None:
            self._mode_before = mode
            self.set_look(style, ScaleMode.PERCENT, zone)
        elif not compared and self._mode_before is not None:
            before, self._mode_before = self._mode_before, None
            self.set_look(style, before, zone)
        # Prices of different symbols have nothing but their change in common.
        self.mode_button.setEnabled(not compared)
        self.view.redraw()

    def _lay_out(self) -> None:
        for tool, title in (
            (self.arm_button, "Trade"),
            (self.draw_button, "Draw"),
            (self.study_button, "Indicators"),
            (self.compare_button, "Compare"),
            (self.style_button, "Style"),
            (self.mode_button, "Scale"),
            (self.zone_button, "Time"),
            (self.export_button, "Export"),
        ):
            self.bar.add_tool(tool, title)
        line = QFrame()
        line.setProperty("role", "hairline")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(line)
        column.addWidget(self.flow_bar)
        column.addWidget(self.compared)
        column.addWidget(self.view, 1)

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
        # Percent lasts as long as there is something to compare with.
        kept = self._mode_before or mode
        self.look_chosen.emit(style.value, kept.value, self.zone_button.choice)

    def _tell_studies(self) -> None:
        self.studies_chosen.emit(self.view.frames.studies.texts())


def _compare_button() -> QPushButton:
    button = QPushButton("Compare")
    button.setProperty("role", "segment")
    button.setAccessibleName("Compare with another symbol")
    return button


def _arm_button() -> QPushButton:
    button = QPushButton("Trade")
    button.setProperty("role", "segment")
    button.setCheckable(True)
    button.setAccessibleName("Let orders be moved and cancelled on the chart")
    button.setToolTip(
        "Drag own orders to another price, a take profit or stop loss out of a position; cancel"
        " and close by the cross. Ctrl+T; Esc ends it"
    )
    button.setShortcut(QKeySequence("Ctrl+T"))
    return button
