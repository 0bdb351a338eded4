"""Schedules of faults over real sockets, against the practice exchange as its own process."""

from __future__ import annotations

import pytest

from tests.faults.schedule import make_schedule
from tests.faults.sockets import run_over_sockets

SCHEDULES = 50


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_schedule_over_sockets_breaks_an_invariant() -> None:
    results = run_over_sockets(map(make_schedule, range(SCHEDULES)))
    broken = {one.schedule.seed: one.violations for one in results if one.violations}
    assert broken == {}
