"""What stands between a press and an order, and the countdown at the exchange."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from terminal_app.domain.confirmation import Confirmation
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.services.desk import Desk
from terminal_app.services.safety.dead_man import NOT_COVERED
from terminal_app.venues.base import EnvironmentKind

KINDS = {
    EnvironmentKind.PRACTICE: "Practice",
    EnvironmentKind.TESTNET: "Testnet and demo",
    EnvironmentKind.LIVE: "Live",
}
WORDS = {
    Confirmation.NONE: ("A press sends", "The order leaves at once"),
    Confirmation.HOLD: ("Hold to send", "The button has to be held; elsewhere a question is asked"),
    Confirmation.DIALOG: ("Ask first", "A question names the order and waits for a yes"),
}
LIVE_NOTE = (
    "Live always starts with a question or a button to hold. “A press sends” can be had for one run"
    " only, after typing a word."
)


class ConfirmationPage(QWidget):
    """Choose how orders are confirmed, apart for practice, testnet and live.

    Emits ``live_without_asked`` when a person wants none of it where money is real.
    """

    live_without_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.buttons: dict[tuple[EnvironmentKind, Confirmation], QPushButton] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(8)
        for row, (kind, name) in enumerate(KINDS.items()):
            label = plain_label(name)
            grid.addWidget(label, row, 0)
            group = QButtonGroup(self)
            for column, (confirmation, (words, hint)) in enumerate(WORDS.items(), start=1):
                button = QPushButton(words)
                button.setCheckable(True)
                button.setAutoDefault(False)
                button.setProperty("role", "segment")
                button.setToolTip(hint)
                button.setAccessibleName(f"{name}: {words}")
                button.clicked.connect(partial(self._choose, kind, confirmation))
                group.addButton(button)
                grid.addWidget(button, row, column)
                self.buttons[kind, confirmation] = button
        grid.setColumnMinimumWidth(0, 140)
        grid.setColumnStretch(4, 1)
        self.dead_man = QCheckBox(
            "Dead-man switch: the exchange cancels when it hears no more of us"
        )
        self.dead_man_state = plain_label(role="muted", wraps=True)
        self.dead_man.clicked.connect(self._switch_dead_man)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(plain_label("Before an order leaves", "title"))
        layout.addLayout(grid)
        layout.addWidget(plain_label(LIVE_NOTE, "muted", wraps=True))
        layout.addSpacing(12)
        layout.addWidget(plain_label("When this computer falls silent", "title"))
        layout.addWidget(self.dead_man)
        layout.addWidget(self.dead_man_state)
        layout.addStretch(1)
        self.load()

    def load(self) -> None:
        """Show what holds now."""
        for (kind, confirmation), button in self.buttons.items():
            button.setChecked(self._desk.safety.confirmation(kind) is confirmation)
        session = self._desk.session
        is_offered = session is not None and session.safety.dead_man.is_offered
        self.dead_man.setEnabled(is_offered)
        self.dead_man.setChecked(session is not None and session.safety.dead_man.is_on)
        if session is None:
            self.dead_man_state.setText("No exchange is connected.")
            return
        title = session.venue.capabilities.title
        if not is_offered:
            self.dead_man_state.setText(f"{title} has no such switch: its orders rest on.")
            return
        switch = session.safety.dead_man
        covered = ", ".join(switch.covered)
        state = f" Running for {covered}: {switch.seconds_left} s left." if covered else ""
        self.dead_man_state.setText(
            f"{title}: while orders rest, a countdown of 120 s runs at the exchange for their"
            f" symbol and is renewed every 30 s. {NOT_COVERED}{state}"
        )

    def _choose(self, kind: EnvironmentKind, confirmation: Confirmation) -> None:
        if kind is EnvironmentKind.LIVE and confirmation is Confirmation.NONE:
            self.load()
            self.live_without_asked.emit()
            return
        self._desk.safety.set_confirmation(kind, confirmation)

    def _switch_dead_man(self, is_on: bool) -> None:
        session = self._desk.session
        if session is not None:
            self._desk.safety.set_dead_man(session.venue.environment, session.market, is_on)
