"""Write events in the order they came: intents at once, the rest in groups."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from terminal_app.errors import StorageError
from terminal_app.observers import Observers
from terminal_app.storage.ledger_events import Entry, EventKind, new_entry
from terminal_app.tasks import TaskScope

PROBLEM = "problem"
# Events nobody waits for share a commit with what else comes within this time.
GROUP_SECONDS = 0.01
RETRY_SECONDS = 1.0
# What cannot be written waits in memory, up to this many events.
MOST_WAITING = 100_000
ALMOST_FULL = "The disk is almost full."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Hold what is to be written together; ``written`` belongs to who waits for it."""

    entries: Sequence[Entry]
    written: asyncio.Future[None] | None = None


class LedgerWriter:
    """Keep what is to be written and write it, one commit after the other.

    ``commit`` puts events on disk and returns whether there is room for many more. ``problem`` says
    why that fails now; it is tried again until it works. Key told: problem.
    """

    def __init__(self, commit: Callable[[Sequence[Entry]], Awaitable[bool]]) -> None:
        self._commit = commit
        self._tasks = TaskScope("ledger")
        self._wanted: deque[_Wanted] = deque()
        self._some, self._urgent = asyncio.Event(), asyncio.Event()
        self._lost = 0
        self.observers = Observers()
        self.problem = ""

    def start(self) -> None:
        """Write from now on."""
        self._tasks.spawn(self._write_for_ever(), "write")

    async def close(self) -> None:
        """Write no more."""
        await self._tasks.close()

    async def write(self, entries: Sequence[Entry]) -> None:
        """Return once events, and what came before them, are on disk; raise ``StorageError``."""
        written = asyncio.get_running_loop().create_future()
        # A cancelled caller does not take back what it wanted written.
        self._wanted.append(_Wanted(entries, written))
        self._some.set()
        self._urgent.set()
        await written

    def note(self, entry: Entry) -> None:
        """Write an event soon, and again until that works."""
        if len(self._wanted) >= MOST_WAITING:
            self._lost += 1
            return
        self._wanted.append(_Wanted([entry]))
        self._some.set()

    async def _write_for_ever(self) -> None:
        while True:
            await self._some.wait()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RETRY_SECONDS if self.problem else GROUP_SECONDS):
                    await self._urgent.wait()
            self._some.clear()
            self._urgent.clear()
            await self._write_wanted()
            if self.problem:
                self._some.set()

    async def _write_wanted(self) -> None:
        wanted = [*self._wanted]
        self._wanted.clear()
        entries = [entry for one in wanted for entry in one.entries]
        if self._lost:
            entries.append(new_entry("", EventKind.LOST, {"events": self._lost}))
        try:
            has_room = await self._commit(entries)
        except Exception as error:
            # Whatever it is: who waits must hear of it, and what was noted is tried again.
            self._fail(wanted, error)
            return
        self._lost = 0
        for one in wanted:
            if one.written is not None and not one.written.done():
                one.written.set_result(None)
        self._tell("" if has_room else ALMOST_FULL)

    def _fail(self, wanted: Sequence[_Wanted], error: Exception) -> None:
        if not isinstance(error, StorageError):
            _log.error("ledger", exc_info=error)
            error = StorageError(f"The ledger could not be written: {error}.")
        for one in wanted:
            if one.written is not None and not one.written.done():
                one.written.set_exception(error)
        self._wanted.extendleft(one for one in reversed(wanted) if one.written is None)
        self._tell(str(error))

    def _tell(self, problem: str) -> None:
        if problem != self.problem:
            _log.warning("ledger: %s", problem or "it can be written again")
            self.problem = problem
            self.observers.notify(PROBLEM)
