"""Write events in the order they came: intents at once, the rest in groups."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from terminal_app.errors import StorageError
from terminal_app.observers import Observers
from terminal_app.storage.ledger_events import Entry, EventKind, new_entry

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

    ``commit`` begins to put events on disk, on another thread, and returns what tells whether there
    is room for many more. ``problem`` says why that fails now; it is tried again until it works.
    Key told: problem.

    No task of its own stands between who waits for an intent and the disk: each turn of the loop
    may be a long one.
    """

    def __init__(self, commit: Callable[[Sequence[Entry]], Future[bool]]) -> None:
        self._commit = commit
        self._wanted: deque[_Wanted] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_committing = False
        self._soon: asyncio.TimerHandle | None = None
        self._lost = 0
        self.observers = Observers()
        self.problem = ""

    def start(self) -> None:
        """Write from now on."""
        self._loop = asyncio.get_running_loop()
        if self._wanted:
            self._write_soon()

    def close(self) -> None:
        """Write no more."""
        self._loop = None
        self._wait_no_more()

    async def write(self, entries: Sequence[Entry]) -> None:
        """Return once events, and what came before them, are on disk; raise ``StorageError``."""
        written = asyncio.get_running_loop().create_future()
        # A cancelled caller does not take back what it wanted written.
        self._wanted.append(_Wanted(entries, written))
        self._write_now()
        await written

    def note(self, entry: Entry) -> None:
        """Write an event soon, and again until that works."""
        if len(self._wanted) >= MOST_WAITING:
            self._lost += 1
            return
        self._wanted.append(_Wanted([entry]))
        self._write_soon()

    def _write_soon(self) -> None:
        if self._loop is not None and self._soon is None and not self._is_committing:
            wait_s = RETRY_SECONDS if self.problem else GROUP_SECONDS
            self._soon = self._loop.call_later(wait_s, self._write_now)

    def _wait_no_more(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None

    def _write_now(self) -> None:
        loop = self._loop
        if loop is None or self._is_committing:
            # What is wanted meanwhile shares the next commit.
            return
        self._wait_no_more()
        wanted = [*self._wanted]
        self._wanted.clear()
        entries = [entry for one in wanted for entry in one.entries]
        if self._lost:
            entries.append(new_entry("", EventKind.LOST, {"events": self._lost}))
        try:
            committed = self._commit(entries)
        except RuntimeError:
            self._fail(wanted, StorageError("The ledger is closed."))
            return
        self._is_committing = True
        committed.add_done_callback(
            lambda done: loop.call_soon_threadsafe(self._on_committed, wanted, done)
        )

    def _on_committed(self, wanted: Sequence[_Wanted], committed: Future[bool]) -> None:
        self._is_committing = False
        error = committed.exception()
        if error is None:
            self._lost = 0
            for one in wanted:
                if one.written is not None and not one.written.done():
                    one.written.set_result(None)
            self._tell("" if committed.result() else ALMOST_FULL)
        else:
            # Whatever it is: who waits must hear of it, and what was noted is tried again.
            self._fail(wanted, error)
        if any(one.written is not None for one in self._wanted):
            self._write_now()
        elif self._wanted or self.problem:
            self._write_soon()

    def _fail(self, wanted: Sequence[_Wanted], error: BaseException) -> None:
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
