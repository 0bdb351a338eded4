"""Why an order would not be sent, with the nearest legal value as a button."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from terminal_app.errors import InvalidOrder
from terminal_app.gui.theme import restyle
from terminal_app.gui.widgets.plain_label import plain_label


class TicketRefusal(QWidget):
    """Show a refusal; ``taken(field, value)`` tells that its nearest legal value is wanted.

    A refusal of a press is red and stays until something is changed; one of what is typed so far is
    a warning.
    """

    taken = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.is_pressed = False
        self._field, self._nearest = "", Decimal(0)
        self.label = plain_label(wraps=True)
        self.fix = QPushButton()
        self.fix.setAccessibleName("Take the nearest legal value")
        self.fix.setProperty("role", "row")
        self.fix.clicked.connect(lambda: self.taken.emit(self._field, self._nearest))
        line = QHBoxLayout()
        line.addWidget(self.fix)
        line.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.label)
        layout.addLayout(line)
        self.hide()

    def show_refusal(self, error: Exception, *, is_pressed: bool, can_fix: bool) -> None:
        """Say why nothing was sent, or would be; ``can_fix`` says that its field is there."""
        self.is_pressed = is_pressed
        field = error.field if isinstance(error, InvalidOrder) else ""
        nearest = _number(error.nearest) if isinstance(error, InvalidOrder) else None
        self.label.setText(str(error))
        role = "danger" if is_pressed else "warning"
        if self.label.property("role") != role:
            self.label.setProperty("role", role)
            restyle(self.label)
        self.fix.setVisible(nearest is not None and can_fix)
        if nearest is not None and isinstance(error, InvalidOrder):
            self._field, self._nearest = field, nearest
            self.fix.setText(f"{field}: use {error.nearest}")
            self.fix.setToolTip(f"Put {error.nearest} into the field {field}; nothing is sent")
        self.show()

    def clear(self) -> None:
        """Forget the refusal."""
        self.is_pressed = False
        self.hide()


def _number(text: str | None) -> Decimal | None:
    if not text:
        return None
    try:
        return Decimal(text.split()[0])
    except InvalidOperation:
        return None
