"""A small window that changes one thing at the exchange and says what it answered."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from terminal_app.errors import TerminalError
from terminal_app.gui.dialogs.session_window import SessionWindow
from terminal_app.gui.theme import restyle
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.services.session import Session

Start = Callable[[Coroutine[Any, Any, None], str], None]


class SettingDialog(SessionWindow):
    """Hold fields, a button that says what it does, and the exchange's answer.

    It lets the rest of the terminal be used meanwhile; subclasses say what ``apply`` does. The safe
    button has the focus, and Enter in a field presses none.
    """

    def __init__(
        self, parent: QWidget, session: Session, title: str, text: str, action: str, start: Start
    ) -> None:
        super().__init__(parent, session, title)
        self._start = start
        self.setMinimumWidth(400)
        heading = plain_label(title, "heading", wraps=True)
        body = plain_label(text, "muted", wraps=True)
        self.outcome = plain_label(wraps=True)
        self.outcome.hide()
        self.content = QVBoxLayout()
        self.content.setSpacing(8)
        self.confirm = QPushButton(action)
        self.confirm.setProperty("role", "primary")
        self.close_button = QPushButton("Back")
        for button in (self.confirm, self.close_button):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.confirm)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(heading)
        layout.addWidget(body)
        layout.addLayout(self.content)
        layout.addWidget(self.outcome)
        layout.addLayout(buttons)
        self.confirm.clicked.connect(self._on_confirm)
        self.close_button.clicked.connect(self.close)

    async def apply(self) -> str:
        """Do it and return what came of it in a sentence; raise ``TerminalError`` where it failed.

        Return nothing where it was not done after all.
        """
        raise NotImplementedError

    def say(self, text: str, role: str) -> None:
        """Show a sentence: "muted", "buy" for done, "warning" or "danger"."""
        self.outcome.setText(text)
        self.outcome.setVisible(bool(text))
        self.outcome.setProperty("role", role)
        restyle(self.outcome)
        needed = max(self.sizeHint().height(), self.heightForWidth(self.width()))
        self.resize(self.width(), max(self.height(), needed))

    def _on_confirm(self) -> None:
        if self.confirm.isEnabled():
            self.confirm.setEnabled(False)
            self.say("Sent: waiting for the exchange …", "muted")
            self._start(self._run(), self.windowTitle())

    async def _run(self) -> None:
        try:
            told, role = await self.apply(), "buy"
        except TerminalError as error:
            if self.is_over:
                # Nobody reads it here any more: then a notice tells it.
                raise
            told, role = str(error), "danger"
        if not self.is_over:
            self.say(told, role)
            self.confirm.setEnabled(True)
