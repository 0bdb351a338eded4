"""Exits that live in this program alone: shown as that, and decided where they are doubtful."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialogButtonBox, QWidget

from terminal_app.domain.confirmation import Confirmation
from terminal_app.domain.order_request import OrderRequest
from terminal_app.errors import TerminalError
from terminal_app.gui.dialogs.ask import Question, ask
from terminal_app.gui.request_words import describe_request
from terminal_app.gui.trader import Trader
from terminal_app.services.desk import Desk
from terminal_app.services.exit_watch import ExitWatch
from terminal_app.services.notifications import Severity
from terminal_app.services.order_words import describe
from terminal_app.services.session import Session
from terminal_app.tasks import TaskScope

HERE = "Only this program sends them: while it is closed nothing of this happens."


def exits_figure(desk: Desk) -> tuple[str, str, str]:
    """Return what the strip says of exits that live here, the role that colours it, and a hint."""
    watches = [one for session in desk.sessions.values() for one in session.exits.watched.values()]
    if not watches:
        return "", "row", ""
    hint = "\n".join([*(plan_line(watch) for watch in watches), HERE])
    doubtful = sum(watch.doubt is not None for watch in watches)
    if doubtful:
        return f"TP/SL NOT SENT {doubtful} …", "danger", hint
    return f"TP/SL in program {len(watches)}", "row", hint


def plan_line(watch: ExitWatch) -> str:
    """Return an entry and what the program does for it."""
    order = watch.order
    entry = describe(order) if order is not None else "an entry that is forgotten"
    return f"{entry[0].upper()}{entry[1:]}: {watch.words}"


class DoubtQuestion(Question):
    """Ask what becomes of exits that were not sent: send, leave to the person, or decide later."""

    def __init__(
        self, parent: QWidget, session: Session, watch: ExitWatch, requests: Sequence[OrderRequest]
    ) -> None:
        doubt = watch.doubt_now()
        lines = [plan_line(watch)]
        if doubt is not None and watch.doubt is not None and doubt.reason != watch.doubt.reason:
            lines.append(f"Now: {doubt.reason}.")
        can_send = bool(requests) and (doubt is None or doubt.can_send)
        if can_send:
            wanted = [f"•  {describe_request(session, request)}" for request in requests]
            lines.append("\n".join(["This would be sent now:", *wanted]))
        else:
            lines.append("It cannot be sent so: close, or protect anew, under Positions.")
        text = "\n\n".join(lines)
        super().__init__(parent, "Take profit or stop loss was not sent", text, "Send now")
        self.refuse.setText("Decide later")
        self.is_left = False
        self.leave = self.buttons.addButton(
            "Leave it to me", QDialogButtonBox.ButtonRole.ActionRole
        )
        self.leave.setToolTip("The program forgets the plan: nothing of it is sent any more")
        self.leave.setAutoDefault(False)
        self.leave.clicked.connect(self._leave)
        # A box shows its buttons when another comes.
        self.confirm.setVisible(can_send)

    def _leave(self) -> None:
        self.is_left = True
        self.accept()


class PlansNotice(Question):
    """Say what the program looks after."""

    def __init__(self, parent: QWidget, hint: str) -> None:
        super().__init__(parent, "Take profit and stop loss in this program", hint, "")
        self.confirm.hide()
        self.refuse.setText("Close")


class ExitDesk(QObject):
    """Let a person see and decide what of exits lives in this program."""

    def __init__(self, window: QWidget, desk: Desk, trader: Trader, tasks: TaskScope) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._trader = trader
        self._tasks = tasks
        self._is_open = False

    def open_here(self) -> None:
        """Ask for a decision where one is due, else say what there is."""
        if not self._is_open:
            self._is_open = True
            self._tasks.spawn(self._open(), "exits")

    async def _open(self) -> None:
        try:
            doubtful = [
                (session, watch)
                for session in self._desk.sessions.values()
                for watch in session.exits.doubtful
            ]
            for session, watch in doubtful:
                await self._decide(session, watch)
            hint = exits_figure(self._desk)[2]
            if not doubtful and hint:
                await ask(PlansNotice(self._window, hint))
        finally:
            self._is_open = False

    async def _decide(self, session: Session, watch: ExitWatch) -> None:
        question = DoubtQuestion(self._window, session, watch, watch.missing_now())
        kind = session.venue.environment.kind
        if self._desk.safety.confirmation(kind) is Confirmation.HOLD:
            question.hold.set_hold_ms(self._desk.safety.hold_ms(kind))
        if not await ask(question) or watch.plan.key not in session.exits.watched:
            return
        if question.is_left:
            session.exits.leave_to_person(watch.plan.key)
            return
        try:
            self._trader.check(session, is_closing=True)
        except TerminalError as error:
            self._desk.notifications.tell(Severity.DANGER, str(error))
        else:
            watch.send_anyway()
