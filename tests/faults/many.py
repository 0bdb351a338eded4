"""Run schedules by the thousand, on every processor."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

from tests.faults.bench import Result, run_schedule
from tests.faults.schedule import make_schedule

BATCH = 25


def processors() -> int:
    """Return how many schedules can run at the same time."""
    return os.cpu_count() or 1


def run_many(seeds: range, jobs: int) -> Iterator[Result]:
    """Run the schedules of seeds, in order, `jobs` of them at the same time."""
    if jobs == 1:
        yield from map(_run, seeds)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for batch in pool.map(_run_batch, _batches(seeds)):
            yield from batch


def _batches(seeds: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(seeds)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _run_batch(seeds: list[int]) -> list[Result]:
    return [_run(seed) for seed in seeds]


def _run(seed: int) -> Result:
    return run_schedule(make_schedule(seed))
