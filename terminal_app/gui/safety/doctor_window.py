"""What the doctor found: each check good or in trouble, and what to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.live_table import LiveTable
from terminal_app.gui.widgets.table_rows import Cell, Column, Row, Tone
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.doctor import Check, Doctor, Verdict

SIZE = (900, 520)
COLUMNS = (
    Column("State", 80, is_figure=False),
    Column("Checked", 190, is_figure=False),
    Column("Found", 290, is_figure=False),
    Column("What to do", 300, is_figure=False),
)
TONES = {
    Verdict.GOOD: (Tone.BUY, "✓"),
    Verdict.WARNING: (Tone.WARNING, "!"),
    Verdict.TROUBLE: (Tone.DANGER, "✗"),
}


class DoctorWindow(QDialog):
    """Examine when it opens, and again when asked; works while nothing answers."""

    def __init__(
        self, parent: QWidget, theme: Theme, clock: FrameClock, doctor: Doctor,
        examine: Callable[[], None],
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._clock = clock
        self._doctor = doctor
        self._examine = examine
        self.setWindowTitle("Doctor")
        self.resize(*SIZE)
        self.verdict = QLabel()
        self.verdict.setProperty("role", "heading")
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.table = LiveTable(COLUMNS, theme)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setAccessibleName("What the doctor found")
        self.again = QPushButton("Examine again")
        self.copy, self.closing = QPushButton("Copy report"), QPushButton("Close")
        buttons = QHBoxLayout()
        for button in (self.again, self.copy):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.closing)
        for button in (self.again, self.copy, self.closing):
            button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self.verdict)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)
        self.again.clicked.connect(lambda: self._examine())
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._doctor.text()))
        self.closing.clicked.connect(self.close)
        doctor.observers.add(lambda _: self._clock.mark(self))

    def open_here(self) -> None:
        """Show the window and examine."""
        self.show()
        self.activateWindow()
        self._examine()

    def flush(self) -> None:
        """Show what was found so far."""
        checks = self._doctor.checks
        bad = sum(check.verdict is Verdict.TROUBLE for check in checks)
        look = sum(check.verdict is Verdict.WARNING for check in checks)
        if self._doctor.is_running:
            text = f"Examining … {len(checks)} checks so far"
        elif bad or look:
            text = f"{bad} in trouble, {look} to look at, {len(checks) - bad - look} good"
        else:
            text = f"Everything is good: {len(checks)} checks"
        self.verdict.setText(text)
        self.again.setEnabled(not self._doctor.is_running)
        self.table.set_state(ViewState.LOADING, "")
        self.table.show_rows([row(check) for check in checks])

    @guarded(None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.mark(self)


def row(check: Check) -> Row:
    """Return a check as a row of the table."""
    tone, sign = TONES[check.verdict]
    cells = (
        Cell(f"{sign} {check.verdict.value}", tone),
        Cell(check.name),
        Cell(check.finding),
        Cell(check.remedy, Tone.MUTED),
    )
    return Row(check.name, cells)
