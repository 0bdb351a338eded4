"""An order may be called absent only after enough answers in a row over enough time."""

from __future__ import annotations

import pytest

from terminal_app.services.order_fate import NO_SUCH_ORDER, Patience, Search
from terminal_app.venues.base import Outcome, OutcomeKind

ABSENT = Outcome(OutcomeKind.REJECTED, code=NO_SUCH_ORDER)
NO_ANSWER = Outcome(OutcomeKind.UNKNOWN)
LIMITED = Outcome(OutcomeKind.REJECTED, code=-1003)


@pytest.mark.parametrize(
    ("answers", "is_enough"),
    [
        ([(0, ABSENT), (30, ABSENT), (60, ABSENT)], True),
        ([(0, ABSENT), (30, ABSENT), (59, ABSENT)], False),
        ([(0, ABSENT), (60, ABSENT)], False),
        ([(0, ABSENT), (30, NO_ANSWER), (60, ABSENT), (90, ABSENT)], False),
        ([(0, ABSENT), (30, LIMITED), (60, ABSENT), (90, ABSENT), (119, ABSENT)], False),
        ([(0, NO_ANSWER), (30, ABSENT), (60, ABSENT), (90, ABSENT)], True),
    ],
)
def test_absence_needs_many_answers_and_time(
    answers: list[tuple[float, Outcome]], is_enough: bool
) -> None:
    search = Search()
    for now_s, outcome in answers:
        search.note(outcome, now_s)
    assert search.is_long_enough(Patience(), answers[-1][0]) is is_enough
