"""A ban is seen at once, closes trading, and is reviewed by a person before it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal_app.app.program import Program
from terminal_app.gui.dialogs.ask import Question
from tests.helpers.eventually import eventually
from tests.helpers.practice_control import Control
from tests.helpers.terminal import click, ready, running_terminal

pytestmark = pytest.mark.gui


def question_of(program: Program) -> Question | None:
    """Return the question that stands."""
    questions = program.window.findChildren(Question)
    return next((each for each in questions if each.isVisible()), None)


async def test_a_ban_is_shown_and_reviewed(tmp_path: Path, expect_log: object) -> None:
    assert callable(expect_log)
    expect_log(r"HTTP 418: no requests for \d s")
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        status, ticket = program.window.status, program.window.ticket
        assert not status.review.isVisible()
        assert program.exchanges.practice is not None
        control = Control(program.exchanges.practice.endpoints)
        control.call("POST", "ban", market="spot", seconds=8)
        control.close()
        session.candles.want_older()
        await eventually(lambda: status.weight.text().startswith("Banned for "))
        await eventually(lambda: status.entry.text() == "Orders closed")
        await eventually(lambda: not ticket.submit.isEnabled())
        assert "has banned this address" in status.notice.toolTip()
        click(status.review)
        await eventually(lambda: question_of(program) is not None)
        question = question_of(program)
        assert question is not None
        click(question.confirm)
        await eventually(lambda: not status.review.isVisible())
        # What the person knows of is still a ban: nothing is traded before its end.
        assert status.entry.text() == "Orders closed"
        await eventually(lambda: status.entry.text() == "")
        await eventually(lambda: ticket.submit.isEnabled())
        # Opening the environment anew is no way around a pause.
        session.venue.traffic.keep_pause(30)
        await program.desk.open("practice")
        again = program.desk.sessions[session.market]
        assert again is not session
        assert again.venue.traffic.figures().pause_s > 5
