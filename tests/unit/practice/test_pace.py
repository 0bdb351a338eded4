"""How market time follows wall time."""

from __future__ import annotations

import pytest

from terminal_app.practice.pace import Pace


def test_market_time_passes_at_the_speed_and_never_back() -> None:
    pace = Pace(1_000, 2.5)
    assert pace.pass_to(1_100) == 250
    assert pace.pass_to(900) == 0
    assert pace.reached_wall_ms == 1_100
    pace.set_speed(10)
    assert pace.pass_to(1_101) == 10


def test_what_passes_while_it_stands_still_is_not_made_up_for() -> None:
    pace = Pace(0, 1)
    for name in ("paused", "held"):
        setattr(pace, name, True)
        assert pace.pass_to(pace.reached_wall_ms + 500) is None
        setattr(pace, name, False)
        assert pace.pass_to(pace.reached_wall_ms + 5) == 5


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_time_does_not_stand_or_go_back_by_its_speed(speed: float) -> None:
    with pytest.raises(ValueError, match="greater than 0"):
        Pace(0, 1).set_speed(speed)
