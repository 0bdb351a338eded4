"""Order X-ray: what became of one order, in sentences and in the words that went over the wire."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from terminal_app.errors import StorageError
from terminal_app.gui.activity.xray_bar import XrayBar, gap_text
from terminal_app.gui.dialogs.session_window import SessionWindow
from terminal_app.gui.dialogs.setting_dialog import Start
from terminal_app.gui.format import date_time_text
from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import text_font
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.live_table import LiveTable
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.gui.widgets.table_rows import Cell, Column, Row, Tone
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.order_trail import Stage, TrailStep
from terminal_app.services.session import Session

# Many events of an order come at once: they are read together, and the ledger is left in peace.
SETTLE_MS = 150
NOTHING = "The ledger never heard of this order: it was placed elsewhere, before this terminal."

_COLUMNS = (
    Column("Time", 96, is_figure=False),
    Column("After", 70),
    Column("Step", 130, is_figure=False),
    Column("What it means", 520, is_figure=False),
)
_TONES = {
    Stage.UNKNOWN: Tone.WARNING,
    Stage.CHANGED: Tone.WARNING,
    Stage.FILLED: Tone.ACCENT,
    Stage.HEARD: Tone.MUTED,
    Stage.NOTED: Tone.MUTED,
}


class XrayWindow(SessionWindow):
    """Follow one order while it is open."""

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        client_order_id: str,
        words: str,
        theme: Theme,
        start: Start,
    ) -> None:
        super().__init__(parent, session, f"X-ray of {client_order_id}")
        self._name = client_order_id
        self._start = start
        self._steps: dict[str, TrailStep] = {}
        self.resize(900, 560)
        self.heading = plain_label(words, "heading")
        title = session.venue.capabilities.title
        origin = f"{title} · {client_order_id} · from the ledger, without secrets"
        self.origin = plain_label(origin, "caption")
        self.bar = XrayBar(theme)
        self.table = LiveTable(_COLUMNS, theme)
        self.table.setAccessibleName("Steps of the order")
        self.raw = QPlainTextEdit()
        self.raw.setReadOnly(True)
        self.raw.setAccessibleName("The words that went over the wire, without secrets")
        self.raw.setPlaceholderText("Choose a step to see the words that went over the wire.")
        self.raw.setFont(text_font())
        self._lay_out()
        self._due = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._due.timeout.connect(lambda: self._start(self._load(), "x-ray"))
        leave = session.orders.store.observers.add(self._on_orders)
        # Escape ends a dialog without a close event.
        self.finished.connect(lambda _: leave())
        self.finished.connect(lambda _: self._due.stop())
        self.table.selectionModel().currentRowChanged.connect(self._on_chosen)

    @property
    def steps(self) -> list[TrailStep]:
        """Return what is shown."""
        return list(self._steps.values())

    def show_steps(self, steps: Sequence[TrailStep]) -> None:
        """Show these steps."""
        before_ms = None
        values = {}
        self._steps.clear()
        for number, step in enumerate(steps):
            gap = "" if before_ms is None else f"+{gap_text(step.time_ms - before_ms)}"
            before_ms = step.time_ms
            values[str(number)] = (step, gap)
            self._steps[str(number)] = step
        self.bar.show_steps(steps)
        self.bar.setVisible(bool(steps))
        self.table.show_values(values, _step_row)
        self.table.set_state(ViewState.NORMAL, NOTHING)

    @guarded(None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._due.start()

    def _lay_out(self) -> None:
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.table)
        parts.addWidget(self.raw)
        parts.setSizes([300, 160])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(6)
        for part in (self.heading, self.origin, self.bar):
            layout.addWidget(part)
        layout.addWidget(parts, 1)

    def _on_orders(self, _key: Hashable) -> None:
        if not self._due.isActive():
            self._due.start()

    def _on_chosen(self, now: QModelIndex, _before: QModelIndex) -> None:
        step = self._steps.get(str(now.row()))
        self.raw.setPlainText(f"{step.sentence}\n\n{step.raw}" if step is not None else "")

    async def _load(self) -> None:
        problem, steps = "", self.steps
        try:
            steps = await self.session.trail.steps(self._name)
        except StorageError as error:
            problem = str(error)
        if self.is_over:
            return
        if problem:
            self.table.set_state(ViewState.ERROR, problem)
        elif steps != self.steps or not steps:
            self.show_steps(steps)


def _step_row(key: str, value: tuple[TrailStep, str]) -> Row:
    step, gap = value
    whole = date_time_text(step.time_ms)
    cells = (
        Cell(f"{whole[11:]}.{step.time_ms % 1000:03}", Tone.MUTED, whole),
        Cell(gap, Tone.MUTED, "After the step above"),
        Cell(step.title, _TONES.get(step.stage, Tone.TEXT)),
        Cell(step.sentence),
    )
    return Row(key, cells)
