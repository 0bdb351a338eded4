"""Schedules that once broke an invariant: each is kept and run for ever."""

from __future__ import annotations

import json
from pathlib import Path

from tests.faults.schedule import Schedule

FOLDER = Path(__file__).resolve().parents[1] / "seeds"


def keep(schedule: Schedule) -> Path:
    """Write a schedule where the tests find it."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{schedule.market.value}-{schedule.seed}.json"
    path.write_text(json.dumps(schedule.to_json(), indent=1) + "\n", encoding="utf-8")
    return path


def kept() -> dict[str, Schedule]:
    """Return every kept schedule by its name."""
    return {
        path.stem: Schedule.from_json(json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(FOLDER.glob("*.json"))
    }
