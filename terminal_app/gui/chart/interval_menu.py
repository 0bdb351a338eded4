"""Choose how long bars are: from a menu of all lengths, or typed."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton

from terminal_app.domain.market import Interval
from terminal_app.domain.period import period_of
from terminal_app.gui.chart.typed_field import TypedField

_CUSTOM_KEPT = 6
_ADVICE = "10m, 45m, 2h, 3d … built of the exchange's bars"


class IntervalButton(QToolButton):
    """Offer every length of bars that the venue has, those typed before, and a field to type one.

    ``custom`` are the typed ones, newest last; whoever made the list may keep it.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.custom: list[str] = []
        self._offered: tuple[Interval, ...] = tuple(Interval)
        self._now = ""
        menu = QMenu(self)
        menu.aboutToShow.connect(self.fill)
        self.setMenu(menu)
        self.field = TypedField(self, "Length of a bar", _ADVICE, self._checked)
        self.field.chosen.connect(self._choose_typed)
        self.setText("More ▾")
        self.setProperty("role", "segment")
        self.setCheckable(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName("More intervals")
        self.setToolTip("Every length of bars, also your own")

    def set_offered(self, intervals: Iterable[Interval]) -> None:
        """Take which lengths of bars the venue has."""
        self._offered = tuple(intervals)

    def show_interval(self, text: str, *, is_named_here: bool) -> None:
        """Take which length is shown; it is named here unless a button beside does."""
        self._now = text
        self.setText(f"{text} ▾" if is_named_here else "More ▾")
        self.setChecked(is_named_here)

    def fill(self) -> None:
        """Put the choices of now into the menu."""
        menu = self.menu()
        menu.clear()
        for text in (interval.value for interval in self._offered):
            self._add(text)
        if self.custom:
            menu.addSeparator()
            for text in self.custom:
                self._add(text)
        menu.addSeparator()
        menu.addAction("Other length …", lambda: self.field.open_beneath(self))

    def _add(self, text: str) -> None:
        action = self.menu().addAction(text)
        action.setCheckable(True)
        action.setChecked(text == self._now)
        action.triggered.connect(lambda: self.chosen.emit(text))

    def _checked(self, typed: str) -> str:
        period = period_of(typed)
        period.source(self._offered)
        return period.text

    def _choose_typed(self, text: str) -> None:
        is_native = text in {interval.value for interval in self._offered}
        if not is_native and text not in self.custom:
            self.custom.append(text)
            del self.custom[:-_CUSTOM_KEPT]
        self.chosen.emit(text)
