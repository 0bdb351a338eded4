"""What takes a while keeps others out until it ends."""

import pytest

from terminal_app.practice.control.turn import Turn
from terminal_app.practice.errors import ExchangeError


def test_turn_is_taken_by_one_and_given_back() -> None:
    turn = Turn()
    with turn.take("seek"):
        with pytest.raises(ExchangeError, match="No snapshot now: a seek is under way") as error:
            turn.check("snapshot")
        with pytest.raises(ExchangeError, match="No step now"), turn.take("step"):
            pass
    assert error.value.http_status == 409
    turn.check("snapshot")


def test_turn_ends_with_an_error() -> None:
    turn = Turn()
    with pytest.raises(LookupError), turn.take("step"):
        raise LookupError
    turn.check("step")
