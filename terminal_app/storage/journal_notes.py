"""What a person wrote to their round trips, and pictures of the chart, in one SQLite file."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from terminal_app.storage.sqlite_file import SqliteFile, transaction

# The oldest pictures go first; at about 40 kB each these are some 40 MB.
PICTURES_KEPT = 1000

_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS notes (
    scope TEXT NOT NULL, trip TEXT NOT NULL, note TEXT NOT NULL, tags TEXT NOT NULL,
    PRIMARY KEY (scope, trip)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pictures (
    number INTEGER PRIMARY KEY, scope TEXT NOT NULL, trip TEXT NOT NULL, moment TEXT NOT NULL,
    png BLOB NOT NULL, UNIQUE (scope, trip, moment)
);
"""


class Moment(StrEnum):
    """Name when a picture was taken."""

    ENTRY = "entry"
    EXIT = "exit"


@dataclass(frozen=True, slots=True)
class TripNote:
    """Hold what was written to one trip."""

    note: str = ""
    tags: tuple[str, ...] = ()


class JournalNotes:
    """Keep notes, tags and pictures by trip. Every call may raise ``StorageError``."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, _SCHEMA, _VERSION, is_precious=True)

    async def open(self) -> None:
        """Open the file, or memory alone where another terminal has it."""
        await self._file.open()

    async def notes(self, scope: str) -> dict[str, TripNote]:
        """Return everything that was written, by trip."""
        rows = await self._file.run(
            lambda database: database.execute(
                "SELECT trip, note, tags FROM notes WHERE scope = ?", (scope,)
            ).fetchall()
        )
        return {trip: TripNote(note, tuple(tags.split())) for trip, note, tags in rows}

    async def write(self, scope: str, trip: str, note: TripNote) -> None:
        """Keep what was written to a trip."""
        row = (scope, trip, note.note, " ".join(note.tags))
        await self._file.run(
            lambda database: database.execute(
                "INSERT OR REPLACE INTO notes VALUES (?, ?, ?, ?)", row
            )
        )

    async def add_picture(self, scope: str, trip: str, moment: Moment, png: bytes) -> None:
        """Keep a picture; the first of a moment stands, the oldest of all go."""

        def work(database: sqlite3.Connection) -> None:
            with transaction(database):
                database.execute(
                    "INSERT OR IGNORE INTO pictures (scope, trip, moment, png) VALUES (?, ?, ?, ?)",
                    (scope, trip, moment.value, png),
                )
                database.execute(
                    "DELETE FROM pictures WHERE number <= (SELECT max(number) FROM pictures) - ?",
                    (PICTURES_KEPT,),
                )

        await self._file.run(work)

    async def pictures(self, scope: str, trip: str) -> dict[Moment, bytes]:
        """Return the pictures of a trip."""
        rows = await self._file.run(
            lambda database: database.execute(
                "SELECT moment, png FROM pictures WHERE scope = ? AND trip = ?", (scope, trip)
            ).fetchall()
        )
        return {Moment(moment): png for moment, png in rows}

    async def forget(self, scope: str) -> None:
        """Forget what was written to an account that began anew."""

        def work(database: sqlite3.Connection) -> None:
            with transaction(database):
                database.execute("DELETE FROM notes WHERE scope = ?", (scope,))
                database.execute("DELETE FROM pictures WHERE scope = ?", (scope,))

        await self._file.run(work)

    async def close(self) -> None:
        """Close the file."""
        await self._file.close()
