"""Run schedules of faults by the thousand; the last line sums them up.

    python3 packaging/dev.py faults --seeds 100000 --first-seed 0

A schedule that breaks an invariant is told, made as short as it can be, and kept in tests/seeds,
from where it is run with the tests for ever.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence

from dev_console import say
from tests.faults.bench import shrink
from tests.faults.many import processors, run_many
from tests.faults.schedule import make_schedule
from tests.faults.seeds import keep
from tests.faults.sockets import run_over_sockets

REPORT_EVERY_S = 30.0
MOST_KEPT = 10


def main(arguments: Sequence[str]) -> int:
    """Run the schedules that the command line names; return 1 if an invariant was broken."""
    options = _parser().parse_args(arguments)
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    started_s = time.monotonic()
    told_s, count, transitions, slowest_s = started_s, 0, 0, 0.0
    broken: list[int] = []
    if options.layer == "sockets":
        results = run_over_sockets(map(make_schedule, seeds))
    else:
        results = run_many(seeds, options.jobs)
    for result in results:
        count += 1
        transitions += result.transitions
        slowest_s = max(slowest_s, result.lasted_s)
        if result.violations:
            seed = result.schedule.seed
            broken.append(seed)
            say(f"seed {seed}: {'; '.join(result.violations[:3])}")
            if options.layer == "virtual" and len(broken) <= MOST_KEPT:
                _keep(seed)
        if time.monotonic() - told_s > REPORT_EVERY_S:
            told_s = time.monotonic()
            say(f"{count} of {len(seeds)} schedules, {len(broken)} broke an invariant")
    say(
        f"{count} schedules ({options.layer}, seeds {seeds.start} to {seeds.stop - 1}): "
        f"{transitions} transitions checked, {len(broken)} schedules broke an invariant, "
        f"equal again after {slowest_s:.1f} s at the latest, "
        f"{time.monotonic() - started_s:.0f} s of machine time"
    )
    return 1 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py faults", description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=2_000, metavar="N", help="how many schedules")
    parser.add_argument("--first-seed", type=int, default=0, metavar="S")
    parser.add_argument(
        "--layer",
        choices=("virtual", "sockets"),
        default="virtual",
        help="in virtual time and one process, or over real sockets in real time",
    )
    parser.add_argument("--jobs", type=int, default=processors(), help="processes at work")
    return parser


def _keep(seed: int) -> None:
    shortest = shrink(make_schedule(seed))
    path = keep(shortest)
    say(f"  kept as {path.name}, {len(shortest.steps)} steps:")
    for step in shortest.steps:
        say(f"  {step.at_ms:>6} ms  {step.do} {json.dumps(dict(step.args))}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
