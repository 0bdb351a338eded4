"""A window that lists what is done or examined, line by line, while it happens."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.live_table import LiveTable
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.gui.widgets.table_rows import Column


class ReportWindow(QDialog):
    """Show a verdict above its lines; a report can be copied as text.

    A kind of report says what ``flush`` shows and what ``text`` is copied.
    """

    def __init__(
        self,
        parent: QWidget,
        theme: Theme,
        clock: FrameClock,
        title: str,
        columns: Sequence[Column],
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self.setWindowTitle(title)
        self.verdict = plain_label(role="heading", wraps=True)
        self.table = LiveTable(columns, theme)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.copy, self.closing = QPushButton("Copy report"), QPushButton("Close")
        self.buttons = QHBoxLayout()
        self.buttons.addWidget(self.copy)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.closing)
        for button in (self.copy, self.closing):
            button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self.verdict)
        layout.addWidget(self.table, 1)
        layout.addLayout(self.buttons)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        self.closing.clicked.connect(self.close)

    def text(self) -> str:
        """Return the report as it is copied."""
        raise NotImplementedError

    def flush(self) -> None:
        """Show how every line stands now."""
        raise NotImplementedError

    @guarded(None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.mark(self)
