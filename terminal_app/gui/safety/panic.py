"""Carry out a panic where the person wants it, and show what came of it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from terminal_app.domain.safety import PanicScope
from terminal_app.gui.safety.panic_window import PanicWindow
from terminal_app.services.desk import Desk
from terminal_app.services.notifications import Severity
from terminal_app.services.safety.panic import Panic
from terminal_app.services.safety.panic_report import PanicReport
from terminal_app.services.session import Session
from terminal_app.tasks import TaskScope


class PanicTrigger(QObject):
    """Turn a press of panic into what it ends; a second one while it goes on does nothing."""

    def __init__(self, desk: Desk, window: PanicWindow, tasks: TaskScope) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._tasks = tasks

    def fire(self) -> None:
        """End what the person chose that panic ends."""
        sessions = self._sessions()
        if not sessions:
            text = "Panic did nothing: no exchange is connected."
            self._desk.notifications.tell(Severity.DANGER, text)
            return
        panics = [session.safety.panic for session in sessions]
        if any(panic.is_running for panic in panics):
            return
        safety = self._desk.safety
        symbol = self._desk.symbol if safety.panic_scope is PanicScope.SYMBOL else ""
        reports = [panic.begin(symbol, sells=safety.panic_sells) for panic in panics]
        self._window.show_reports(reports)
        for panic, report in zip(panics, reports, strict=True):
            self._tasks.spawn(self._run(panic, report), "panic")

    async def _run(self, panic: Panic, report: PanicReport) -> None:
        await panic.run(report)
        severity = Severity.SUCCESS if report.is_clean else Severity.DANGER
        self._desk.notifications.tell(severity, report.summary)

    def _sessions(self) -> list[Session]:
        if self._desk.safety.panic_scope is PanicScope.ALL:
            return list(self._desk.sessions.values())
        return [self._desk.session] if self._desk.session is not None else []
