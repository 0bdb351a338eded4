"""What the doctor found: each check good or in trouble, and what to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton, QWidget

from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.safety.report_window import ReportWindow
from terminal_app.gui.theme import Theme
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


class DoctorWindow(ReportWindow):
    """Examine when it opens, and again when asked; works while nothing answers."""

    def __init__(
        self, parent: QWidget, theme: Theme, clock: FrameClock, doctor: Doctor,
        examine: Callable[[], None],
    ) -> None:  # fmt: skip
        super().__init__(parent, theme, clock, "Doctor", COLUMNS)
        self._doctor = doctor
        self._examine = examine
        self.resize(*SIZE)
        self.table.setAccessibleName("What the doctor found")
        self.again = QPushButton("Examine again")
        self.again.setAutoDefault(False)
        self.buttons.insertWidget(0, self.again)
        self.setTabOrder(self.table, self.again)
        self.again.clicked.connect(lambda: self._examine())
        doctor.observers.add(lambda _: self._clock.mark(self))

    def open_here(self) -> None:
        """Show the window and examine."""
        self.show()
        self.activateWindow()
        self._examine()

    def text(self) -> str:
        """Return the report as it is copied."""
        return self._doctor.text()

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
