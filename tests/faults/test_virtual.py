"""Schedules of faults in virtual time: no invariant is broken at any transition."""

from __future__ import annotations

import pytest

from tests.faults.bench import run_schedule
from tests.faults.many import processors, run_many
from tests.faults.schedule import make_schedule

FEW, MANY = 40, 2_000


def test_few_schedules_break_no_invariant() -> None:
    broken = {
        seed: result.violations
        for seed in range(FEW)
        if (result := run_schedule(make_schedule(seed))).violations
    }
    assert broken == {}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_many_schedules_break_no_invariant() -> None:
    results = run_many(range(FEW, MANY), processors())
    broken = {one.schedule.seed: one.violations for one in results if one.violations}
    assert broken == {}


def test_a_seed_is_one_schedule() -> None:
    assert make_schedule(7) == make_schedule(7)
    first, second = (run_schedule(make_schedule(7)) for _ in range(2))
    assert (first.transitions, first.lasted_s) == (second.transitions, second.lasted_s)
