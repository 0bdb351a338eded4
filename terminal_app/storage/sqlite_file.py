"""One SQLite file with one connection on a thread of its own: SQLite before 3.51.3 may damage a
write-ahead log that two connections write.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from terminal_app.errors import StorageError
from terminal_app.storage.files import keep_aside

T = TypeVar("T")

_WAIT_FOR_LOCK_S = 0.2


class SqliteFile:
    """Run work on a database, off the loop's thread.

    A file that another terminal has is done without, in memory. A damaged one is begun anew; it is
    kept aside before where ``is_precious``, what can be asked for again is removed, and removed as
    well where it has outgrown ``most_bytes``.
    """

    def __init__(
        self,
        path: Path,
        schema: str,
        version: int,
        *,
        is_precious: bool,
        most_bytes: int | None = None,
    ) -> None:
        self._path = path
        self._schema = schema
        self._version = version
        self._is_precious = is_precious
        self._most_bytes = most_bytes
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=path.stem)
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Open the file."""
        await self._in_thread(self._open)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what work on the connection gives; raise ``StorageError`` where it fails.

        Work that was begun is done, even where who asked for it has gone.
        """
        return await self._in_thread(lambda: self._work(work))

    async def close(self) -> None:
        """Close the file."""
        await self._in_thread(self._close)
        self._executor.shutdown(wait=True)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        try:
            work_done = asyncio.get_running_loop().run_in_executor(self._executor, work)
        except RuntimeError as error:
            raise StorageError(f"{self._path.name} is closed.") from error
        return await asyncio.shield(work_done)

    def _work(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._connection is None:
            raise StorageError(f"{self._path.name} is not open.")
        try:
            return work(self._connection)
        except sqlite3.Error as error:
            raise StorageError(f"{self._path.name} cannot be used: {error}.") from error

    def _open(self) -> None:
        size = self._path.stat().st_size if self._path.exists() else 0
        if self._most_bytes is not None and size > self._most_bytes:
            self._put_away()
        try:
            self._connect(str(self._path))
        except sqlite3.OperationalError:
            self._connect(":memory:")
        except sqlite3.DatabaseError:
            self._put_away()
            self._connect(str(self._path))

    def _connect(self, name: str) -> None:
        self._close()
        connection = sqlite3.connect(
            name, _WAIT_FOR_LOCK_S, isolation_level=None, check_same_thread=False
        )
        self._connection = connection
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={'FULL' if self._is_precious else 'NORMAL'}")
        (answer,) = connection.execute("PRAGMA quick_check").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if answer != "ok" or version not in (0, self._version):
            raise sqlite3.DatabaseError(answer)
        connection.executescript(self._schema)
        connection.execute(f"PRAGMA user_version={self._version}")

    def _put_away(self) -> None:
        self._close()
        if self._is_precious:
            keep_aside(self._path)
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                self._path.with_name(self._path.name + suffix).unlink()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextlib.contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """Do all of what is inside, or nothing of it."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")
