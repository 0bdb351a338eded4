"""The lines of the catalogue of faults that are run at its own numbers, by command."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from terminal_app.domain.instrument import Market
from tests.faults import broken_messages as broken
from tests.faults import silence
from tests.faults.bench import run_schedule, silent_logs
from tests.faults.book_gaps import keep_book
from tests.faults.full_disk import fill_disks
from tests.faults.kills import kill_often
from tests.faults.many import processors
from tests.faults.precision import PROPERTIES, hold_properties
from tests.faults.themes import themed_schedule

EXAMPLES = 750
# An account of USDⓈ-M is asked for in so many questions at once.
ASKED_TOGETHER = 5
# What one seed does, in sentences: what did not hold.
Piece = Callable[[int], list[str]]


@dataclass(frozen=True, slots=True)
class Part:
    """Hold one piece of a line, the seeds it takes, and how many things each of them tries."""

    piece: Piece
    seeds: int
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one line of the catalogue: what is tried, in which unit, by which parts.

    ``at_once`` is for what waits more than it works.
    """

    what: str
    unit: str
    parts: Sequence[Part]
    at_once: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """Hold what came of a line so far."""

    tries: int
    seeds: int
    violations: Sequence[str]
    seconds: float


def run_line(line: Line, scale: float, first_seed: int, jobs: int) -> Iterator[Found]:
    """Run a line, each part with a share of its seeds, and tell after each how it stands."""
    started_s = time.monotonic()
    wanted = [
        (part, seed)
        for part in line.parts
        for seed in range(first_seed, first_seed + max(1, round(part.seeds * scale)))
    ]
    tries = seeds = 0
    violations: list[str] = []
    with ProcessPoolExecutor(line.at_once or jobs, mp_context=get_context("spawn")) as pool:
        running = {pool.submit(_try, part.piece, seed): (part, seed) for part, seed in wanted}
        for done in as_completed(running):
            part, seed = running[done]
            tries, seeds = tries + part.tries, seeds + 1
            violations += [f"seed {seed}: {text}" for text in done.result()]
            yield Found(tries, seeds, violations, time.monotonic() - started_s)


def _try(piece: Piece, seed: int) -> list[str]:
    with silent_logs():
        try:
            return piece(seed)
        except Exception:
            return [f"it failed: {traceback.format_exc(limit=-3)}"]


def _awaited(
    work: Callable[..., Coroutine[None, None, list[str]]], *fixed: object, frames: int
) -> Piece:
    return partial(_run_awaited, work, fixed, frames)


def _run_awaited(
    work: Callable[..., Coroutine[None, None, list[str]]],
    fixed: Sequence[object],
    frames: int,
    seed: int,
) -> list[str]:
    return asyncio.run(work(*fixed, seed, frames))


def _books(market: Market, seed: int) -> list[str]:
    return keep_book(market, seed, 1_000)


def _properties(seed: int) -> list[str]:
    return hold_properties(seed, EXAMPLES)


def _theme(name: str, seed: int) -> list[str]:
    return run_schedule(themed_schedule(name, seed)).violations


def _clocks(theme: str, seed: int) -> list[str]:
    schedule = themed_schedule(theme, seed)
    result = run_schedule(schedule)
    # A clock of this computer that is set or drifts costs no refusal. Of a server's that is set
    # only a refusal tells, and what is on its way when the computer sleeps comes too late;
    # questions that were asked together are refused together.
    jumps = sum(step.do in ("server clock", "sleep") for step in schedule.steps)
    if result.clock_refusals > jumps * ASKED_TOGETHER:
        result.violations.append(f"{result.clock_refusals} x -1021 of {jumps} jumps")
    return result.violations


def _schedules(what: str, **seeds_by_theme: int) -> Line:
    parts = [
        Part(partial(_theme, name.replace("_", " ")), seeds)
        for name, seeds in seeds_by_theme.items()
    ]
    return Line(what, "schedules", parts)


def _broken_messages() -> list[Part]:
    frames = 2_000
    cases = [
        *(_awaited(broken.break_events, *case, frames=frames) for case in broken.CASES),
        *(_awaited(broken.break_books, market, frames=frames) for market in Market),
        *(
            _awaited(broken.break_account_events, *case, frames=frames)
            for case in broken.ACCOUNT_CASES
            if broken.account_samples(*case)
        ),
    ]
    return [Part(piece, 10, frames) for piece in cases]


LINES: Mapping[str, Line] = {
    "T1": _schedules(
        "answers that never come, conditional orders and lists among them",
        replies=1_000,
        conditional_orders=500,
        lists=500,
    ),
    "T2": _schedules("requests that are lost before they are accepted", lost_before=1_000),
    "T6": _schedules("events early, late, swapped, doubled, lost", events=10_000),
    "T7": _schedules("an exchange that knows nothing of new orders for 40 minutes", lag=500),
    "T8": _schedules("cancels that race fills and each other", cancels=1_000),
    "T9": _schedules("partial fills, then an end or a change", partial_fills=1_000),
    "T10": Line(
        "connections that freeze: found within 16 s, back within 60 s",
        "connections",
        [Part(partial(silence.freeze, sessions=5), 20, 5)],
        at_once=2,
    ),
    "T11": Line(
        "an account whose events are swallowed while its connection lives: found within 35 s",
        "sessions",
        [Part(partial(silence.silence, sessions=5), 10, 5)],
        at_once=2,
    ),
    "T12": _schedules("connections that end in every way", closes=500),
    "T13": _schedules("listen keys that expire and are refused", listen_key=200),
    "T15": Line(
        "clocks that are set, here and there, and one that is 2,000 ppm slow or fast for an hour",
        "schedules",
        [Part(partial(_clocks, "clocks"), 450), Part(partial(_clocks, "drift"), 50)],
    ),
    "T16": Line(
        "a computer that sleeps, 10 s to 72 h (200), and an exchange that is stopped (20)",
        "schedules",
        [Part(partial(_clocks, "sleep"), 200), Part(silence.stop_exchange, 20)],
    ),
    "T21": _schedules("a symbol that halts, filters that change", symbol=100),
    "T22": _schedules("others who act with the account", others=1_000),
    "T14": Line(
        "books whose differences are lost, late, doubled, swapped, cut or wrong",
        "differences",
        [Part(partial(_books, market), 500, 1_000) for market in Market],
    ),
    "T19": Line("broken messages, 20,000 of each type", "messages", _broken_messages()),
    "T23": _schedules("an account that is reset while the person trades on", reset=50),
    "T26": Line(
        "disks that fill up and are freed again",
        "schedules",
        [Part(partial(fill_disks, count=10), 10, 10)],
    ),
    "T27": Line(
        "a terminal that is killed at a random moment, again and again on the same ledger",
        "kills",
        [Part(partial(kill_often, kills=25), 20, 25)],
        at_once=3,
    ),
    "T20": Line(
        "random rules, prices and sizes: what passes is legal, what is refused names its rule",
        "examples",
        [Part(_properties, 20, EXAMPLES * len(PROPERTIES))],
    ),
}


def default_jobs() -> int:
    """Return how many pieces work at the same time."""
    return processors()
