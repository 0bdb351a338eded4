"""The ledger: what was intended, sent, answered and proven, in an order that cannot be changed.

An intent is on disk before the first byte of its order leaves. After a crash every intent without
an end counts as "maybe sent" and is asked for. What is no intent is written in groups.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import platform
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from terminal_app import __version__
from terminal_app.errors import StorageError
from terminal_app.storage.ledger_events import (
    Body,
    Entry,
    EventKind,
    LedgerEvent,
    new_entry,
)
from terminal_app.storage.ledger_file import LedgerFile
from terminal_app.storage.ledger_opening import open_ledger
from terminal_app.storage.ledger_writer import PROBLEM, LedgerWriter

__all__ = ["PROBLEM", "Body", "Entry", "EventKind", "Ledger", "LedgerEvent", "new_entry"]

_CRASHED = "The last run of the terminal did not come to its end: what it left open is asked for."
_WHOLE_PROGRAM = ""
# An account event is written just before what it tells of.
NEAR, NEAR_MOST = 6, 50
_LAST_RUN = "WHERE kind IN ('RUN_START', 'RUN_END') ORDER BY seq DESC LIMIT 1"

_OPEN_INTENTS = """
AS intent WHERE kind = 'INTENT' AND scope = ? AND NOT EXISTS (
    SELECT 1 FROM events AS ending WHERE ending.scope = intent.scope
    AND ending.client_order_id = intent.client_order_id AND ending.kind = 'ENDED'
) AND seq > (
    SELECT coalesce(max(reset.seq), 0) FROM events AS reset
    WHERE reset.kind = 'EPOCH_RESET' AND reset.scope = intent.scope
) ORDER BY seq
"""

# Of orders from elsewhere no intent and no end is written: their states say where they stand.
_ENDED_ORDERS = """
WHERE kind IN ('INTENT', 'ADOPTED_EXTERNAL', 'ORDER', 'ENDED') AND scope = ?1
AND client_order_id IN (
    SELECT client_order_id FROM events WHERE kind IN ('ENDED', 'ADOPTED_EXTERNAL') AND scope = ?1
    ORDER BY seq DESC LIMIT ?2
) AND seq > (
    SELECT coalesce(max(seq), 0) FROM events WHERE kind = 'EPOCH_RESET' AND scope = ?1
) ORDER BY seq
"""

T = TypeVar("T")


class Ledger:
    """Append events to one file and read them back, off the loop's thread. Key told: problem."""

    def __init__(self, path: Path, run_id: str) -> None:
        self._path = path
        self._run_id = run_id
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._file: LedgerFile | None = None
        self._writer = LedgerWriter(lambda entries: self._executor.submit(self._write, entries))
        self.observers = self._writer.observers
        self.notice = ""

    @property
    def problem(self) -> str:
        """Return why nothing can be written now, or nothing."""
        return self._writer.problem

    async def open(self) -> None:
        """Open the file, checking it, and write that a run begins.

        A damaged file is kept aside and what of it is whole is taken over; ``notice`` says so, and
        whether the last run came to its end. Raise ``StorageError`` where another program has the
        file, where it lies in the network, or cannot be written.
        """
        self._file, self.notice = await self._run(lambda: open_ledger(self._path, self._run_id))
        predecessor = _fate_of(await self._run(lambda: self._opened().select(_LAST_RUN)))
        if predecessor == "crashed":
            self.notice = f"{self.notice} {_CRASHED}".strip()
        start: Body = {
            "version": __version__,
            "python": platform.python_version(),
            "system": platform.system(),
            "process": os.getpid(),
            "predecessor": predecessor,
        }
        self._writer.start()
        self.note(_WHOLE_PROGRAM, EventKind.RUN_START, start)

    async def append(
        self, scope: str, kind: EventKind, body: Body, client_order_id: str = ""
    ) -> None:
        """Write one event, after what was noted before, and return once it is on disk."""
        await self.append_all([new_entry(scope, kind, body, client_order_id)])

    async def append_all(self, entries: Sequence[Entry]) -> None:
        """Write events, all or none, and return once they are on disk."""
        if self._file is None:
            raise StorageError("The ledger is not open.")
        await self._writer.write(entries)

    def note(self, scope: str, kind: EventKind, body: Body, client_order_id: str = "") -> None:
        """Write an event within some milliseconds, after what was noted before."""
        self._writer.note(new_entry(scope, kind, body, client_order_id))

    async def flush(self) -> None:
        """Return once everything noted before is on disk."""
        await self.append_all([])

    async def open_intents(self, scope: str) -> list[LedgerEvent]:
        """Return the intents since the last reset of which no end was proven, oldest first."""
        return await self._select(_OPEN_INTENTS, scope)

    async def ended_orders(self, scope: str, newest: int) -> list[LedgerEvent]:
        """Return beginnings and states of orders that ended last or came from elsewhere.

        What was before the last reset is left out.
        """
        return await self._select(_ENDED_ORDERS, scope, newest)

    async def events(self, scope: str, client_order_id: str) -> list[LedgerEvent]:
        """Return what happened to one order, oldest first."""
        query = "WHERE scope = ? AND client_order_id = ? ORDER BY seq"
        return await self._select(query, scope, client_order_id)

    async def heard_around(self, scope: str, seqs: Sequence[int], name: str) -> list[LedgerEvent]:
        """Return the account events that hold a name and came a few events beside these.

        Only so few are looked at: what reads the ledger keeps it from being written.
        """
        near = {seq + away for seq in seqs[-NEAR_MOST:] for away in range(-NEAR, NEAR + 1)}
        marks = ", ".join("?" * len(near))
        query = (
            f"WHERE seq IN ({marks}) AND kind = 'STREAM' AND scope = ? AND instr(body, ?) > 0"
            " ORDER BY seq"
        )
        return await self._select(query, *sorted(near), scope, name)

    async def events_of(self, scope: str, kind: EventKind) -> list[LedgerEvent]:
        """Return the events of a kind, oldest first."""
        return await self._select("WHERE kind = ? AND scope = ? ORDER BY seq", kind.value, scope)

    async def newest(self, scope: str, kind: EventKind) -> LedgerEvent | None:
        """Return the newest event of a kind, None where there is none."""
        query = "WHERE kind = ? AND scope = ? ORDER BY seq DESC LIMIT 1"
        return next(iter(await self._select(query, kind.value, scope)), None)

    async def verify(self) -> bool:
        """Say whether the chain of hashes is whole from the first event to the last."""
        await self.flush()
        return await self._run(lambda: self._opened().first_break()) is None

    async def close(self) -> None:
        """Write that the run ended, and close the file."""
        try:
            if self._file is not None:
                self.note(_WHOLE_PROGRAM, EventKind.RUN_END, {})
                with contextlib.suppress(StorageError):
                    await self.flush()
                self._writer.close()
                file, self._file = self._file, None
                await self._run(file.close)
        finally:
            self._executor.shutdown(wait=True)

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            work_done = asyncio.get_running_loop().run_in_executor(self._executor, work)
        except RuntimeError as error:
            raise StorageError("The ledger is closed.") from error
        return await asyncio.shield(work_done)

    async def _select(self, query: str, *values: str | int) -> list[LedgerEvent]:
        with contextlib.suppress(StorageError):
            await self.flush()
        return await self._run(lambda: self._opened().select(query, values))

    def _opened(self) -> LedgerFile:
        if self._file is None:
            raise StorageError("The ledger is not open.")
        return self._file

    def _write(self, entries: Sequence[Entry]) -> bool:
        file = self._opened()
        if entries:
            file.write(entries, self._run_id)
        return file.make_reserve()


def _fate_of(last: Sequence[LedgerEvent]) -> str:
    """Return in a word what became of the run whose last event this is."""
    if not last:
        return "none"
    return "ended" if last[0].kind is EventKind.RUN_END else "crashed"
