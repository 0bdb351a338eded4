"""Ask before the program ends while something depends on its being there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialogButtonBox, QWidget

from terminal_app.gui.dialogs.ask import Question, ask
from terminal_app.gui.safety.exit_plans import plan_line
from terminal_app.services.desk import Desk
from terminal_app.services.order_words import describe
from terminal_app.services.safety.dead_man import DeadManSwitch

SHOWN = 6


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


class LeavePlansQuestion(Question):
    """Say what nobody does once this program is gone."""

    def __init__(self, parent: QWidget, lines: Sequence[str]) -> None:
        shown = [f"•  {line}" for line in lines[:SHOWN]]
        if len(lines) > SHOWN:
            shown.append(f"and {len(lines) - SHOWN} more")
        what = "\n".join(shown)
        text = "\n\n".join(
            [
                "This lives in this program alone, the exchange knows nothing of it:",
                what,
                "It goes on at the next start here, as far as nothing is doubtful then. Until then"
                " nobody sends, moves or cancels any of it.",
            ]
        )
        super().__init__(parent, "Leave what only this program does?", text, "Leave all the same")
        self.refuse.setText("Stay")


async def may_leave(window: QWidget, desk: Desk) -> bool:
    """Return whether the program may end; stop countdowns where the person wants that."""
    if not await may_leave_plans(window, desk):
        return False
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


async def may_leave_plans(window: QWidget, desk: Desk) -> bool:
    """Return whether what only this program does may be left undone, asking where there is any."""
    lines = plans_here(desk)
    return not lines or await ask(LeavePlansQuestion(window, lines))


def must_ask(desk: Desk) -> bool:
    """Say whether something depends on the program's being there."""
    return bool(plans_here(desk) or running_switches(desk))


def plans_here(desk: Desk) -> list[str]:
    """Return what the program looks after by itself: exits, and orders with a policy."""
    lines = []
    for session in desk.sessions.values():
        orders, policies = session.orders.store.orders, session.policies.running
        lines += [plan_line(watch) for watch in session.exits.watched.values()]
        lines += [f"{describe(orders[key])}: {policy}" for key, policy in policies.items()]
    return lines


def running_switches(desk: Desk) -> list[DeadManSwitch]:
    """Return the switches that keep a countdown running at an exchange."""
    switches = [session.safety.dead_man for session in desk.sessions.values()]
    return [switch for switch in switches if switch.covered]
