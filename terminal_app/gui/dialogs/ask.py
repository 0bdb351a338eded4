"""Show a dialog without a nested loop and wait for its end."""

from __future__ import annotations

import asyncio

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from terminal_app.gui.widgets.hold_to_fire import HoldToFire
from terminal_app.gui.widgets.plain_label import plain_label


async def ask(dialog: QDialog) -> bool:
    """Open a dialog and return whether it was accepted; a cancelled caller closes it."""
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def on_finished(result: int) -> None:
        if not answer.done():
            answer.set_result(result)

    dialog.finished.connect(on_finished)
    dialog.open()
    try:
        return await answer == QDialog.DialogCode.Accepted.value
    finally:
        dialog.close()
        dialog.deleteLater()


class Question(QDialog):
    """Ask one thing, with a button that says in words what it does.

    The safe answer has the focus: neither Enter nor Space ever does what was not read.
    """

    def __init__(
        self, parent: QWidget, title: str, text: str, action: str, role: str = "danger"
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(420)
        heading = plain_label(title, "heading", wraps=True)
        body = plain_label(text, wraps=True)
        self.content = QVBoxLayout()
        self.buttons = QDialogButtonBox()
        self.refuse = self.buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self.confirm = self.buttons.addButton(action, QDialogButtonBox.ButtonRole.AcceptRole)
        self.confirm.setProperty("role", role)
        self.confirm.setAutoDefault(False)
        self.hold = HoldToFire(self.confirm)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(heading)
        layout.addWidget(body)
        layout.addLayout(self.content)
        layout.addWidget(self.buttons)
        self.refuse.setDefault(True)
        self.refuse.setFocus()
