"""Schedules of faults in virtual time: no invariant is broken at any transition."""

from __future__ import annotations

import pytest

from tests.faults.bench import run_schedule
from tests.faults.schedule import make_schedule

FIRST, LAST = 84, 144
CHUNK = 20


@pytest.mark.parametrize("first", range(FIRST, LAST, CHUNK))
def test_no_schedule_breaks_an_invariant(first: int) -> None:
    broken = {
        seed: result.violations
        for seed in range(first, first + CHUNK)
        if (result := run_schedule(make_schedule(seed))).violations
    }
    assert broken == {}


def test_a_seed_is_one_schedule() -> None:
    assert make_schedule(7) == make_schedule(7)
    first, second = (run_schedule(make_schedule(7)) for _ in range(2))
    assert (first.transitions, first.lasted_s) == (second.transitions, second.lasted_s)
