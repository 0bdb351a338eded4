"""The bar above a chart: what it shows at the left, its tools at the right."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from terminal_app.domain.market import Interval
from terminal_app.gui.chart.interval_menu import IntervalButton
from terminal_app.gui.widgets.guarded import guarded

_QUICK = (Interval.M1, Interval.M5, Interval.M15, Interval.H1, Interval.H4, Interval.D1)
_GAP_PX = 2


class ChartBar(QWidget):
    """Hold the choice of interval and the tools of a chart; ``interval_chosen`` carries a text.

    Tools that find no room are in a menu at the end, the last one first; where there is less room
    still, the intervals are in the menu beside them alone.
    """

    interval_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        # A chart may be narrower than its tools.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.more = IntervalButton()
        self.more.chosen.connect(self.interval_chosen)
        self._quick = [self._segment(interval) for interval in _QUICK]
        self._now = ""
        self._tools: list[tuple[QAbstractButton, str]] = []
        self._rest = _rest_button(self)
        self._rest.menu().aboutToShow.connect(self._fill_rest)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 4, 8, 4)
        self._row.setSpacing(_GAP_PX)
        for button in (*self._quick, self.more):
            self._row.addWidget(button)
        self._row.addStretch(1)
        self._row.addWidget(self._rest)
        self._leads = 0

    def add_tool(self, tool: QAbstractButton, title: str) -> None:
        """Put a tool after the others; the title names it in the menu."""
        self._tools.append((tool, title))
        self._row.insertWidget(self._row.indexOf(self._rest), tool)

    def drop_tool(self, tool: QAbstractButton) -> None:
        """Take a tool away for good."""
        self._tools = [(other, title) for other, title in self._tools if other is not tool]
        self._row.removeWidget(tool)
        tool.setParent(None)
        tool.deleteLater()

    def lead_with(self, widget: QWidget) -> None:
        """Put a widget before the intervals, after those put there earlier."""
        self._row.insertWidget(self._leads, widget)
        self._leads += 1

    def end_with(self, widget: QWidget) -> None:
        """Put a widget at the very end."""
        self._row.addWidget(widget)

    def set_offered(self, intervals: Iterable[Interval]) -> None:
        """Take which lengths of bars the venue has."""
        self.more.set_offered(intervals)

    def show_interval(self, text: str) -> None:
        """Show a length of bars as chosen."""
        self._now = text
        for button in self._quick:
            button.setChecked(button.text() == text)
        self._name_interval()

    @guarded(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @guarded(False)
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _segment(self, interval: Interval) -> QPushButton:
        button = QPushButton(interval.value)
        button.setProperty("role", "segment")
        button.setCheckable(True)
        button.setAccessibleName(f"Candles of {interval.value}")
        # A click must not leave the button looking chosen before the bars are asked for.
        button.clicked.connect(lambda: self._choose(button, interval))
        return button

    def _choose(self, button: QPushButton, interval: Interval) -> None:
        button.setChecked(not button.isChecked())
        self.interval_chosen.emit(interval.value)

    def _name_interval(self) -> None:
        is_beside = any(button.isChecked() and not button.isHidden() for button in self._quick)
        self.more.show_interval(self._now, is_named_here=not is_beside)

    def _fit(self) -> None:
        room = self._room()
        tools = [tool for tool, _ in self._tools]
        fixed = sum(_width(widget) for widget in self._others())
        quick = sum(_width(button) for button in self._quick)
        used = fixed + quick + sum(_width(tool) for tool in tools)
        has_rest = used > room
        used += _width(self._rest) if has_rest else 0
        hidden: set[QAbstractButton] = set()
        for tool in reversed(tools):
            if used <= room:
                break
            hidden.add(tool)
            used -= _width(tool)
        for tool in tools:
            _set_shown(tool, tool not in hidden)
        # Between two buttons that are cut off and one that is away, the latter can be understood.
        _set_shown(self._rest, has_rest and fixed + _width(self._rest) <= room)
        was_narrow = self._quick[0].isHidden()
        for button in self._quick:
            _set_shown(button, used <= room)
        if was_narrow is not self._quick[0].isHidden():
            self._name_interval()

    def _room(self) -> int:
        margins = self._row.contentsMargins()
        return self.width() - margins.left() - margins.right()

    def _others(self) -> list[QWidget]:
        """Return what is never hidden."""
        known = {self._rest, *self._quick, *(tool for tool, _ in self._tools)}
        items = (self._row.itemAt(index) for index in range(self._row.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if widget is not None and widget not in known]

    def _fill_rest(self) -> None:
        menu = self._rest.menu()
        menu.clear()
        for tool, title in self._tools:
            if tool.isHidden():
                _put_into(menu, tool, title)


def _rest_button(parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setText("⋯")
    button.setProperty("role", "segment")
    button.setMenu(QMenu(button))
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setAccessibleName("More tools of the chart")
    button.setToolTip("More tools of the chart")
    return button


def _put_into(menu: QMenu, tool: QAbstractButton, title: str) -> None:
    choices = tool.menu() if isinstance(tool, QToolButton | QPushButton) else None
    now = tool.text().removesuffix("▾").strip()
    words = title if now == title else f"{title}: {now}"
    if choices is not None:
        choices.setTitle(words)
        menu.addMenu(choices)
        return
    action = menu.addAction(title)
    action.setCheckable(tool.isCheckable())
    action.setChecked(tool.isChecked())
    action.setEnabled(tool.isEnabled())
    action.triggered.connect(tool.click)


def _width(widget: QWidget) -> int:
    widget.ensurePolished()
    return widget.sizeHint().width() + _GAP_PX


def _set_shown(widget: QWidget, is_shown: bool) -> None:
    if widget.isHidden() is is_shown:
        widget.setVisible(is_shown)
