"""What a panic does, line by line, while it goes on and afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from terminal_app.gui.format import time_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.safety.report_window import ReportWindow
from terminal_app.gui.theme import Theme, restyle
from terminal_app.gui.widgets.table_rows import Cell, Column, Row, Tone
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.observers import Subscriptions
from terminal_app.services.safety.panic_report import LineState, PanicLine, PanicReport

SIZE = (760, 380)
COLUMNS = (
    Column("State", 90, is_figure=False),
    Column("What", 300, is_figure=False),
    Column("Detail", 340, is_figure=False),
)
TONES = {
    LineState.RUNNING: (Tone.MUTED, "◌"),
    LineState.DONE: (Tone.BUY, "✓"),
    LineState.REFUSED: (Tone.DANGER, "✗"),
    LineState.UNKNOWN: (Tone.WARNING, "?"),
    LineState.OPEN: (Tone.DANGER, "!"),
    LineState.SKIPPED: (Tone.WARNING, "–"),
    LineState.KEPT: (Tone.MUTED, "="),
}


class PanicWindow(ReportWindow):
    """Show the reports of a panic, one for each market; it hides nothing and blocks nothing."""

    def __init__(self, parent: QWidget, theme: Theme, clock: FrameClock) -> None:
        super().__init__(parent, theme, clock, "Panic", COLUMNS)
        self._reports: Sequence[PanicReport] = ()
        self._subscriptions = Subscriptions()
        self.resize(*SIZE)
        self.table.setAccessibleName("What panic did")

    def show_reports(self, reports: Sequence[PanicReport]) -> None:
        """Follow these reports from now on."""
        self._subscriptions.leave()
        self._reports = reports
        self._subscriptions.hear(
            lambda _: self._clock.mark(self), *(report.observers for report in reports)
        )
        self.show()
        self._clock.mark(self)

    def text(self) -> str:
        """Return the reports as they are copied."""
        return "\n\n".join(f"{time_text(one.started_ms)}  {one.text()}" for one in self._reports)

    def flush(self) -> None:
        """Show how every line stands now."""
        is_running = any(report.is_running for report in self._reports)
        rows = [
            row(f"{index} {key}", line)
            for index, report in enumerate(self._reports)
            for key, line in report.lines.items()
        ]
        summaries = "\n".join(report.summary for report in self._reports)
        self.verdict.setText("Panic is under way …" if is_running else summaries)
        is_clean = all(report.is_clean for report in self._reports)
        role = "muted" if is_running else "buy" if is_clean else "warning"
        if self.verdict.property("tone") != role:
            self.verdict.setProperty("tone", role)
            restyle(self.verdict)
        sentence = "Asking the exchange …" if is_running else "There was nothing to end."
        self.table.set_state(ViewState.EMPTY, sentence)
        self.table.show_rows(rows)


def row(key: str, line: PanicLine) -> Row:
    """Return a line as a row of the table."""
    tone, sign = TONES[line.state]
    state = Cell(f"{sign} {line.state.value}", tone)
    return Row(key, (state, Cell(line.what), Cell(line.detail, Tone.MUTED)))
