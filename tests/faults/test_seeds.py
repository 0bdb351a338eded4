"""What once broke an invariant does so never again."""

from __future__ import annotations

import pytest

from tests.faults.bench import run_schedule
from tests.faults.schedule import Schedule, make_schedule
from tests.faults.seeds import kept

KEPT = kept()


@pytest.mark.parametrize("schedule", KEPT.values(), ids=KEPT.keys())
def test_a_kept_schedule_breaks_no_invariant(schedule: Schedule) -> None:
    assert run_schedule(schedule).violations == []


def test_a_schedule_survives_being_kept() -> None:
    schedule = make_schedule(3)
    assert Schedule.from_json(schedule.to_json()) == schedule
