"""Ask before a list is ended to be placed anew, and then do it."""

from __future__ import annotations

import secrets

from PySide6.QtWidgets import QWidget

from terminal_app.domain.confirmation import Confirmation
from terminal_app.domain.safety import AGAIN
from terminal_app.errors import NotConnected
from terminal_app.gui.dialogs.ask import Question, ask
from terminal_app.gui.request_words import describe_request
from terminal_app.gui.trader import Trader
from terminal_app.services.desk import Desk
from terminal_app.services.list_changes import ListChange, replace_list
from terminal_app.services.session import Session


class ListQuestion(Question):
    """Say what a list becomes, and what it costs to have it so; asked whatever is configured."""

    def __init__(self, parent: QWidget, session: Session, change: ListChange) -> None:
        wanted = [f"•  {describe_request(session, one)}" for one in change.request.orders]
        guard = session.safety.guard
        doubts = [doubt for one in change.request.orders for doubt in guard.doubts(one)]
        # Each stands there already: that it comes again is what this question is about.
        told = dict.fromkeys(doubt.finding for doubt in doubts if doubt.name != AGAIN)
        found = [f"{each[0].upper()}{each[1:]}" for each in told]
        text = "\n\n".join(["\n".join(["It would stand so:", *wanted]), *found, change.words])
        title = "Cancel the list and place it anew?"
        super().__init__(parent, title, text, "Cancel and place anew")
        self.refuse.setText("Leave it as it is")


async def have_list_anew(
    window: QWidget, desk: Desk, trader: Trader, session: Session, change: ListChange
) -> None:
    """Have a list in another way where the person wants it at that price.

    Raise ``TerminalError`` where it did not come to that.
    """
    question = ListQuestion(window, session, change)
    kind = session.venue.environment.kind
    if desk.safety.confirmation(kind) is Confirmation.HOLD:
        question.hold.set_hold_ms(desk.safety.hold_ms(kind))
    if not await ask(question):
        return
    trader.check(session, is_closing=False)
    store = session.orders.store
    now = [store.orders.get(store.key_of(one)) for one in change.standing]
    if now != list(change.standing):
        raise NotConnected("Nothing was sent: the list changed meanwhile. Look again.")
    doubts = [
        doubt.name for one in change.request.orders for doubt in session.safety.guard.doubts(one)
    ]
    action_id = secrets.token_hex(8)
    await replace_list(session, change.standing, change.request, action_id, session.seen(), doubts)
