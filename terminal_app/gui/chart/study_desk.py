"""Change the indicators of a chart, and tell of every change."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal

from terminal_app.gui.chart.canvas import ChartCanvas
from terminal_app.gui.chart.indicators.choice import StudyChoice
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.indicators.values import IndicatorKind
from terminal_app.gui.chart.study_dialog import StudyDialog

_PICK = "Click the bar where the VWAP begins · Enter: the first in sight · Esc leaves it"


class StudyDesk(QObject):
    """Add, change and remove the indicators of a view; ``changed`` tells that something is other.

    While ``anchoring`` names an indicator, it waits for the bar that it is to begin at.
    """

    changed = Signal()

    def __init__(self, view: ChartCanvas) -> None:
        super().__init__(view)
        self._view = view
        self._studies = view.frames.studies
        self.anchoring: IndicatorKind | None = None

    @property
    def studies(self) -> tuple[Study, ...]:
        """Return the indicators that there are."""
        return self._studies.all

    def offers(self, kind: IndicatorKind) -> bool:
        """Say whether the market has what an indicator is made of."""
        return self._studies.is_offered(kind)

    def add(self, kind: IndicatorKind) -> None:
        """Take one more indicator; one that begins at a bar waits for a click on it."""
        if kind.has_anchor:
            self._wait_for(kind)
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._studies.add(StudyChoice.usual(kind))
        self.tell()

    def anchor(self, time_ms: int | None) -> None:
        """Begin what waits at a bar, or leave it."""
        kind = self.anchoring
        self._wait_for(None)
        if kind is not None and time_ms is not None:
            self._studies.add(replace(StudyChoice.usual(kind), anchor_ms=time_ms))
            self.tell()

    def change(self, study: Study, choice: StudyChoice) -> None:
        """Have an indicator another way."""
        self._studies.change(study, choice)
        self.tell()

    def toggle(self, study: Study) -> None:
        """Hide an indicator, or show it again."""
        self.change(study, replace(study.choice, is_hidden=not study.choice.is_hidden))

    def remove(self, study: Study) -> None:
        """Take an indicator away."""
        self._studies.remove(study)
        self.tell()

    def move(self, study: Study, places: int) -> None:
        """Have an indicator stand before or after its neighbour."""
        self._studies.move(study, places)
        self.tell()

    def open_settings(self, study: Study) -> StudyDialog:
        """Open the window of an indicator's settings: what is chosen there is seen at once."""
        dialog = StudyDialog(self._view.window(), study.choice, self._view.theme)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(lambda choice: self.change(study, choice))
        dialog.open()
        return dialog

    def tell(self) -> None:
        """Have the chart painted anew and everybody else know."""
        self._view.redraw()
        self.changed.emit()

    def _wait_for(self, kind: IndicatorKind | None) -> None:
        self.anchoring, self._studies.hint = kind, _PICK if kind is not None else ""
        self._view.mark()
