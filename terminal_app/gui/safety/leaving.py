"""Ask what becomes of resting orders when the program ends while the dead-man switch runs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialogButtonBox, QWidget

from terminal_app.gui.dialogs.ask import Question, ask
from terminal_app.services.desk import Desk
from terminal_app.services.safety.dead_man import DeadManSwitch


class LeaveQuestion(Question):
    """Offer to let the exchange cancel, to stop the countdown first, or to stay."""

    def __init__(self, parent: QWidget, symbols: Sequence[str], seconds: int) -> None:
        super().__init__(
            parent,
            "Leave with the dead-man switch running?",
            f"Orders rest in {', '.join(symbols)}. Once this program is gone nothing renews the"
            f" countdown: the exchange cancels them in about {seconds} s. Conditional orders and"
            " positions stay either way.",
            "Leave, let it cancel",
        )
        self.refuse.setText("Stay")
        self.keeps_orders = False
        self.keep = self.buttons.addButton(
            "Leave, keep the orders", QDialogButtonBox.ButtonRole.ActionRole
        )
        self.keep.setAutoDefault(False)
        self.keep.clicked.connect(self._keep)

    def _keep(self) -> None:
        self.keeps_orders = True
        self.accept()


async def may_leave(window: QWidget, desk: Desk) -> bool:
    """Return whether the program may end; stop countdowns where the person wants that."""
    switches = running_switches(desk)
    if not switches:
        return True
    symbols = sorted({symbol for switch in switches for symbol in switch.covered})
    seconds = min(switch.seconds_left or 0 for switch in switches)
    question = LeaveQuestion(window, symbols, seconds)
    if not await ask(question):
        return False
    if question.keeps_orders:
        # What could not be stopped was said; the person decides anew.
        return all([await switch.stop() for switch in switches])
    return True


def running_switches(desk: Desk) -> list[DeadManSwitch]:
    """Return the switches that keep a countdown running at an exchange."""
    switches = [session.safety.dead_man for session in desk.sessions.values()]
    return [switch for switch in switches if switch.covered]
