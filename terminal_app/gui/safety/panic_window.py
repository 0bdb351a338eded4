"""What a panic does, line by line, while it goes on and afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from terminal_app.gui.format import time_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import Theme, restyle
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.live_table import LiveTable
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


class PanicWindow(QDialog):
    """Show the reports of a panic, one for each market; it hides nothing and blocks nothing."""

    def __init__(self, parent: QWidget, theme: Theme, clock: FrameClock) -> None:
        super().__init__(parent)
        self._clock = clock
        self._reports: Sequence[PanicReport] = ()
        self._subscriptions = Subscriptions()
        self.setWindowTitle("Panic")
        self.resize(*SIZE)
        self.summary = QLabel()
        self.summary.setProperty("role", "heading")
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        self.table = LiveTable(COLUMNS, theme)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setAccessibleName("What panic did")
        self.copy, self.closing = QPushButton("Copy report"), QPushButton("Close")
        for button in (self.copy, self.closing):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        buttons.addWidget(self.closing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self.summary)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)
        self.copy.clicked.connect(self._copy)
        self.closing.clicked.connect(self.close)

    def show_reports(self, reports: Sequence[PanicReport]) -> None:
        """Follow these reports from now on."""
        self._subscriptions.leave()
        self._reports = reports
        self._subscriptions.hear(
            lambda _: self._clock.mark(self), *(report.observers for report in reports)
        )
        self.show()
        self._clock.mark(self)

    def flush(self) -> None:
        """Show how every line stands now."""
        is_running = any(report.is_running for report in self._reports)
        rows = [
            row(f"{index} {key}", line)
            for index, report in enumerate(self._reports)
            for key, line in report.lines.items()
        ]
        word = "Panic is under way …" if is_running else self._verdict()
        self.summary.setText(word)
        is_clean = all(report.is_clean for report in self._reports)
        role = "muted" if is_running else "buy" if is_clean else "warning"
        if self.summary.property("tone") != role:
            self.summary.setProperty("tone", role)
            restyle(self.summary)
        sentence = "Asking the exchange …" if is_running else "There was nothing to end."
        self.table.set_state(ViewState.EMPTY, sentence)
        self.table.show_rows(rows)

    @guarded(None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.mark(self)

    def _verdict(self) -> str:
        return "\n".join(report.summary for report in self._reports)

    def _copy(self) -> None:
        texts = [f"{time_text(one.started_ms)}  {one.text()}" for one in self._reports]
        QGuiApplication.clipboard().setText("\n\n".join(texts))


def row(key: str, line: PanicLine) -> Row:
    """Return a line as a row of the table."""
    tone, sign = TONES[line.state]
    state = Cell(f"{sign} {line.state.value}", tone)
    return Row(key, (state, Cell(line.what), Cell(line.detail, Tone.MUTED)))
