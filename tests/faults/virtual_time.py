"""A machine whose time passes only while nobody has anything to do: hours of it in moments."""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from functools import partial
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")

START_WALL_MS = 1_790_000_000_000
START_MONOTONIC_S = 10_000.0
# More turns of the loop than these in one moment mean that a task spins.
MOST_TURNS = 20_000
# How long the disk takes for one piece of work, at most.
LONGEST_WORK_S = 0.004


class VirtualClock:
    """Tell monotonic time, the wall's and the true one, which is that of everybody else.

    All move with `pass_s`. The wall alone moves with `jump`; in `sleep` monotonic time stands.
    With `drift_ppm` everybody else's time passes that much faster than this machine's.
    `spun` says that something worked on and on while no time passed.
    """

    def __init__(self) -> None:
        self.now_s = START_MONOTONIC_S
        self.spun = False
        self._wall_ahead_s = self._true_ahead_s = START_WALL_MS / 1000 - START_MONOTONIC_S
        self.drift_ppm = 0

    def now_ms(self) -> int:
        """Return the wall's epoch milliseconds."""
        # Half a microsecond up: the sum of two floats may lie a hair below the millisecond.
        return int((self.now_s + self._wall_ahead_s) * 1000 + 0.0005)

    def wall_s(self) -> float:
        """Return the wall's epoch seconds."""
        return self.now_s + self._wall_ahead_s

    def pass_s(self, seconds: float) -> None:
        """Let time pass."""
        self.now_s += seconds
        self._true_ahead_s += seconds * self.drift_ppm / 1e6

    def true_ms(self) -> int:
        """Return everybody else's epoch milliseconds."""
        return int((self.now_s + self._true_ahead_s) * 1000 + 0.0005)

    def jump(self, seconds: float) -> None:
        """Set the wall clock, as a person or NTP does."""
        self._wall_ahead_s += seconds

    def sleep(self, seconds: float) -> None:
        """Let the machine sleep."""
        self._wall_ahead_s += seconds
        self._true_ahead_s += seconds

    @contextmanager
    def as_machine_time(self) -> Iterator[None]:
        """Let the standard library tell this time to everybody in the process."""
        told: dict[str, Callable[[], float]] = {
            "monotonic": lambda: self.now_s,
            "monotonic_ns": lambda: round(self.now_s * 1e9),
            "time": self.wall_s,
            "time_ns": lambda: self.now_ms() * 1_000_000,
        }
        real = {name: getattr(time, name) for name in told}
        for name, tell in told.items():
            setattr(time, name, tell)
        try:
            yield
        finally:
            for name, tell in real.items():
                setattr(time, name, tell)


class _Selector(selectors.SelectSelector):
    """Find what is ready; where nothing is, pass the time until the next timer."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self._clock = clock
        self._turns = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("nothing is ready, and nothing will ever be")
        if timeout > 0:
            self._clock.pass_s(timeout)
            self._turns = 0
        self._turns += 1
        if self._turns > MOST_TURNS:
            self._clock.spun = True
            self._clock.pass_s(0.001)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Run on virtual time, without sockets and without threads.

    Work for another thread is done at once, and told of after a moment drawn from the seed: others
    get their turn meanwhile, as they would.
    """

    def __init__(self, clock: VirtualClock, seed: int) -> None:
        super().__init__(_Selector(clock))
        self._clock = clock
        self._work_time = Random(f"{seed} work")
        self._last_work_s = 0.0

    def time(self) -> float:
        """Return virtual seconds."""
        return self._clock.now_s

    def run_in_executor(  # type: ignore[override]  # typeshed's own signature cannot be met
        self, executor: object, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        """Do the work now and tell of it soon, in the order in which it was given."""
        future: asyncio.Future[T] = self.create_future()
        due_s = self.time() + self._work_time.uniform(0.0, LONGEST_WORK_S)
        self._last_work_s = max(due_s, self._last_work_s + 1e-6)
        try:
            result = func(*args)
        except Exception as error:
            self.call_at(self._last_work_s, _fail, future, error)
        else:
            self.call_at(self._last_work_s, _succeed, future, result)
        return future


class VirtualExecutor(Executor):
    """Do the work of a thread of one's own as the virtual loop does that of others."""

    def __init__(self, *_words: object, **_named: object) -> None:
        """Take what a pool of threads takes."""

    def submit(self, work: Callable[..., T], /, *args: Any, **named: Any) -> Future[T]:
        """Do the work now and tell of it soon."""
        done: Future[T] = Future()

        def tell(told: asyncio.Future[T]) -> None:
            error = told.exception()
            if error is None:
                done.set_result(told.result())
            else:
                done.set_exception(error)

        loop = asyncio.get_running_loop()
        loop.run_in_executor(None, partial(work, *args, **named)).add_done_callback(tell)
        return done


def _succeed(future: asyncio.Future[T], result: T) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def run_virtually(main: Callable[[VirtualClock], Coroutine[Any, Any, T]], seed: int) -> T:
    """Run a coroutine to its end in virtual time and return its result."""
    clock = VirtualClock()
    with (
        clock.as_machine_time(),
        asyncio.Runner(loop_factory=lambda: VirtualLoop(clock, seed)) as runner,
    ):
        return runner.run(main(clock))
