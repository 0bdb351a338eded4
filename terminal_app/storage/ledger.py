"""The ledger: what was intended, sent, answered and proven, in an order that cannot be changed.

An intent is on disk before the first byte of its order leaves. After a crash every intent without
an end counts as "maybe sent" and is asked for. One connection, one thread, full sync: SQLite before
3.51.3 may damage a write-ahead log that two connections write.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from terminal_app.errors import StorageError
from terminal_app.storage.files import keep_aside

# Long enough for a terminal that is just closing to let go, short enough not to look stuck.
_WAIT_FOR_LOCK_S = 1.0

Body = Mapping[str, str | int | bool | None]
T = TypeVar("T")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY, run_id TEXT NOT NULL, time_ms INTEGER NOT NULL, scope TEXT NOT NULL,
    kind TEXT NOT NULL, client_order_id TEXT NOT NULL, body TEXT NOT NULL,
    previous_hash TEXT NOT NULL, hash TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events_by_order ON events (scope, client_order_id);
CREATE TRIGGER IF NOT EXISTS events_stay BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS events_last BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""
_OPEN_INTENTS = """
SELECT * FROM events AS intent WHERE scope = ? AND kind = 'INTENT' AND NOT EXISTS (
    SELECT 1 FROM events AS ending WHERE ending.scope = intent.scope
    AND ending.client_order_id = intent.client_order_id AND ending.kind = 'ENDED'
) AND NOT EXISTS (
    SELECT 1 FROM events AS reset WHERE reset.scope = intent.scope
    AND reset.kind = 'ACCOUNT_RESET' AND reset.seq > intent.seq
) ORDER BY seq
"""


class EventKind(StrEnum):
    """Name what happened."""

    RUN_START = "RUN_START"
    INTENT = "INTENT"
    CANCEL_INTENT = "CANCEL_INTENT"
    AMEND_INTENT = "AMEND_INTENT"
    POLICY = "POLICY"
    REPLY = "REPLY"
    STREAM = "STREAM"
    RESOLVED = "RESOLVED"
    ENDED = "ENDED"
    RECONCILE = "RECONCILE"
    ACCOUNT_RESET = "ACCOUNT_RESET"


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """Hold one row of the ledger; ``body`` is JSON with sorted keys."""

    seq: int
    run_id: str
    time_ms: int
    scope: str
    kind: EventKind
    client_order_id: str
    body: dict[str, str | int | bool | None]
    previous_hash: str
    hash: str


class Ledger:
    """Append events to one SQLite file and read them back, off the loop's thread."""

    def __init__(self, path: Path, run_id: str) -> None:
        self._path = path
        self._run_id = run_id
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._connection: sqlite3.Connection | None = None
        self._last_hash = ""
        self.notice = ""

    async def open(self) -> None:
        """Open the file, checking it; a damaged one is kept aside and said so in ``notice``.

        Raise ``StorageError`` where another program has it, or where it cannot be written.
        """
        await self._run(self._open)

    async def append(
        self, scope: str, kind: EventKind, body: Body, client_order_id: str = ""
    ) -> None:
        """Write one event and return once it is on disk."""
        await self._run(lambda: self._append(scope, kind, body, client_order_id))

    async def open_intents(self, scope: str) -> list[LedgerEvent]:
        """Return the intents since the last reset of which no end was proven, oldest first."""
        return await self._run(lambda: self._select(_OPEN_INTENTS, (scope,)))

    async def events(self, scope: str, client_order_id: str) -> list[LedgerEvent]:
        """Return what happened to one order, oldest first."""
        query = "SELECT * FROM events WHERE scope = ? AND client_order_id = ? ORDER BY seq"
        return await self._run(lambda: self._select(query, (scope, client_order_id)))

    async def verify(self) -> bool:
        """Say whether the chain of hashes is whole."""
        return await self._run(self._verify)

    async def close(self) -> None:
        """Close the file."""
        try:
            await self._run(self._close)
        finally:
            self._executor.shutdown(wait=True)

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            work_done = asyncio.get_running_loop().run_in_executor(self._executor, work)
        except RuntimeError as error:
            raise StorageError("The ledger is closed.") from error
        # A cancelled caller must not take back what it wanted written: the write goes on.
        return await asyncio.shield(work_done)

    def _open(self) -> None:
        try:
            self._connect()
        except sqlite3.OperationalError as error:
            # Locked, read-only or out of space: nothing is wrong with the file itself.
            self._close()
            raise _why_not_opened(error) from error
        except sqlite3.DatabaseError as error:
            self._close()
            kept = keep_aside(self._path)
            for suffix in ("-wal", "-shm"):
                companion = self._path.with_name(self._path.name + suffix)
                if companion.exists():
                    companion.rename(kept.with_name(kept.name + suffix))
            self.notice = f"The ledger was damaged ({error}). It was kept as {kept.name}."
            self._connect()

    def _connect(self) -> None:
        connection = sqlite3.connect(
            self._path, _WAIT_FOR_LOCK_S, isolation_level=None, check_same_thread=False
        )
        self._connection = connection
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA fullfsync=1")
        connection.execute("PRAGMA trusted_schema=OFF")
        (answer,) = connection.execute("PRAGMA quick_check").fetchone()
        if answer != "ok":
            raise sqlite3.DatabaseError(answer)
        connection.executescript(_SCHEMA)
        row = connection.execute("SELECT hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        self._last_hash = row[0] if row else ""

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _database(self) -> sqlite3.Connection:
        if self._connection is None:
            raise StorageError("The ledger is not open.")
        return self._connection

    def _append(self, scope: str, kind: EventKind, body: Body, client_order_id: str) -> None:
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        time_ms = time.time_ns() // 1_000_000
        fields = (self._run_id, time_ms, scope, kind.value, client_order_id, text)
        digest = _hash(self._last_hash, fields)
        try:
            self._database().execute(
                "INSERT INTO events (run_id, time_ms, scope, kind, client_order_id, body,"
                " previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*fields, self._last_hash, digest),
            )
        except sqlite3.Error as error:
            raise StorageError(f"The ledger could not be written: {error}.") from error
        self._last_hash = digest

    def _select(self, query: str, values: tuple[str, ...]) -> list[LedgerEvent]:
        return [
            LedgerEvent(
                seq, run_id, time_ms, scope, EventKind(kind), order, json.loads(body), *rest
            )
            for seq, run_id, time_ms, scope, kind, order, body, *rest in self._rows(query, values)
        ]

    def _rows(self, query: str, values: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._database().execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise StorageError(f"The ledger could not be read: {error}.") from error

    def _verify(self) -> bool:
        previous = ""
        for row in self._rows("SELECT * FROM events ORDER BY seq"):
            fields, previous_hash, digest = row[1:7], row[7], row[8]
            if previous_hash != previous or digest != _hash(previous, fields):
                return False
            previous = digest
        return True


def _why_not_opened(error: sqlite3.OperationalError) -> StorageError:
    if "locked" in str(error):
        text = "Another terminal is running with the same ledger. Close it first."
        return StorageError(text, str(error))
    return StorageError(f"The ledger could not be opened: {error}.")


def _hash(previous: str, fields: tuple[str | int, ...]) -> str:
    joined = "\x1f".join([previous, *map(str, fields)])
    return hashlib.sha256(joined.encode()).hexdigest()
