"""Run schedules of faults by the thousand; the last line sums them up.

    python3 packaging/dev.py faults --seeds 100000 --first-seed 0

A schedule that breaks an invariant is told, made as short as it can be, and kept in tests/seeds,
from where it is run with the tests for ever.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice

from dev_console import say
from tests.faults.bench import Result, run_schedule, shrink
from tests.faults.schedule import make_schedule
from tests.faults.seeds import keep
from tests.faults.sockets import run_over_sockets

REPORT_EVERY_S = 30.0
BATCH = 50
MOST_KEPT = 10


@dataclass(frozen=True, slots=True)
class Ran:
    """Hold what is told of one schedule."""

    seed: int
    violations: tuple[str, ...]
    transitions: int
    lasted_s: float


def main(arguments: Sequence[str]) -> int:
    """Run the schedules that the command line names; return 1 if an invariant was broken."""
    options = _parser().parse_args(arguments)
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    started_s = time.monotonic()
    told_s, count, transitions, slowest_s = started_s, 0, 0, 0.0
    broken: list[int] = []
    results = _over_sockets(seeds) if options.layer == "sockets" else _virtual(seeds, options.jobs)
    for ran in results:
        count += 1
        transitions += ran.transitions
        slowest_s = max(slowest_s, ran.lasted_s)
        if ran.violations:
            broken.append(ran.seed)
            say(f"seed {ran.seed}: {'; '.join(ran.violations[:3])}")
            if options.layer == "virtual" and len(broken) <= MOST_KEPT:
                _keep(ran.seed)
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
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at work")
    return parser


def _virtual(seeds: range, jobs: int) -> Iterator[Ran]:
    if jobs == 1:
        yield from map(_run, seeds)
        return
    with ProcessPoolExecutor(jobs) as pool:
        for batch in pool.map(_run_batch, _batches(seeds)):
            yield from batch


def _batches(seeds: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(seeds)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _run_batch(seeds: list[int]) -> list[Ran]:
    return [_run(seed) for seed in seeds]


def _run(seed: int) -> Ran:
    return _told(run_schedule(make_schedule(seed)))


def _over_sockets(seeds: range) -> Iterator[Ran]:
    for result in run_over_sockets(make_schedule(seed) for seed in seeds):
        yield _told(result)


def _told(result: Result) -> Ran:
    return Ran(result.schedule.seed, tuple(result.violations), result.transitions, result.lasted_s)


def _keep(seed: int) -> None:
    shortest = shrink(make_schedule(seed))
    path = keep(shortest)
    say(f"  kept as {path.name}, {len(shortest.steps)} steps:")
    for step in shortest.steps:
        say(f"  {step.at_ms:>6} ms  {step.do} {json.dumps(dict(step.args))}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
