"""The ledger's SQLite file: one connection, one thread, full sync.

SQLite before 3.51.3 may damage a write-ahead log that two connections write, so there is one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from terminal_app.errors import StorageError
from terminal_app.storage.ledger_events import Entry, LedgerEvent, Row, event_from, follows
from terminal_app.storage.ledger_place import IN_USE, WAIT_FOR_LOCK_S, Claim

LEDGER_NAME = "ledger.sqlite"
VERSION = 1
# How many of the newest events have their chain checked at every start.
TAIL_EVENTS = 2_000
_SMALLEST_PAGE = 512
# Given free when the disk is full: room to cancel, to reduce and to write down how that went.
RESERVE_BYTES = 1 << 20

# Locked, read-only, out of space or memory: nothing is wrong with the file itself.
_NOT_OF_THE_FILE = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM,
})  # fmt: skip
# SQLite's own words for a damage may hold the damaged bytes.
_UNREADABLE = (sqlite3.Error, UnicodeError)
_COLUMNS = "seq, run_id, time_ms, mono_ms, scope, kind, client_order_id, body, previous_hash, hash"
_SCHEMA = f"""
BEGIN;
CREATE TABLE events (
    seq INTEGER PRIMARY KEY, run_id TEXT NOT NULL, time_ms INTEGER NOT NULL,
    mono_ms INTEGER NOT NULL, scope TEXT NOT NULL, kind TEXT NOT NULL,
    client_order_id TEXT NOT NULL, body TEXT NOT NULL,
    previous_hash TEXT NOT NULL, hash TEXT NOT NULL
);
CREATE INDEX events_by_order ON events (scope, client_order_id);
CREATE INDEX events_by_kind ON events (kind, scope);
CREATE TRIGGER events_stay BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER events_last BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
PRAGMA user_version={VERSION};
COMMIT;
"""
_INSERT = (
    "INSERT INTO events (run_id, time_ms, mono_ms, scope, kind, client_order_id, body,"
    " previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Damaged(StorageError):
    """The file is no whole ledger of this version: it is to be kept as it is, aside."""


class LedgerFile:
    """Hold the one connection to a ledger. Every call blocks: use it off the loop's thread."""

    def __init__(self, path: Path, connection: sqlite3.Connection, claim: Claim) -> None:
        self._claim = claim
        self._reserve = path.with_name(f"{path.name}.reserve")
        self._connection = connection
        self._last_hash = ""

    @classmethod
    def open(cls, path: Path) -> LedgerFile:
        """Open and check a file, making it where there is none.

        Raise ``Damaged`` for one that is not whole, another ``StorageError`` where it is another
        program's, a newer version's, or cannot be written; nothing of it was changed then.
        """
        claim = Claim(path)
        try:
            return cls._open(path, claim)
        except BaseException:
            claim.release()
            raise

    @classmethod
    def _open(cls, path: Path, claim: Claim) -> LedgerFile:
        _check_beginning(path)
        try:
            connection = sqlite3.connect(
                path, WAIT_FOR_LOCK_S, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise _why_not_opened(error) from error
        file = cls(path, connection, claim)
        try:
            file._prepare()
        except _UNREADABLE as error:
            connection.close()
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _NOT_OF_THE_FILE:
                raise _why_not_opened(error) from error
            raise Damaged(str(error)) from error
        except StorageError:
            connection.close()
            raise
        return file

    def close(self) -> None:
        """Close the file; the reserve stays for the next run."""
        self._connection.close()
        self._claim.release()

    def write(self, entries: Sequence[Entry], run_id: str) -> None:
        """Put events on disk, all or none; raise ``StorageError`` for none.

        Where the disk is full the reserve is given free and the events are tried once more.
        """
        try:
            self._write(entries, run_id)
        except sqlite3.OperationalError as error:
            if not self.has_reserve():
                raise _why_not_written(error) from error
            self._reserve.unlink()
            try:
                self._write(entries, run_id)
            except sqlite3.Error as again:
                raise _why_not_written(again) from again
        except sqlite3.Error as error:
            raise _why_not_written(error) from error

    def copy(self, rows: Iterable[Row]) -> int:
        """Put rows of an older file in as they are, to begin this one; return how many."""
        count = 0
        try:
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                for row in rows:
                    self._connection.execute(_INSERT, row[1:])
                    count, self._last_hash = count + 1, row[9]
        except sqlite3.Error as error:
            raise _why_not_written(error) from error
        return count

    def has_reserve(self) -> bool:
        """Say whether there is room left to give free."""
        return self._reserve.exists()

    def make_reserve(self) -> bool:
        """Take the reserve from the disk again; return whether there was room for it."""
        try:
            with self._reserve.open("xb") as reserve:
                # Zeroes would be kept as a hole by some file systems.
                reserve.write(b"reserve " * (RESERVE_BYTES // 8))
        except FileExistsError:
            return True
        except OSError:
            self._reserve.unlink(missing_ok=True)
            return False
        return True

    def select(self, query: str, values: Sequence[str | int] = ()) -> list[LedgerEvent]:
        """Return the events of a query; raise ``Damaged`` where they cannot be read."""
        return [event_from(row) for row in self.rows(query, values)]

    def rows(self, query: str = "", values: Sequence[str | int] = ()) -> Iterator[Row]:
        """Yield the rows that ``query``, what follows FROM events, asks for."""
        try:
            yield from self._connection.execute(f"SELECT {_COLUMNS} FROM events {query}", values)
        except _UNREADABLE as error:
            raise Damaged(f"The ledger could not be read: {error}.") from error

    def verify(self) -> dict[str, Any]:
        """Check everything there is to check; return what the ledger holds or raise ``Damaged``."""
        try:
            (answer,) = self._connection.execute("PRAGMA integrity_check").fetchone()
        except _UNREADABLE as error:
            raise Damaged(str(error)) from error
        if answer != "ok":
            raise Damaged(answer)
        broken = self.first_break()
        if broken is not None:
            raise Damaged(f"event {broken} is not what was written")
        query = "SELECT count(*), total(kind = 'FILL'), min(seq), max(seq) FROM events"
        events, fills, first_seq, last_seq = self._connection.execute(query).fetchone()
        return {
            "events": events,
            "fills": int(fills),
            "first_seq": first_seq,
            "last_seq": last_seq,
            "chain_hash": self._last_hash,
        }

    def first_break(self) -> int | None:
        """Return the first ``seq`` whose chain is broken, None where all is whole."""
        return _first_break(self.rows("ORDER BY seq"), "")

    def _prepare(self) -> None:
        execute = self._connection.execute
        execute("PRAGMA locking_mode=EXCLUSIVE")
        is_new = self._check_version() == 0
        if not is_new:
            # Before anything is changed: a damaged file is kept as it was found.
            (answer,) = execute("PRAGMA quick_check").fetchone()
            if answer != "ok":
                raise Damaged(answer)
            self._check_tail()
        execute("PRAGMA journal_mode=WAL")
        execute("PRAGMA synchronous=FULL")
        execute("PRAGMA fullfsync=1")
        execute("PRAGMA checkpoint_fullfsync=1")
        execute("PRAGMA trusted_schema=OFF")
        if is_new:
            self._connection.executescript(_SCHEMA)

    def _check_version(self) -> int:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            text = f"The ledger was written by a newer version of the terminal (format {version})."
            raise StorageError(f"{text} It was left as it is.")
        (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if version < VERSION and tables:
            raise Damaged("it is no ledger of a released version")
        return int(version)

    def _check_tail(self) -> None:
        tail = list(self.rows("ORDER BY seq DESC LIMIT ?", (TAIL_EVENTS + 1,)))[::-1]
        if not tail:
            return
        # The first of a longer ledger only lends its hash to the next.
        is_whole_ledger = len(tail) <= TAIL_EVENTS
        rows = tail if is_whole_ledger else tail[1:]
        broken = _first_break(iter(rows), "" if is_whole_ledger else tail[0][9])
        if broken is not None:
            raise Damaged(f"event {broken} is not what was written")
        self._last_hash = tail[-1][9]

    def _write(self, entries: Sequence[Entry], run_id: str) -> None:
        last_hash, rows = self._last_hash, []
        for entry in entries:
            row = entry.chained(run_id, last_hash)
            last_hash = row[-1]
            rows.append(row)
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(_INSERT, rows)
        self._last_hash = last_hash


def _check_beginning(path: Path) -> None:
    wal = path.with_name(f"{path.name}-wal")
    size = path.stat().st_size if path.exists() else 0
    has_log = wal.exists() and wal.stat().st_size > 0
    # SQLite takes a file without a whole page for a new one, and throws its write-ahead log away.
    if 0 < size < _SMALLEST_PAGE or (size == 0 and path.exists() and has_log):
        raise Damaged("its beginning is missing")


def _first_break(rows: Iterator[Row], previous_hash: str) -> int | None:
    for row in rows:
        if not follows(row, previous_hash):
            return int(row[0])
        previous_hash = row[9]
    return None


def _why_not_opened(error: Exception) -> StorageError:
    if "locked" in str(error):
        return StorageError(IN_USE, str(error))
    return StorageError(f"The ledger could not be opened: {error}.")


def _why_not_written(error: sqlite3.Error) -> StorageError:
    return StorageError(f"The ledger could not be written: {error}.")
